"""Recommendations: reworded with history, merged, agreed by ballot, and locked once they are."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from engagement.ballots.models import Ballot
from engagement.ballots.service import declare_void, remove_ballot, run_again
from engagement.contributions.service import withdraw_contribution
from engagement.database.transactions import transaction
from engagement.deliberation.errors import (
    CannotMerge,
    ChangedMeanwhile,
    Locked,
    UnknownContribution,
    UnknownRecommendation,
)
from engagement.deliberation.models import RecommendationBallot, RecommendationSource
from engagement.deliberation.queries import RecommendationRow, find_recommendation, resting_on
from engagement.deliberation.rules import Stage, proposal_of
from engagement.deliberation.service import (
    dissent,
    draft,
    expect,
    merge,
    put_to_vote,
    rest_on,
    reword,
)
from engagement.extensions import db
from engagement.methods.choice.consent import Step
from engagement.panels.queries import find_panel
from tests.factories import Programme, World
from tests.factories.ballots import CONSENT, opened_ballot, seated_panel
from tests.factories.diaries import open_diary, write
from tests.factories.recommendations import TEXT, voted_on


@pytest.fixture
def programme(world: World) -> Programme:
    return world.north.programme()


@pytest.fixture
def panel(world: World, programme: Programme) -> tuple[str, list[int]]:
    """A panel of five members."""
    with world.north.inside():
        return seated_panel(programme, people=5)


def row(panel: str, public_id: str) -> RecommendationRow:
    of = find_panel(None, panel)
    assert of is not None
    found = find_recommendation(of.id, public_id)
    assert found is not None
    return found


def test_words_change_with_their_history_and_nobody_overwrites_another(
    world: World, panel: tuple[str, list[int]]
) -> None:
    with world.north.inside():
        at = panel[0]
        made = draft(None, at, "Calls", TEXT, drafted_by="Table 3")
        reword(None, at, made, "Calls", f"{TEXT} Or a text.", "For the deaf.", was=1)
        with pytest.raises(ChangedMeanwhile, match="2"):
            reword(None, at, made, "Calls", "Something else", "", was=1)
        reword(None, at, made, "Calls", f"{TEXT} Or a text.", "the same", was=2)
        found = row(at, made)
        assert [(one.number, one.why) for one in found.wordings] == [(1, ""), (2, "For the deaf.")]
        assert (found.text, found.drafted_by) == (f"{TEXT} Or a text.", "Table 3")
        assert found.stage is Stage.DRAFT


def test_two_are_merged_and_both_stay_to_be_read(
    world: World, panel: tuple[str, list[int]]
) -> None:
    with world.north.inside():
        at = panel[0]
        one, other = draft(None, at, "Calls", TEXT), draft(None, at, "Texts", "A text a week")
        with pytest.raises(CannotMerge):
            merge(None, at, one, one)
        merge(None, at, one, other)
        assert row(at, one).stage is Stage.MERGED
        assert row(at, one).text == TEXT
        with pytest.raises(Locked):
            reword(None, at, one, "Calls", "New", "", was=1)
        third = draft(None, at, "Letters", "A letter")
        with pytest.raises(CannotMerge):
            merge(None, at, third, one)


@pytest.mark.parametrize(
    ("step", "stage"), [(Step.LIKE, Stage.AGREED), (Step.LAMENT, Stage.NOT_AGREED)]
)
def test_the_ballot_decides_and_agreed_words_are_locked(
    world: World, panel: tuple[str, list[int]], step: Step, stage: Stage
) -> None:
    with world.north.inside():
        at, residents = panel
        made, other = draft(None, at, "Calls", TEXT), draft(None, at, "Texts", "A text")
        voted_on(at, made, residents, step)
        assert row(at, made).stage is stage
        changes = [
            lambda: reword(None, at, made, "Calls", "Mine now", "", was=1),
            lambda: expect(None, at, made, ["Soon"]),
            lambda: merge(None, at, other, made),
        ]
        if stage is Stage.AGREED:
            for change in changes:
                with pytest.raises(Locked):
                    change()
            assert row(at, made).text == TEXT
        else:
            for change in changes:
                change()
        dissent(None, at, made, "Some of us want letters instead.")
        assert [text for _id, text in row(at, made).statements] == [
            "Some of us want letters instead."
        ]


def test_while_it_is_voted_on_words_stand_and_a_void_ballot_frees_them(
    world: World, panel: tuple[str, list[int]]
) -> None:
    with world.north.inside():
        at = panel[0]
        made = draft(None, at, "Calls", TEXT)
        ballot = put_to_vote(None, at, made, CONSENT)
        assert row(at, made).stage is Stage.VOTING
        with pytest.raises(Locked):
            put_to_vote(None, at, made, CONSENT)
        remove_ballot(None, ballot)
        assert row(at, made).stage is Stage.DRAFT
        opened, _secrets = opened_ballot(at)
        key = db.session.scalars(select(Ballot.id).where(Ballot.public_id == opened)).one()
        with transaction():
            db.session.add(RecommendationBallot(recommendation_id=row(at, made).id, ballot_id=key))
        assert row(at, made).stage is Stage.VOTING
        declare_void(None, opened, "A secret was lost.")
        assert row(at, made).stage is Stage.DRAFT
        run_again(None, opened)
        found = row(at, made)
        assert (found.stage, len(found.ballots)) == (Stage.VOTING, 2)


def test_what_it_rests_on_is_of_the_programme_and_quoted_where_it_may_be(
    world: World, programme: Programme, panel: tuple[str, list[int]]
) -> None:
    with world.north.inside():
        at = panel[0]
        made = draft(None, at, "Calls", TEXT)
        diary = open_diary(programme)
        shown, other = (write(diary, None, f"Nobody rang, {n}", browser=str(n)) for n in "12")
        elsewhere = write(open_diary(world.north.programme()), None, "Elsewhere", browser="3")
        expect(None, at, made, ["By spring", "By phone"])
        first = row(at, made).expectations[0]
        rest_on(None, at, made, [shown], first.public_id)
        rest_on(None, at, made, [other])
        with pytest.raises(UnknownContribution, match=elsewhere):
            rest_on(None, at, made, [other, elsewhere])
        found = row(at, made)
        assert [one.quote for one in found.expectations[0].sources] == ["Nobody rang, 1"]
        assert [one.quote for one in found.sources] == ["Nobody rang, 2"]
        reword(None, at, made, "Calls, or texts", TEXT, "For the deaf.", was=1)
        assert [one.title for one in resting_on(shown)] == ["Calls, or texts"]
        withdraw_contribution(shown)
        assert row(at, made).expectations[0].sources[0].quote == ""
        # an expectation that goes leaves what it rested on with the recommendation
        expect(None, at, made, ["By phone", "In every language"])
        found = row(at, made)
        assert [one.text for one in found.expectations] == ["By phone", "In every language"]
        assert len(found.sources) == 2
        assert db.session.scalar(select(func.count(RecommendationSource.id))) == 2
        with pytest.raises(UnknownRecommendation):
            rest_on(None, at, made, [other], "none")


def test_what_is_not_yours_is_not_here(world: World, panel: tuple[str, list[int]]) -> None:
    with world.north.inside():
        made = draft(None, panel[0], "Calls", TEXT)
        with pytest.raises(UnknownRecommendation):
            reword(frozenset(), panel[0], made, "Calls", "Mine", "", was=1)
        with pytest.raises(UnknownRecommendation):
            dissent(None, panel[0], "none", "No")


def test_what_is_voted_on_says_what_is_expected() -> None:
    assert proposal_of("Call us.", [], "We expect:") == "Call us."
    words = proposal_of("Call us.", ["By spring", "In Welsh"], "We expect:")
    assert words == "Call us.\n\nWe expect:\n• By spring\n• In Welsh"
