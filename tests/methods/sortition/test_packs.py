"""What a draw publishes: the same bytes every time, and nothing about who was not drawn."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from engagement.methods.sortition.chance import Chance
from engagement.methods.sortition.commitment import Draw, commit, encode, salts_needed
from engagement.methods.sortition.merkle import hash_leaf
from engagement.methods.sortition.packs import (
    PUBLISHED,
    README,
    Seed,
    pick_ticket,
    write_commitment,
    write_person,
    write_public_pack,
)
from engagement.methods.sortition.pool import Pool
from tests.methods.sortition.lotteries import (
    SEED,
    all_files,
    auditor_pack,
    bind,
    draw_uniformly,
    everything,
    programs,
    public_pack,
    salts,
    two_levels,
    two_seats,
    unpack,
)

DRAWS = [two_seats, two_levels, everything]
HEX = re.compile(rb"[0-9a-f]{64}")


@pytest.mark.parametrize("make", DRAWS)
def test_the_same_draw_gives_the_same_bytes(make: Callable[[], Draw]) -> None:
    assert all_files(make()) == all_files(make())


def test_a_pack_owes_nothing_to_the_order_of_the_pool() -> None:
    draw = everything()
    pool = draw.pool
    turned = Pool(pool.features, pool.ids[::-1], pool.answers[::-1], pool.households[::-1])
    assert auditor_pack(bind(replace(draw, pool=turned))) == auditor_pack(bind(draw))


def test_what_is_published_before_the_seed_is_in_every_pack_after_it() -> None:
    bound = bind(everything())
    before = write_commitment(bound)
    assert unpack(public_pack(bound))["commitment.json"] == before
    assert unpack(auditor_pack(bound))["commitment.json"] == before
    assert set(unpack(auditor_pack(bound, seed=None))).isdisjoint({"seed.json", "result.json"})
    assert json.loads(before)["root"] == json.loads(write_person(bound, "p01"))["root"]


def test_the_public_pack_says_what_was_drawn_and_how_to_check_it() -> None:
    members = unpack(public_pack(bind(two_seats())))
    assert list(members) == [
        "commitment.json",
        "seed.json",
        "result.json",
        "verify_draw.py",
        "README.txt",
    ]
    draw, targets, counts = (
        item["record"] for item in json.loads(members["commitment.json"])["opened"]
    )
    assert (
        draw["method"],
        draw["version"],
        draw["size"],
        draw["tickets"],
        draw["registrants"],
    ) == (
        "leximin",
        "1",
        2,
        4,
        4,
    )
    assert targets["rows"][0] == {
        "feature": "sex",
        "value": "female",
        "least": 1,
        "most": 1,
        "source": "Census 2021",
    }
    assert [row["registered"] for row in counts["rows"]] == [2, 2, 0]
    result = json.loads(members["result.json"])
    assert result["ticket"] == pick_ticket(SEED.value, 4) == Chance(SEED.value).below(4)
    assert tuple(result["people"]) == two_seats().tickets[result["ticket"]]
    assert members["verify_draw.py"].decode() == programs()[0]
    assert len(README.splitlines()) == 3


def test_counts_can_be_withheld() -> None:
    draw = replace(two_seats(), withheld=frozenset({("sex", "male"), ("sex", None)}))
    counts = bind(draw).records[2]["rows"]
    assert [row["registered"] for row in counts] == [2, None, None]


def test_a_registrant_gets_their_own_row_and_no_other() -> None:
    bound = bind(everything())
    own = write_person(bound, "p05")
    draw, row = (item["record"] for item in json.loads(own)["opened"])
    assert draw["part"] == "draw"
    assert row["answers"] == {"age": "old", "sex": "male"}
    assert row["shares_household"] is True
    assert not [i for i in everything().pool.ids if i != "p05" and i.encode() in own]
    assert b"Flat 9" not in own
    others = {record["salt"].encode() for record in bound.records} - {
        draw["salt"].encode(),
        row["salt"].encode(),
    }
    assert not [salt for salt in others if salt in own]
    with pytest.raises(KeyError):
        write_person(bound, "nobody")


def test_everybody_is_told_how_they_stand() -> None:
    bound = bind(everything())
    rows = {r["id"]: r for r in bound.records if r["part"] == "person"}
    assert rows["p08"]["standing"] == "already seated"
    assert rows["p09"]["standing"] == rows["p10"]["standing"] == "left out by a rule"
    assert (rows["p11"]["standing"], rows["p11"]["chance"]) == ("must be included", "1/1")
    assert rows["p12"]["standing"] == "may be drawn"
    named = sum("p12" in people for people in everything().tickets)
    assert rows["p12"]["tickets"] == named


# What the public learns about who was not drawn.


def _swap_answers(draw: Draw, one: str, other: str, feature: int) -> Draw:
    """Two people trade one answer: the counts of each feature stay."""
    answers = {i: list(a) for i, a in zip(draw.pool.ids, draw.pool.answers, strict=True)}
    answers[one][feature], answers[other][feature] = answers[other][feature], answers[one][feature]
    pool = replace(draw.pool, answers=tuple(map(tuple, answers.values())))
    again = draw_uniformly(draw.targets, pool, 5, draw.rules)
    return replace(again, tickets=draw.tickets)


def _without_hashes(pack: bytes) -> bytes:
    return re.sub(rb'"salt": "[0-9a-f]{32}"', b"salt", HEX.sub(b"hash", pack))


def test_two_pools_with_the_same_counts_look_the_same_to_the_public() -> None:
    draw = everything()
    drawn = json.loads(unpack(public_pack(bind(draw)))["result.json"])["people"]
    apart = set(draw.pool.ids) - set(drawn) - {"p08"}
    of = dict(zip(draw.pool.ids, draw.pool.answers, strict=True))
    one, other = next(
        (a, b) for a, b in itertools.combinations(sorted(apart), 2) if of[a][0] != of[b][0]
    )
    swapped = _swap_answers(draw, one, other, 0)
    assert swapped.pool != draw.pool
    assert swapped.lottery != draw.lottery
    first, second = public_pack(bind(draw, "mine")), public_pack(bind(swapped, "yours"))
    first_files, second_files = unpack(first), unpack(second)
    assert {n: _without_hashes(f) for n, f in first_files.items()} == {
        n: _without_hashes(f) for n, f in second_files.items()
    }
    assert len(first) == len(second)
    assert set(HEX.findall(first)).isdisjoint(HEX.findall(second))


def test_the_public_pack_names_nobody_who_was_not_drawn() -> None:
    draw = everything()
    bound = bind(draw)
    pack = public_pack(bound)
    drawn = json.loads(unpack(pack)["result.json"])["people"]
    for record in bound.records:
        if record["part"] == "person":
            assert (record["id"].encode() in pack) == (record["id"] in drawn)
            assert record["salt"].encode() not in pack
        elif record["part"] not in PUBLISHED and record.get("people") != drawn:
            assert record["salt"].encode() not in pack
    for home in filter(None, draw.pool.households):
        assert home.encode() not in pack
    shown = [
        item["record"]["part"]
        for name in ("commitment.json", "result.json")
        for item in json.loads(unpack(pack)[name])["opened"]
    ]
    assert shown == ["draw", "targets", "counts", "ticket"]


def test_no_hash_in_the_public_pack_can_be_guessed_by_trying_all_answers() -> None:
    bound = bind(two_seats())
    pack = public_pack(bound)
    hashes = {bytes.fromhex(found.decode()) for found in HEX.findall(pack)}
    leaves = {hash_leaf(encode(record)) for record in bound.records}
    assert hashes & leaves, "the neighbour of what is shown is a leaf, so the salt must hide it"
    known = {bytes.fromhex(s.decode()) for s in re.findall(rb'"salt": "([0-9a-f]{32})"', pack)}
    for record in bound.records:
        plain = {key: value for key, value in record.items() if key != "salt"}
        guesses = [plain, {**plain, "salt": ""}]
        if record["part"] in ("person", "rules", "portfolio", "certificate"):
            guesses += [{**plain, "salt": salt.hex()} for salt in known]
        assert hashes.isdisjoint(hash_leaf(encode(guess)) for guess in guesses)


# What is refused.


def test_weak_salts_are_refused() -> None:
    draw = two_seats()
    good = salts(draw)
    assert len(good) == salts_needed(4, 4) == 14
    for bad in (good[:-1], [*good[:-1], good[0]], [*good[:-1], b"short"], [*good, b"y" * 16]):
        with pytest.raises(ValueError, match="salt"):
            commit(draw, bad)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"tickets": ()}, "at least one ticket"),
        ({"tickets": (("ann",),)}, "does not name 2 different"),
        ({"tickets": (("ann", "ann"),)}, "does not name 2 different"),
        ({"tickets": (("ann", "eve"),)}, "not in the pool"),
        ({"target_sources": ("Census",)}, "one text for each target"),
        ({"seed_source": " "}, "source of its seed"),
        ({"lottery": two_levels().lottery, "tickets": (("ann", "bea"),)}, "the lottery has"),
    ],
)
def test_a_draw_that_does_not_fit_together_is_refused(
    change: dict[str, object], problem: str
) -> None:
    with pytest.raises(ValueError, match=problem):
        replace(two_seats(), **change)  # type: ignore[arg-type]


def test_a_seed_from_elsewhere_is_refused() -> None:
    with pytest.raises(ValueError, match="not from the source"):
        write_public_pack(bind(two_seats()), Seed("1", "my own dice", "today"), "")
    with pytest.raises(ValueError, match="cannot be empty"):
        Seed("", "a beacon", "today")


def test_a_place_that_is_not_there_is_refused() -> None:
    with pytest.raises(IndexError, match="no number 4"):
        bind(two_seats()).ticket(4)
