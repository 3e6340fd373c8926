"""The verifier finds what was changed after the commitment, and what was wrong before it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from engagement.methods.sortition.audit_draw import CHECKS
from engagement.methods.sortition.chance import Chance
from engagement.methods.sortition.commitment import Commitment, Draw, encode
from engagement.methods.sortition.lottery import Kind, Stage
from engagement.methods.sortition.merkle import Tree
from engagement.methods.sortition.packs import write_person
from engagement.methods.sortition.pool import Rules
from engagement.methods.sortition.verify_draw import (
    NotAPack,
    pick,
    read,
    verify,
)
from tests.methods.sortition.lotteries import (
    HALF,
    all_files,
    alter,
    auditor_pack,
    bind,
    everything,
    failed,
    failures,
    public_pack,
    put_at,
    repack,
    setting,
    two_levels,
    two_seats,
    unpack,
    with_lottery,
)

DRAWS = [two_seats, two_levels, everything]
FILES = {
    f"{make.__name__} {name}": content
    for make in DRAWS
    for name, content in all_files(make()).items()
}
ROOTS = {make.__name__: bind(make()).root for make in DRAWS}


# An honest draw holds.


@pytest.mark.parametrize("name", FILES)
def test_an_honest_draw_holds(name: str) -> None:
    lines = verify(read(FILES[name]), CHECKS, ROOTS[name.split()[0]])
    assert [words for holds, words in lines if holds is False] == []
    notes = [words.partition(":")[0] for holds, words in lines if holds is None]
    unproved = ["No lottery is fairer"] if name == "everything auditor.zip" else []
    undrawn = ["The seed picks the drawn ticket"] if "commitment.json" in name else []
    assert notes == unproved + undrawn


def test_an_auditor_can_check_everything_but_the_pick_before_the_seed() -> None:
    lines = verify(read(auditor_pack(bind(two_seats()), seed=None)), CHECKS)
    assert [holds for holds, _ in lines].count(None) == 2
    assert "No lottery is fairer: levels 1, gap 0.0e+00, chances 0.0e+00 off" in lines[-1][1]


def test_a_person_reads_their_chance() -> None:
    lines = verify(read(write_person(bind(two_seats()), "dan")), CHECKS)
    assert lines[-1] == (
        True,
        "Your chance is stated: dan may be drawn, chance 1/2 = 0.500000, on 2 of 4 tickets",
    )


@given(st.text(min_size=1).filter(str.isprintable), st.integers(1, 2000))
@example("a seed", 1000)
def test_the_seed_picks_as_the_method_does(seed: str, tickets: int) -> None:
    assert pick(seed, tickets) == Chance(seed).below(tickets)


def test_a_number_that_would_favour_somebody_is_thrown_away() -> None:
    most = 2**32 - 1
    assert all(pick(str(i), most) == Chance(str(i)).below(most) for i in range(200))
    with pytest.raises(AssertionError, match="too many tickets"):
        pick("seed", 2**32)


# Whatever is changed after the commitment is found.


def _leaves_of(what: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The places of all values in a JSON document that hold no others."""
    if isinstance(what, dict | list) and what:
        for key in what if isinstance(what, dict) else range(len(what)):
            yield from _leaves_of(what[key], (*at, key))
    else:
        yield at


def _parts(name: str) -> dict[str, bytes]:
    content = FILES[name]
    return unpack(content) if name.endswith(".zip") else {"it.json": content}


def _whole(name: str, members: dict[str, bytes]) -> bytes:
    return repack(members) if name.endswith(".zip") else members["it.json"]


def _read(pack: bytes) -> dict[str, Any] | None:
    """What is in a pack, or None where it is refused, which it has to be in words."""
    try:
        return read(pack)
    except NotAPack as refused:
        return None if str(refused) else {}


values = st.one_of(
    st.integers(-2, 9), st.text(max_size=3), st.booleans(), st.none(), st.lists(st.integers(0, 2))
)


