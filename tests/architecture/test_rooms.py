"""Rooms: the same file names in each, no attics, nothing too long to read."""

from __future__ import annotations

from pathlib import Path

import pytest

from engagement.config import ROOT

PACKAGE = ROOT / "engagement"
NAMES = {"__init__.py", "models.py", "queries.py", "service.py", "rules.py", "errors.py"}
# What a room has beside them, and why.
MORE = {
    "accounts": {"credentials.py", "sessions.py"},  # secrets; signing in and out
    # taking files of them, and how these are read; what was said in another language; questions
    # that are answered in public; what is
    # noticed, what waits, is decided, is taken out, is disagreed with; who is at risk
    "contributions": {
        *("importing.py", "tablefile.py", "table.py", "copies.py", "remembering.py"),
        "translating.py",
        *("noticing.py", "waiting.py", "moderation.py", "followers.py", "appeals.py"),
        "asked.py",
        *("outcomes.py", "safeguarding.py", "taking_down.py", "diary.py"),
    },
    # one vote; maps; conversations held elsewhere; what those who run them read, voters tell
    "conversations": {"voting.py", "maps.py", "importing.py", "overview.py", "declaring.py"},
    "surveys": {"answering.py", "results.py", "files.py"},  # those who answer; what they answered
    "ballots": {"sealing.py", "voting.py"},  # envelopes; those who vote
    # rounds to begin with; rounds, what members have for them, and do from home; who paid, who
    # chose, what was left out; what members, organisers and observers say of it
    "deliberation": {
        *("evaluation.py", "integrity.py", "materials.py", "plans.py", "rounds.py"),
        "taking_part.py",
        *(f"models/{name}.py" for name in ("__init__", "oversight", "recommendations", "rounds")),
    },
    "documents": {
        "pictures.py",
        "letters.py",
        "office.py",
        "sheets.py",
        "word.py",
    },  # each kind of file
    "files": {"store.py"},  # where the bytes are
    # what people said under a theme; who took part, beside who lives there, as told to everyone
    "insight": {"evidence.py", "funnel.py", "population.py", "reach.py", "summaries.py"},
    "messages": {"bulk.py", "delivery.py"},  # the same to many; the back ends
    # asking within limits; whom lotteries are held among; lotteries, their drawing and what is
    # told of them; what was asked and drawn
    "membership": {
        *("asking.py", "drawing.py", "facts.py", "frames.py", "lotteries.py", "records.py"),
    },
    # what it is balanced by, with real figures; lists of addresses, letters, their words and codes;
    # who registers and how; the pool, the draw and what proves it; the seats
    "panels": {
        *("addresses.py", "desk.py", "draw_queries.py", "draws.py", "feasibility.py"),
        *("features.py", "figures.py", "first_stage.py", "followers.py", "invitations.py"),
        *("audits.py", "draw_work.py", "joining.py", "makeup.py", "telling.py"),
        *(f"models/{name}.py" for name in ("__init__", "draw", "invitation", "panel")),
        *(f"models/{name}.py" for name in ("registration", "seat")),
        *(
            "mailing.py",
            "pool.py",
            "registration.py",
            "registered.py",
            "seats.py",
            "support.py",
            "verifiers.py",
        ),
        *("seat_queries.py", "small_numbers.py", "wording.py"),
    },
    "strategy": {"answering.py"},  # of what panels recommend
    # what is asked about oneself, with its exact wording; as whom one takes part
    "people": {"questions.py", "participation.py", "consents.py"},
    # the table of formats; reading files; what rows become: places, census counts, outlines;
    # published figures with their sources
    "places": {
        *("formats.py", "reading.py", "rows.py", "census.py", "counts.py", "outlines.py"),
        *("indicators.py", "outliers.py"),
        "populations.py",
    },
    # the languages that words are written in; cards from official figures and from tables; other
    # wordings of an activity, and whom it is for above all
    "prompts": {"languages.py", "official.py", "table.py", "wordings.py"},
    # what it is about, its papers, how it is hosted, its calendar; who comes and what they are
    # paid, who sits where; the desk and its scribes, questions sent beforehand; who was trained
    "sessions": {
        *("agenda.py", "attendance.py", "calendars.py", "desk.py", "hosting.py", "payments.py"),
        *("papers.py", "questions.py", "scribes.py", "tables.py", "training.py"),
        *(f"models/{name}.py" for name in ("__init__", "coming", "desk", "session", "tables")),
    },
    # reaches every room: the way to what is held, all of it, a file of it; what is withdrawn,
    # erased, erased again, and deleted in time; the record of it all
    "rights": {
        *("access.py", "again.py", "consents.py", "erasure.py", "held.py", "ties.py"),
        *("retention.py", "processing.py", "purposes.py"),
    },
}
# Packages that are not rooms: they have names of their own.
NOT_ROOMS = {"cli", "database", "jobs", "methods", "web"}
ATTICS = ("utils", "util", "helpers", "helper", "common", "manager", "managers", "misc", "legacy")
# About 400 lines; a few more are no reason to tear a file apart. Tests may list more cases.
LONGEST, LONGEST_TEST = 450, 600


