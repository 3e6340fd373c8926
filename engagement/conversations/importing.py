"""Taking a conversation that was held with Polis into an open conversation, votes and all.

What was imported before is known by its id in the export: done again, only what is new is added,
and votes that changed meanwhile are changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from engagement.accounts.credentials import keyed_hash
from engagement.audit.service import record
from engagement.contributions.models import Contribution
from engagement.contributions.noticing import notice, tell_leads
from engagement.contributions.rules import HARM, LONGEST, Channel, ConsentHow, State
from engagement.conversations.models import Statement, Vote
from engagement.conversations.queries import with_contribution, words
from engagement.conversations.rules import COUNTED_IN, one_line
from engagement.conversations.service import conversation_of, next_number
from engagement.database import clock
from engagement.database.many import insert_many, update_many
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.programmes.models import Activity, Participant, Programme
from engagement.programmes.rules import ParticipantKind
from engagement.programmes.service import Visible, programme_of

if TYPE_CHECKING:
    from engagement.methods.opinion.reading import Statements
    from engagement.methods.opinion.votes import Votes

Rows = Iterable[tuple[int, Sequence[str]]]
N_ = str  # marks a sentence for the catalogue of translations
REJECTED = N_("Those who ran the conversation in Polis rejected it.")
SOURCE = "Polis"
MOST_AT_ONCE = 5_000


@dataclass(frozen=True)
class Table:
    """A file as a table: its name in messages, and its rows with their numbers."""

    name: str
    rows: Rows


@dataclass(frozen=True)
class Imported:
    """What an import did. ``held``: statements that somebody must read first; ``rejected``: those
    that nobody is shown, as in the export; ``replaced``: votes of the file that a later one of the
    same person replaced."""

    statements: int = 0
    people: int = 0
    votes: int = 0
    changed: int = 0
    held: int = 0
    rejected: int = 0
    replaced: int = 0


@dataclass
class _Known:
    """What the conversation holds already, by the ids of the export."""

    statements: dict[str, int] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)


@transactional
def import_polis(
    visible: Visible, programme_public_id: str, public_id: str, votes: Table, comments: Table
) -> Imported:
    """Take the statements and votes of a Polis export; returns what was done.

    Statements that the export calls seeds are the convenors'; all others are contributions of
    those who wrote them. Raises ``UnknownProgramme``, ``UnknownConversation``, or
    ``OpinionRefused`` with everything that is wrong with the files, and then takes nothing.
    """
    activity = conversation_of(visible, programme_public_id, public_id)
    programme = programme_of(visible, programme_public_id)
    known = _known(activity.id)
    statements, given = _read(votes, comments, known)
    people, fresh = _participants(programme.id, activity.public_id, given, statements)
    added = _add_statements(programme, activity, statements, known, people)
    new, changed = _add_votes(given, known.statements, people)
    done = Imported(
        statements=len(added),
        people=fresh,
        votes=new,
        changed=changed,
        held=sum(added.values()),
        rejected=len(statements.rejected & added.keys()),
        replaced=given.replaced,
    )
    record(
        "conversation.imported",
        "activity",
        public_id,
        facts={"statements": done.statements, "votes": new, "changed": changed},
    )
    return done


def _known(activity_id: int) -> _Known:
    known = _Known()
    rows = db.session.execute(
        with_contribution(
            select(Statement.source_ref, Statement.id, words, Contribution.state)
        ).where(Statement.activity_id == activity_id, Statement.source_ref.is_not(None))
    )
    for reference, key, text, state in rows:
        known.statements[reference] = key
        # What was redacted or erased meanwhile says nothing about the words of the file.
        known.texts[reference] = text if state is not State.REDACTED else ""
    return known


def _read(votes: Table, comments: Table, known: _Known) -> tuple[Statements, Votes]:
    """Both files, with all that is wrong with either told at once."""
    # numpy is heavy to load, and only this needs it.
    from engagement.methods.opinion.errors import Fault, OpinionRefused
    from engagement.methods.opinion.reading import Statements, read_statements, read_votes

    faults: list[Fault] = []
    statements, given = Statements(), None
    try:
        statements = read_statements(comments.rows, comments.name)
    except OpinionRefused as error:
        faults += error.faults
    try:
        given = read_votes(votes.rows, votes.name)
    except OpinionRefused as error:
        faults += error.faults
    for key, text in statements.texts.items():
        problem = _problem(text, known.texts.get(key))
        if problem:
            faults.append(Fault(comments.name, statements.rows[key], "", problem))
    if given is not None and statements.texts:
        faults += [
            Fault(votes.name, 0, "", f"statement “{key[:40]}” is not in {comments.name}; add it")
            for key in given.statements
            if key not in statements.texts
        ]
    if faults or given is None:
        raise OpinionRefused(faults)
    return statements, given


def _problem(text: str, there: str | None) -> str:
    if not text:
        return "has no words; write the statement, or take out the row and the votes on it"
    if len(text) > LONGEST:
        return f"has {len(text):,} characters, of {LONGEST:,} at most; shorten it"
    if there and one_line(there) != one_line(text):
        return (
            "has other words than the statement with this id that is in the conversation already;"
            " import another conversation into an activity of its own"
        )
    return ""


def _participants(
    programme_id: int, activity: str, votes: Votes, statements: Statements
) -> tuple[dict[str, int], int]:
    """The key of each person in the files, and how many of them were not here before."""
    from engagement.methods.opinion.votes import in_order

    authors = set(statements.authors.values()) - set(votes.participants)
    named = [*votes.participants, *sorted(authors)]
    ids = [named[place] for place in in_order(named)]
    ids += [f"author of {key}" for key in statements.texts if key not in statements.authors]
    purpose = f"respondent of {programme_id}"
    hashes = {one: keyed_hash(purpose, f"{activity} {one}") for one in ids}
    there = dict(
        db.session.execute(
            select(Participant.token_hash, Participant.id).where(
                Participant.programme_id == programme_id, Participant.token_hash.is_not(None)
            )
        ).all()
    )
    fresh = [one for one in ids if hashes[one] not in there]
    for some in _parts(fresh):
        keys = insert_many(
            Participant,
            (
                {
                    "programme_id": programme_id,
                    "kind": ParticipantKind.IMPORTED,
                    "token_hash": hashes[one],
                }
                for one in some
            ),
            keys=True,
        )
        there.update(zip((hashes[one] for one in some), keys, strict=True))
    return {one: there[hashes[one]] for one in ids}, len(fresh)


def _add_statements(
    programme: Programme,
    activity: Activity,
    statements: Statements,
    known: _Known,
    people: Mapping[str, int],
) -> dict[str, bool]:
    """Add the statements that are new, in the order of their ids; each with whether it waits."""
    from engagement.methods.opinion.votes import in_order

    ids = list(statements.texts)
    fresh = [ids[at] for at in in_order(ids) if ids[at] not in known.statements]
    said = [key for key in fresh if key not in statements.seeds]
    rows = {key: _contribution(programme, activity, statements, key, people) for key in said}
    keys: dict[str, int] = {}
    for some in _parts(said):
        made = insert_many(Contribution, (rows[key] for key in some), keys=True)
        keys.update(zip(some, made, strict=True))
    number, now = next_number(activity.id), clock.now()
    for some in _parts(list(enumerate(fresh, number))):
        made = insert_many(
            Statement,
            (
                {
                    "activity_id": activity.id,
                    "number": place,
                    "contribution_id": keys.get(key),
                    "text": "" if key in keys else statements.texts[key],
                    "source_ref": key,
                    "hidden_at": now if key in statements.rejected else None,
                    "hidden_reason": REJECTED if key in statements.rejected else "",
                }
                for place, key in some
            ),
            keys=True,
        )
        known.statements.update(zip((key for _, key in some), made, strict=True))
    if any(HARM in row["concerns"] for row in rows.values()):
        tell_leads(programme.id)
    return {key: key in rows and rows[key]["state"] is State.HELD for key in fresh}


def _contribution(
    programme: Programme,
    activity: Activity,
    statements: Statements,
    key: str,
    people: Mapping[str, int],
) -> dict[str, Any]:
    text = statements.texts[key]
    noticed = notice(text, moderate_first=programme.moderate_first)
    rejected = key in statements.rejected and noticed.state is State.PUBLISHED
    return {
        "programme_id": programme.id,
        "activity_id": activity.id,
        "participant_id": people[statements.authors.get(key, f"author of {key}")],
        "text": text,
        "said_on": _day(statements.times.get(key)),
        "received_on": clock.day_of(clock.now()),
        "place_name": "",
        "method": activity.kind,
        "channel": Channel.IMPORTED,
        "prompt": activity.prompt or programme.question,
        "may_quote": True,
        "consent_how": ConsentHow.SOURCE,
        "source": SOURCE,
        "source_ref": f"{activity.public_id} {key}",
        "concerns": noticed.concerns,
        "state": State.HELD if rejected else noticed.state,
        "state_reason": REJECTED if rejected else noticed.reason,
    }


def _day(milliseconds: int | None) -> date:
    """The day of a moment as Polis writes it, in milliseconds since 1970; else today."""
    today = clock.day_of(clock.now())
    if milliseconds is None or not 0 < milliseconds < 4_000_000_000_000:
        return today
    return min(today, clock.day_of(datetime.fromtimestamp(milliseconds / 1000, UTC)))


def _add_votes(
    votes: Votes, statements: Mapping[str, int], people: Mapping[str, int]
) -> tuple[int, int]:
    """Add the votes that are new and change those that are others now; how many of each."""
    of_person = [people[one] for one in votes.participants]
    of_statement = [statements[one] for one in votes.statements]
    there = {
        (row.participant_id, row.statement_id): (row.id, row.value)
        for row in db.session.execute(
            select(Vote.id, Vote.participant_id, Vote.statement_id, Vote.value).where(
                Vote.statement_id.in_(of_statement)
            )
        )
    }
    now = clock.now()
    more: Counter[tuple[int, int]] = Counter()
    new: list[dict[str, Any]] = []
    changed: dict[int, dict[str, Any]] = {}
    starts, columns, values = votes.starts.tolist(), votes.columns.tolist(), votes.values.tolist()
    for person, key in enumerate(of_person):
        for at in range(starts[person], starts[person + 1]):
            statement, value = of_statement[columns[at]], values[at]
            known = there.get((key, statement))
            if known is None:
                new.append(
                    {
                        "statement_id": statement,
                        "participant_id": key,
                        "value": value,
                        "given_at": now,
                    }
                )
                more[statement, value] += 1
            elif known[1] is not None and known[1] != value:
                changed[known[0]] = {"value": value, "given_at": now}
                more[statement, known[1]] -= 1
                more[statement, value] += 1
    for some in _parts(new, 50_000):
        insert_many(Vote, some)
    update_many(Vote, changed)
    _count(more)
    return len(new), len(changed)


def _count(more: Mapping[tuple[int, int], int]) -> None:
    """Change the counts of statements by the votes of each value that were added or changed."""
    keys = {statement for statement, _ in more}
    rows = db.session.execute(
        select(Statement.id, Statement.agree, Statement.disagree, Statement.passed).where(
            Statement.id.in_(keys)
        )
    )
    update_many(
        Statement,
        {
            row.id: {
                name: getattr(row, name) + more.get((row.id, value), 0)
                for value, name in COUNTED_IN.items()
            }
            for row in rows
        },
    )


def _parts(rows: Sequence[Any], size: int = MOST_AT_ONCE) -> Iterable[Sequence[Any]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))
