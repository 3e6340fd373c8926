"""Tables from the command line: a plan, or words why there is none."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engagement.cli import engagement

PEOPLE = "id,sex,with,not with,host\n" + "".join(
    f"p{n},{'female' if n % 2 else 'male'},{'a' if n < 2 else ''},{'b' if n in (2, 3) else ''},"
    f"{2 if n == 4 else ''}\n"
    for n in range(12)
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "p.csv").write_text(PEOPLE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(engagement, ["tables", *words])


WHOLE = ("p.csv", "--tables", "3", "--rounds", "2", "--out", "out")


def test_a_plan_is_written(folder: Path) -> None:
    wishes = ("--together", "with", "--apart", "not with", "--fixed", "host")
    result = run(*WHOLE, "--features", "sex", *wishes, "--effort", "0.2")
    assert result.exit_code == 0, result.output
    assert "12 people, 3 tables, 2 rounds." in result.output
    assert "Every table mirrors the room on every feature." in result.output
    with (folder / "out" / "tables.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["round", "table", "id"]
    assert len(rows) == 24
    seats = {(row["round"], row["id"]): row["table"] for row in rows}
    for number in ("1", "2"):
        assert seats[number, "p0"] == seats[number, "p1"]
        assert seats[number, "p2"] != seats[number, "p3"]
        assert seats[number, "p4"] == "2"
    again = (folder / "out" / "tables.csv").read_bytes()
    assert run(*WHOLE, "--features", "sex", *wishes, "--effort", "0.2").exit_code == 0
    assert (folder / "out" / "tables.csv").read_bytes() == again


@pytest.mark.parametrize(
    ("content", "more", "words"),
    [
        (PEOPLE, ("--features", "age"), "column “age”: There is no such column"),
        (PEOPLE + "p3,male,,,\n", (), "row 14, column “id”: p3 is there already"),
        (PEOPLE + ",male,,,\n", (), "row 14, column “id”: The id is missing"),
        (PEOPLE + "q,male,,,x\n", ("--fixed", "host"), "“x” is no table"),
        ("id,sex,sex\n1,a,b\n", ("--features", "sex"), "This heading is there twice"),
        ("id\n", (), "There are no people in it"),
        ("", (), "The file is empty"),
    ],
)
def test_a_bad_file_is_refused_with_its_place(
    folder: Path, content: str, more: tuple[str, ...], words: str
) -> None:
    (folder / "p.csv").write_text(content)
    result = run(*WHOLE, *more)
    assert result.exit_code == 2
    assert words in result.output
    assert "Nothing was written." in result.output
    assert not (folder / "out").exists()


def test_wishes_that_cannot_be_kept_have_their_own_code(folder: Path) -> None:
    (folder / "p.csv").write_text("id,with\n" + "".join(f"p{n},a\n" for n in range(6)))
    result = run(*WHOLE, "--together", "with")
    assert result.exit_code == 3
    assert "are to sit together, and a table has 2 seats" in result.output
    assert not (folder / "out").exists()
