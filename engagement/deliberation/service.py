"""Use cases of recommendations: drafted, reworded, merged, put to the vote, dissented from."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select

from engagement.audit.service import record
from engagement.ballots.models import Ballot
from engagement.ballots.rules import Plan
from engagement.ballots.service import draft_ballot
from engagement.contributions.models import Contribution
from engagement.contributions.queries import in_corpus
from engagement.database.transactions import transactional
from engagement.deliberation.errors import (
    CannotMerge,
    ChangedMeanwhile,
    Locked,
    UnknownContribution,
    UnknownRecommendation,
)
from engagement.deliberation.models import (
    Expectation,
    MinorityStatement,
    Recommendation,
    RecommendationBallot,
    RecommendationSource,
    RecommendationWording,
)
from engagement.deliberation.queries import RecommendationRow, find_recommendation
from engagement.deliberation.rules import Stage
from engagement.extensions import db
from engagement.panels.queries import PanelRow, find_panel
from engagement.panels.service import Visible, panel_to_change


@transactional
def draft(
    visible: Visible,
    panel: str,
    title: str,
    text: str,
    *,
    drafted_by: str = "",
    by: str = "",
    rests_on: str = "",
) -> str:
    """Write down what members recommend; returns its public id.

    ``rests_on`` is the contribution that it was made of, as the agreed wording of a table. Raises
    ``UnknownPanel`` or ``UnknownContribution``.
    """
    row = panel_to_change(visible, panel)
    made = Recommendation(panel_id=row.id, drafted_by=drafted_by.strip())
    db.session.add(made)
    db.session.flush()
    _word(made.id, 1, title, text, "", by)
    record("recommendation.drafted", "recommendation", made.public_id)
    if rests_on:
        rest_on(visible, panel, made.public_id, [rests_on])
    return made.public_id


@transactional
def reword(
    visible: Visible,
    panel: str,
    public_id: str,
    title: str,
    text: str,
    why: str,
    *,
    was: int,
    by: str = "",
) -> None:
    """Put other words in the place of those that stand; the earlier ones are kept.

    ``was`` is the number of the wording that the change was made to. Raises
    ``UnknownRecommendation``, ``Locked`` or ``ChangedMeanwhile``.
    """
    row = _changeable(visible, panel, public_id)
    if row.wordings[-1].number != was:
        raise ChangedMeanwhile(row.wordings[-1].number)
    if (title.strip(), text.strip()) == (row.title, row.text):
        return
    _word(row.id, was + 1, title, text, why, by)
    record("recommendation.reworded", "recommendation", public_id, facts={"number": was + 1})


def _word(key: int, number: int, title: str, text: str, why: str, by: str) -> None:
    db.session.add(
        RecommendationWording(
            recommendation_id=key,
            number=number,
            title=title.strip(),
            text=text.strip(),
            why=why.strip(),
            by=by,
        )
    )
    db.session.flush()


@transactional
def merge(visible: Visible, panel: str, public_id: str, into: str) -> None:
    """Let a recommendation stand in another; its words and sources stay to be read.

    Raises ``UnknownRecommendation``, ``Locked`` or ``CannotMerge``.
    """
    row, other = (
        _changeable(visible, panel, public_id),
        recommendation_to_change(visible, panel, into),
    )
    if other.id == row.id or other.stage is Stage.MERGED:
        raise CannotMerge(into)
    if not other.is_changeable:
        raise Locked(into)
    db.session.get_one(Recommendation, row.id).merged_into_id = other.id
    record("recommendation.merged", "recommendation", public_id, facts={"into": into})


@transactional
def expect(visible: Visible, panel: str, public_id: str, texts: Sequence[str]) -> None:
    """Set what the panel expects, in order; one whose words stay keeps what it rests on.

    Raises ``UnknownRecommendation`` or ``Locked``.
    """
    row = _changeable(visible, panel, public_id)
    there = {
        one.text: one
        for one in db.session.scalars(
            select(Expectation).where(Expectation.recommendation_id == row.id)
        )
    }
    wanted = list(dict.fromkeys(text.strip() for text in texts if text.strip()))
    for text, one in there.items():
        if text not in wanted:
            _loosen(row.id, one.id)
            db.session.delete(one)
    db.session.flush()
    db.session.add_all(
        Expectation(recommendation_id=row.id, text=text) for text in wanted if text not in there
    )
    record("recommendation.expectations set", "recommendation", public_id)


def _loosen(key: int, expectation: int) -> None:
    """What rested under an expectation rests under its recommendation."""
    for source in db.session.scalars(
        select(RecommendationSource).where(
            RecommendationSource.recommendation_id == key,
            RecommendationSource.expectation_id == expectation,
        )
    ):
        source.expectation_id = None


@transactional
def rest_on(
    visible: Visible, panel: str, public_id: str, references: Sequence[str], expectation: str = ""
) -> None:
    """Let a recommendation, or one of its expectations, rest on contributions of its programme.

    Whatever its stage, since this changes no word of it. Raises ``UnknownRecommendation``, or
    ``UnknownContribution`` with the first reference that is none; then nothing is linked.
    """
    row, of = recommendation_to_change(visible, panel, public_id), _panel(visible, panel)
    under = _expectation(row, expectation) if expectation else None
    keys = dict(
        db.session.execute(
            select(Contribution.public_id, Contribution.id).where(
                *in_corpus(of.programme_id), Contribution.public_id.in_(references)
            )
        ).all()
    )
    for reference in references:
        if reference not in keys:
            raise UnknownContribution(reference)
    db.session.execute(
        delete(RecommendationSource).where(
            RecommendationSource.recommendation_id == row.id,
            RecommendationSource.contribution_id.in_(keys.values()),
        )
    )
    db.session.add_all(
        RecommendationSource(recommendation_id=row.id, expectation_id=under, contribution_id=key)
        for key in keys.values()
    )
    facts = {"contributions": sorted(keys)}
    record("recommendation.rests on", "recommendation", public_id, facts=facts)


@transactional
def put_to_vote(visible: Visible, panel: str, public_id: str, plan: Plan) -> str:
    """Set a ballot up on the words that stand; returns its public id. The words are locked then.

    Raises ``UnknownRecommendation`` or ``Locked``.
    """
    row = _changeable(visible, panel, public_id)
    ballot = draft_ballot(visible, panel, plan)
    key = db.session.scalars(select(Ballot.id).where(Ballot.public_id == ballot)).one()
    db.session.add(RecommendationBallot(recommendation_id=row.id, ballot_id=key))
    record("recommendation.put to the vote", "recommendation", public_id, facts={"ballot": ballot})
    return ballot


@transactional
def dissent(visible: Visible, panel: str, public_id: str, text: str) -> None:
    """Put a statement of members who do not agree beside a recommendation, at any stage.

    Raises ``UnknownRecommendation``.
    """
    row = recommendation_to_change(visible, panel, public_id)
    made = MinorityStatement(recommendation_id=row.id, text=text.strip())
    db.session.add(made)
    db.session.flush()
    record("recommendation.dissented from", "recommendation", public_id)


def _panel(visible: Visible, panel: str) -> PanelRow:
    found = find_panel(visible, panel)
    if found is None:
        raise UnknownRecommendation(panel)
    return found


def recommendation_to_change(visible: Visible, panel: str, public_id: str) -> RecommendationRow:
    """A recommendation, to change it. Raises ``UnknownPanel`` or ``UnknownRecommendation``."""
    of = _panel(visible, panel)
    # Two who change one at once wait for each other here.
    db.session.execute(
        select(Recommendation.id)
        .where(Recommendation.public_id == public_id, Recommendation.panel_id == of.id)
        .with_for_update()
    )
    row = find_recommendation(of.id, public_id)
    if row is None:
        raise UnknownRecommendation(public_id)
    return row


def _changeable(visible: Visible, panel: str, public_id: str) -> RecommendationRow:
    row = recommendation_to_change(visible, panel, public_id)
    if not row.is_changeable:
        raise Locked(public_id)
    return row


def _expectation(row: RecommendationRow, public_id: str) -> int:
    key = db.session.scalar(
        select(Expectation.id).where(
            Expectation.recommendation_id == row.id, Expectation.public_id == public_id
        )
    )
    if key is None:
        raise UnknownRecommendation(public_id)
    return key
