"""The version of nbgrader's gradebooks, without the program that nbgrader would start to tell it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import nbgrader
from sqlalchemy import create_engine, inspect, text


@cache
def own_version() -> str:
    """Give the version of the gradebooks that nbgrader makes here: the step of its history that no other follows.

    Alembic would say the same, and takes a quarter of a second to load.

    Examples
    --------
    >>> len(own_version())
    12
    """
    steps = [
        path.read_text(encoding="utf-8") for path in Path(str(nbgrader.__file__)).parent.glob("alembic/versions/*.py")
    ]
    own, followed = (
        {name for text in steps for name in re.findall(rf"^{key} = ['\"](\w+)['\"]", text, re.MULTILINE)}
        for key in ("revision", "down_revision")
    )
    (last,) = own - followed
    return last


def version_of(url: str, begin: bool = True) -> str | None:
    """Give a gradebook's version, None where it has none. A new gradebook has the version of those made here.

    Parameters
    ----------
    url
        The gradebook's address.
    begin
        Write the version into a new gradebook. Otherwise nothing is changed.

    Raises
    ------
    SQLAlchemyError
        Where it can't be opened.

    Examples
    --------
    >>> version_of("sqlite://") == version_of("sqlite://", begin=False) == own_version()
    True
    """
    engine = create_engine(url)
    try:
        tables = inspect(engine).get_table_names()
        if tables and "alembic_version" not in tables:
            return None
        with engine.begin() as connection:
            found = connection.execute(text("select version_num from alembic_version")).scalar() if tables else None
            if found is not None or len(tables) > 1:  # it is new also where its making was interrupted between the two
                return found
            if begin:
                if not tables:
                    connection.execute(text("create table alembic_version (version_num varchar(32) not null)"))
                connection.execute(text("insert into alembic_version values (:own)"), {"own": own_version()})
        return own_version()
    finally:
        engine.dispose()
