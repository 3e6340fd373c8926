"""Letters by lottery from the command line: exactly as many, with each address's chance."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import random
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from engagement.cli import engagement

HEADINGS = "Address line 1,Postcode,decile,ward"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a file of 60 addresses, six of each decile."""
    lines = [
        f"{house} High Street,AB{house} 1CD,{house % 10 + 1},Ward {house % 3}"
        for house in range(60)
    ]
    (tmp_path / "a.csv").write_text("\n".join([HEADINGS, *lines, ""]))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str, seed: str = "one", letters: int = 20, addresses: str = "a.csv") -> Result:
    given = ["--addresses", addresses, "--letters", str(letters), "--seed", seed, "--out", "out"]
    return CliRunner().invoke(engagement, ["invite-lottery", *given, *words])


def drawn(folder: Path) -> list[dict[str, str]]:
    text = (folder / "out" / "letters.csv").read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def record(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "out" / "invite.json").read_text())
    return content


def test_letters_are_drawn_with_the_chance_of_each_address(folder: Path) -> None:
    answer = run("--strata", "ward", "--boost", "decile=1:3", "--boost", "Decile = 2:3")
    assert answer.exit_code == 0, answer.output
    assert "20 letters to 60 addresses in 30 strata, written to out" in answer.stdout
    assert "It is not a person's" in answer.stdout
    rows = drawn(folder)
    assert len(rows) == 20
    assert list(rows[0]) == [*HEADINGS.split(","), "inclusion_probability"]
    # 12 addresses of three times the chance of 48 others.
    chances = {"1": 60 / 84, "2": 60 / 84}
    for row in rows:
        expected = chances.get(row["decile"], 20 / 84)
        assert float(row["inclusion_probability"]) == pytest.approx(expected, abs=1e-9)
    kept = record(folder)
    assert kept["file"] == {
        "name": "a.csv",
        "sha256": hashlib.sha256((folder / "a.csv").read_bytes()).hexdigest(),
    }
    assert (kept["seed"], kept["letters"], kept["addresses"]) == ("one", 20, 60)
    assert (kept["strata_columns"], kept["address_columns"]) == (
        ["ward", "decile"],
        ["Address line 1", "Postcode"],
    )
    assert sum(stratum["letters"] for stratum in kept["strata"]) == 20
    assert kept["strata"][0]["probability_exact"] == "5/7"
    assert "It is not a person's" in kept["notes"][0]
    letters = (folder / "out" / "letters.csv").read_bytes()
    assert kept["letters_sha256"] == hashlib.sha256(letters).hexdigest()


def test_the_same_seed_draws_the_same_letters_in_whatever_order_rows_stand(folder: Path) -> None:
    run("--strata", "ward")
    first, before = drawn(folder), record(folder)
    head, *lines = (folder / "a.csv").read_text().splitlines()
    random.Random(1).shuffle(lines)
    (folder / "a.csv").write_text("\n".join([head, *lines]))
    run("--strata", "ward")
    assert sorted(map(str, drawn(folder))) == sorted(map(str, first))
    assert record(folder)["strata"] == before["strata"]
    run("--strata", "ward", seed="two")
    assert sorted(map(str, drawn(folder))) != sorted(map(str, first))


def test_the_letters_of_an_earlier_lottery_are_left_out(folder: Path) -> None:
    run()
    first = {row["Postcode"] for row in drawn(folder)}
    (folder / "out" / "letters.csv").rename(folder / "march.csv")
    answer = run("--previous", "march.csv", letters=40)
    assert answer.exit_code == 0, answer.output
    assert {row["Postcode"] for row in drawn(folder)} | first == {
        f"AB{house} 1CD" for house in range(60)
    }
    assert record(folder)["invited_before"] == 20
    assert "20 rows were invited before" in answer.stdout
    assert "40 addresses are certain of a letter" in answer.stdout


def test_equal_addresses_blank_strata_and_formulas_are_dealt_with(folder: Path) -> None:
    (folder / "b.csv").write_bytes(
        b"\xef\xbb\xbfaddress;postcode;ward\r\n"
        b"=1 Mill Lane;AB1 1CD;x\r\n=1 MILL LANE;ab1 1cd;X\r\n\r\n;;\r\n2 Mill Lane;AB1 1CD\r\n"
    )
    answer = run("--strata", "ward", letters=2, addresses="b.csv")
    assert answer.exit_code == 0, answer.output
    assert [row["address"] for row in drawn(folder)] == ["'=1 Mill Lane", "2 Mill Lane"]
    assert "1 rows have the address of an earlier row" in answer.stdout
    assert "1 addresses have no “ward”" in answer.stdout


@pytest.mark.parametrize(
    ("words", "letters", "said"),
    [
        (["--strata", "area,zone"], 5, ["a.csv, row 1, column “area”: is no heading", "“zone”"]),
        (["--boost", "decile=1"], 5, ["--boost: “decile=1” is no boost; write it as decile=1:3"]),
        (["--boost", "decile=1:0"], 5, ["“decile=1:0” is no boost"]),
        (["--boost", "decile=11:3"], 5, ["column “decile”: no address has “11”"]),
        (["--boost", "decile=1:3", "--boost", "decile=1:2"], 5, ["is given twice; keep one"]),
        ([], 61, ["61 letters cannot go to 60 addresses; write a number from 1 to 60"]),
        (["--address-columns", "street"], 5, ["column “street”: is no heading"]),
        (["--previous", "other.csv"], 5, ["other.csv, row 1, column “Postcode”: is no heading"]),
    ],
)
def test_what_cannot_be_drawn_is_said_and_nothing_is_written(
    folder: Path, words: list[str], letters: int, said: list[str]
) -> None:
    (folder / "other.csv").write_text("Address line 1\n1 High Street\n")
    answer = run(*words, letters=letters)
    assert answer.exit_code == 2
    for part in [*said, "Nothing was written."]:
        assert part in answer.stderr
    assert not (folder / "out").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "bad.csv: The file is empty."),
        (b"\n1 High Street\n", "bad.csv, row 1: is blank"),
        (b"PK\x03\x04", "bad.csv: This is a spreadsheet, not a CSV file."),
        (b"a\n\0", "bad.csv: This is not a CSV file."),
        (
            b'a,b\n1,2\n"3,4\n',
            "bad.csv: A quotation mark has no partner. Look for it in this row: 3",
        ),
        (b"a,b\n1,2\n3,4,5\n", "bad.csv, row 3: has more cells than there are headings"),
        (b"address,town,s\n,,x\n", "bad.csv, row 2: has no address"),
        (b"a,inclusion_probability\n1,2\n", "is where the chance will stand; rename"),
    ],
)
def test_a_file_that_cannot_be_read_is_said_in_plain_words(
    folder: Path, content: bytes, said: str
) -> None:
    (folder / "bad.csv").write_bytes(content)
    answer = run(addresses="bad.csv", letters=1)
    assert answer.exit_code == 2
    assert said in answer.stderr
    assert not (folder / "out").exists()


def test_an_empty_seed_is_refused(folder: Path) -> None:
    answer = run(seed=" ")
    assert answer.exit_code == 2
    assert "cannot be empty" in answer.stderr


def test_ctrl_c_leaves_nothing_half_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*given: object, **more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(json, "dumps", interrupt)
    assert run().exit_code == 1
    assert sorted(path.name for path in folder.iterdir()) == ["a.csv"]
