"""nbgrader on a JupyterHub, for everybody: who somebody is, and where the exchange is.

An instructor's commands read the class folder's own configuration as well, which class.toml gives.
"""

import os

c = get_config()  # noqa: F821
c.Exchange.root = os.environ.get("NBGRADER_EXCHANGE", "/srv/nbgrader/exchange")
c.CourseDirectory.course_id = os.environ.get("NBGRADER_COURSE", "my-class")
c.CourseDirectory.student_id = os.environ.get("JUPYTERHUB_USER", "*")
# In containers all users are one system user, so a file's owner says nothing about who handed it in.
c.ExchangeCollect.check_owner = os.environ.get("NBGRADER_CHECK_OWNER", "yes") == "yes"
