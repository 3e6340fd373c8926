"""A folder is written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from engagement.cli.outputs import OutputRefused, refuse, whole_folder


def test_a_new_folder_holds_what_was_written(tmp_path: Path) -> None:
    with whole_folder(tmp_path / "deep" / "out") as part:
        (part / "a.txt").write_text("a")
        assert not (tmp_path / "deep" / "out").exists()
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["out"]
    assert (tmp_path / "deep" / "out" / "a.txt").read_text() == "a"


def test_files_of_other_names_stay_and_those_of_the_same_name_are_replaced(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("mine")
    (out / "a.txt").write_text("old")
    with whole_folder(out) as part:
        (part / "a.txt").write_text("new")
    assert {path.name: path.read_text() for path in out.iterdir()} == {
        "mine.txt": "mine",
        "a.txt": "new",
    }


@pytest.mark.parametrize("end", [KeyboardInterrupt, ValueError, SystemExit])
def test_what_ends_early_leaves_everything_as_it_was(
    tmp_path: Path, end: type[BaseException]
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "a.txt").write_text("old")

    def write() -> None:
        with whole_folder(out) as part:
            (part / "a.txt").write_text("new")
            raise end

    with pytest.raises(end):
        write()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert (out / "a.txt").read_text() == "old"


def test_a_folder_that_cannot_be_written_is_said_in_plain_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    refused = pytest.raises(OutputRefused, match="cannot be written")
    with refused as caught, whole_folder(tmp_path / "file" / "out"):
        pass
    assert caught.value.exit_code == 2


def test_faults_beyond_the_first_hundred_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        refuse([f"fault {number}" for number in range(1250)])
    assert left.value.code == 2
    assert capsys.readouterr().err.splitlines()[-3:] == [
        "fault 99",
        "and 1,150 more faults",
        "Nothing was written.",
    ]
