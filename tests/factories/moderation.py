"""Decisions about what somebody said: held, with an appeal that was answered; harm, with a note."""

from __future__ import annotations

from sqlalchemy import select

from engagement.contributions.appeals import answer_appeal, appeal
from engagement.contributions.models import Appeal, Contribution
from engagement.contributions.moderation import decide, set_saved_reasons
from engagement.contributions.noticing import set_help_lines
from engagement.contributions.outcomes import Author
from engagement.contributions.rules import Decided
from engagement.contributions.safeguarding import Then, note_safeguarding
from engagement.contributions.service import Said, open_activity, speaking_as, take_in
from engagement.extensions import db
from engagement.programmes.rules import ActivityKind
from tests.factories import Programme, Resident
from tests.factories.chain import open_conversation, publish

REASON = "It was about something else than the question."
HARM_SAID = "I want to end my life, nobody rang"
NAMES_SAID = "My neighbour John Smith of 12 High Street shouts all night"


def say(
    programme: Programme,
    text: str,
    *,
    resident: Resident | None = None,
    browser: str = "browser",
    activity: str = "",
    may_quote: bool = True,
) -> str:
    """Something that somebody says in an open conversation; returns its public id."""
    publish(programme)
    where = open_activity(
        activity or open_conversation(programme, "Say it"), ActivityKind.OPEN_CONVERSATION
    )
    who = speaking_as(programme.id, browser, resident.id if resident else None)
    return take_in(where, who, Said(text, "Riverbank", may_quote=may_quote))


def held(programme: Programme, *said: str, reason: str = REASON) -> None:
    """Hold these contributions, by a decision."""
    decide(None, programme.public_id, said, Decided.HOLD, reason)


def appealed(programme: Programme, said: str, resident: Resident, words: str) -> str:
    """An appeal of a resident about what they said; returns its public id."""
    appeal(said, Author(resident.id), words)
    found = db.session.scalars(
        select(Appeal.public_id)
        .join(Contribution, Contribution.id == Appeal.contribution_id)
        .where(Contribution.public_id == said)
        .order_by(Appeal.id.desc())
    ).first()
    assert found is not None
    return found


def moderated(programme: Programme, resident: Resident, mark: str) -> list[str]:
    """A row of every kind that moderation makes; returns the personal words in them.

    None may be quoted: older versions, which know of no holding, keep them back that way.
    """
    words = [f"I did keep to it {mark}", f"We read it again {mark}", f"Rang the surgery {mark}"]
    set_saved_reasons([REASON])
    set_help_lines([f"Crisis team {mark}: 01632 960 999"])
    said = say(programme, f"The bus is late {mark}", resident=resident, may_quote=False)
    held(programme, said)
    key = appealed(programme, said, resident, words[0])
    answer_appeal(None, programme.public_id, key, words[1], upheld=False)
    harm = say(programme, f"{HARM_SAID} {mark}", resident=resident, may_quote=False)
    note_safeguarding(None, harm, words[2], Then.KEEP)
    return words