def strangers(package: Path) -> list[str]:
    """Files of rooms whose name says nothing about what is in them."""
    found = []
    for room in sorted(path for path in package.iterdir() if path.is_dir()):
        if room.name in NOT_ROOMS or room.name == "__pycache__":
            continue
        allowed = NAMES | MORE.get(room.name, set())
        found += [
            f"{room.name}/{path.relative_to(room)}"
            for path in sorted(room.rglob("*.py"))
            if str(path.relative_to(room)) not in allowed
        ]
    return found


def attics(folder: Path) -> list[str]:
    """Modules and packages under a name that takes in everything."""
    return [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*"))
        if path.suffix in ("", ".py") and set(path.stem.lower().split("_")) & set(ATTICS)
    ]


def too_long(folder: Path, *suffixes: str, most: int = LONGEST) -> list[str]:
    """Files of more lines than somebody reads at one go."""
    return [
        f"{path.relative_to(folder)}: {lines} lines"
        for path in sorted(folder.rglob("*"))
        if path.suffix in suffixes and (lines := len(path.read_text().splitlines())) > most
    ]


def test_the_files_of_every_room_have_the_names_that_all_rooms_use() -> None:
    assert strangers(PACKAGE) == []


def test_every_exception_to_the_names_is_still_needed() -> None:
    gone = [
        f"{room}/{name}"
        for room, names in MORE.items()
        for name in sorted(names)
        if not (PACKAGE / room / name).is_file()
    ]
    assert gone == []
    assert all((PACKAGE / name).is_dir() for name in NOT_ROOMS)


@pytest.mark.parametrize("folder", ["engagement", "tests", "benchmarks", "migrations"])
def test_nothing_is_called_by_a_name_that_takes_in_everything(folder: str) -> None:
    assert attics(ROOT / folder) == []


@pytest.mark.parametrize("folder", ["engagement", "tests", "benchmarks", "templates", "frontend"])
def test_no_file_is_longer_than_one_reads_at_one_go(folder: str) -> None:
    most = LONGEST_TEST if folder == "tests" else LONGEST
    assert too_long(ROOT / folder, ".py", ".html", ".js", ".scss", ".mjs", most=most) == []


def test_a_stray_an_attic_and_a_scroll_are_found(tmp_path: Path) -> None:
    for name in ("panels/models.py", "panels/extras.py", "panels/draw_helpers.py", "web/any.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("\n" * (LONGEST + (name == "web/any.py")))
    assert strangers(tmp_path) == ["panels/draw_helpers.py", "panels/extras.py"]
    assert attics(tmp_path) == ["panels/draw_helpers.py"]
    assert too_long(tmp_path, ".py") == ["web/any.py: 451 lines"]
