"""An opinion map from the command line: made whole, or refused in words with nothing written."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from click.testing import CliRunner, Result

from engagement.cli import engagement
from engagement.config import ROOT

FOLDER = ROOT.parent / "shared" / "data" / "polis"
CONVERSATIONS = sorted(FOLDER.glob("*/votes.csv"))
HEADINGS = "timestamp,datetime,comment-id,voter-id,vote"
HOSTILE = '<script>alert("x")</script> & =1+1 \u202e]]> ${7*7} {{7*7}}'


def _votes(people: int = 60, statements: int = 20) -> list[str]:
    """Two groups of people who differ on every statement but the first eight."""
    chance = np.random.default_rng(1)
    rows = []
    for person in range(people):
        for statement in range(statements):
            if chance.random() < 0.7:
                side = 1 if statement < 8 or person % 2 else -1
                vote = side if chance.random() < 0.9 else 0
                rows.append(f"{1000 + len(rows)},now,{statement},{person},{vote}")
    return rows


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "v.csv").write_text("\n".join([HEADINGS, *_votes(), ""]))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(engagement, ["opinion", *words])


def record(folder: Path, out: str = "out") -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / out / "opinion.json").read_text("utf-8"))
    return content


def refused(answer: Result, folder: Path) -> str:
    assert answer.exit_code == 2, answer.output
    assert "Nothing was written." in answer.stderr
    assert "Traceback" not in answer.output
    assert not (folder / "out").exists()
    assert not list(folder.glob(".*"))
    return answer.stderr


def test_a_map_is_made_with_groups_consensus_and_stability(folder: Path) -> None:
    answer = run("v.csv", "--out", "out")
    assert answer.exit_code == 0, answer.output
    assert "60 people, 20 statements" in answer.stdout
    assert "Drawing the map" in answer.stderr
    made = record(folder)
    assert made["participants"] == 60
    assert made["statements"] == 20
    assert [group["size"] for group in made["groups"]] == [30, 30]
    assert made["stability"] > 0.95
    scores = [one["score"] for one in made["consensus"]]
    assert scores == sorted(scores, reverse=True)
    assert {one["statement_id"] for one in made["consensus"][:8]} == set(range(8))
    assert {one["statement_id"] for one in made["differences"][:12]} == set(range(8, 20))
    assert len(made["groups"][0]["telling"]) == 5
    assert sorted(path.name for path in (folder / "out").iterdir()) == [
        "map.svg",
        "opinion.html",
        "opinion.json",
    ]


def test_the_map_says_in_words_what_it_shows(folder: Path) -> None:
    run("v.csv", "--out", "out")
    svg = ElementTree.parse(folder / "out/map.svg").getroot()
    space = "{http://www.w3.org/2000/svg}"
    title, description = svg[0], svg[1]
    assert (title.tag, title.text) == (f"{space}title", "Opinion map")
    assert description.text is not None
    assert "30 in group A (circle) and 30 in group B (square)" in description.text
    drawn = [path.get("fill") for path in svg.iter(f"{space}path")]
    assert len(set(drawn)) == 2
    texts = [text.text for text in svg.iter(f"{space}text")]
    assert texts == ["A", "B", "Group A: 30 people", "Group B: 30 people"]
    page = (folder / "out/opinion.html").read_text("utf-8")
    assert description.text in page
    for heading in ("The groups", "What all groups agree with", "What divides the groups most"):
        assert f"<h2>{heading}</h2>" in page


def test_the_order_of_rows_changes_no_byte(folder: Path) -> None:
    rows = _votes()
    (folder / "w.csv").write_text("\n".join([HEADINGS, *rows[::-1]]))
    run("v.csv", "--out", "a")
    run("w.csv", "--out", "b")
    for name in ("opinion.json", "map.svg", "opinion.html"):
        assert (folder / "a" / name).read_bytes() == (folder / "b" / name).read_bytes()


def test_a_vote_given_again_replaces_the_first(folder: Path) -> None:
    rows = [*_votes(), "9999999,now,0,0,-1"]
    (folder / "v.csv").write_text("\n".join([HEADINGS, *rows]))
    run("v.csv", "--out", "a")
    (folder / "v.csv").write_text("\n".join([HEADINGS, rows[-1], *rows[:-1]]))
    run("v.csv", "--out", "b")
    first, second = record(folder, "a"), record(folder, "b")
    assert first == second
    assert first["votes_replaced"] in (0, 1)
    (zero,) = (one for one in first["consensus"] if one["statement_id"] == 0)
    assert zero["disagree"] == 1


def test_words_of_statements_are_shown_and_cannot_do_anything(folder: Path) -> None:
    lines = [f'{number},1,"{HOSTILE.replace(chr(34), 2 * chr(34))}"' for number in range(19)]
    (folder / "c.csv").write_text("\n".join(["comment-id,moderated,comment-body", *lines]), "utf-8")
    answer = run("v.csv", "--comments", "c.csv", "--out", "out")
    assert answer.exit_code == 0, answer.output
    assert "Statements that people voted on and c.csv does not hold: 1." in answer.stdout
    assert record(folder)["consensus"][0]["text"] == HOSTILE
    page = (folder / "out/opinion.html").read_text("utf-8")
    found: list[str] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: found.append(tag)  # type: ignore[method-assign]
    parser.feed(page)
    assert "script" not in found
    assert "&lt;script&gt;" in page
    assert "\u202e" not in page
    ElementTree.fromstring(re.findall("<svg.*</svg>", page, re.DOTALL)[0])


def test_rejected_statements_are_left_out(folder: Path) -> None:
    lines = [f"{number},{-1 if number == 3 else 1},x" for number in range(20)]
    (folder / "c.csv").write_text("\n".join(["comment-id,moderated,comment-body", *lines]))
    answer = run("v.csv", "--comments", "c.csv", "--out", "out")
    assert "Statements rejected in c.csv and left out: 1." in answer.stdout
    made = record(folder)
    assert made["statements"] == 19
    assert 3 not in {one["statement_id"] for one in made["consensus"]}


def test_declared_groups_are_bridged_and_small_ones_left_out(folder: Path) -> None:
    lines = [
        f"{n},{('Here', 'There')[n % 3 > 0]},{'seldom' if n < 5 else 'many'}" for n in range(60)
    ]
    (folder / "g.csv").write_text("\n".join(["voter-id,Place,Age", *lines]))
    answer = run("v.csv", "--groups", "g.csv", "--out", "out")
    assert answer.exit_code == 0, answer.output
    assert "Values of “Age” with fewer than 8 people are left out." in answer.stdout
    made = record(folder)
    assert made["declared"] == [
        {"heading": "Place", "counted": ["Here", "There"], "left_out": False},
        {"heading": "Age", "counted": ["many"], "left_out": True},
    ]
    assert not any("seldom" in path.read_text("utf-8") for path in (folder / "out").iterdir())
    assert len(made["bridging"]) == 20
    assert "“Place” and “Age”" in (folder / "out/opinion.html").read_text("utf-8")


def test_no_id_of_a_participant_is_written(folder: Path) -> None:
    rows = [row.split(",") for row in _votes()]
    named = [",".join([*row[:3], f"person-{row[3]}-x", row[4]]) for row in rows]
    (folder / "v.csv").write_text("\n".join([HEADINGS, *named]))
    run("v.csv", "--out", "out")
    for path in (folder / "out").iterdir():
        assert "person-" not in path.read_text("utf-8")


def test_ids_that_are_no_numbers_stay_as_they_are(folder: Path) -> None:
    text = (folder / "v.csv").read_text().replace("now,1,", "now,<b>q,")
    (folder / "v.csv").write_text(text)
    run("v.csv", "--out", "out")
    ids = {one["statement_id"] for one in record(folder)["consensus"]}
    assert {"<b>q", "0", "2"} <= ids
    assert "<b>q" not in (folder / "out/opinion.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "v.csv: The file is empty."),
        (b"\n\n", "v.csv: is empty"),
        (HEADINGS.encode(), "v.csv: holds no vote; write one in each row"),
        (b"PK\x03\x04rest", "This is a spreadsheet, not a CSV file."),
        (f"{HEADINGS}\n1,x,1,1,1\n".encode("utf-16"), "This is not a CSV file."),
        (b"\x00\xff\xfe", "This is not a CSV file."),
        (f'{HEADINGS}\n1,x,1,"1,1\n'.encode(), "A quotation mark has no partner."),
        (f"{HEADINGS}\n1,x,1\n1,x,1,1,yes\n".encode(), "“yes” is no vote; write 1 (agree)"),
        (
            f"{HEADINGS}\n1,x,1,1,1\n1,x,1,2,1\n1,x,1,3,1\n".encode(),
            "v.csv: 3 people voted; an opinion map needs at least 8",
        ),
        (f"{HEADINGS}\n1,x,1,\x1b[31m,1\n".encode(), "holds signs that cannot be shown"),
    ],
)
def test_bad_files_are_refused_in_words(folder: Path, content: bytes, said: str) -> None:
    (folder / "v.csv").write_bytes(content)
    words = refused(run("v.csv", "--out", "out"), folder)
    assert said in words
    assert "\x1b" not in words


def test_faults_of_all_files_are_told_at_once(folder: Path) -> None:
    (folder / "v.csv").write_text(f"{HEADINGS}\n1,x,1,1,9\n")
    (folder / "c.csv").write_text("id,body\n1,x\n")
    (folder / "g.csv").write_text("id\n1\n")
    words = refused(
        run("v.csv", "--comments", "c.csv", "--groups", "g.csv", "--out", "out"), folder
    )
    for file in ("v.csv, row 2", "c.csv, row 1", "g.csv, row 1"):
        assert file in words


def test_another_encoding_is_read(folder: Path) -> None:
    lines = [f"{number},1,Café für alle" for number in range(20)]
    text = "\n".join(["comment-id,moderated,comment-body", *lines])
    (folder / "c.csv").write_bytes(text.encode("cp1252"))
    answer = run("v.csv", "--comments", "c.csv", "--out", "out")
    assert answer.exit_code == 0, answer.output
    assert record(folder)["consensus"][0]["text"] == "Café für alle"


def test_everybody_voting_the_same_is_told(folder: Path) -> None:
    rows = [f"1,x,{statement},{person},1" for person in range(20) for statement in range(10)]
    (folder / "v.csv").write_text("\n".join([HEADINGS, *rows]))
    answer = run("v.csv", "--out", "out")
    assert answer.exit_code == 0, answer.output
    assert "Everybody voted the same on every statement" in answer.stdout
    assert [group["size"] for group in record(folder)["groups"]] == [20]


def test_a_folder_that_cannot_be_written_is_told(folder: Path) -> None:
    (folder / "file").write_text("x")
    answer = run("v.csv", "--out", "file/out")
    assert answer.exit_code == 2
    assert "cannot be written" in answer.stderr


@pytest.mark.skipif(not CONVERSATIONS, reason=f"no conversations at {FOLDER}")
@pytest.mark.parametrize("path", CONVERSATIONS, ids=lambda path: path.parent.name[:12])
def test_real_conversations_are_mapped(path: Path, tmp_path: Path) -> None:
    comments = str(path.with_name("comments.csv"))
    answer = run(str(path), "--comments", comments, "--out", str(tmp_path / "list"))
    assert answer.exit_code == 0, answer.output
    matrix = str(path.with_name("participants-votes.csv"))
    run(matrix, "--comments", comments, "--out", str(tmp_path / "matrix"))
    listed, made = record(tmp_path, "list"), record(tmp_path, "matrix")
    assert listed["votes_replaced"] > 0
    assert made == listed | {"votes_replaced": 0}
    assert len(listed["groups"]) >= 2
    assert min(group["size"] for group in listed["groups"]) >= 8
    assert 0 < listed["stability"] <= 1
    ElementTree.parse(tmp_path / "list/map.svg")
