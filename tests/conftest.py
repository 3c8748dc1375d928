"""How random tests draw: 200 examples as a rule, 5,000 with ``HYPOTHESIS_PROFILE=thorough``."""

import os

from hypothesis import settings

# No deadline: a busy machine is no defect. The blob that is printed with a failure repeats it.
settings.register_profile("usual", max_examples=200, deadline=None, print_blob=True)
settings.register_profile("thorough", max_examples=5_000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "usual"))
