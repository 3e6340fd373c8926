"""Use cases of data cards: making them, publishing them, showing them before a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from flask import current_app
from sqlalchemy import delete, func, select, update

from engagement.audit.service import record
from engagement.config import Config
from engagement.database import clock
from engagement.database.transactions import transactional
from engagement.documents.sheets import Fault
from engagement.extensions import db
from engagement.programmes.errors import UnknownActivity
from engagement.programmes.models import Activity
from engagement.programmes.service import Visible, programme_of
from engagement.prompts.errors import (
    CardIsNotPublished,
    CardIsPublished,
    TableHasFaults,
    UnknownCard,
)
from engagement.prompts.models import ActivityCard, DataCard
from engagement.prompts.rules import CardOrigin, CardWords, Figure, figure_text
from engagement.prompts.table import read_figures

N_ = str  # marks a sentence for the catalogue of translations


@dataclass(frozen=True)
class Facts:
    """What a card tells: at least two figures, the second to compare the first with."""

    figures: Sequence[Figure]
    origin: CardOrigin
    source: str
    period: str = ""


@transactional
def make_card(
    visible: Visible,
    programme_public_id: str,
    words: CardWords,
    facts: Facts,
    replaces: str | None = None,
) -> str:
    """Make a card that nobody but staff sees yet; returns its public id.

    ``replaces`` is the public id of a published card that it takes the place of. Raises
    ``UnknownProgramme`` or ``UnknownCard``.
    """
    programme = programme_of(visible, programme_public_id)
    older = _card_of(programme.id, replaces) if replaces else None
    if older is not None and (older.published_at is None or older.replaced_at is not None):
        raise UnknownCard(replaces)
    told, against = facts.figures[:2]
    card = DataCard(
        programme_id=programme.id,
        **asdict(words.clean()),
        value=figure_text(told),
        comparison=f"{against.name}: {figure_text(against)}",
        figures=[figure.plain() for figure in facts.figures],
        origin=facts.origin,
        source=facts.source,
        period=facts.period,
        replaces_id=older.id if older else None,
    )
    db.session.add(card)
    db.session.flush()
    record("data card.made", "data_card", card.public_id, facts={"title": card.title})
    return card.public_id


@dataclass(frozen=True)
class OwnTable:
    """A table that staff upload: its bytes, whose it is, and what time it is about."""

    content: bytes
    source: str
    period: str


@transactional
def make_table_card(
    visible: Visible,
    programme_public_id: str,
    words: CardWords,
    table: OwnTable,
    replaces: str | None = None,
) -> str:
    """Make a card from an uploaded table that tells of nobody; returns its public id.

    Raises ``UnknownProgramme``, ``UnknownCard``, ``NotATable`` or ``TableHasFaults``.
    """
    programme = programme_of(visible, programme_public_id)
    config: Config = current_app.extensions["engagement"]
    figures = read_figures(table.content, small=config.small_counts, nearest=config.round_counts_to)
    if faults := _told_elsewhere(programme.id, figures, table.period):
        raise TableHasFaults(faults)
    facts = Facts(figures, CardOrigin.TABLE, table.source.strip(), table.period.strip())
    return make_card(visible, programme_public_id, words, facts, replaces)


def _told_elsewhere(programme_id: int, figures: Sequence[Figure], period: str) -> list[Fault]:
    """Figures that are hidden here and shown on an earlier card of the same time, or the other way
    round: side by side the two would tell what is hidden."""
    earlier = db.session.scalars(
        select(DataCard.figures).where(
            DataCard.programme_id == programme_id,
            DataCard.origin == CardOrigin.TABLE,
            DataCard.period == period.strip(),
            DataCard.published_at.is_not(None),
        )
    )
    was_hidden = {
        (row["group"].casefold(), row["name"].casefold(), row["unit"]): row["value"] is None
        for rows in earlier
        for row in rows
    }
    return [
        Fault(
            number,
            "value",
            N_(
                "An earlier card about the same time hides this figure, or hides it no longer: side"
                " by side the two would tell what is hidden. Hide the same rows in both."
            ),
        )
        for number, figure in enumerate(figures, start=2)
        if was_hidden.get(
            (figure.group.casefold(), figure.name.casefold(), figure.unit), figure.value is None
        )
        != (figure.value is None)
    ]


@transactional
def change_card_words(
    visible: Visible, programme_public_id: str, public_id: str, words: CardWords
) -> None:
    """Change the words of a card that is not published; its figures stay as they came.

    Raises ``UnknownProgramme``, ``UnknownCard`` or ``CardIsPublished``.
    """
    card = _draft(visible, programme_public_id, public_id)
    for name, text in asdict(words.clean()).items():
        setattr(card, name, text)
    record("data card.changed", "data_card", public_id, facts={"title": card.title})


@transactional
def delete_card(visible: Visible, programme_public_id: str, public_id: str) -> None:
    """Throw a card away that was never published.

    Raises ``UnknownProgramme``, ``UnknownCard`` or ``CardIsPublished``.
    """
    db.session.delete(_draft(visible, programme_public_id, public_id))
    record("data card.deleted", "data_card", public_id)


@transactional
def publish_card(visible: Visible, programme_public_id: str, public_id: str) -> None:
    """Show a card to everyone, for good; where it replaces one, it stands in its place from now on.

    Raises ``UnknownProgramme`` or ``UnknownCard``.
    """
    card = _card_of(programme_of(visible, programme_public_id).id, public_id)
    if card.published_at is not None:
        return
    card.published_at = clock.now()
    if card.replaces_id is not None:
        db.session.get_one(DataCard, card.replaces_id).replaced_at = card.published_at
        db.session.execute(
            update(ActivityCard)
            .where(ActivityCard.data_card_id == card.replaces_id)
            .values(data_card_id=card.id)
        )
    record("data card.published", "data_card", public_id)


@transactional
def place_card(
    visible: Visible, programme_public_id: str, activity_public_id: str, public_id: str
) -> None:
    """Show a published card before the question of an activity, after those that are there.

    Raises ``UnknownProgramme``, ``UnknownActivity``, ``UnknownCard`` or ``CardIsNotPublished``.
    """
    activity = activity_of(visible, programme_public_id, activity_public_id)
    card = _card_of(activity.programme_id, public_id)
    if card.published_at is None or card.replaced_at is not None:
        raise CardIsNotPublished(public_id)
    placed = select(func.count(), func.max(ActivityCard.position)).where(
        ActivityCard.activity_id == activity.id
    )
    if db.session.scalar(placed.where(ActivityCard.data_card_id == card.id)):
        return
    last = db.session.execute(placed).one()[1]
    db.session.add(
        ActivityCard(
            activity_id=activity.id,
            data_card_id=card.id,
            position=0 if last is None else last + 1,
        )
    )
    record("data card.placed", "activity", activity_public_id, facts={"card": public_id})


@transactional
def move_card_up(
    visible: Visible, programme_public_id: str, activity_public_id: str, public_id: str
) -> None:
    """Show a card before the one that was shown before it; the first stays first.

    Raises ``UnknownProgramme``, ``UnknownActivity`` or ``UnknownCard``.
    """
    activity = activity_of(visible, programme_public_id, activity_public_id)
    card = _card_of(activity.programme_id, public_id)
    rows = db.session.scalars(
        select(ActivityCard)
        .where(ActivityCard.activity_id == activity.id)
        .order_by(ActivityCard.position, ActivityCard.id)
    ).all()
    order = [row.data_card_id for row in rows]
    if card.id not in order:
        raise UnknownCard(public_id)
    place = order.index(card.id)
    if place == 0:
        return
    for position, row in enumerate(rows):
        row.position = position
    rows[place].position, rows[place - 1].position = place - 1, place
    record("data card.moved", "activity", activity_public_id, facts={"card": public_id})


@transactional
def remove_card(
    visible: Visible, programme_public_id: str, activity_public_id: str, public_id: str
) -> None:
    """Show a card no more before the question of an activity; answers keep that they had it.

    Raises ``UnknownProgramme``, ``UnknownActivity`` or ``UnknownCard``.
    """
    activity = activity_of(visible, programme_public_id, activity_public_id)
    card = _card_of(activity.programme_id, public_id)
    db.session.execute(
        delete(ActivityCard).where(
            ActivityCard.activity_id == activity.id, ActivityCard.data_card_id == card.id
        )
    )
    record("data card.taken away", "activity", activity_public_id, facts={"card": public_id})


def activity_of(visible: Visible, programme_public_id: str, public_id: str) -> Activity:
    """An activity of a programme, to change what belongs to it.

    Raises ``UnknownProgramme`` or ``UnknownActivity``.
    """
    programme = programme_of(visible, programme_public_id)
    activity = db.session.scalars(
        select(Activity).where(
            Activity.programme_id == programme.id, Activity.public_id == public_id
        )
    ).one_or_none()
    if activity is None:
        raise UnknownActivity(public_id)
    return activity


def _card_of(programme_id: int, public_id: str) -> DataCard:
    card = db.session.scalars(
        select(DataCard).where(
            DataCard.programme_id == programme_id, DataCard.public_id == public_id
        )
    ).one_or_none()
    if card is None:
        raise UnknownCard(public_id)
    return card


def _draft(visible: Visible, programme_public_id: str, public_id: str) -> DataCard:
    card = _card_of(programme_of(visible, programme_public_id).id, public_id)
    if card.published_at is not None:
        raise CardIsPublished(public_id)
    return card
