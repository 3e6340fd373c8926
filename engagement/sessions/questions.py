"""Use cases of questions to a session: sent beforehand by anybody, answered in public."""

from __future__ import annotations

from sqlalchemy import select

from engagement.audit.service import record
from engagement.contributions.models import Contribution
from engagement.contributions.service import Said, speaking_as, take_in_once
from engagement.database import clock
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.panels.service import Visible
from engagement.programmes.models import Activity
from engagement.sessions.errors import NotOpenToAsk, UnknownItem
from engagement.sessions.models import SessionQuestion
from engagement.sessions.queries import SessionRow
from engagement.sessions.service import is_to_come, part_of, session_to_change


@transactional
def ask(
    session: SessionRow, said: Said, browser: str, *, resident_id: int | None = None, once: str = ""
) -> str:
    """Take a question in; returns the contribution that it is, one for a form sent twice.

    ``browser`` and ``resident_id`` as in ``contributions.service.speak``. Raises ``NotOpenToAsk``
    once it has begun, ``NothingSaid``, ``TooLong`` or ``SaidEnough``.
    """
    if not is_to_come(session):
        raise NotOpenToAsk(session.public_id)
    activity = db.session.get_one(Activity, session.of.id)
    participant = speaking_as(activity.programme_id, browser, resident_id)
    made = take_in_once(activity, participant, said, once)
    key = db.session.scalars(select(Contribution.id).where(Contribution.public_id == made)).one()
    known = select(SessionQuestion.id).where(SessionQuestion.contribution_id == key)
    if db.session.scalar(known) is None:
        db.session.add(SessionQuestion(session_id=session.id, contribution_id=key))
    return made


@transactional
def answer(visible: Visible, session: str, question: str, words: str, answered_by: str) -> None:
    """Answer a question in public, and those that are answered together with it.

    Raises ``UnknownSession`` or ``UnknownItem``.
    """
    row = _first(part_of(session_to_change(visible, session), SessionQuestion, question))
    row.answer, row.answered_by = words.strip(), answered_by.strip()
    row.answered_at = clock.now()
    record("session.question answered", "session_question", question)


@transactional
def answer_with(visible: Visible, session: str, question: str, other: str | None) -> None:
    """Answer a question together with another one; ``None``, by itself again.

    Those that were answered together with it go with it. Raises ``UnknownSession`` or
    ``UnknownItem``.
    """
    of = session_to_change(visible, session)
    row = part_of(of, SessionQuestion, question)
    first = None if other is None else _first(part_of(of, SessionQuestion, other))
    if first is not None and first.id == row.id:
        raise UnknownItem(other)
    row.with_id = None if first is None else first.id
    if first is not None:
        for one in db.session.scalars(
            select(SessionQuestion).where(SessionQuestion.with_id == row.id)
        ):
            one.with_id = first.id
    record("session.question grouped", "session_question", question, facts={"with": other or ""})


def _first(row: SessionQuestion) -> SessionQuestion:
    """The question that holds the answer of those that are answered together."""
    return row if row.with_id is None else db.session.get_one(SessionQuestion, row.with_id)
