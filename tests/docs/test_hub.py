"""The recipes for a JupyterHub hold together. No hub and no cluster is started here."""

import re

import pytest
import yaml
from traitlets.config.loader import PyFileConfigLoader

from grader.config import ROOT

HUB = ROOT / "docs" / "hub"


def loaded():
    return PyFileConfigLoader("nbgrader_config.py", path=str(HUB)).load_config()


VARIABLES = ("JUPYTERHUB_USER", "NBGRADER_INSTRUCTORS", "NBGRADER_EXCHANGE", "NBGRADER_CHECK_OWNER")


def test_the_configuration_follows_the_hub(monkeypatch):
    """Who somebody is comes from the hub, and where the exchange is from its settings."""
    for name, value in zip(VARIABLES, ("ada", "grace edsger", "/data", "no"), strict=True):
        monkeypatch.setenv(name, value)
    config = loaded()
    assert config.CourseDirectory.student_id == "ada"
    assert config.Exchange.root == "/data"
    assert config.ExchangeCollect.check_owner is False


def test_an_instructor_collects_what_everyone_handed_in(monkeypatch):
    """A student's id would narrow it down to the instructor's own."""
    monkeypatch.setenv("JUPYTERHUB_USER", "edsger")
    monkeypatch.setenv("NBGRADER_INSTRUCTORS", "grace edsger")
    assert "student_id" not in loaded().CourseDirectory


def test_without_a_hub_owners_are_checked(monkeypatch):
    """On a server where users are system users, who owns a file counts."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    config = loaded()
    assert config.ExchangeCollect.check_owner is True
    assert config.CourseDirectory.student_id == "*"


def test_the_values_mount_what_the_configuration_reads():
    """The exchange is where nbgrader looks for it, and each volume that is mounted is there."""
    values = yaml.safe_load((HUB / "values.yaml").read_text(encoding="utf-8"))
    storage = values["singleuser"]["storage"]
    assert [one["name"] for one in storage["extraVolumes"]] == [one["name"] for one in storage["extraVolumeMounts"]]
    assert storage["extraVolumeMounts"][0]["mountPath"] == "/srv/nbgrader/exchange"
    assert set(values["singleuser"]["extraEnv"]) <= set(VARIABLES)
    assert values["singleuser"]["extraEnv"]["NBGRADER_CHECK_OWNER"] == "no"
    for code in values["hub"]["extraConfig"].values():
        compile(code, "values.yaml", "exec")


@pytest.mark.parametrize("name", ["jsonschema", "landlockpy", "nbgrader", "numpy", "seccompy", "torch"])
def test_the_image_has_the_versions_that_are_tested(name):
    """By a pin that constraints.txt has, or written out."""
    recipe = (HUB / "Dockerfile").read_text(encoding="utf-8")
    pinned = re.search(rf"^{name}==(.+)$", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE)
    assert pinned
    chosen = re.search(r"\^\((.+?)\)==", recipe)[1].split("|")
    assert name in chosen or f"{name}=={pinned[1]}" in recipe


def test_what_the_image_copies_is_there():
    """Files of the repository, and what `make dist` makes."""
    recipe = (HUB / "Dockerfile").read_text(encoding="utf-8")
    sources = [word for line in re.findall(r"^COPY (.+)$", recipe, re.MULTILINE) for word in line.split()[:-1]]
    for source in sources:
        if not source.startswith(("--", "dist/")):
            assert (ROOT / source).is_file(), source
