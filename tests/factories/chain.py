"""The chain from a contribution to a published answer, in one programme."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import count

from sqlalchemy import select

from engagement.contributions.importing import import_file, put_file
from engagement.contributions.models import Contribution
from engagement.contributions.rules import Channel
from engagement.contributions.table import Part, Reading
from engagement.database.columns import new_public_id
from engagement.extensions import db
from engagement.insight.queries import list_themes
from engagement.insight.service import (
    FoundThemes,
    PriorityPlan,
    keep_themes,
    make_priority,
    publish_priority,
)
from engagement.methods.themes import MethodCard
from engagement.programmes import service as programmes
from engagement.programmes.queries import find_programme
from engagement.programmes.rules import ActivityKind, Remit, Taking, Topic
from engagement.programmes.service import ActivityPlan
from engagement.strategy.queries import paragraphs_of_programme
from engagement.strategy.rules import Answer, Relation
from engagement.strategy.service import (
    Reply,
    answer_priority,
    import_draft,
    link_paragraph,
    publish_draft,
)
from tests.factories import Programme

SAID = "I rang four times and nobody could tell me where I was on the list"
ALSO_SAID = "The receptionist was kind and found me an earlier day to come in"
READING = Reading(
    {Part.TEXT: "comment", Part.RESPONDENT: "who", Part.MAY_QUOTE: "quote"},
    date(2026, 3, 4),
    "Riverbank",
    Channel.PAPER,
    "What would help while you wait?",
)
REMIT = Remit(
    "What would help while you wait?",
    "How we tell people where they are on the list.",
    "How many operating theatres there are: that was decided last year.",
    "The board decides on the waiting-list plan.",
    date(2030, 6, 1),
)
TAKING = Taking(
    "Waiting well",
    Topic.WAITING,
    "Call 01632 960 123, write to 1 Example Street, or come to the library on Tuesdays.",
    "01632 960 123",
    payment="£25 an hour and your fares.",
    support="An interpreter, a sitter, a lift.",
)
DRAFT = """# Our strategy

## Waiting

We will write to everybody who waits, every four weeks. {mark}

We will train more surgeons.
"""


_numbers = count(1)


@dataclass(frozen=True)
class Chain:
    """The public ids of its links."""

    contribution: str
    theme: str
    other_theme: str
    priority: str
    draft: str
    paragraph: str


def take_comments(programme: Programme, *rows: tuple[str, str, str]) -> None:
    """Import comments, each with who said it and whether it may be quoted."""
    lines = [f"comment,who,quote,{next(_numbers)}"]
    lines += [f'"{text}",{who},{quote},' for text, who, quote in rows]
    key = put_file(None, programme.public_id, "comments.csv", "\n".join(lines).encode())
    import_file(None, programme.public_id, key, READING, ActivityKind.SURVEY_WAVE)


def keep_two_themes(programme: Programme, mark: str = "") -> None:
    """Keep a run that found two new themes, each with every second contribution."""
    keys = db.session.execute(
        select(Contribution.id, Contribution.text)
        .where(Contribution.programme_id == programme.id, Contribution.text.is_not(None))
        .order_by(Contribution.id)
    ).all()
    card = MethodCard("Themes by words in common", "1", {"themes": 2}, 2, 2, 2, "c" * 64, 0.5)
    points = [
        (row.id, 0, len(row.text), place % 2, 0.9 - place / 1000) for place, row in enumerate(keys)
    ]
    found = FoundThemes(
        programme.id,
        len(keys),
        card,
        [f"rang, told {mark}", f"kind {mark}"],
        [None] * 2,
        points,
    )
    keep_themes(new_public_id(), found)


def publish(programme: Programme) -> None:
    """Plan a programme as it must be planned, and publish it."""
    key = programme.public_id
    found = find_programme(None, key)
    assert found is not None
    if found.published_at is not None:
        return
    programmes.change_remit(None, key, replace(REMIT, question=found.remit.question))
    programmes.change_taking(None, key, replace(TAKING, name=found.name))
    programmes.set_places(None, key, ["Riverbank"], ["People who work at night"])
    programmes.publish_programme(None, key)


def open_conversation(programme: Programme, title: str = "Tell us what it is like") -> str:
    """An open conversation that is open now; returns its public id."""
    plan = ActivityPlan(
        ActivityKind.OPEN_CONVERSATION, title, offline_routes="Call 01632 960 123, or come in."
    )
    activity = programmes.add_activity(None, programme.public_id, plan)
    programmes.publish_activity(None, programme.public_id, activity)
    return activity


def chain(programme: Programme, mark: str = "") -> Chain:
    """Lay the whole chain and publish it; ``mark`` stands in every text of it."""
    key = programme.public_id
    take_comments(
        programme, (f"{SAID} {mark}", f"Ann {mark}", "yes"), (f"{ALSO_SAID} {mark}", "Bob", "no")
    )
    keep_two_themes(programme, mark)
    first, other = sorted(list_themes(programme.id), key=lambda theme: theme.id)[-2:]
    priority = make_priority(
        None, key, PriorityPlan(f"Be told what happens {mark}", "", [first.public_id])
    )
    draft = import_draft(
        None, key, f"Our strategy {mark}", "strategy.md", DRAFT.format(mark=mark).encode()
    )
    paragraph = paragraphs_of_programme(programme.id)[-2].public_id
    link_paragraph(None, key, priority, paragraph, Relation.ADOPTS)
    answer_priority(
        None,
        key,
        priority,
        Reply(Answer.IN_PART, f"The systems allow it in two trusts only {mark}.", "Planned care"),
    )
    publish_priority(None, key, priority)
    publish_draft(None, key, draft)
    contribution = db.session.scalars(
        select(Contribution.public_id)
        .where(Contribution.programme_id == programme.id, Contribution.may_quote)
        .order_by(Contribution.id.desc())
    ).first()
    assert contribution is not None
    return Chain(contribution, first.public_id, other.public_id, priority, draft, paragraph)