@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from(sorted(FILES)), st.data())
def test_any_value_that_is_changed_is_found(name: str, data: st.DataObject) -> None:
    members = _parts(name)
    member = data.draw(st.sampled_from([m for m in sorted(members) if m.endswith(".json")]))
    what = json.loads(members[member])
    at = data.draw(st.sampled_from(list(_leaves_of(what))))
    assume(at != ("time",))  # words for people, who look the round up
    old = put_at(what, at, new := data.draw(values))
    assume(old != new)
    if at == ("seed",):
        tickets = bind(dict(zip(ROOTS, DRAWS, strict=True))[name.split()[0]]()).tickets
        assume(pick(str(new), tickets) != pick(old, tickets))
    members[member] = json.dumps(what).encode()
    pack = _whole(name, members)
    assert _read(pack) is None or failures(pack, ROOTS[name.split()[0]])


@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from(sorted(FILES)), st.data())
def test_any_byte_that_is_changed_is_found_or_means_nothing(name: str, data: st.DataObject) -> None:
    content = bytearray(FILES[name])
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= 1 << data.draw(st.integers(0, 7))
    found = _read(bytes(content))
    if found is not None and not failures(bytes(content), ROOTS[name.split()[0]]):
        assert found == read(FILES[name])


@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from(sorted(FILES)), st.data())
def test_any_byte_of_the_content_that_is_changed_is_found_or_means_nothing(
    name: str, data: st.DataObject
) -> None:
    members = _parts(name)
    member = data.draw(st.sampled_from([m for m in sorted(members) if m.endswith(".json")]))
    content = bytearray(members[member])
    content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    before = _whole(name, members)
    members[member] = bytes(content)
    after = _whole(name, members)
    found = _read(after)
    if found is not None and not failures(after, ROOTS[name.split()[0]]):
        known = read(before)
        # Another seed may pick the same ticket, above all of few; the root binds no seed.
        for files in (found, known):
            for part in ("seed", "time"):
                files.get("seed.json", {}).pop(part, None)
        assert found == known


def _named(pack: bytes) -> list[str]:
    return [words.partition(":")[0] for words in failures(pack)]


@pytest.mark.parametrize(
    ("member", "change", "names"),
    [
        ("commitment.json", setting("root", to="0" * 64), "What is shown belongs to the root"),
        ("commitment.json", setting("leaves", to=15), "What is shown belongs to the root"),
        (
            "commitment.json",
            setting("opened", 1, "record", "rows", 0, "most", to=2),
            "What is shown belongs to the root",
        ),
        ("seed.json", setting("seed", to="one more"), "The seed picks the drawn ticket"),
        ("seed.json", setting("source", to="dice"), "The seed picks the drawn ticket"),
        ("result.json", setting("ticket", to=0), "The seed picks the drawn ticket"),
        ("result.json", setting("people", 0, to="ann"), "The seed picks the drawn ticket"),
        (
            "result.json",
            setting("opened", 0, "record", "people", 0, to="ann"),
            "The seed picks the drawn ticket",
        ),
        (
            "result.json",
            setting("opened", 0, "record", "salt", to="00" * 16),
            "The seed picks the drawn ticket",
        ),
        ("pool.json", setting(0, "answers", "sex", to="male"), "Every record belongs to the root"),
        ("pool.json", setting(0, "salt", to="00" * 16), "Every record belongs to the root"),
        ("pool.json", lambda pool: pool.pop(), "Every record belongs to the root"),
        ("pool.json", lambda pool: pool.reverse(), "Every record belongs to the root"),
        ("tickets.json", setting(1, "people", 0, to="ann"), "Every record belongs to the root"),
        ("tickets.json", lambda tickets: tickets.pop(), "Every record belongs to the root"),
        ("lottery.json", setting(1, "weights", 0, to=2), "Every record belongs to the root"),
        ("lottery.json", setting(2, "stages", 0, "level", to="3/5"), "Every record belongs to the"),
    ],
)
def test_what_was_changed_is_named(member: str, change: Callable[[Any], Any], names: str) -> None:
    pack = alter(FILES["two_seats auditor.zip"], member, change)
    assert any(name.startswith(names) for name in _named(pack))


