"""Disagreeing with a decision about what one said, and the answer: by another than who decided."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select

from engagement.accounts.queries import holders_of
from engagement.accounts.rules import Role
from engagement.audit.service import VISITOR, acting_as, current_actor, record
from engagement.contributions.errors import (
    CannotAppeal,
    DecidedByYourself,
    NothingSaid,
    TooLong,
    UnknownAppeal,
)
from engagement.contributions.models import Appeal, Contribution, ModerationDecision
from engagement.contributions.moderation import (
    note_decisions,
    published_state,
    reach_author,
    tell_authors,
)
from engagement.contributions.outcomes import Author
from engagement.contributions.queries import at_risk
from engagement.contributions.rules import Decided, clean
from engagement.database import clock
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.messages.bulk import Addressee
from engagement.programmes.service import Visible, programme_of

N_ = str  # marks a sentence for the catalogue of translations

MODERATORS = (Role.FACILITATOR, Role.OFFICER)
LONGEST_APPEAL = 2_000


@transactional
def appeal(public_id: str, author: Author, words: str) -> None:
    """Say why one disagrees with the last decision about a contribution of one's own.

    Raises ``NothingSaid``, ``TooLong`` or ``CannotAppeal``.
    """
    words = clean(words)
    if not words:
        raise NothingSaid
    if len(words) > LONGEST_APPEAL:
        raise TooLong(len(words))
    row = db.session.scalars(
        select(Contribution)
        .where(
            Contribution.public_id == public_id,
            author.own(),
            Contribution.text.is_not(None),
            ~at_risk,
        )
        .with_for_update()
    ).one_or_none()
    decision = _last_decision(row.id) if row else None
    if row is None or decision is None or decision.kind is Decided.PUBLISH:
        raise CannotAppeal(public_id)
    if db.session.scalar(select(Appeal.id).where(Appeal.decision_id == decision.id)):
        raise CannotAppeal(public_id)
    db.session.add(Appeal(contribution_id=row.id, decision_id=decision.id, words=words))
    db.session.flush()
    with acting_as(VISITOR):  # the chain of records never tells who said what
        record("contribution.appealed", "contribution", public_id)


def _last_decision(contribution_id: int) -> ModerationDecision | None:
    return db.session.scalars(
        select(ModerationDecision)
        .where(ModerationDecision.contribution_id == contribution_id)
        .order_by(ModerationDecision.id.desc())
        .limit(1)
    ).one_or_none()


@transactional
def answer_appeal(
    visible: Visible, programme_public_id: str, public_id: str, answer: str, *, upheld: bool
) -> None:
    """Answer an appeal; where it is upheld the contribution is for others to read again.

    Words that were taken out are gone: an appeal about them can be answered, and no more. Raises
    ``UnknownProgramme``, ``UnknownAppeal``, ``NothingSaid``, or ``DecidedByYourself`` where
    somebody else could answer.
    """
    programme = programme_of(visible, programme_public_id)
    found = db.session.execute(
        select(Appeal, ModerationDecision, Contribution)
        .join(ModerationDecision, ModerationDecision.id == Appeal.decision_id)
        .join(Contribution, Contribution.id == Appeal.contribution_id)
        .where(
            Contribution.programme_id == programme.id,
            Appeal.public_id == public_id,
            Appeal.answered_at.is_(None),
        )
        .with_for_update(of=Appeal)
    ).one_or_none()
    if found is None:
        raise UnknownAppeal(public_id)
    one, decision, row = found
    answer = clean(answer)
    if not answer:
        raise NothingSaid
    me = current_actor().id
    others = {holder.public_id for holder in holders_of(MODERATORS, programme.id)} - {me}
    if me and decision.decided_by == me and others:
        raise DecidedByYourself
    one.answer, one.upheld, one.answered_by, one.answered_at = answer, upheld, me, clock.now()
    record("appeal.answered", "contribution", row.public_id, facts={"upheld": upheld})
    if upheld and row.text is not None:
        row.state, row.state_reason, row.state_at = published_state(row), "", clock.now()
        note_decisions(programme, [row], Decided.PUBLISH, "")
    who = reach_author(row)
    if who.email:
        to = [Addressee(who.email, who.name, who.resident_id)]
        tell_authors(programme, to, [answer])


def waiting_appeal(programme_id: int) -> ColumnElement[bool]:
    """Which appeals of a programme wait for an answer."""
    return (Contribution.programme_id == programme_id) & Appeal.answered_at.is_(None)
