"""From the letter to the session: who gets how far, by what people answered and by their letters.

Counts of people are hidden and rounded before they leave here; see ``methods.disclosure.counts``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Text, cast, func, select

from engagement.extensions import db
from engagement.panels.models import (
    Invitation,
    InvitationBatch,
    Registration,
    RegistrationAnswer,
    Seat,
)
from engagement.panels.queries import FeatureRow
from engagement.panels.rules import BatchKind, SeatState
from engagement.panels.small_numbers import shown
from engagement.people.models import Resident
from engagement.sessions.models import Attendance


class Stage(StrEnum):
    """How far somebody gets."""

    INVITED = "invited"
    REGISTERED = "registered"
    DRAWN = "drawn"
    CONFIRMED = "confirmed"
    ATTENDED = "attended"


TOOK_A_SEAT = (SeatState.ACCEPTED, SeatState.LEFT)
PERSONAL = (Stage.REGISTERED, Stage.DRAWN, Stage.CONFIRMED, Stage.ATTENDED)


@dataclass(frozen=True)
class Funnel:
    """One way to tell people apart, and how many of each got how far.

    ``rows``: a group's words (``None``: did not say) and its count at each of ``stages``, ``None``
    where it is hidden. ``feature`` is empty for what only the letters' addresses tell; ``title`` is
    then the heading of the address list.
    """

    title: Any
    feature: str
    stages: tuple[Stage, ...]
    rows: tuple[tuple[Any, tuple[int | None, ...]], ...]


@dataclass(frozen=True)
class Reach:
    """Who got how far: ``totals`` counts letters for the first stage, people for the others. They
    tell of no group, so they are exact."""

    totals: Mapping[Stage, int]
    funnels: Sequence[Funnel]


def reach_of(panel_id: int, rows: Sequence[FeatureRow]) -> Reach:
    """How far people get, by each feature of the panel and by what its letters' addresses tell.

    Someone whose name was taken back counts towards what they had reached, as not saying anything.
    """
    people, letters = _people(panel_id), _letters(panel_id)
    totals = {Stage.INVITED: sum(letters.values())} | {
        stage: sum(one.reached[stage] for one in people) for stage in PERSONAL
    }
    return Reach(
        totals,
        [
            *(_by_answers(row, people) for row in rows),
            *(_by_letters(heading, people, letters) for heading in _headings(letters)),
        ],
    )


@dataclass(frozen=True)
class _Person:
    """What somebody reached, the strata of their letter as kept, and what they answered."""

    reached: Mapping[Stage, bool]
    strata: str
    answers: dict[str, str]


def _by_answers(row: FeatureRow, people: Sequence[_Person]) -> Funnel:
    counts: dict[str | None, Counter[Stage]] = {}
    for one in people:
        answer = one.answers.get(row.feature.key)
        value = None if answer is None else row.feature.target_of(answer)
        group = counts.setdefault(value, Counter())
        group.update(stage for stage in PERSONAL if one.reached[stage])
    words = row.feature.targets() | {target.value: target.text for target in row.targets}
    order = [*words, *(value for value in counts if value is not None and value not in words)]
    groups = [(words.get(value, value), counts.get(value, Counter())) for value in order]
    return Funnel(
        row.feature.title,
        row.feature.key,
        PERSONAL,
        _shown([*groups, (None, counts.get(None, Counter()))], PERSONAL),
    )


def _by_letters(heading: str, people: Sequence[_Person], letters: Mapping[str, int]) -> Funnel:
    stages = tuple(Stage)
    counts: dict[str, Counter[Stage]] = {}
    for strata, number in letters.items():
        counts.setdefault(_value(strata, heading), Counter())[Stage.INVITED] += number
    for one in people:
        if one.strata:
            group = counts.setdefault(_value(one.strata, heading), Counter())
            group.update(stage for stage in PERSONAL if one.reached[stage])
    return Funnel(heading, "", stages, _shown(sorted(counts.items(), key=_natural), stages))


def _shown(
    groups: Sequence[tuple[Any, Counter[Stage]]], stages: Sequence[Stage]
) -> tuple[tuple[Any, tuple[int | None, ...]], ...]:
    """Each stage is a table of its own: what adds up is what somebody could reckon with."""
    columns = [shown([counts[stage] for _, counts in groups]).cells for stage in stages]
    return tuple(
        (words, tuple(column[place] for column in columns))
        for place, (words, _) in enumerate(groups)
    )


def _people(panel_id: int) -> list[_Person]:
    """Everybody whose registration was sent."""
    attended = select(Attendance.id).where(Attendance.seat_id == Seat.id).exists()
    rows = db.session.execute(
        select(
            Registration.id,
            Seat.state,
            attended,
            cast(Invitation.strata, Text),
            RegistrationAnswer.feature,
            RegistrationAnswer.value,
        )
        .join(Resident, Resident.id == Registration.resident_id)
        .outerjoin(RegistrationAnswer, RegistrationAnswer.registration_id == Registration.id)
        .outerjoin(Seat, Seat.registration_id == Registration.id)
        .outerjoin(Invitation, Invitation.letter_code_id == Resident.letter_code_id)
        .where(Registration.panel_id == panel_id, Registration.sent_at.is_not(None))
    )
    people: dict[int, _Person] = {}
    for key, state, came, strata, feature, value in rows:
        if key not in people:
            reached = {
                Stage.REGISTERED: True,
                Stage.DRAWN: state is not None,
                Stage.CONFIRMED: state in TOOK_A_SEAT,
                Stage.ATTENDED: came,
            }
            people[key] = _Person(reached, strata or "", {})
        if feature is not None:
            people[key].answers[feature] = value
    return list(people.values())


def _letters(panel_id: int) -> dict[str, int]:
    """How many letters went to each stratum, as the text that it is kept as."""
    strata = cast(Invitation.strata, Text)
    rows = db.session.execute(
        select(strata, func.count())
        .join(InvitationBatch, InvitationBatch.id == Invitation.batch_id)
        .where(InvitationBatch.panel_id == panel_id, InvitationBatch.kind == BatchKind.LETTERS)
        .group_by(strata)
    )
    return {text or "": number for text, number in rows}


def _headings(letters: Mapping[str, int]) -> list[str]:
    return list(dict.fromkeys(heading for text in letters for heading in _read(text)))


def _read(strata: str) -> dict[str, str]:
    read: dict[str, str] | None = json.loads(strata) if strata else None
    return read or {}


def _value(strata: str, heading: str) -> str:
    return _read(strata).get(heading, "")


def _natural(group: tuple[str, Any]) -> tuple[int, int, str]:
    """Numbers by their size, before words."""
    text = group[0]
    return (0, int(text), "") if text.isdecimal() else (1, 0, text)
