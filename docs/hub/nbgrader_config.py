# For every server of a JupyterHub: /etc/jupyter/nbgrader_config.py in the image, or in the users' environment.
# NBGRADER_INSTRUCTORS and NBGRADER_EXCHANGE are set by the hub (c.Spawner.environment), and by no user.
import os

c = get_config()

c.Exchange.root = os.environ.get("NBGRADER_EXCHANGE", "/srv/nbgrader/exchange")

user = os.environ.get("JUPYTERHUB_USER", "*")
if user in os.environ.get("NBGRADER_INSTRUCTORS", "").split():
    # Where servers are containers, all users have one id, and no file tells who owns it.
    c.ExchangeCollect.check_owner = False
else:
    c.CourseDirectory.student_id = user
