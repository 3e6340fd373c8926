"""The files that prove a draw: for the public, for an auditor, for one registrant.

In two steps: ``write_commitment`` is published before the seed exists; once its source has given
the seed, the packs show which ticket it picks. Each file holds ``opened`` records, with the path
from each to the one root. All files are bytes, and the same every time.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engagement.methods.sortition.chance import Chance
from engagement.methods.sortition.commitment import PARTS, Commitment, encode
from engagement.methods.sortition.merkle import Tree

FORMAT = "engagement draw 1"
PUBLISHED = ("draw", "targets", "counts")
LONG_AGO = (1980, 1, 1, 0, 0, 0)
README = """\
This pack proves a draw by lot. To check it, with Python 3.9 or later and nothing else:
    python3 verify_draw.py {name} --root ROOT
where ROOT is what was published before the draw. verify_draw.py is short: read it first.
"""
NOTHING_FIRST = """\
This pack shows a draw by lot. To check it, with Python 3.9 or later and nothing else:
    python3 verify_draw.py {name}
Nothing was published before this draw. Its seed was {source}, so the pack shows that it
kept to its rules, but not that it was drawn once only. verify_draw.py is short: read it first.
"""


@dataclass(frozen=True)
class Seed:
    """What the public source gave: ``value``, the ``source`` as committed to, and when (words).

    ``root_first``: whether the root was there to be published before the seed; else the guide in
    the packs says that it was not.
    """

    value: str
    source: str
    time: str
    root_first: bool = True

    def __post_init__(self) -> None:
        if not self.value:
            raise ValueError("a seed cannot be empty")


def pick_ticket(seed: str, tickets: int) -> int:
    """The number of the ticket that ``seed`` picks among ``tickets``, from 0."""
    return Chance(seed).below(tickets)


def write_commitment(commitment: Commitment) -> bytes:
    """``commitment.json``: the root with what the public may know before the seed."""
    return _write_json(_open(commitment, *map(PARTS.index, PUBLISHED)))


def write_person(commitment: Commitment, name: str) -> bytes:
    """``person.json``: one registrant's row with its salt, path and chance, for nobody else.

    Raises ``KeyError`` where nobody has this id.
    """
    return _write_json(_open(commitment, 0, commitment.person(name)))


def write_public_pack(commitment: Commitment, seed: Seed, verify_draw: str) -> bytes:
    """``public.zip``: the commitment, the seed and the ticket that it picks.

    ``verify_draw``: the text of that program. Of the people who are not on that ticket it has
    nothing but the counts by one feature at a time, and hashes that salts keep closed.

    Raises ``ValueError`` where the seed is not from the source that was committed to.
    """
    return _zip({**_reveal(commitment, seed), **_guide("public.zip", seed, verify_draw)})


def write_auditor_pack(
    commitment: Commitment, seed: Seed | None, verify_draw: str, audit_draw: str
) -> bytes:
    """``auditor.zip``: everything, for a named auditor only; before the draw ``seed`` is None.

    ``verify_draw``, ``audit_draw``: the texts of those programs.

    Raises ``ValueError`` where the seed is not from the source that was committed to.
    """
    people = len(PARTS) + commitment.registrants
    closed = commitment.records[len(PUBLISHED) : len(PARTS)]
    return _zip(
        {
            **_reveal(commitment, seed),
            "lottery.json": _write_lines(closed),
            "pool.json": _write_lines(commitment.records[len(PARTS) : people]),
            "tickets.json": _write_lines(commitment.records[people:]),
            **_guide("auditor.zip", seed, verify_draw),
            "audit_draw.py": audit_draw.encode(),
        }
    )


def read_commitment(auditor_pack: bytes) -> Commitment:
    """The commitment that an auditor's pack of our own making holds, whole."""
    with zipfile.ZipFile(io.BytesIO(auditor_pack)) as archive:
        opened = json.loads(archive.read("commitment.json"))["opened"]
        records = [one["record"] for one in opened]
        for name in ("lottery.json", "pool.json", "tickets.json"):
            records += json.loads(archive.read(name))
    return Commitment(tuple(records), Tree([encode(record) for record in records]))


def _open(commitment: Commitment, *places: int) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "root": commitment.root,
        "leaves": commitment.tree.size,
        "opened": [commitment.open(place) for place in places],
    }


def _reveal(commitment: Commitment, seed: Seed | None) -> dict[str, bytes]:
    files = {"commitment.json": write_commitment(commitment)}
    if seed is None:
        return files
    if seed.source != commitment.records[0]["seed_source"]:
        raise ValueError("the seed is not from the source that was committed to")
    number = pick_ticket(seed.value, commitment.tickets)
    drawn = commitment.open(commitment.ticket(number))
    result = {"ticket": number, "people": drawn["record"]["people"], "opened": [drawn]}
    return files | {
        "seed.json": _write_json({"seed": seed.value, "source": seed.source, "time": seed.time}),
        "result.json": _write_json(result),
    }


def _guide(name: str, seed: Seed | None, verify_draw: str) -> dict[str, bytes]:
    guide = README.format(name=name)
    if seed and not seed.root_first:
        guide = NOTHING_FIRST.format(name=name, source=seed.source)
    return {"verify_draw.py": verify_draw.encode(), "README.txt": guide.encode()}


def _write_json(what: Mapping[str, Any]) -> bytes:
    return json.dumps(what, indent=1, ensure_ascii=False).encode() + b"\n"


def _write_lines(records: tuple[Mapping[str, Any], ...]) -> bytes:
    """A JSON list with one record a line, each exactly as it is hashed."""
    return b"[\n" + b",\n".join(map(encode, records)) + b"\n]\n"


def _zip(files: Mapping[str, bytes]) -> bytes:
    """Stored, not squeezed: compressors differ, and the same draw has to give the same bytes."""
    pack = io.BytesIO()
    with zipfile.ZipFile(pack, "w") as archive:
        for name, content in files.items():
            member = zipfile.ZipInfo(name, LONG_AGO)
            member.create_system = 3
            member.external_attr = 0o644 << 16
            archive.writestr(member, content)
    return pack.getvalue()