def test_another_draw_that_holds_has_another_root() -> None:
    root = ROOTS["two_seats"]
    other = public_pack(bind(two_seats(), "other salts"))
    assert failures(other) == []
    assert [words.partition(":")[0] for words in failures(other, root)] == [
        "The root is the one published"
    ]


def test_the_path_of_one_ticket_does_not_open_another() -> None:
    bound = bind(two_seats())
    other = bound.open(bound.ticket(0))
    pack = alter(
        public_pack(bound),
        "result.json",
        lambda result: result.update(opened=[other], people=other["record"]["people"]),
    )
    assert failures(pack) == ["The seed picks the drawn ticket: another ticket is shown"]


def test_a_registrant_does_not_pass_for_a_ticket() -> None:
    bound = bind(two_seats())
    pack = alter(
        public_pack(bound), "result.json", setting("opened", to=[bound.open(bound.person("bea"))])
    )
    assert _named(pack) == ["The seed picks the drawn ticket"]


# A dishonest organiser binds to what was wrong from the start; an auditor finds it.


def _forge(draw: Draw, change: Callable[[list[dict[str, Any]]], Any]) -> bytes:
    """An auditor's pack whose records were changed before they were bound to their root."""
    records = json.loads(json.dumps(bind(draw).records))
    change(records)
    forged = Commitment(tuple(records), Tree([encode(record) for record in records]))
    return auditor_pack(forged)


def _record(*at: Any, to: Any) -> Callable[[Any], Any]:
    return setting(*at, to=to)


# In "everything" the registrants p01 to p12 are records 6 to 17; tickets follow.
@pytest.mark.parametrize(
    ("change", "names"),
    [
        (_record(7, "id", to="p01"), "Registrants, rules and households agree"),
        (_record(6, "answers", "age", to="ancient"), "Registrants, rules and households agree"),
        (_record(6, "answers", to={"age": "old"}), "Registrants, rules and households agree"),
        (_record(6, "shares_household", to=True), "Registrants, rules and households agree"),
        (_record(6, "standing", to="already seated"), "Registrants, rules and households agree"),
        (_record(3, "excluded", to=[]), "Registrants, rules and households agree"),
        (_record(3, "excluded", to=["p01", "p10"]), "Registrants, rules and households agree"),
        (_record(3, "excluded", to=["p10", "p99"]), "Registrants, rules and households agree"),
        (_record(3, "seated", to=[]), "Registrants, rules and households agree"),
        (_record(3, "households", to=[]), "Registrants, rules and households agree"),
        (
            _record(3, "households", to=[["p02", "p03"], ["p03", "p05"]]),
            "Registrants, rules and households agree",
        ),
        (_record(2, "rows", 0, "registered", to=1), "The counts agree with the registrants"),
        (lambda r: r[2]["rows"].pop(), "The counts agree with the registrants"),
        (lambda r: r[2]["rows"].append(r[2]["rows"][0]), "The counts agree with the registrants"),
        (_record(4, "kinds", 0, "places", to=9), "People of one kind are alike"),
        (_record(4, "kinds", 1, "must", to=True), "People of one kind are alike"),
        (_record(4, "kinds", 1, "answers", 0, to="young"), "People of one kind are alike"),
        (_record(4, "kinds", 1, "household", to=[]), "People of one kind are alike"),
        (lambda r: r[4]["kinds"][0]["members"].append("p01"), "People of one kind are alike"),
        (lambda r: r[4]["panels"].pop(), "Every panel meets every target and rule"),
        (_record(4, "panels", 0, 0, to=5), "Every panel meets every target and rule"),
        (_record(4, "weights", 0, to=0), "Every panel meets every target and rule"),
        (_record(4, "weights", 0, to=0.5), "Every panel meets every target and rule"),
        (_record(4, "weights", 0, to=7), "Every chance follows from the panels"),
        (_record(6, "chance", to="1/3"), "Every chance follows from the panels"),
        (_record(6, "kind", to=99), "Every chance follows from the panels"),
        (_record(6, "tickets", to=30), "The tickets follow the chances"),
        (_record(18, "people", to=["p10", "p11", "p12", "p07"]), "Every ticket meets"),
        (_record(18, "people", to=["p08", "p11", "p12", "p07"]), "Every ticket meets"),
        (_record(18, "people", to=["p01", "p05", "p12", "p07"]), "Every ticket meets"),
        (_record(18, "people", to=["p05", "p06", "p11", "p07"]), "Every ticket meets"),
        (_record(18, "people", to=["p05", "p09", "p11", "p07"]), "Every ticket meets"),
        (_record(18, "people", to=["p05", "p11", "p07"]), "Every ticket meets"),
        (_record(18, "people", to=["p05", "p05", "p11", "p07"]), "Every ticket meets"),
        (_record(18, "people", to=["p05", "p11", "p12", "p99"]), "Every ticket meets"),
        (_record(18, "people", to=["p04", "p11", "p12", "p07"]), "Every ticket meets"),
        (_record(18, "salt", to="00"), "Every record belongs to the root"),
        (lambda r: r[18].update(salt=r[19]["salt"]), "Every record belongs to the root"),
        (_record(18, "number", to=1), "Every record belongs to the root"),
        (_record(5, "impossible", to=[0, 1, 2]), "No lottery is fairer"),
        (_record(0, "seated", to=0), "Registrants, rules and households agree"),
        (_record(0, "tickets", to=41), "What is shown belongs to the root"),
    ],
)
def test_an_auditor_names_what_was_wrong_from_the_start(
    change: Callable[[Any], Any], names: str
) -> None:
    assert any(name.startswith(names) for name in _named(_forge(everything(), change)))


