"""Data cards as every page shows them: ``{{ data_card(show_card(card)) }}``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from engagement.prompts.queries import CardRow
from engagement.prompts.rules import Figure, figure_text
from engagement.web.kit import Column, GroupedBarChart, Table, bar_chart


@dataclass(frozen=True)
class ShownCard:
    """A card with its chart; ``others`` are figures in other units than the one that it tells."""

    card: CardRow
    chart: GroupedBarChart
    others: Table | None


def show_card(card: CardRow) -> ShownCard:
    """The card as pages show it."""
    unit = card.told.unit
    alike = [figure for figure in card.figures if figure.unit == unit]
    others = [figure for figure in card.figures if figure.unit != unit]
    chart = bar_chart(
        title=_("%(title)s, %(unit)s", title=card.title, unit=_in_words(unit)),
        description="; ".join(f"{_name(figure)}: {figure_text(figure)}" for figure in alike),
        labels=[_name(figure) for figure in alike],
        values=[figure.value for figure in alike],
        measure=_in_words(unit),
        heading=_("Where or who"),
        unit="%" if unit == "%" else "",
        name=f"card-{card.public_id}",
    )
    return ShownCard(card, chart, _table(card, others) if others else None)


def show_cards(cards: Sequence[CardRow]) -> list[ShownCard]:
    """Each card as pages show it."""
    return [show_card(card) for card in cards]


def _table(card: CardRow, figures: Sequence[Figure]) -> Table:
    return Table(
        caption=_("More figures"),
        caption_size="s",
        columns=[Column(_("Where or who")), Column(_("Figure"), numeric=True)],
        rows=[[_name(figure), figure_text(figure)] for figure in figures],
        name=f"more-{card.public_id}",
    )


def _name(figure: Figure) -> str:
    return f"{figure.group}: {figure.name}" if figure.group else figure.name


def _in_words(unit: str) -> str:
    return _("in per cent") if unit == "%" else unit
