"""Evaluation: the same items for members before and after, organisers' items, an observer's list.

The dimensions are those of the OECD's *Evaluation Guidelines for Representative Deliberative
Processes* (2021): information, voice, respect, influence, fatigue and trust; the words are ours.
How long somebody talked is asked nowhere, for it is no measure of quality.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engagement.audit.service import VISITOR, acting_as, record
from engagement.database.transactions import transactional
from engagement.deliberation.errors import NoSeat, NotAsked
from engagement.deliberation.models import Evaluation
from engagement.deliberation.rounds import rounds_of
from engagement.deliberation.rules import (
    ITEMS,
    LEAST_REPLIES,
    MEMBERS,
    EvaluationPart,
    asked_now,
    cleaned,
    marks_of,
)
from engagement.deliberation.taking_part import take_place
from engagement.extensions import db
from engagement.panels.seat_queries import find_seat
from engagement.panels.service import Visible, panel_to_change
from engagement.people.models import ParticipantLink


@dataclass(frozen=True)
class Reply:
    """What somebody answered: a mark for each item that they did not leave out, and words."""

    marks: Mapping[str, str]
    words: str = ""


@dataclass(frozen=True)
class ObserverRow:
    """What an independent observer says, signed in public; the name goes after some years."""

    marks: dict[str, str]
    words: str | None
    signed_as: str | None
    created_at: datetime


@dataclass(frozen=True)
class Distribution:
    """How the replies to a part fall: for each item how often each mark was given, from the lowest.

    Blank replies are none. ``counts`` is empty while there are fewer replies than are shown, and
    ``replies`` is then 0; an item that fewer people answered than are shown is left out.
    """

    replies: int
    counts: dict[str, tuple[int, ...]]


@dataclass(frozen=True)
class Given:
    """All that was said of a deliberation.

    ``distributions`` are of members and organisers, each part by itself and crossed with nothing;
    ``observers`` in the order in which they signed. ``words`` are what members and organisers wrote
    beside their marks, for those who run the panel, from as many replies on: by part, in the order
    of the words, which tells nothing of who wrote them or when.
    """

    distributions: dict[EvaluationPart, Distribution]
    observers: list[ObserverRow]
    words: list[tuple[EvaluationPart, str]]


def given_of(panel_id: int) -> Given:
    """All that was said of a panel's deliberation."""
    rows: Any = db.session.execute(
        select(
            Evaluation.part,
            Evaluation.marks,
            Evaluation.words,
            Evaluation.signed_as,
            Evaluation.created_at,
        )
        .where(Evaluation.panel_id == panel_id, Evaluation.marks.is_not(None))
        .order_by(Evaluation.id)
    ).all()
    observed = EvaluationPart.OBSERVER
    replies = Counter(row.part for row in rows if row.marks or row.words)
    return Given(
        {
            part: _distribution(part, [row.marks for row in rows if row.part is part])
            for part in EvaluationPart
            if part is not observed
        },
        [ObserverRow(*row[1:]) for row in rows if row.part is observed],
        sorted(
            (row.part, row.words)
            for row in rows
            if row.part is not observed and row.words and replies[row.part] >= LEAST_REPLIES
        ),
    )


def _distribution(part: EvaluationPart, replies: Sequence[Mapping[str, str]]) -> Distribution:
    replies = [reply for reply in replies if reply]
    if len(replies) < LEAST_REPLIES:
        return Distribution(0, {})
    given = {item: Counter(reply.get(item) for reply in replies) for item in ITEMS[part]}
    counts = {item: tuple(marks[mark] for mark in marks_of(part)) for item, marks in given.items()}
    shown = {item: marks for item, marks in counts.items() if sum(marks) >= LEAST_REPLIES}
    return Distribution(len(replies), shown)


def part_asked(panel_id: int) -> EvaluationPart | None:
    """Which part the members of a panel answer now."""
    return asked_now([row.closed_at is not None for row in rounds_of(panel_id)])


def own_reply(panel_id: int, part: EvaluationPart, resident_id: int) -> Reply | None:
    """What a member answered to a part."""
    row = db.session.execute(
        select(Evaluation.marks, Evaluation.words)
        .join(ParticipantLink, ParticipantLink.participant_id == Evaluation.participant_id)
        .where(
            Evaluation.panel_id == panel_id,
            Evaluation.part == part,
            ParticipantLink.resident_id == resident_id,
            Evaluation.marks.is_not(None),
        )
    ).one_or_none()
    return Reply(row.marks, row.words or "") if row else None


@transactional
def evaluate_as_member(panel_id: int, part: EvaluationPart, resident_id: int, reply: Reply) -> None:
    """Keep what a member answers to a part; a later reply takes the place of the earlier one.

    Raises ``NotAsked`` where that part is not asked now, or ``NoSeat``.
    """
    _activity, participant = take_place(panel_id, resident_id)
    if part is not part_asked(panel_id):
        raise NotAsked(part)
    row = db.session.scalars(
        select(Evaluation).where(
            Evaluation.panel_id == panel_id,
            Evaluation.part == part,
            Evaluation.participant_id == participant,
        )
    ).one_or_none() or Evaluation(panel_id=panel_id, part=part, participant_id=participant)
    with acting_as(VISITOR):  # the chain of records never tells who said what
        _keep(row, reply)


@transactional
def evaluate_for(
    visible: Visible, panel: str, part: EvaluationPart, seat: str, reply: Reply
) -> None:
    """Write down what a member answered on paper or by telephone; as ``evaluate_as_member``.

    Raises ``UnknownPanel`` too.
    """
    of = panel_to_change(visible, panel)
    found = find_seat(of.id, seat)
    if found is None:
        raise NoSeat(seat)
    evaluate_as_member(of.id, part, found.resident_id, reply)
    record("evaluation.written down", "panel", panel, facts={"part": part.value})


@transactional
def evaluate_as_staff(
    visible: Visible,
    panel: str,
    part: EvaluationPart,
    reply: Reply,
    *,
    by: str,
    signed_as: str = "",
) -> None:
    """Keep an organiser's reply, or what an independent observer says and signs; a later one of the
    same member of staff, or of the same observer, takes the place of the earlier one.

    Raises ``UnknownPanel``, or ``NotAsked`` for a part of members.
    """
    of = panel_to_change(visible, panel)
    if part in MEMBERS:
        raise NotAsked(part)
    name = signed_as.strip() or None
    same = Evaluation.by == by if part is EvaluationPart.ORGANISER else Evaluation.signed_as == name
    row = db.session.scalars(
        select(Evaluation).where(Evaluation.panel_id == of.id, Evaluation.part == part, same)
    ).first() or Evaluation(panel_id=of.id, part=part, by=by)
    row.signed_as = name
    _keep(row, reply)


def _keep(row: Evaluation, reply: Reply) -> None:
    row.marks, row.words = cleaned(row.part, reply.marks), reply.words.strip()
    db.session.add(row)
    db.session.flush()
    record("evaluation.given", "evaluation", row.public_id, facts={"part": row.part.value})
