# For every server of a JupyterHub: /etc/jupyter/nbgrader_config.py. The hub sets these variables, and no user does.
import os

c = get_config()

c.Exchange.root = os.environ.get("NBGRADER_EXCHANGE", "/srv/nbgrader/exchange")
# In containers all users have one id, and no file tells who handed it in.
c.ExchangeCollect.check_owner = os.environ.get("NBGRADER_CHECK_OWNER", "yes") == "yes"

# A student is known by the name on the hub. An instructor collects what everyone handed in.
user = os.environ.get("JUPYTERHUB_USER", "*")
if user not in os.environ.get("NBGRADER_INSTRUCTORS", "").split():
    c.CourseDirectory.student_id = user
