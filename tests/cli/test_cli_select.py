"""A panel from the command line: drawn, proved, refused, filled again."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from engagement.cli import engagement

TARGETS = """feature,value,min,max
Age,16-29,1,3
Age,30+,3,5
Sex,Female,3,3
Sex,Male,3,3
"""
NAMES = [
    "selection.json",
    "panel.csv",
    "commitment.json",
    "public.zip",
    "auditor.zip",
    "people.zip",
]


def _people(count: int = 40) -> str:
    ages, sexes = ("16-29", "30+"), ("Female", "Male")
    rows = [
        f"r{number},{ages[number % 3 > 0]},{sexes[number % 2]},h{number // 2}"
        for number in range(count)
    ]
    return "\n".join(["id,Age,Sex,home", *rows, ""])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "t.csv").write_text(TARGETS)
    (tmp_path / "p.csv").write_text(_people())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(command: str, *words: str, size: int = 6) -> Result:
    given = ["--targets", "t.csv", "--people", "p.csv", "--size", str(size)]
    return CliRunner().invoke(engagement, [command, *given, *words])


def record(folder: Path, out: str = "out") -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / out / "selection.json").read_text())
    return content


def check(path: Path) -> Result:
    return CliRunner().invoke(engagement, ["verify-draw", str(path)])


def test_a_panel_is_drawn_with_everybodys_chance_and_its_proof(folder: Path) -> None:
    answer = run("select", "--seed", "seven", "--out", "out")
    assert answer.exit_code == 0, answer.output
    assert "Proved: no lottery is fairer." in answer.stdout
    made = record(folder)
    assert made["method"] == "leximin"
    assert made["size"] == 6
    assert made["seed"] == "seven"
    assert made["certified"] is True
    assert made["gap"] <= 1e-9
    assert len(made["panel"]) == 6
    assert len(made["probabilities"]) == 40
    assert sum(made["probabilities"].values()) == pytest.approx(6, abs=1e-9)
    assert made["min_probability"] == pytest.approx(min(made["probabilities"].values()))
    assert 0 <= made["gini"] < 1
    assert made["cpu_seconds"] > 0
    rows = list(csv.DictReader(io.StringIO((folder / "out/panel.csv").read_text("utf-8-sig"))))
    assert sorted(row["id"] for row in rows) == made["panel"]
    assert sorted(path.name for path in (folder / "out").iterdir()) == sorted(NAMES)


def test_every_pack_of_a_draw_holds_when_checked(folder: Path) -> None:
    run("select", "--household-columns", "home", "--exclude", "r0", "--out", "out")
    for name in ("public.zip", "auditor.zip", "commitment.json"):
        answer = check(folder / "out" / name)
        assert answer.exit_code == 0, answer.output
        assert "FAILED" not in answer.output
    with zipfile.ZipFile(folder / "out/people.zip") as people:
        index = list(csv.DictReader(io.StringIO(people.read("index.csv").decode("utf-8-sig"))))
        assert [row["id"] for row in index] == [f"r{number}" for number in range(40)]
        (folder / "person.json").write_bytes(people.read(index[7]["file"]))
    answer = check(folder / "person.json")
    assert answer.exit_code == 0, answer.output
    assert "r7" in answer.output


def test_the_same_seed_draws_the_same_people_and_another_need_not(folder: Path) -> None:
    for out, seed in (("a", "1"), ("b", "1"), ("c", "2")):
        assert run("select", "--seed", seed, "--out", out).exit_code == 0
    first, again, other = (record(folder, out) for out in "abc")
    assert first["panel"] == again["panel"]
    assert first["ticket"] != other["ticket"]
    assert first["probabilities"] == other["probabilities"]


def test_without_a_seed_one_is_made_up_and_said(folder: Path) -> None:
    run("select", "--out", "a")
    run("select", "--out", "b")
    first, second = record(folder, "a"), record(folder, "b")
    assert first["seed"] != second["seed"]
    assert "made by the command" in first["seed_source"]


def test_people_of_one_household_are_never_drawn_together(folder: Path) -> None:
    answer = run("select", "--household-columns", "home", "--seed", "3", "--out", "out")
    assert answer.exit_code == 0, answer.output
    with zipfile.ZipFile(folder / "out/auditor.zip") as pack:
        tickets = json.loads(pack.read("tickets.json"))
    text = json.dumps(tickets)
    assert text.count("r1") > 0
    drawn = record(folder)["panel"]
    assert len({int(person[1:]) // 2 for person in drawn}) == 6


def test_somebody_to_be_included_is_and_somebody_excluded_is_not(folder: Path) -> None:
    run("select", "--must-include", "r4, r9", "--exclude", "r5", "--seed", "1", "--out", "out")
    made = record(folder)
    assert {"r4", "r9"} <= set(made["panel"])
    assert made["probabilities"]["r4"] == 1
    assert made["probabilities"]["r5"] == 0
    assert made["barred"] == {"r5": "excluded"}


@pytest.mark.parametrize("method", ["maximin", "nash", "simple"])
def test_the_other_methods_draw_too(folder: Path, method: str) -> None:
    answer = run("select", "--method", method, "--seed", "1", "--out", "out")
    assert answer.exit_code == 0, answer.output
    made = record(folder)
    assert made["method"] == method
    if method == "simple":
        assert list(made["probabilities"].values()) == [pytest.approx(6 / 40)] * 40
    answer = check(folder / "out/auditor.zip")
    assert answer.exit_code == 0, answer.output


def test_a_feature_left_unstated_is_told_with_what_it_does(folder: Path) -> None:
    text = _people().replace("r3,16-29,", "r3,prefer not to say,").replace("r9,16-29,", "r9,,")
    (folder / "p.csv").write_text(text)
    answer = run("select", "--seed", "1", "--out", "out")
    assert answer.exit_code == 0, answer.output
    assert "Age: 2 left it unstated; their chance is" in answer.stdout
    (effect,) = record(folder)["unstated"]
    assert effect["people"] == 2
    assert record(folder)["probabilities"]["r3"] > 0


def test_targets_that_cannot_be_met_say_what_would_have_to_give(folder: Path) -> None:
    (folder / "t.csv").write_text(TARGETS.replace("16-29,1,3", "16-29,4,6").replace("3,5", "0,2"))
    (folder / "p.csv").write_text(_people(8))
    answer = run("select", "--out", "out")
    assert answer.exit_code == 3
    assert "Age 16-29: lower the minimum from 4 to 3; only 3 registered." in answer.stderr
    assert "Age 30+: raise the maximum from 2 to 3." in answer.stderr
    assert "Nothing was written." in answer.stderr
    assert not (folder / "out").exists()


def test_registrants_on_no_panel_are_named_before_the_draw(folder: Path) -> None:
    (folder / "t.csv").write_text(TARGETS + "Place,Here,6,6\nPlace,There,0,0\n")
    rows = _people().splitlines()
    placed = [
        rows[0] + ",Place",
        *(row + (",There" if row.startswith(("r7,", "r17,")) else ",Here") for row in rows[1:]),
    ]
    (folder / "p.csv").write_text("\n".join(placed))
    answer = run("select", "--seed", "1", "--out", "out")
    assert answer.exit_code == 0, answer.output
    assert "On no panel that meets the targets: r17, r7" in answer.stdout
    assert answer.stderr.index("On no panel") < answer.stderr.index("Tickets")
    assert record(folder)["on_no_panel"] == ["r17", "r7"]


def test_all_that_is_wrong_with_files_is_told_and_nothing_written(folder: Path) -> None:
    (folder / "t.csv").write_text(TARGETS + "Sex,Other,3,1\n")
    answer = run("select", "--out", "out")
    assert answer.exit_code == 2
    assert "t.csv, row 6" in answer.stderr
    (folder / "t.csv").write_text(TARGETS)
    (folder / "p.csv").write_text("id,Age,Sex\na,16-29,Female\na,99,Male\n,30+,Woman\n")
    answer = run("select", "--out", "out")
    assert answer.exit_code == 2
    for words in ("row 3, column “id”", "row 3, column “Age”", "row 4, column “Sex”"):
        assert words in answer.stderr
    assert "Traceback" not in answer.output
    assert not (folder / "out").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--must-include", "r1,nobody"), "“nobody” is to be included, but nobody registered"),
        (("--must-include", "r1", "--exclude", "r1"), "“r1” is in two of these rules"),
        (("--must-include", "r2,r3", "--household-columns", "home"), "of one household"),
        (("--must-include", "@missing.txt"), "missing.txt cannot be read as a text"),
        (("--seed", " "), "it cannot be empty"),
    ],
)
def test_rules_that_cannot_hold_are_told(folder: Path, words: tuple[str, ...], said: str) -> None:
    answer = run("select", *words, "--out", "out")
    assert answer.exit_code == 2
    assert said in answer.output
    assert not (folder / "out").exists()


def test_seats_that_fell_empty_are_filled_so_that_the_whole_panel_meets_its_targets(
    folder: Path,
) -> None:
    run("select", "--seed", "1", "--out", "first")
    panel = record(folder, "first")["panel"]
    kept, gone = panel[:4], panel[4:]
    answer = run(
        "replace",
        "--seated",
        ",".join(kept),
        "--gone",
        ",".join(gone),
        "--seed",
        "2",
        "--out",
        "out",
    )
    assert answer.exit_code == 0, answer.output
    made = record(folder)
    assert made["seated"] == kept
    assert len(made["panel"]) == 2
    assert not set(made["panel"]) & set(panel)
    people = {row["id"]: row for row in csv.DictReader(io.StringIO((folder / "p.csv").read_text()))}
    whole = [people[person] for person in (*kept, *made["panel"])]
    assert sum(person["Sex"] == "Male" for person in whole) == 3
    assert 1 <= sum(person["Age"] == "16-29" for person in whole) <= 3
    answer = check(folder / "out/auditor.zip")
    assert answer.exit_code == 0, answer.output


def counted(pack: Path) -> list[int | None]:
    """The counts of registrants in a pack, or in commitment.json."""
    content = pack.read_bytes()
    if pack.suffix == ".zip":
        with zipfile.ZipFile(pack) as members:
            content = members.read("commitment.json")
    counts = json.loads(content)["opened"][2]["record"]
    return [row["registered"] for row in counts["rows"]]


def words_of(pack: Path) -> str:
    with zipfile.ZipFile(pack) as members:
        return " ".join(members.read("README.txt").decode().split())


def drawn_people(pack: Path) -> list[str]:
    with zipfile.ZipFile(pack) as members:
        people: list[str] = json.loads(members.read("result.json"))["people"]
    return people


def test_few_who_registered_are_in_no_count_that_is_published(folder: Path) -> None:
    # One person of another sex, three who leave their age unstated: counts of 1 and 3.
    (folder / "t.csv").write_text(TARGETS + "Sex,Other,0,1\n")
    text = _people().replace("r5,30+,Male", "r5,30+,Other")
    for person in ("r3", "r9", "r12"):
        text = text.replace(f"{person},16-29,", f"{person},,")
    (folder / "p.csv").write_text(text)
    for words, few, rounded in (((), 7, 5), (("--small", "3", "--round-to", "1"), 3, 1)):
        answer = run("select", *words, "--seed", "1", "--out", "out")
        assert answer.exit_code == 0, answer.output
        for name in ("commitment.json", "public.zip", "auditor.zip"):
            counts = counted(folder / "out" / name)
            assert counts.count(None) == 4  # each small one, and one that would tell it
            shown = [count for count in counts if count is not None]
            assert shown
            assert not [count for count in shown if 1 <= count <= few or count % rounded]
            answer = check(folder / "out" / name)
            assert answer.exit_code == 0, answer.output
            assert "FAILED" not in answer.output
    assert "4 of them not published" in check(folder / "out/auditor.zip").output


def test_filling_seats_again_publishes_no_counts_to_be_compared(folder: Path) -> None:
    run("select", "--seed", "1", "--out", "first")
    kept = ",".join(record(folder, "first")["panel"][:4])
    assert run("replace", "--seated", kept, "--out", "out").exit_code == 0
    assert {count for count in counted(folder / "out/public.zip") if count} == set()
    assert check(folder / "out/auditor.zip").exit_code == 0


@pytest.mark.parametrize("words", [("--seed", "1"), ()])
def test_a_draw_at_once_does_not_say_that_anything_was_published_first(
    folder: Path, words: tuple[str, ...]
) -> None:
    run("select", *words, "--out", "out")
    for name in ("public.zip", "auditor.zip"):
        said = words_of(folder / "out" / name)
        assert "Nothing was published before this draw." in said
        assert record(folder)["seed_source"] in said
        assert "ROOT" not in said


SOURCE = "round 7,000,000 of the beacon"


def commit(*words: str, out: str = "out") -> Result:
    return run("select", "--commit-only", "--seed-source", SOURCE, *words, "--out", out)


def reveal(*words: str) -> Result:
    return CliRunner().invoke(engagement, ["reveal", *words])


def test_a_draw_can_be_bound_first_and_drawn_when_its_seed_is_known(folder: Path) -> None:
    answer = commit("--household-columns", "home")
    assert answer.exit_code == 0, answer.output
    assert "people drawn" not in answer.output
    assert "Publish commitment.json now" in answer.stdout
    out = folder / "out"
    names = {"commitment.json", "auditor.zip", "people.zip", "bound.json"}
    assert {path.name for path in out.iterdir()} == names
    before = {name: (out / name).read_bytes() for name in names}
    for name in ("commitment.json", "auditor.zip"):
        answer = check(out / name)
        assert answer.exit_code == 0, answer.output
        assert "not drawn yet" in answer.output
    # What was read is not read again.
    (folder / "p.csv").unlink()
    answer = reveal("out", "--seed", "abc")
    assert answer.exit_code == 0, answer.output
    made = record(folder)
    assert f"6 people drawn by ticket number {made['ticket']}" in answer.stdout
    assert (made["seed"], made["seed_source"]) == ("abc", SOURCE)
    assert drawn_people(out / "public.zip") == made["panel"]
    rows = list(csv.DictReader(io.StringIO((out / "panel.csv").read_text("utf-8-sig"))))
    assert sorted(row["id"] for row in rows) == made["panel"]
    for name in ("commitment.json", "people.zip"):
        assert (out / name).read_bytes() == before[name]
    for name in ("public.zip", "auditor.zip"):
        words = ["verify-draw", str(out / name), "--root", made["root"]]
        answer = CliRunner().invoke(engagement, words)
        assert answer.exit_code == 0, answer.output
        assert "where ROOT is what was published before the draw" in words_of(out / name)


def test_the_same_seed_draws_the_same_at_once_and_when_bound_first(folder: Path) -> None:
    run("select", "--seed", "abc", "--out", "once")
    commit()
    reveal("out", "--seed", "abc")
    once, later = record(folder, "once"), record(folder)
    assert once["panel"] == later["panel"]
    assert once.keys() == later.keys()
    names = [sorted(path.name for path in (folder / out).iterdir()) for out in ("once", "out")]
    assert [*names[0], "bound.json"] == sorted(names[1], key=lambda name: name == "bound.json")


def test_a_draw_that_has_its_seed_gets_no_other(folder: Path) -> None:
    commit()
    reveal("out", "--seed", "abc")
    before = record(folder)
    answer = reveal("out", "--seed", "abd")
    assert answer.exit_code == 2
    assert "its seed is known already" in answer.stderr
    assert record(folder) == before


def test_only_a_folder_that_holds_a_whole_bound_draw_is_drawn(folder: Path) -> None:
    (folder / "empty").mkdir()
    answer = reveal("empty", "--seed", "1")
    assert answer.exit_code == 2
    assert "there is no bound.json in it" in answer.stderr
    commit(out="one")
    commit(out="two")
    (folder / "one/auditor.zip").write_bytes((folder / "two/auditor.zip").read_bytes())
    answer = reveal("one", "--seed", "1")
    assert answer.exit_code == 2
    assert "do not belong to one draw" in answer.stderr
    for content in (b"PK", b"{}", b"\xff"):
        for name in ("bound.json", "commitment.json", "auditor.zip"):
            commit(out="three")
            (folder / "three" / name).write_bytes(content)
            answer = reveal("three", "--seed", "1")
            assert answer.exit_code == 2, (name, content)
            assert "Nothing was written." in answer.stderr
            assert not (folder / "three/selection.json").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("--commit-only",),
        ("--commit-only", "--seed-source", SOURCE, "--seed", "1"),
        ("--seed-source", SOURCE),
        ("--commit-only", "--seed-source", " "),
    ],
)
def test_binding_first_needs_a_source_and_no_seed(folder: Path, words: tuple[str, ...]) -> None:
    answer = run("select", *words, "--out", "out")
    assert answer.exit_code == 2
    assert not (folder / "out").exists()


def test_a_bound_draw_that_cannot_be_says_what_would_have_to_give(folder: Path) -> None:
    (folder / "p.csv").write_text(_people(4))
    answer = commit()
    assert answer.exit_code == 3
    assert not (folder / "out").exists()


def test_extra_seats_raise_the_chance_of_ending_with_targets_met(folder: Path) -> None:
    words = ("--drop-out", "age=16-29:0.3", "--drop-out", "Sex=male:.1", "--most", "6")
    answer = run("extra-seats", *words)
    assert answer.exit_code == 0, answer.output
    chances = [float(line.split()[1]) for line in answer.stdout.splitlines()[1:]]
    assert len(chances) == 7
    assert chances[0] < 0.7 < chances[-1]
    answer = run("extra-seats", "--drop-out", "age=old:0.3", "--drop-out", "age=30+:2")
    assert answer.exit_code == 2
    assert "“age=old” has no target" in answer.stderr
    assert "“age=30+:2” is no drop-out" in answer.stderr


def test_stopping_leaves_nothing_behind(folder: Path) -> None:
    (folder / "p.csv").write_text(_people(3000))
    words = ["--targets", "t.csv", "--people", "p.csv", "--size", "6", "--out", "out"]
    process = subprocess.Popen(
        [sys.executable, "-m", "engagement.cli", "select", *words, "--tickets", "100000"],
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        # Whoever runs the tests in the background may have them ignore it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stderr is not None
    assert b"Who can be" in process.stderr.readline()
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert b"Traceback" not in errors
    assert sorted(path.name for path in folder.iterdir()) == ["p.csv", "t.csv"]