@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from(DRAWS), st.data())
def test_nonsense_that_was_bound_to_never_breaks_the_verifier(
    make: Callable[[], Draw], data: st.DataObject
) -> None:
    records = json.loads(json.dumps(bind(make()).records))
    at = data.draw(st.sampled_from(list(_leaves_of(records))))
    assume(at[-1] != "part")
    new = data.draw(st.one_of(values, st.dictionaries(st.text(max_size=2), values, max_size=2)))
    at = at[: data.draw(st.integers(2, len(at)))]
    assume(at[-1] not in ("registrants", "tickets", "people", "seed_source"))
    put_at(records, at, new)
    forged = Commitment(tuple(records), Tree([encode(record) for record in records]))
    for line in verify(read(auditor_pack(forged)), CHECKS):
        assert "\n" not in line[1]


def test_two_of_one_household_on_a_panel_are_found() -> None:
    draw = everything()
    kinds = {members: k for k, kind in enumerate(draw.lottery.kinds) for members in kind.members}
    panel = list(draw.lottery.panels[0])
    wanted = {"p02": 1, "p03": 1, "p11": 1}
    panel = [sum(n for name, n in wanted.items() if kinds[name] == k) for k in range(len(panel))]
    panel[kinds["p12"]] = 1
    one = with_lottery(draw, panels=(tuple(panel),), weights=(1,))
    assert "Every panel meets every target and rule" in failed(one)
    words = failures(auditor_pack(bind(one)))
    assert any("panel 0 has two of one household" in word for word in words)


def test_tickets_that_favour_somebody_are_found() -> None:
    draw = replace(two_seats(), tickets=(("ann", "cid"),) * 20)
    assert failed(draw) == ["The tickets follow the chances"]


def test_people_who_are_alike_cannot_be_split_to_favour_some() -> None:
    draw = two_seats()
    woman = draw.lottery.kinds[0]
    kinds = (
        tuple(replace(woman, members=(name,), places=1) for name in woman.members)
        + draw.lottery.kinds[1:]
    )
    split = with_lottery(draw, kinds=kinds, panels=((1, 0, 1), (0, 1, 1)), weights=(2, 1))
    assert "People of one kind are alike" in failed(split)
    unproved = with_lottery(split, stages=(), exact=False)
    assert "People of one kind are alike" in failed(unproved)


# The certificate.


def _stage(level: str, kinds: tuple[int, ...], *prices: int) -> Stage:
    return Stage(Fraction(level), kinds, tuple(map(Fraction, prices)))


