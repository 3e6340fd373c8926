"""Use cases of questions to a session: sent beforehand by anybody, answered in public."""

from __future__ import annotations

from engagement.audit.service import record
from engagement.contributions.asked import (
    answer_question,
    answer_together,
    first_of,
    put_question,
)
from engagement.contributions.service import Said, key_of_taken, speaking_as, take_in_once
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
    put_question(SessionQuestion(session_id=session.id, contribution_id=key_of_taken(made)))
    return made


@transactional
def answer(visible: Visible, session: str, question: str, words: str, answered_by: str) -> None:
    """Answer a question in public, and those that are answered together with it.

    Raises ``UnknownSession`` or ``UnknownItem``.
    """
    row = part_of(session_to_change(visible, session), SessionQuestion, question)
    answer_question(row, words, answered_by)
    record("session.question answered", "session_question", question)


@transactional
def answer_with(visible: Visible, session: str, question: str, other: str | None) -> None:
    """Answer a question together with another one; ``None``, by itself again.

    Those that were answered together with it go with it. Raises ``UnknownSession`` or
    ``UnknownItem``.
    """
    of = session_to_change(visible, session)
    row = part_of(of, SessionQuestion, question)
    first = None if other is None else first_of(part_of(of, SessionQuestion, other))
    if first is not None and first.id == row.id:
        raise UnknownItem(other)
    answer_together(row, first)
    record("session.question grouped", "session_question", question, facts={"with": other or ""})
