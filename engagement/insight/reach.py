"""Who took part in a programme, beside who lives where it is: each person counted once.

Somebody's area is the smallest that they told, their channel the one that they came by first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Subquery,
    case,
    cast,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from engagement.contributions.models import Contribution
from engagement.contributions.queries import in_corpus
from engagement.contributions.rules import OF_RESIDENTS, Channel
from engagement.database import clock
from engagement.extensions import db
from engagement.insight.models import ReachSummary
from engagement.insight.population import Living, living_in
from engagement.insight.rules import Activity, Compared, compare, most_active
from engagement.panels.features import GROUPS, feature_of, fifth_of
from engagement.panels.rules import DEPRIVATION, FIFTHS, PLACE
from engagement.panels.small_numbers import shown as shown_counts
from engagement.people.models import Consent, ParticipantLink, ProfileAnswer
from engagement.people.questions import PREFER_NOT_TO_SAY, QUESTIONS
from engagement.places.models import Deprivation, Place, SmallArea

CHANNEL = "channel"
RECENT = timedelta(days=30)


def spoke(programme_id: int) -> Select[*tuple[Any, ...]]:
    """Who said something, as residents or carers: participant, channel, area, day."""
    return select(
        Contribution.participant_id.label("participant_id"),
        Contribution.channel.label("channel"),
        Contribution.place_code.label("place_code"),
        Contribution.received_on.label("day"),
    ).where(*in_corpus(programme_id), Contribution.speaker.in_(OF_RESIDENTS))


SOURCES: tuple[Callable[[int], Select[*tuple[Any, ...]]], ...] = (spoke,)
"""What makes somebody one of those who took part; each gives the columns of ``spoke``."""


@dataclass(frozen=True)
class Group:
    """One group: its value, the name of an area, the people here as may be shown, and how they
    compare with those who live there."""

    value: str
    name: str
    people: int | None
    compared: Compared


@dataclass(frozen=True)
class Comparison:
    """One way to tell people apart. ``unknown`` did not say, or are of no group here.

    ``sources`` are those of the figures about who lives there; without any, there are none.
    """

    feature: str
    groups: tuple[Group, ...]
    unknown: int | None
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Reach:
    """Who took part.

    ``people`` is their number, which tells of no group; ``silent`` of them told nothing of
    themselves and ``unlinked`` were not signed in. Of the ``linked``, who were, ``returned`` had
    said something in another programme before. ``recent`` came in the last 30 days.
    """

    people: int
    silent: int | None
    linked: int | None
    first_time: int | None
    recent: int | None
    contributions: int
    active: Activity | None
    comparisons: tuple[Comparison, ...]


def reach_of(programme_id: int, codes: Collection[str]) -> Reach:
    """Who took part in a programme about these places, in five questions."""
    areas = _areas(codes)
    there = living_in(codes, areas)
    channels: Counter[str] = Counter()
    places: Counter[str] = Counter()
    fifths: Counter[str] = Counter()
    for channel, ward, council, decile, number in _people(programme_id):
        channels[channel] += number
        if area := next((code for code in (ward, council) if code in areas), None):
            places[area] += number
        if decile is not None:
            fifths[fifth_of(decile)] += number
    people = channels.total()
    facts, answers, made = _told(programme_id)
    compared = [
        _compare(PLACE, [(code, areas[code]) for code in areas], places, people, there),
        _compare(DEPRIVATION, [(fifth, "") for fifth in FIFTHS], fifths, people, there),
    ]
    for question in QUESTIONS:
        feature = feature_of(question.key, None, {})
        counts: Counter[str] = Counter()
        for value, number in answers.get(question.key, {}).items():
            if target := feature.target_of(value):
                counts[target] += number
        groups = [(value, "") for value in _in_order(question.key, feature.targets())]
        compared.append(_compare(question.key, groups, counts, people, there))
    compared.append(
        _compare(CHANNEL, [(channel.value, "") for channel in Channel], channels, people, there)
    )
    linked, told = facts["linked"], facts["told"]
    signed = shown_counts([linked, people - linked]).cells
    return Reach(
        people,
        shown_counts([people - told, told]).cells[0],
        signed[0],
        shown_counts([linked - facts["returned"], facts["returned"], people - linked]).cells[0],
        shown_counts([facts["recent"], people - facts["recent"]]).cells[0],
        sum(number * count for number, count in made.items()),
        most_active(made),
        tuple(compared),
    )


def _in_order(key: str, targets: Mapping[str, Any]) -> list[str]:
    """The groups as they are asked for, those that are made of several answers where these are."""
    grouped = [*GROUPS.get(key, {})]
    alone = [value for value in targets if value not in grouped]
    return grouped + alone if key == "disability" else alone + grouped


def _compare(
    feature: str,
    groups: Sequence[tuple[str, str]],
    counts: Mapping[str, int],
    people: int,
    there: Mapping[str, Living],
) -> Comparison:
    """A table of all people by one feature, as it may be shown, beside who lives there."""
    exact = [counts.get(value, 0) for value, _name in groups]
    unknown = people - sum(exact)
    table = shown_counts([*exact, unknown])
    *cells, silent = table.cells
    told = None if table.total is None or silent is None else table.total - silent
    living = there.get(feature)
    lives = [living.counts.get(value) if living else None for value, _name in groups]
    compared = compare(cells, told, lives)
    return Comparison(
        feature,
        tuple(
            Group(value, name, cell, one)
            for (value, name), cell, one in zip(groups, cells, compared, strict=True)
        ),
        silent,
        living.sources if living else (),
    )


def _took_part(programme_id: int) -> Subquery:
    """Every trace of somebody, by whatever source."""
    return union_all(*(source(programme_id) for source in SOURCES)).subquery("took_part")


def _people(programme_id: int) -> Iterable[Any]:
    """How many people there are by channel, ward, council and decile."""
    trace = _took_part(programme_id)
    by_person = trace.c.participant_id
    ranked = select(
        trace.c.channel,
        # Codes of small areas sort before those of wards, these before those of councils.
        func.min(trace.c.place_code).over(partition_by=by_person).label("place_code"),
        func.row_number()
        .over(partition_by=by_person, order_by=(trace.c.day, cast(trace.c.channel, String)))
        .label("rank"),
    ).subquery("ranked")
    ward = func.coalesce(SmallArea.ward_code, Place.code)
    council = func.coalesce(SmallArea.local_authority_code, Place.within_code)
    return db.session.execute(
        select(ranked.c.channel, ward, council, Deprivation.decile, func.count())
        .outerjoin(SmallArea, SmallArea.code == ranked.c.place_code)
        .outerjoin(Place, Place.code == ranked.c.place_code)
        .outerjoin(Deprivation, Deprivation.lsoa_code == ranked.c.place_code)
        .where(ranked.c.rank == 1)
        .group_by(ranked.c.channel, ward, council, Deprivation.decile)
    )


def _told(
    programme_id: int,
) -> tuple[Counter[str], dict[str, dict[str, int]], dict[int, int]]:
    """Facts about the people; how many gave which answer about themselves while their consent
    stands, by question; and how many people made how many contributions."""
    trace = _took_part(programme_id)
    people = (
        select(trace.c.participant_id, func.min(trace.c.day).label("first"))
        .group_by(trace.c.participant_id)
        .subquery("people")
    )
    since = clock.day_of(clock.now()) - RECENT
    linked = select(func.count()).join(
        ParticipantLink, ParticipantLink.participant_id == people.c.participant_id
    )
    answered = (
        select(func.count(people.c.participant_id.distinct()))
        .join(ParticipantLink, ParticipantLink.participant_id == people.c.participant_id)
        .join(ProfileAnswer, ProfileAnswer.resident_id == ParticipantLink.resident_id)
        .join(Consent, (Consent.id == ProfileAnswer.consent_id) & Consent.withdrawn_at.is_(None))
    )
    given = ProfileAnswer.value != PREFER_NOT_TO_SAY
    parts = [
        _fact("linked", linked.select_from(people)),
        _fact("returned", linked.select_from(people).where(_was_here_before(programme_id, people))),
        _fact("recent", select(func.count()).select_from(people).where(people.c.first > since)),
        _fact("told", answered.select_from(people).where(given)),
        answered.select_from(people)
        .add_columns(ProfileAnswer.question, ProfileAnswer.value)
        .where(given)
        .group_by(ProfileAnswer.question, ProfileAnswer.value),
        _made(programme_id),
    ]
    facts: Counter[str] = Counter()
    answers: dict[str, dict[str, int]] = {}
    made: dict[int, int] = {}
    for number, kind, value in db.session.execute(union_all(*parts)):
        if kind == "made":
            made[int(value)] = number
        elif value:
            answers.setdefault(kind, {})[value] = number
        else:
            facts[kind] = number
    return facts, answers, made


def _fact(name: str, counted: Select[Any]) -> Select[Any]:
    return counted.add_columns(literal(name), literal(""))


def _was_here_before(programme_id: int, people: Subquery) -> ColumnElement[bool]:
    """That the resident said something in another programme before the first day in this one."""
    other, earlier = aliased(ParticipantLink), aliased(Contribution)
    return (
        select(earlier.id)
        .join(other, other.participant_id == earlier.participant_id)
        .where(
            other.resident_id == ParticipantLink.resident_id,
            earlier.programme_id != programme_id,
            earlier.received_on < people.c.first,
        )
        .exists()
    )


def _made(programme_id: int) -> Select[*tuple[Any, ...]]:
    """How many people made how many contributions."""
    each = (
        select(func.count().label("made"))
        .where(*in_corpus(programme_id), Contribution.speaker.in_(OF_RESIDENTS))
        .group_by(Contribution.participant_id)
        .subquery("each")
    )
    return select(func.count(), literal("made"), cast(each.c.made, String)).group_by(each.c.made)


def _areas(codes: Collection[str]) -> dict[str, str]:
    """Names by code of what these places fall into, or of these themselves where they do not."""
    if not codes:
        return {}
    councils = select(SmallArea.local_authority_code).where(SmallArea.icb_code.in_(codes))
    inside = Place.within_code.in_(codes) | Place.code.in_(councils)
    rows = db.session.execute(
        select(Place.code, Place.name, case((inside, 1), else_=0).label("inside"))
        .where(Place.code.in_(codes) | (inside & Place.kind.in_(("ward", "local authority"))))
        .order_by(Place.name, Place.code)
    ).all()
    within = {row.code: row.name for row in rows if row.inside}
    return within or {row.code: row.name for row in rows}


@dataclass(frozen=True)
class Summary:
    """What was published of who is not yet reached: people, roughly, groups and sources."""

    people: int
    gaps: Sequence[Mapping[str, str]]
    published_at: datetime


def published_reach(programme_id: int) -> Summary | None:
    """What everybody may read of who a programme has not yet reached."""
    row = db.session.execute(
        select(ReachSummary.people, ReachSummary.gaps, ReachSummary.published_at).where(
            ReachSummary.programme_id == programme_id
        )
    ).one_or_none()
    return Summary(row.people, row.gaps, row.published_at) if row else None
