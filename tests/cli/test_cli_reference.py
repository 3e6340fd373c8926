"""Reference data from the command line: what is said of a file that is taken, and of one not."""

from __future__ import annotations

from pathlib import Path

import pytest

from engagement.places.rules import ReferenceKind
from tests.databases import counts
from tests.factories.places import FILES
from tests.shell import Shell

DONE, BAD_INPUT = 0, 2


@pytest.fixture
def wards(tmp_path: Path) -> Path:
    """A file with three wards."""
    path = tmp_path / "wards.csv"
    path.write_text(FILES[ReferenceKind.WARDS])
    return path


def test_what_is_imported_is_listed_with_its_source(shell: Shell, wards: Path) -> None:
    assert "Begin with: engagement reference import icbs" in shell.run("reference", "list").stdout
    carried = shell.run("reference", "import", "icbs")
    assert (carried.returncode, carried.stdout.split(":")[0]) == (DONE, "icbs")
    assert "42 rows" in carried.stdout
    done = shell.run("reference", "import", "WARDS", str(wards), "--partial", "--vintage=May 2025")
    assert done.returncode == DONE
    shown = shell.run("reference", "list").stdout
    assert "wards: Electoral wards, May 2025, a part of England" in shown
    assert "Office for National Statistics; Open Government Licence v3.0; 3 rows" in shown
    assert done.stdout.rpartition("SHA-256 ")[2] in shown


def test_a_malformed_file_is_told_all_its_faults_and_imports_nothing(
    shell: Shell, wards: Path, database_url: str
) -> None:
    wards.write_text("ward24_code,ward24_name,ltla24_code\nE05000001,,E06000001\nE5,Quay,E1\n")
    answer = shell.run("reference", "import", "wards", str(wards), "--partial")
    assert answer.returncode == BAD_INPUT
    assert answer.stdout == ""
    *_, first, second, third, last = answer.stderr.splitlines()
    assert first == "row 2, column “ward24_name”: is empty; write the name"
    assert second.startswith("row 3, column “ward24_code”: “E5” is not a code like")
    assert third.startswith("row 3, column “ltla24_code”: “E1” is not a code like")
    assert last == "Nothing was imported."
    found = counts(database_url)
    assert found["reference_set"] == found["place"] == 0


def test_faults_beyond_the_first_hundred_are_counted(shell: Shell, wards: Path) -> None:
    wards.write_text("ward24_code,ward24_name,ltla24_code\n" + "x,,y\n" * 500)
    answer = shell.run("reference", "import", "wards", str(wards))
    assert answer.returncode == BAD_INPUT
    assert answer.stderr.splitlines()[-2] == "and 1,400 more faults"


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("wards", "Name the file to import for wards."),
        ("wards nowhere.csv", "nowhere.csv cannot be read (No such file or directory)"),
        ("wards .", "cannot be read (Is a directory)"),
        ("castles nowhere.csv", "'castles' is not one of 'icbs', 'sub_icbs'"),
    ],
)
def test_what_cannot_be_imported_is_plain(shell: Shell, words: str, problem: str) -> None:
    answer = shell.run("reference", "import", *words.split())
    assert answer.returncode == BAD_INPUT
    assert problem in answer.stderr


def test_every_kind_says_its_file_and_where_it_is(shell: Shell) -> None:
    answer = shell.run("reference", "kinds")
    assert answer.returncode == DONE
    lines = answer.stdout.splitlines()
    assert [line for line in lines if not line.startswith(" ")] == list(ReferenceKind)
    assert "File 7" in answer.stdout
    assert "nomisweb.co.uk" in answer.stdout
