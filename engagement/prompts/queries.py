"""Reads of data cards, of other wordings of activities, and of whom these are for above all."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Text, case, cast, literal, null, select, union_all

from engagement.database.columns import UtcDateTime
from engagement.extensions import db
from engagement.programmes.models import Activity
from engagement.prompts.models import ActivityAudience, ActivityCard, ActivityWording, DataCard
from engagement.prompts.rules import CardOrigin, CardWords, Figure, WordingFormat


@dataclass(frozen=True)
class CardRow:
    """A data card; ``figures`` begin with the one that it tells, then what it is compared with."""

    id: int
    public_id: str
    programme_id: int
    title: str
    value: str
    comparison: str
    plain_words: str
    period: str
    source: str
    caveat: str
    origin: CardOrigin
    figures: tuple[Figure, ...]
    published_at: datetime | None
    replaced_at: datetime | None

    @property
    def told(self) -> Figure:
        """The figure that the card tells."""
        return self.figures[0]

    @property
    def words(self) -> CardWords:
        """What a person wrote on it."""
        return CardWords(self.title, self.plain_words, self.caveat)


_CARD = (
    DataCard.id,
    DataCard.public_id,
    DataCard.programme_id,
    DataCard.title,
    DataCard.value,
    DataCard.comparison,
    DataCard.plain_words,
    DataCard.period,
    DataCard.source,
    DataCard.caveat,
    DataCard.origin,
    DataCard.figures,
    DataCard.published_at,
    DataCard.replaced_at,
)


def _card(row: Any) -> CardRow:
    columns: list[Any] = [*row]
    figures = len(columns) - 3
    columns[figures] = tuple(Figure(**figure) for figure in columns[figures])
    return CardRow(*columns)


def cards_of_programme(programme_id: int) -> list[CardRow]:
    """All cards of a programme, for its staff, the newest first."""
    rows = db.session.execute(
        select(*_CARD).where(DataCard.programme_id == programme_id).order_by(DataCard.id.desc())
    )
    return [_card(row) for row in rows]


def cards_on_show(programme_id: int) -> list[CardRow]:
    """The published cards of a programme that none has replaced, by title."""
    rows = db.session.execute(
        select(*_CARD)
        .where(
            DataCard.programme_id == programme_id,
            DataCard.published_at.is_not(None),
            DataCard.replaced_at.is_(None),
        )
        .order_by(DataCard.title, DataCard.id)
    )
    return [_card(row) for row in rows]


def cards_named(programme_id: int, public_ids: Collection[str]) -> dict[str, CardRow]:
    """The published cards of a programme with these public ids, by those; replaced ones too."""
    if not public_ids:
        return {}
    rows = db.session.execute(
        select(*_CARD).where(
            DataCard.programme_id == programme_id,
            DataCard.public_id.in_(public_ids),
            DataCard.published_at.is_not(None),
        )
    )
    return {card.public_id: card for card in map(_card, rows)}


def find_card(programme_id: int, public_id: str) -> CardRow | None:
    """One card of a programme, published or not."""
    row = db.session.execute(
        select(*_CARD).where(DataCard.programme_id == programme_id, DataCard.public_id == public_id)
    ).one_or_none()
    return _card(row) if row else None


def find_published_card(programme_id: int, public_id: str) -> CardRow | None:
    """One card that everybody may see; one that was replaced stays to be read."""
    card = find_card(programme_id, public_id)
    return card if card and card.published_at else None


def cards_of_activity(activity_id: int) -> list[CardRow]:
    """The cards that are shown before the question of an activity, in order."""
    return list(around([activity_id])[activity_id].cards)


@dataclass(frozen=True)
class WordingRow:
    """An activity in another language or format."""

    public_id: str
    activity_id: int
    format: WordingFormat
    language: str
    title: str
    about: str
    prompt: str
    address: str


_WORDING = (
    ActivityWording.public_id,
    ActivityWording.activity_id,
    ActivityWording.format,
    ActivityWording.language,
    ActivityWording.title,
    ActivityWording.about,
    ActivityWording.prompt,
    ActivityWording.address,
)


def find_wording(activity_id: int, public_id: str) -> WordingRow | None:
    """One wording of an activity."""
    row = db.session.execute(
        select(*_WORDING).where(
            ActivityWording.activity_id == activity_id, ActivityWording.public_id == public_id
        )
    ).one_or_none()
    return WordingRow(*row) if row else None


@dataclass(frozen=True)
class AudienceRow:
    """From where an activity would most like to hear people: names of places, and why."""

    places: tuple[str, ...]
    codes: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Around:
    """What stands around the question of an activity, beside the question itself."""

    cards: tuple[CardRow, ...] = ()
    wordings: tuple[WordingRow, ...] = ()
    audience: AudienceRow | None = None


def around(activity_ids: Collection[int]) -> dict[int, Around]:
    """What stands around the questions of these activities, by key, in one question."""
    found = dict.fromkeys(activity_ids, Around())
    for kind, activity, _position, figures, published_at, replaced_at, *columns in _around(
        activity_ids
    ):
        one = found[activity]
        if kind == "card":
            key, programme, *texts = columns
            card = _card(
                (int(key), texts[0], int(programme), *texts[1:], figures, published_at, replaced_at)
            )
            found[activity] = replace(one, cards=(*one.cards, card))
        elif kind == "wording":
            public_id, wording, *texts = columns[:7]
            row = WordingRow(public_id, activity, WordingFormat(wording), *texts)
            found[activity] = replace(one, wordings=(*one.wordings, row))
        else:
            names = tuple(place["name"] for place in figures)
            codes = tuple(place["code"] for place in figures)
            found[activity] = replace(one, audience=AudienceRow(names, codes, columns[0]))
    return found


def _around(activity_ids: Collection[int]) -> list[Any]:
    """Cards, wordings and audiences as rows of one shape: kind, activity, position, figures or
    places, two moments, and eleven texts."""

    def texts(*columns: Any) -> list[Any]:
        told = [cast(column, Text) for column in columns]
        return [*told, *(cast(null(), Text) for _ in range(11 - len(told)))]

    moment, figures = UtcDateTime(), cast(null(), JSON)
    parts = [
        select(
            literal("card").label("kind"),
            ActivityCard.activity_id,
            ActivityCard.position.label("position"),
            DataCard.figures,
            DataCard.published_at,
            DataCard.replaced_at,
            *texts(DataCard.id, DataCard.programme_id, DataCard.public_id, *_CARD[3:11]),
        )
        .join(DataCard, DataCard.id == ActivityCard.data_card_id)
        .where(ActivityCard.activity_id.in_(activity_ids)),
        select(
            literal("wording"),
            ActivityWording.activity_id,
            _place_of_format(),
            figures,
            cast(null(), moment),
            cast(null(), moment),
            *texts(ActivityWording.public_id, *_WORDING[2:]),
        ).where(ActivityWording.activity_id.in_(activity_ids)),
        select(
            literal("audience"),
            ActivityAudience.activity_id,
            literal(0),
            ActivityAudience.places,
            cast(null(), moment),
            cast(null(), moment),
            *texts(ActivityAudience.reason),
        ).where(ActivityAudience.activity_id.in_(activity_ids)),
    ]
    return list(db.session.execute(union_all(*parts).order_by("kind", "position")))


def _place_of_format() -> Any:
    return case(
        {one.value: place for place, one in enumerate(WordingFormat)},
        value=cast(ActivityWording.format, Text),
    )


@dataclass(frozen=True)
class Worded:
    """An activity, and the formats and languages that it has."""

    public_id: str
    title: str
    formats: frozenset[WordingFormat]


def wordings_in(programme_id: int) -> list[Worded]:
    """Every activity of a programme with the formats that it is worded in."""
    rows = db.session.execute(
        select(Activity.public_id, Activity.title, ActivityWording.format)
        .outerjoin(ActivityWording, ActivityWording.activity_id == Activity.id)
        .where(Activity.programme_id == programme_id)
        .order_by(Activity.id)
    )
    found: dict[tuple[str, str], set[WordingFormat]] = {}
    for public_id, title, wording in rows:
        found.setdefault((public_id, title), set()).update([wording] if wording else [])
    return [Worded(*activity, frozenset(formats)) for activity, formats in found.items()]
