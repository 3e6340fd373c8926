"""Small draws made by hand, whose every number can be checked on paper."""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from importlib.resources import files
from typing import Any

import numpy as np

from engagement.methods.sortition.audit_draw import CHECKS
from engagement.methods.sortition.commitment import Commitment, Draw, commit, salts_needed
from engagement.methods.sortition.lottery import Kind, Lottery, Stage
from engagement.methods.sortition.packs import (
    Seed,
    write_auditor_pack,
    write_commitment,
    write_person,
    write_public_pack,
)
from engagement.methods.sortition.pool import Pool, Rules, Target, Targets
from engagement.methods.sortition.problem import pose
from engagement.methods.sortition.verify_draw import read, verify

SOURCE = "round 4711 of a beacon"
SEED = Seed("5c3f", SOURCE, "3 May 2027, 12:00")
HALF = Fraction(1, 2)


def programs() -> tuple[str, str]:
    """The texts of the two programs that ride in packs."""
    room = files("engagement.methods.sortition")
    names = ("verify_draw.py", "audit_draw.py")
    first, second = (room.joinpath(name).read_text("utf-8") for name in names)
    return first, second


def two_seats() -> Draw:
    """Four people, a woman and a man to draw: everybody has one chance in two, provably."""
    kinds = (
        Kind(("female",), (("female",),), False, ("ann", "bea"), 2),
        Kind(("male",), (("male",),), False, ("cid", "dan"), 2),
    )
    prices = (Fraction(1), Fraction(0), Fraction(0))
    return Draw(
        targets=Targets((Target("sex", "female", 1, 1), Target("sex", "male", 1, 1))),
        pool=Pool(
            ("sex",),
            ("ann", "bea", "cid", "dan"),
            (("female",), ("female",), ("male",), ("male",)),
            (None,) * 4,
        ),
        rules=Rules(),
        lottery=Lottery(
            "leximin", 2, kinds, ((1, 1),), (1,), True, 0.0, (Stage(HALF, (0, 1), prices),)
        ),
        tickets=(("ann", "cid"), ("bea", "dan"), ("ann", "dan"), ("bea", "cid")),
        version="1",
        seed_source=SOURCE,
        target_sources=("Census 2021", "Census 2021"),
    )


def two_levels() -> Draw:
    """One old person and two young ones for two seats, one of them at most young.

    The old one is certain of a seat; the young share the other.
    """
    kinds = (
        Kind(("old",), (("old",),), False, ("abe",), 1),
        Kind(("young",), (("young",),), False, ("bob", "cat"), 2),
    )
    one, none = Fraction(1), Fraction(0)
    return Draw(
        targets=Targets((Target("age", "old", 0, 2), Target("age", "young", 0, 1))),
        pool=Pool(("age",), ("abe", "bob", "cat"), (("old",), ("young",), ("young",)), (None,) * 3),
        rules=Rules(),
        lottery=Lottery(
            "leximin",
            2,
            kinds,
            ((1, 1),),
            (1,),
            True,
            0.0,
            (
                Stage(HALF, (1,), (none, none, one)),
                Stage(one, (0,), (none, none, none)),
            ),
        ),
        tickets=(("abe", "bob"), ("abe", "cat")),
        version="1",
        seed_source=SOURCE,
    )


def everything() -> Draw:
    """All rules at once: seated, must include, excluded, households, unstated; no proof."""
    people = [
        ("p01", ("old", "female"), None),
        ("p02", ("old", "female"), "12 Elm Row"),
        ("p03", ("young", "male"), "12 Elm Row"),
        ("p04", ("young", None), None),
        ("p05", ("old", "male"), "Flat 9"),
        ("p06", ("old", "male"), "Flat 9"),
        ("p07", ("young", "female"), None),
        ("p08", ("young", "female"), "3 Mill Lane"),
        ("p09", ("old", "male"), "3 Mill Lane"),
        ("p10", ("young", "male"), None),
        ("p11", ("old", "female"), None),
        ("p12", (None, "male"), None),
    ]
    targets = Targets(
        (
            Target("age", "old", 2, 4),
            Target("age", "young", 1, 4),
            Target("sex", "female", 2, 4),
            Target("sex", "male", 1, 3),
        )
    )
    names, answers, homes = zip(*people, strict=True)
    return draw_uniformly(
        targets,
        Pool(("age", "sex"), names, answers, homes),
        5,
        Rules(frozenset({"p11"}), frozenset({"p10"}), frozenset({"p08"})),
    )


