"""What staff are shown of members gives away nobody's answers: tried on all small panels."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations_with_replacement, pairwise, permutations, product

import pytest
from flask import Flask
from sqlalchemy import select

from engagement.database.transactions import transaction
from engagement.extensions import db
from engagement.membership import service
from engagement.membership.facts import facts_of
from engagement.membership.models import Member, MemberInterest
from engagement.membership.queries import Filters, find_member, find_standing_panel, list_members
from engagement.membership.rules import LooksLike, MemberRole, MemberState
from engagement.methods.sortition.strata import Drawn, Values, draw_members, fit_to_margins
from engagement.panels.models import Registration, RegistrationAnswer
from engagement.programmes.rules import Topic
from tests.factories import World
from tests.factories.members import join, standing_panel

ONE: list[Values] = [("a",), ("b",), ("c",)]
TWO: list[Values] = [("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")]
AREA_OF_ONE = [{"a": 50, "b": 30, "c": 20}]
AREA_OF_TWO = [{"a": 60, "b": 40}, {"x": 30, "y": 70}]


@pytest.fixture
def inside(world: World) -> Iterator[None]:
    """In the north."""
    with world.north.inside():
        yield


@pytest.fixture
def tiny(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only 1 and 2 are small, so that all tables of a few people can be tried."""
    config = replace(app.extensions["engagement"], small_counts=2, round_counts_to=5)
    monkeypatch.setitem(app.extensions, "engagement", config)


def parts_of(total: int, strata: int) -> Iterator[tuple[int, ...]]:
    """All ways to spread so many people over so many strata."""
    for cuts in combinations_with_replacement(range(total + 1), strata - 1):
        yield tuple(after - before for before, after in pairwise((0, *cuts, total)))


def lottery(
    counts: Sequence[int],
    strata: Sequence[Values],
    margins: Sequence[Mapping[str, int]] | None,
    places: int,
) -> Drawn:
    given = {at: count for at, count in zip(strata, counts, strict=True) if count}
    people = {f"{at}-{place}": at for at, count in given.items() for place in range(count)}
    named = {f"p{place:02}": values for place, values in enumerate(people.values())}
    weights = fit_to_margins(given, margins) if margins else None
    return draw_members(named, places, "dice 4 2 6", weights=weights)


def told_by(
    total: int,
    strata: Sequence[Values],
    margins: Sequence[Mapping[str, int]] | None,
    places: int,
    seen: bool,
) -> list[tuple[str, tuple[int, ...]]]:
    """Every spread of the people, by a stratum whose number of people is hidden but told.

    ``seen``: whether somebody sees what is shown; otherwise, as a check of the check, the exact
    chances, as they would be read off a file.
    """
    kind = LooksLike.AREA if margins else LooksLike.PEOPLE
    alike: dict[str, list[tuple[int, ...]]] = defaultdict(list)
    shown: dict[str, set[Values]] = {}
    for counts in parts_of(total, len(strata)):
        drawn = lottery(counts, strata, margins, places)
        facts = facts_of(drawn, kind)
        what = facts if seen else [facts, sorted(str(one) for one in set(drawn.chosen.values()))]
        key = json.dumps(what)
        alike[key].append(counts)
        strata_told = {tuple(one["values"]): one["people"] for one in facts["strata"]}
        # Of none, nought may be told: who is not in the table is nobody.
        shown[key] = {
            at for at in strata if strata_told.get(at, 0 if strata_told else None) is not None
        }
    return [
        (str(values), worlds[0])
        for key, worlds in alike.items()
        for at, values in enumerate(strata)
        if values not in shown[key] and len({counts[at] for counts in worlds}) == 1
    ]


@pytest.mark.parametrize(
    ("strata", "margins", "totals"),
    [
        (ONE[:2], None, range(1, 16)),
        (ONE, None, range(1, 16)),
        (ONE[:2], [{"a": 50, "b": 30}], range(1, 16)),
        (ONE, AREA_OF_ONE, range(1, 16)),
        (TWO, None, range(1, 12)),
        (TWO, AREA_OF_TWO, range(1, 12)),
    ],
)
def test_what_is_shown_of_a_lottery_tells_no_hidden_stratum(
    tiny: None,
    inside: None,
    strata: list[Values],
    margins: list[dict[str, int]] | None,
    totals: range,
) -> None:
    """Also to who knows exactly how many people there are, how many were drawn, and the figures of
    the area."""
    for total in totals:
        for places in sorted({1, total // 3, total // 2, total - 1, total} - {0}):
            assert told_by(total, strata, margins, places, seen=True) == []


def test_exact_chances_would_tell_hidden_strata(tiny: None, inside: None) -> None:
    assert told_by(12, ONE, AREA_OF_ONE, 4, seen=False)
    assert told_by(10, TWO, AREA_OF_TWO, 4, seen=False)


# The list of members


def everything_shown(panel: str) -> str:
    """All that any choice of the list's filters, and the members' pages, show of members."""
    row = find_standing_panel(None, panel)
    assert row is not None
    searches = ["", *db.session.scalars(select(Registration.reference)), "C"]
    lists = [
        list_members(row.id, Filters(state, role, search), page, size)
        for state, role, search in product([None, *MemberState], [None, *MemberRole], searches)
        for page, size in ((1, 2), (2, 2), (1, 50))
    ]
    names = db.session.scalars(select(Member.public_id).order_by(Member.id))
    return repr((lists, [find_member(row.id, name) for name in names]))


@pytest.mark.usefixtures("inside")
def test_whatever_members_answered_the_list_is_the_same(world: World) -> None:
    """All ways in which four people can have given their answers, under every filter: nothing that
    is shown, and no difference of two lists, hangs on an answer or an interest."""
    panel = standing_panel(world.north.programme())
    people = [join(panel, "male" if place < 1 else "female") for place in range(4)]
    service.give_role(None, panel, people[0].member, MemberRole.CHAMPION)
    service.leave(panel, people[3].resident_id)
    service.choose_interests(panel, people[1].resident_id, [Topic.MENTAL_HEALTH], "words")
    first = everything_shown(panel)
    sexes = db.session.scalars(
        select(RegistrationAnswer.id)
        .where(RegistrationAnswer.feature == "sex")
        .order_by(RegistrationAnswer.id)
    ).all()
    members = db.session.scalars(select(Member.id).order_by(Member.id)).all()
    for order in sorted(set(permutations(("male", "male", "female", "prefer not to say")))):
        with transaction():
            for key, value in zip(sexes, order, strict=True):
                db.session.get_one(RegistrationAnswer, key).value = value
            place = order.index("male")
            db.session.scalars(select(MemberInterest)).one().member_id = members[place]
        assert everything_shown(panel) == first
