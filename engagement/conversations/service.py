"""Use cases of open conversations: statements of convenors and residents, hiding them, settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import func, select

from engagement.accounts.credentials import keyed_hash
from engagement.audit.service import VISITOR, acting_as, record
from engagement.contributions.models import Contribution
from engagement.contributions.rules import TO_BE_READ, clean
from engagement.contributions.service import Said, open_activity, speaking_as, take_in
from engagement.conversations.errors import (
    ReasonToHideNeeded,
    SaidAlready,
    SeedsHaveFaults,
    StatementTooLong,
    TakesNoStatements,
    UnknownConversation,
    UnknownStatement,
)
from engagement.conversations.models import Conversation, Statement
from engagement.conversations.queries import with_contribution, words
from engagement.conversations.rules import (
    LONGEST_STATEMENT,
    MOST_SEEDS,
    Stance,
    Voter,
    one_line,
)
from engagement.conversations.voting import vote
from engagement.database import clock
from engagement.database.transactions import transactional
from engagement.documents.sheets import Fault
from engagement.extensions import db
from engagement.programmes.models import Activity
from engagement.programmes.rules import ActivityKind
from engagement.programmes.service import Visible, programme_of

N_ = str  # marks a sentence for the catalogue of translations


def conversation_of(visible: Visible, programme_public_id: str, public_id: str) -> Activity:
    """The open conversation, to change it; nobody else changes its list of statements meanwhile.

    Raises ``UnknownProgramme`` or ``UnknownConversation``.
    """
    programme = programme_of(visible, programme_public_id)
    activity = db.session.scalars(
        select(Activity)
        .where(
            Activity.programme_id == programme.id,
            Activity.public_id == public_id,
            Activity.kind == ActivityKind.OPEN_CONVERSATION,
        )
        .with_for_update(key_share=True)
    ).one_or_none()
    if activity is None:
        raise UnknownConversation(public_id)
    return activity


@transactional
def change_settings(
    visible: Visible, programme_public_id: str, public_id: str, *, takes_statements: bool
) -> None:
    """Set whether residents may add statements.

    Raises ``UnknownProgramme`` or ``UnknownConversation``.
    """
    activity = conversation_of(visible, programme_public_id, public_id)
    found = select(Conversation).where(Conversation.activity_id == activity.id)
    row = db.session.scalars(found).one_or_none() or Conversation(activity_id=activity.id)
    row.takes_statements = takes_statements
    db.session.add(row)
    record(
        "conversation.changed",
        "activity",
        public_id,
        facts={"takes_statements": takes_statements},
    )


@transactional
def add_seeds(
    visible: Visible, programme_public_id: str, public_id: str, lines: Sequence[str]
) -> int:
    """Add statements of the convenors, one a line; blank lines are left out. Returns how many.

    Raises ``UnknownProgramme``, ``UnknownConversation``, or ``SeedsHaveFaults`` with all that is
    wrong, and then adds none.
    """
    activity = conversation_of(visible, programme_public_id, public_id)
    texts = [(row, one_line(line)) for row, line in enumerate(lines, 1) if one_line(line)]
    faults = _faults(texts, _texts_of(activity.id))
    if faults:
        raise SeedsHaveFaults(faults)
    number = next_number(activity.id)
    db.session.add_all(
        Statement(activity_id=activity.id, number=number + place, text=text)
        for place, (_, text) in enumerate(texts)
    )
    record(
        "statements.seeded",
        "activity",
        public_id,
        facts={"first": number, "texts": [text for _, text in texts]},
    )
    return len(texts)


def _faults(texts: Sequence[tuple[int, str]], known: dict[str, int]) -> list[Fault]:
    if not texts:
        return [Fault(1, "", N_("There is no statement here: write one on a line."))]
    if len(texts) > MOST_SEEDS:
        words = N_("There are too many at once: add up to 500, then the others.")
        return [Fault(texts[MOST_SEEDS][0], "", words)]
    faults, rows = [], dict[str, int]()
    for row, text in texts:
        key = text.casefold()
        if len(text) > LONGEST_STATEMENT:
            words = N_("It is longer than 300 characters: say one thing, in fewer words.")
            faults.append(Fault(row, "", words, text[:40]))
        if key in known:
            words = N_("The conversation has this statement already: take it out here.")
            faults.append(Fault(row, "", words, text[:40]))
        elif key in rows:
            words = N_("It stands here twice: take one out.")
            faults.append(Fault(row, "", words, text[:40]))
        rows.setdefault(key, row)
    return faults


def _texts_of(activity_id: int) -> dict[str, int]:
    """The statements of a conversation, in small letters, with their keys."""
    rows = db.session.execute(
        with_contribution(select(words, Statement.id)).where(Statement.activity_id == activity_id)
    )
    return {one_line(text).casefold(): key for text, key in rows if text}


def next_number(activity_id: int) -> int:
    """The number of the next statement of a conversation that is locked."""
    last = select(func.max(Statement.number)).where(Statement.activity_id == activity_id)
    return (db.session.scalar(last) or 0) + 1


@transactional
def add_statement(activity_public_id: str, said: Said, voter: Voter, *, once: str = "") -> str:
    """Take a statement of somebody's own, a contribution like any other, which others vote on.

    Returns the contribution's public id; ``once`` is a token of the form: the same statement from
    the same form is taken once. Whoever says something agrees with it: that is their vote, where
    it is shown at once. Raises ``NotOpen``, ``TakesNoStatements``, ``StatementTooLong``,
    ``SaidAlready``, ``NothingSaid`` or ``SaidEnough``.
    """
    activity = open_activity(activity_public_id, ActivityKind.OPEN_CONVERSATION)
    settings = select(Conversation.takes_statements).where(Conversation.activity_id == activity.id)
    if db.session.scalar(settings) is False:
        raise TakesNoStatements
    text = one_line(clean(said.text))
    if len(text) > LONGEST_STATEMENT:
        raise StatementTooLong(len(text))
    # Nobody else counts its statements meanwhile.
    lock = select(Activity.id).where(Activity.id == activity.id).with_for_update(key_share=True)
    db.session.execute(lock)
    with acting_as(VISITOR):  # the chain of records never tells who said what
        participant = speaking_as(activity.programme_id, voter.browser, voter.resident_id)
        key = keyed_hash("said once", f"{participant} {once} {text}") if once else None
        if key and (there := _sent_before(activity.programme_id, key)):
            return there
        if text.casefold() in _texts_of(activity.id):
            raise SaidAlready
        contribution = take_in(activity, participant, replace(said, text=text, key=key))
        row = db.session.scalars(
            select(Contribution).where(Contribution.public_id == contribution)
        ).one()
        statement = Statement(
            activity_id=activity.id, number=next_number(activity.id), contribution_id=row.id
        )
        db.session.add(statement)
        db.session.flush()
        record("statement.added", "statement", statement.public_id)
    if row.state in TO_BE_READ and row.may_quote:
        vote(activity_public_id, statement.public_id, Stance.AGREE, voter)
    return contribution


def _sent_before(programme_id: int, key: str) -> str | None:
    return db.session.scalar(
        select(Contribution.public_id).where(
            Contribution.programme_id == programme_id, Contribution.entry_key == key
        )
    )


@transactional
def hide_statement(
    visible: Visible, programme_public_id: str, activity_public_id: str, public_id: str, reason: str
) -> None:
    """Show a statement to nobody any more; its votes stay.

    Raises ``UnknownProgramme``, ``UnknownConversation``, ``UnknownStatement`` or
    ``ReasonToHideNeeded``.
    """
    activity = conversation_of(visible, programme_public_id, activity_public_id)
    statement = _statement(activity.id, public_id)
    if not reason.strip():
        raise ReasonToHideNeeded
    statement.hidden_at, statement.hidden_reason = clock.now(), reason.strip()
    record("statement.hidden", "statement", public_id, facts={"reason": reason.strip()})


@transactional
def show_statement(
    visible: Visible, programme_public_id: str, activity_public_id: str, public_id: str
) -> None:
    """Let people vote again on a statement that was hidden.

    Raises ``UnknownProgramme``, ``UnknownConversation`` or ``UnknownStatement``.
    """
    activity = conversation_of(visible, programme_public_id, activity_public_id)
    statement = _statement(activity.id, public_id)
    if statement.hidden_at is not None:
        statement.hidden_at, statement.hidden_reason = None, ""
        record("statement.shown", "statement", public_id)


def _statement(activity_id: int, public_id: str) -> Statement:
    statement = db.session.scalars(
        select(Statement).where(
            Statement.activity_id == activity_id, Statement.public_id == public_id
        )
    ).one_or_none()
    if statement is None:
        raise UnknownStatement(public_id)
    return statement
