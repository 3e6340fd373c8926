"""The record of processing and the draft assessment say what the tables declare, and no less."""

from __future__ import annotations

import pytest
from flask import Flask

from engagement.config import ROOT
from engagement.database.columns import DataClass
from engagement.extensions import Base
from engagement.rights import retention
from engagement.rights.processing import FILES, RISKS, impact_assessment, record_of_processing
from engagement.rights.purposes import PURPOSES
from engagement.rights.retention import declared_columns

FOLDER = ROOT / "docs" / "processing"


@pytest.fixture(autouse=True)
def every_table(app: Flask) -> None:
    """All tables are known once there is an application."""


@pytest.mark.parametrize("name", FILES)
def test_what_is_kept_is_what_the_tables_say(name: str) -> None:
    assert (FOLDER / name).read_text() == FILES[name](), (
        "the tables have changed: write the files anew with “engagement processing write”,"
        " and look at what is new in them"
    )


def test_every_table_has_its_purpose_and_every_column_its_line() -> None:
    declared = declared_columns()
    assert set(PURPOSES) == {table for table, _, _ in declared}
    parts = record_of_processing().split("\n## ")[1:]
    told = {
        (part.splitlines()[0], line.split(" | ")[0].removeprefix("| "))
        for part in parts
        for line in part.splitlines()
        if line.startswith("| ") and not line.startswith("| Column ")
    }
    assert told == {(table, column) for table, column, _ in declared}


def test_every_class_has_its_risks() -> None:
    assert set(RISKS) == set(DataClass)
    written = impact_assessment()
    assert all(risk in written for risks in RISKS.values() for risk, _ in risks)


def test_a_column_that_is_new_or_kept_otherwise_changes_both(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = {name: make() for name, make in FILES.items()}
    table, _, declared = next(
        one for one in declared_columns() if one[2].data_class is DataClass.CONTACT
    )
    with monkeypatch.context() as patched:
        more = [*declared_columns(), (table, "nickname", declared)]
        patched.setattr("engagement.rights.processing.declared_columns", lambda: more)
        assert all(make() != before[name] for name, make in FILES.items())
    column = Base.metadata.tables["resident"].c.email
    longer = retention.Retention(9_999, since="last_active_at")
    changed = type(declared)(DataClass.CONTACT, declared.basis, longer)
    with monkeypatch.context() as patched:
        patched.setitem(column.info, "personal", changed)
        assert all(make() != before[name] for name, make in FILES.items())
    assert {name: make() for name, make in FILES.items()} == before
