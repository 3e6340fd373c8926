"""What became of what somebody said, for themselves: its state, why, and their appeal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, false, or_, select

from engagement.accounts.credentials import keyed_hash
from engagement.contributions.models import Appeal, Contribution, ModerationDecision
from engagement.contributions.rules import HARM, Decided, State
from engagement.extensions import db
from engagement.people.models import ParticipantLink
from engagement.programmes.models import Participant


@dataclass(frozen=True)
class Author:
    """Somebody who looks at what they said themselves.

    A resident who is signed in, by key, and the random token of a browser, which is another
    participant in each programme; one of the two, or both.
    """

    resident_id: int | None
    browser: str = ""
    programme_id: int = 0

    def own(self) -> ColumnElement[bool]:
        """Holds for the contributions that are theirs."""
        linked = select(ParticipantLink.participant_id).where(
            ParticipantLink.resident_id == self.resident_id
        )
        token = keyed_hash(f"participant of {self.programme_id}", self.browser)
        known = select(Participant.id).where(
            Participant.programme_id == self.programme_id, Participant.token_hash == token
        )
        ways = [Contribution.participant_id.in_(linked)] if self.resident_id is not None else []
        ways += [Contribution.participant_id.in_(known)] if self.browser else []
        return or_(false(), *ways)


@dataclass(frozen=True)
class Outcome:
    """What became of a contribution; ``waits`` where nobody has decided about it yet.

    ``decided`` is the last decision; with ``may_appeal`` its author can still disagree with it.
    """

    public_id: str
    text: str
    said_on: date
    state: State
    reason: str
    harm: bool
    decided: Decided | None
    appeal: str
    answer: str
    upheld: bool | None

    @property
    def waits(self) -> bool:
        """Whether nobody has decided yet whether others may read it."""
        return self.state is State.HELD and self.decided in (None, Decided.PUBLISH)

    @property
    def may_appeal(self) -> bool:
        """Whether there is a decision that its author has not disagreed with yet."""
        settled = self.decided in (None, Decided.PUBLISH)
        return not settled and not self.harm and not self.appeal


def outcomes(author: Author, programme_id: int | None = None) -> list[Outcome]:
    """What became of somebody's contributions, the newest first; not of what they took back."""
    here = [] if programme_id is None else [Contribution.programme_id == programme_id]
    rows = db.session.execute(
        select(
            Contribution.public_id,
            Contribution.text,
            Contribution.said_on,
            Contribution.state,
            Contribution.state_reason,
            Contribution.concerns,
            ModerationDecision.kind,
            Appeal.words,
            Appeal.answer,
            Appeal.upheld,
        )
        .outerjoin(ModerationDecision, ModerationDecision.contribution_id == Contribution.id)
        .outerjoin(Appeal, Appeal.decision_id == ModerationDecision.id)
        .where(author.own(), Contribution.text.is_not(None), *here)
        .order_by(Contribution.id.desc(), ModerationDecision.id)
    )
    found: dict[str, Outcome] = {}
    for public_id, text, said_on, state, reason, concerns, kind, words, answer, upheld in rows:
        before = found.get(public_id)
        # The answer to an appeal may have brought the decision after it.
        keeps = before is not None and before.answer and kind is Decided.PUBLISH
        told = (before.appeal, before.answer, before.upheld) if keeps and before else None
        found[public_id] = Outcome(
            public_id,
            text or "",
            said_on,
            state,
            reason,
            HARM in concerns and state is State.HELD,
            kind,
            *(told or (words or "", answer or "", upheld)),
        )
    return [one for one in found.values() if one.state is not State.WITHDRAWN or one.decided]