@pytest.mark.parametrize(
    "stages",
    [
        (_stage("1/2", (1,), 0, 0, 1),),
        (_stage("1/2", (1,), 0, 0, 1), _stage("1/2", (0,), 0, 0, 0)),
        (_stage("1", (0,), 0, 0, 0), _stage("1/2", (1,), 0, 0, 1)),
        (_stage("1/2", (1,), 0, 0, 1), _stage("9/10", (0,), 0, 0, 0)),
        (_stage("1/2", (1,), 0, 0, 0), _stage("1", (0,), 0, 0, 0)),
        (_stage("1/2", (1,), 0, 0), _stage("1", (0,), 0, 0, 0)),
        (_stage("1/2", (1, 1), 0, 0, 1), _stage("1", (0,), 0, 0, 0)),
        (_stage("1/2", (-1,), 0, 0, 1), _stage("1", (0,), 0, 0, 0)),
        (_stage("1/2", (1,), 0, 0, -1), _stage("1", (0,), 0, 0, 0)),
    ],
)
def test_a_proof_that_proves_nothing_is_found(stages: tuple[Stage, ...]) -> None:
    assert failed(with_lottery(two_levels(), stages=stages)) == ["No lottery is fairer"]


def test_other_prices_may_prove_the_same() -> None:
    stages = (_stage("1/2", (1,), 0, 0, 1), _stage("1", (0,), 1, 0, -1))
    assert "No lottery is fairer" in failed(with_lottery(two_levels(), stages=stages))
    stages = (_stage("1/2", (1,), 0, 0, 1), _stage("1", (0,), 1, 0, 0))
    assert failed(with_lottery(two_levels(), stages=stages)) == []


def test_a_lottery_that_falls_short_of_its_proof_says_how_far() -> None:
    """Both young people and the old one could be likelier together; weights make them less so."""
    draw = two_levels()
    kinds = draw.lottery.kinds
    short = with_lottery(
        draw,
        kinds=(kinds[0], Kind(("young",), (("young",),), False, ("bob", "cat"), 2)),
        panels=((1, 1),),
        stages=(_stage("501/1000", (1,), 0, 0, 1), _stage("1", (0,), 0, 0, 0)),
    )
    assert failed(short) == ["No lottery is fairer"]
    stated = with_lottery(short, exact=False, gap=0.002)
    assert failed(stated) == []


def test_who_must_be_included_needs_no_level() -> None:
    """With abe certain by a rule, only the young ones' level is left to prove."""
    draw = two_levels()
    abe = replace(draw.lottery.kinds[0], must=True)
    must = replace(
        with_lottery(
            draw,
            kinds=(abe, draw.lottery.kinds[1]),
            stages=(Stage(HALF, (1,), (Fraction(1), Fraction(0), Fraction(0))),),
        ),
        rules=Rules(must_include=frozenset({"abe"})),
    )
    assert failed(must) == []


def test_who_can_be_on_no_panel_is_said_to_rest_on_the_solver() -> None:
    draw = two_seats()
    shut = replace(
        draw.targets,
        rows=(*draw.targets.rows, replace(draw.targets.rows[0], value="x", most=0, least=0)),
    )
    pool = replace(
        draw.pool,
        ids=(*draw.pool.ids, "eve"),
        answers=(*draw.pool.answers, ("x",)),
        households=(None,) * 5,
    )
    stage = replace(draw.lottery.stages[0], prices=(*draw.lottery.stages[0].prices, Fraction(0)))
    kinds = (*draw.lottery.kinds, Kind(("x",), (("x",),), False, ("eve",), 1))
    lottery = replace(
        draw.lottery, kinds=kinds, panels=((1, 1, 0),), stages=(stage,), impossible=(2,)
    )
    whole = replace(draw, targets=shut, pool=pool, lottery=lottery, target_sources=())
    lines = verify(read(auditor_pack(bind(whole))), CHECKS)
    assert not [words for holds, words in lines if holds is False]
    assert "not proved here: that people left at chance 0 can be on no panel: 1" in lines[-1][1]
    hidden = replace(whole, lottery=replace(lottery, impossible=()))
    assert failed(hidden) == ["No lottery is fairer"]
