"""Who took part beside who lives there: counted once, hidden where few, with the source."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.contributions.models import Contribution
from engagement.contributions.rules import Channel, Speaker
from engagement.contributions.service import Said, speak, withdraw_contribution
from engagement.insight.errors import TooFewToTell
from engagement.insight.reach import CHANNEL, Comparison, Reach, published_reach, reach_of
from engagement.insight.rules import Activity, Size, compare, most_active, size_of
from engagement.insight.summaries import publish_reach
from engagement.people.questions import AGE, SEX
from engagement.people.service import withdraw_answer
from engagement.places.rules import ReferenceKind
from engagement.programmes.service import set_places
from tests.factories import Programme, World
from tests.factories.chain import publish
from tests.factories.places import FILES, import_text
from tests.factories.reach import heard, signed_in
from tests.past import move_back

RIVERBANK = "E06000001"
AGES = (
    "lsoa21_code,age_0_15,age_16_24,age_25_34,age_35_49,age_50_64,age_65_plus\n"
    "E01000001,0,400,200,200,100,100\nE01000002,0,400,200,200,100,100\n"
    "E01000003,0,200,200,200,200,200\nE01000004,0,100,100,100,100,600\n"
)


@pytest.fixture
def programme(world: World) -> Programme:
    """A published programme of north, about Riverbank: two wards, three small areas."""
    programme = world.north.programme()
    with world.north.inside():
        for kind, text in (FILES | {ReferenceKind.CENSUS_AGE: AGES}).items():
            import_text(kind, text)
        publish(programme)
        set_places(None, programme.public_id, [RIVERBANK], [])
    return programme


def by(reach: Reach, feature: str) -> Comparison:
    return next(one for one in reach.comparisons if one.feature == feature)


def people_of(comparison: Comparison) -> dict[str, int | None]:
    return {group.name or group.value: group.people for group in comparison.groups}


def size_in(comparison: Comparison, name: str) -> Size | None:
    return next(
        group.compared.size for group in comparison.groups if name in (group.name, group.value)
    )


def test_people_are_counted_once_by_area_fifth_and_channel(
    world: World, programme: Programme
) -> None:
    with world.north.inside():
        activity = heard(programme, {"E01000001": 40, "E05000002": 10, None: 20})
        for _again in range(3):
            heard(programme, {"E01000001": 40}, activity=activity)
        heard(programme, {"E01000003": 12}, activity=activity, channel=Channel.PHONE)
        reach = reach_of(programme.id, [RIVERBANK])
        assert reach.people == 82
        assert reach.contributions == 82 + 120
        places = by(reach, "place")
        assert people_of(places) == {"Mill": 40, "Quay": 20}
        assert places.unknown == 20
        assert people_of(by(reach, "deprivation")) == {"1": 40, "2": 0, "3": 10, "4": 0, "5": 0}
        channels = people_of(by(reach, CHANNEL))
        assert channels["online"] == 70
        assert channels["phone"] == 10
        assert channels["paper"] == 0


def test_shares_are_put_beside_who_lives_there_with_the_source(
    world: World, programme: Programme
) -> None:
    with world.north.inside():
        heard(programme, {"E01000001": 30, "E01000003": 90})
        reach = reach_of(programme.id, [RIVERBANK])
        places = by(reach, "place")
        mill, quay = places.groups
        assert mill.compared.there == pytest.approx(2000 / 3000)
        assert mill.compared.here == pytest.approx(30 / 120)
        assert mill.compared.size is Size.THIRD
        assert quay.compared.size is Size.MORE
        assert len(places.sources) == 1
        assert "2021" in places.sources[0]
        deprived = by(reach, "deprivation")
        assert size_in(deprived, "1") is Size.THIRD
        # Nobody lives in these fifths here, so nobody is missing.
        assert size_in(deprived, "5") is None
        assert by(reach, CHANNEL).sources == ()


def test_groups_are_those_that_people_told_while_their_consent_stands(
    world: World, programme: Programme
) -> None:
    with world.north.inside():
        activity = heard(programme, {"E01000001": 20})
        young = [signed_in(activity, {"age": "16-24", "sex": "female"}) for _ in range(10)]
        for _one in range(60):
            signed_in(activity, {"age": "75-plus", "sex": "prefer-not-to-say"})
        for _one in range(10):
            signed_in(activity, {"sex": "prefer-not-to-say"})
        reach = reach_of(programme.id, [RIVERBANK])
        ages = by(reach, AGE.key)
        assert people_of(ages)["65-plus"] == 60
        assert people_of(ages)["16-24"] == 10
        assert ages.unknown == 30
        assert reach.silent == 30
        assert size_in(ages, "16-24") is Size.HALF  # 10 of 70; 1,000 of 3,000 live there
        assert size_in(ages, "65-plus") is Size.MORE
        assert size_in(ages, "35-49") is Size.NOBODY
        assert by(reach, SEX.key).sources == ()  # no such table is imported
        for resident in young[:5]:
            withdraw_answer(resident, AGE.key)
        after = by(reach_of(programme.id, [RIVERBANK]), AGE.key)
        assert people_of(after)["16-24"] is None
        assert after.unknown is None or after.unknown >= 35


def test_a_group_of_few_is_hidden_and_another_with_it(world: World, programme: Programme) -> None:
    with world.north.inside():
        heard(programme, {"E01000001": 50, "E01000003": 3, None: 30})
        places = by(reach_of(programme.id, [RIVERBANK]), "place")
        cells = [*people_of(places).values(), places.unknown]
        assert cells.count(None) >= 2
        assert people_of(places)["Quay"] is None
        assert size_in(places, "Quay") is None
        deprived = by(reach_of(programme.id, [RIVERBANK]), "deprivation")
        assert people_of(deprived)["3"] is None


def test_only_what_residents_and_carers_said_and_may_be_read_counts(
    world: World, programme: Programme
) -> None:
    with world.north.inside():
        activity = heard(programme, {"E01000001": 10})
        nurse = Said("I work there", "here", False, "E01000001", speaker=Speaker.PROFESSIONAL)
        speak(activity, nurse, "nurse")
        withdraw_contribution(speak(activity, Said("Gone", "here", False), "gone"))
        assert reach_of(programme.id, [RIVERBANK]).people == 10


def test_first_time_is_told_of_those_who_can_be_recognised(
    world: World, programme: Programme
) -> None:
    other = world.north.programme("Before")
    with world.north.inside():
        publish(other)
        earlier = heard(other, {})
        activity = heard(programme, {"E01000001": 20})
        known = [signed_in(earlier, {}) for _ in range(10)]
        for resident in known:
            speak(activity, Said("Again", "here", False), "", resident_id=resident)
        for _one in range(30):
            signed_in(activity, {})
    with world.north.inside():
        assert reach_of(programme.id, []).first_time == 40  # both on the same day: nobody can tell
    move_back(
        world.app,
        Contribution.received_on,
        timedelta(days=3),
        Contribution.programme_id == other.id,
    )
    with world.north.inside():
        reach = reach_of(programme.id, [])
        assert (reach.people, reach.linked, reach.first_time) == (60, 40, 30)
        assert reach.recent == 60


def test_what_is_published_stays_until_it_is_published_again(
    world: World, programme: Programme
) -> None:
    with world.north.inside():
        with pytest.raises(TooFewToTell):
            publish_reach(None, programme.public_id)
        activity = heard(programme, {"E01000003": 98})
        assert published_reach(programme.id) is None
        publish_reach(None, programme.public_id)
        told = published_reach(programme.id)
        assert told is not None
        assert told.people == 100
        nobody = {(gap["feature"], gap["name"] or gap["value"]) for gap in told.gaps}
        assert nobody == {("place", "Mill"), ("deprivation", "1")}
        assert all(gap["source"] and gap["size"] == "nobody" for gap in told.gaps)
        heard(programme, {"E01000001": 300}, activity=activity)
        assert published_reach(programme.id) == told
        publish_reach(None, programme.public_id)
        again = published_reach(programme.id)
        assert again is not None
        assert again.people == 400
        assert ("place", "Mill") not in {(gap["feature"], gap["name"]) for gap in again.gaps}


def test_the_most_active_are_one_in_twenty() -> None:
    assert most_active({1: 19}) is None
    assert most_active({}) is None
    # 38 said one thing, one said 20, one said 42: two of forty are the most active.
    assert most_active({1: 38, 20: 1, 42: 1}) == Activity(2, 62 / 100)
    assert most_active({2: 100}) == Activity(5, 5 / 100)


def test_shares_are_compared_among_those_who_told() -> None:
    half, rest = compare([20, 80], 100, [400, 600])
    assert (half.here, half.there, half.size) == (0.2, 0.4, Size.HALF)
    assert rest.size is Size.MORE
    few = compare([0, 20], 20, [100, 900])[0]
    assert (few.here, few.size) == (0, None)  # two of twenty: chance decides
    assert compare([None, 80], None, [400, 600])[0].here is None
    assert compare([20, 80], 100, [None, None])[0] == compare([5], 5, [None])[0]
    # A group without figures is left out of both sides.
    assert compare([20, 80, 50], 150, [400, 600, None])[0].here == 0.2
    assert compare([20, 80, None], 150, [400, 600, None])[0].here is None


@given(st.floats(0, 10))
def test_sizes_rise_with_the_ratio(ratio: float) -> None:
    order = list(Size)
    assert order.index(size_of(ratio)) <= order.index(size_of(ratio + 0.1))
    assert (size_of(ratio) is Size.NOBODY) == (ratio == 0)
