"""A whole programme by one command."""

from __future__ import annotations

import csv
import errno
import io
import os
import re
import resource
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from engagement.cli import engagement
from engagement.cli.demonstration_programme import COMMENTS, DRAFT
from engagement.config import ROOT

REAL = ROOT.parent / "shared" / "data" / "feedback" / "nhs_fft_v6" / "comments.csv"


def run_programme(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The command, in a folder of its own."""
    return subprocess.run(
        [sys.executable, "-m", "engagement.cli", "run-programme", *words, "--out", "out"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the comments of the demonstration and its draft."""
    with (tmp_path / "comments.csv").open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["comment", "quote"])
        for number, line in enumerate(COMMENTS.strip().splitlines()):
            writer.writerow([line, "no" if number % 3 == 0 else "yes"])
    (tmp_path / "plan.md").write_text(DRAFT)
    return tmp_path


GIVEN = ("--comments", "comments.csv", "--text-column", "comment", "--quote-column", "quote")


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))


def test_comments_and_a_draft_become_files_for_a_board(folder: Path) -> None:
    answer = run_programme(folder, *GIVEN, "--draft", "plan.md", "--priorities", "4")
    assert answer.returncode == 0, answer.stderr
    assert "56 contributions taken" in answer.stdout
    assert {path.name for path in folder.iterdir()} == {"comments.csv", "plan.md", "out"}
    priorities = rows_of(folder / "out" / "priorities.csv")
    assert [row["number"] for row in priorities] == ["1", "2", "3", "4"]
    assert all(int(row["contributions"]) >= 4 for row in priorities)
    assert all(row["contributions_in_corpus"] == "56" for row in priorities)
    assert any("plan §" in row["paragraphs"] for row in priorities)
    assert all("suggested" in row["paragraphs"] for row in priorities if row["paragraphs"])
    with zipfile.ZipFile(folder / "out" / "priorities.docx") as word:
        assert priorities[0]["priority"] in word.read("word/document.xml").decode()


def test_nobody_is_quoted_who_did_not_agree(folder: Path) -> None:
    assert run_programme(folder, *GIVEN, "--priorities", "20").returncode == 0
    kept_back = COMMENTS.strip().splitlines()[::3]
    with zipfile.ZipFile(folder / "out" / "priorities.docx") as word:
        files = word.read("word/document.xml").decode()
    files += (folder / "out" / "priorities.csv").read_text()
    files += (folder / "out" / "chain.csv").read_text()
    assert [line for line in kept_back if line[:30] in files] == []
    assert COMMENTS.strip().splitlines()[1][:12] in files


def test_the_same_words_give_the_same_content_in_whatever_order(folder: Path) -> None:
    def fingerprint() -> str:
        answer = run_programme(folder, *GIVEN, "--draft", "plan.md")
        found = re.search(r"Fingerprint of the content: ([0-9a-f]{64})", answer.stdout)
        assert found, answer.stderr
        return found[1]

    first = fingerprint()
    lines = (folder / "comments.csv").read_text().splitlines()
    (folder / "comments.csv").write_text("\n".join([lines[0], *reversed(lines[1:])]))
    assert fingerprint() == first


def test_every_fault_of_a_file_is_told_with_row_and_column(folder: Path) -> None:
    (folder / "bad.csv").write_text(
        "id,comment,when,quote\n1,I waited,10/17/2021,yes\n2,The bus,2021-10-01,perhaps\n"
        "2,Again,2021-10-01,no\n4,,2021-10-01,no\n5,One,2021-10-01,no,too many\n"
    )
    answer = run_programme(
        folder,
        *("--comments", "bad.csv", "--text-column", "comment", "--reference-column", "id"),
        *("--date-column", "when", "--quote-column", "quote"),
    )
    assert answer.returncode == 2
    assert "nothing was taken" in answer.stderr
    for told in (
        "row 2, column 'when'",
        "row 3, column 'quote'",
        "row 4, column 'id'",
        "row 6: The row has more cells",
    ):
        assert told in answer.stderr
    assert not (folder / "out").exists()


@pytest.mark.parametrize(
    ("comments", "told"),
    [
        (["It was cold.", "It was late.", "It was far."], "too few comments"),
        (["I waited for a very long time in the cold."] * 3000, "too few different comments"),
        (None, "The file is damaged"),
    ],
)
def test_too_little_is_said_in_a_clear_word(
    folder: Path, comments: list[str] | None, told: str
) -> None:
    path = folder / "few.csv"
    if comments is None:
        path.write_bytes(b"PK\x03\x04\x00\x00")
    else:
        path.write_text("\n".join(["comment", *comments]))
    answer = run_programme(folder, "--comments", "few.csv", "--text-column", "comment")
    assert answer.returncode == 2
    assert told in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_disk_that_fills_up_leaves_the_folder_as_it_was(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = run_programme(folder, *GIVEN)
    assert answer.returncode == 0, answer.stderr
    before = {path.name: path.read_bytes() for path in (folder / "out").iterdir()}
    assert len(before) == 3
    (folder / "comments.csv").write_text(
        (folder / "comments.csv").read_text().replace("bus", "van")
    )
    written: list[str] = []
    write = Path.write_bytes

    def fail_on_the_second(path: Path, data: bytes) -> int:
        if path.parent.name.endswith(".part"):
            if written:
                raise OSError(errno.ENOSPC, "No space left on device")
            written.append(path.name)
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", fail_on_the_second)
    monkeypatch.chdir(folder)
    stopped = CliRunner().invoke(engagement, ["run-programme", *GIVEN, "--out", "out"])
    assert stopped.exit_code == 2
    assert "out cannot be written: No space left on device." in stopped.output
    assert len(written) == 1
    assert {path.name: path.read_bytes() for path in (folder / "out").iterdir()} == before
    assert {path.name for path in folder.iterdir()} == {"comments.csv", "plan.md", "out"}


def test_a_column_that_is_not_there_is_named(folder: Path) -> None:
    answer = run_programme(folder, "--comments", "comments.csv", "--text-column", "words")
    assert answer.returncode == 2
    assert "'words': There is no column of this name" in answer.stderr


@pytest.mark.skipif(not REAL.exists(), reason=f"{REAL.name} of real comments is not here")
def test_four_thousand_real_comments_take_less_than_a_minute_and_a_gigabyte(folder: Path) -> None:
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    answer = run_programme(
        folder,
        *("--comments", str(REAL), "--text-column", "text", "--respondent-column", "respondent_id"),
        *("--may-quote", "--draft", "plan.md"),
    )
    assert answer.returncode == 0, answer.stderr
    assert "4366 contributions taken" in answer.stdout
    assert "12 themes" in answer.stdout
    assert time.monotonic() - began < 60
    assert max(before, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) < 1_000_000
    assert len(rows_of(folder / "out" / "chain.csv")) > 1000
