"""What a draw by command leaves: files that bind it, and once its seed is known, its proof."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from engagement.documents.sheets import write_csv
from engagement.methods.sortition.commitment import Commitment
from engagement.methods.sortition.packs import (
    Seed,
    pick_ticket,
    read_commitment,
    write_auditor_pack,
    write_commitment,
    write_person,
    write_public_pack,
)
from engagement.panels.verifiers import verifiers

BOUND, COMMITMENT, PUBLIC, AUDITOR = "bound.json", "commitment.json", "public.zip", "auditor.zip"
PEOPLE, DRAWN, PANEL = "people.zip", "selection.json", "panel.csv"
MOST_NAMED = 20


class NotBound(ValueError):
    """The folder holds no draw that waits for its seed; the message says why."""


@dataclass(frozen=True)
class Notes:
    """What is known of a draw before its seed, beside what the root binds.

    ``facts``: of ``selection.json``. ``columns`` and ``rows``: ``panel.csv`` as it would be with
    everybody on the panel, by id.
    """

    facts: Mapping[str, Any]
    columns: Sequence[str]
    rows: Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class Bound:
    """A draw whose every ticket is settled, and nothing else than the seed is open."""

    commitment: Commitment = field(repr=False)
    notes: Notes


def write_bound(part: Path, bound: Bound) -> None:
    """The files of a draw that waits for its seed."""
    notes = {"root": bound.commitment.root, **asdict(bound.notes)}
    _write_json(part / BOUND, notes)
    (part / COMMITMENT).write_bytes(write_commitment(bound.commitment))
    (part / AUDITOR).write_bytes(write_auditor_pack(bound.commitment, None, *verifiers()))


def write_people(part: Path, bound: Bound) -> None:
    """Each registrant's own file, the same before the seed and after."""
    (part / PEOPLE).write_bytes(_people(bound))


def read_bound(folder: Path) -> Bound:
    """A draw that waits for its seed, as ``write_bound`` left it. Raises ``NotBound``."""
    if (folder / DRAWN).exists():
        raise NotBound(f"its seed is known already, {DRAWN} says who was drawn.")
    try:
        notes = json.loads((folder / BOUND).read_text("utf-8"))
        commitment = read_commitment((folder / AUDITOR).read_bytes())
        root = notes.pop("root")
        published = json.loads((folder / COMMITMENT).read_text("utf-8"))["root"]
        bound = Bound(commitment, Notes(**notes))
    except FileNotFoundError as error:
        raise NotBound(f"there is no {Path(error.filename).name} in it.") from error
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise NotBound("a file of it is broken.") from error
    if not commitment.root == root == published:
        raise NotBound("its files do not belong to one draw.")
    return bound


def write_drawn(part: Path, bound: Bound, seed: Seed) -> dict[str, Any]:
    """The files of a draw whose seed is known; returns what ``selection.json`` says."""
    commitment, notes = bound.commitment, bound.notes
    ticket = pick_ticket(seed.value, commitment.tickets)
    panel = commitment.records[commitment.ticket(ticket)]["people"]
    facts = {
        **notes.facts,
        "seed": seed.value,
        "seed_source": seed.source,
        "ticket": ticket,
        "panel": panel,
        "root": commitment.root,
    }
    check, audit = verifiers()
    drawn = set(panel)
    rows = [row for person, row in notes.rows.items() if person in drawn]
    _write_json(part / DRAWN, facts)
    (part / PANEL).write_bytes(write_csv(notes.columns, rows))
    (part / COMMITMENT).write_bytes(write_commitment(commitment))
    (part / PUBLIC).write_bytes(write_public_pack(commitment, seed, check))
    (part / AUDITOR).write_bytes(write_auditor_pack(commitment, seed, check, audit))
    return facts


def lottery_words(facts: Mapping[str, Any]) -> Iterator[str]:
    """What is to be said of the chances, a line each."""
    yield (
        f"The smallest chance is {facts['min_probability']:.4f}; "
        f"the chances differ by a Gini of {facts['gini']:.4f}."
    )
    if facts["method"] in ("leximin", "simple"):
        yield (
            "Proved: no lottery is fairer."
            if facts["certified"]
            else f"Nearly proved: a fairer lottery could be ahead by {facts['gap']:.1e} at most."
        )
    if nobody := facts["on_no_panel"]:
        named = ", ".join(nobody[:MOST_NAMED])
        more = f" and {len(nobody) - MOST_NAMED} more" if len(nobody) > MOST_NAMED else ""
        yield f"On no panel that meets the targets: {named}{more}."
    for effect in facts["unstated"]:
        yield (
            f"{effect['feature']}: {effect['people']} left it unstated; their chance is "
            f"{effect['chance']:.4f} on average, the others’ {effect['others']:.4f}."
        )
    for note in facts["notes"]:
        yield f"Note: {note}"


def drawn_words(facts: Mapping[str, Any]) -> str:
    """Which ticket the seed picked, in a line."""
    drawn, last = len(facts["panel"]), facts["tickets"] - 1
    return f"{drawn} people drawn by ticket number {facts['ticket']}, of 0 to {last}."


def _people(bound: Bound) -> bytes:
    """One file for each registrant, numbered as ``index.csv`` says, since ids may hold anything."""
    content, people = io.BytesIO(), list(bound.notes.rows)
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as pack:
        names = [f"{number:06}.json" for number in range(1, len(people) + 1)]
        index = write_csv(["id", "file"], zip(people, names, strict=True))
        pack.writestr(zipfile.ZipInfo("index.csv"), index)
        for person, name in zip(people, names, strict=True):
            pack.writestr(zipfile.ZipInfo(name), write_person(bound.commitment, person))
    return content.getvalue()


def _write_json(path: Path, what: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(what, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