def draw_uniformly(
    targets: Targets, pool: Pool, size: int, rules: Rules, tickets: int = 40
) -> Draw:
    """Every feasible panel, as kinds, with the same weight."""
    problem = pose(targets, pool, size, rules)
    ranges = [range(low, high + 1) for low, high in zip(problem.floor, problem.places, strict=True)]
    panels = tuple(
        tuple(map(int, panel))
        for panel in itertools.product(*ranges)
        if problem.allows(np.array(panel))
    )
    lottery = Lottery(
        "simple",
        size - len(rules.seated),
        problem.kinds,
        panels,
        (1,) * len(panels),
        exact=False,
        gap=1.0,
    )
    return Draw(
        targets,
        pool,
        rules,
        lottery,
        name_people(lottery, pool, tickets),
        version="1",
        seed_source=SOURCE,
    )


def name_people(lottery: Lottery, pool: Pool, tickets: int) -> tuple[tuple[str, ...], ...]:
    """Each panel in turn, each kind's people in turn, never two of one household."""
    home = dict(zip(pool.ids, pool.households, strict=True))
    queues = [list(kind.members) for kind in lottery.kinds]
    named = []
    for number in range(tickets):
        seats: list[str] = []
        for queue, count in zip(queues, lottery.panels[number % len(lottery.panels)], strict=True):
            for _ in range(count):
                taken = {home[name] or name for name in seats}
                name = next(name for name in queue if (home[name] or name) not in taken)
                queue.remove(name)
                queue.append(name)
                seats.append(name)
        named.append(tuple(sorted(seats)))
    return tuple(named)


def salts(draw: Draw, word: str = "salt") -> list[bytes]:
    """Salts that are the same in every run of a test."""
    count = salts_needed(len(draw.pool.ids), len(draw.tickets))
    return [hashlib.sha256(f"{word} {i}".encode()).digest()[:16] for i in range(count)]


def bind(draw: Draw, word: str = "salt") -> Commitment:
    """The commitment to a draw, with salts that follow from ``word``."""
    return commit(draw, salts(draw, word))


def public_pack(commitment: Commitment, seed: Seed = SEED) -> bytes:
    return write_public_pack(commitment, seed, programs()[0])


def auditor_pack(commitment: Commitment, seed: Seed | None = SEED) -> bytes:
    return write_auditor_pack(commitment, seed, *programs())


def all_files(draw: Draw) -> dict[str, bytes]:
    """Everything that can be written about a draw, by name."""
    bound = bind(draw)
    return {
        "commitment.json": write_commitment(bound),
        "public.zip": public_pack(bound),
        "auditor.zip": auditor_pack(bound),
        "person.json": write_person(bound, draw.pool.ids[0]),
    }


def failures(pack: bytes, root: str | None = None) -> list[str]:
    """What fails, in words."""
    return [words for holds, words in verify(read(pack), CHECKS, root) if holds is False]


def failed(draw: Draw) -> list[str]:
    """What an auditor finds wrong with a draw that was honestly bound to its root."""
    return [words.partition(":")[0] for words in failures(auditor_pack(bind(draw)))]


def with_lottery(draw: Draw, **changes: Any) -> Draw:
    """The draw with another lottery."""
    return replace(draw, lottery=replace(draw.lottery, **changes))


def unpack(pack: bytes) -> dict[str, bytes]:
    """The files of a pack, by name."""
    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def repack(members: Mapping[str, bytes]) -> bytes:
    """A pack of these files."""
    pack = io.BytesIO()
    with zipfile.ZipFile(pack, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return pack.getvalue()


def alter(pack: bytes, member: str, change: Callable[[Any], Any]) -> bytes:
    """The pack with one JSON file changed in place."""
    members = unpack(pack)
    what = json.loads(members[member])
    change(what)
    return repack({**members, member: json.dumps(what).encode()})


def put_at(what: Any, at: tuple[Any, ...], value: Any) -> Any:
    for key in at[:-1]:
        what = what[key]
    old, what[at[-1]] = what[at[-1]], value
    return old


def setting(*at: Any, to: Any) -> Callable[[Any], Any]:
    """What puts a value at a place of parsed JSON."""
    return lambda what: put_at(what, at, to)
