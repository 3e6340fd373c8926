"""What can go wrong with data cards, wordings and whom an activity is for."""

from __future__ import annotations

from engagement.documents.sheets import Fault


class UnknownCard(Exception):
    """There is no such data card in this programme."""


class CardIsPublished(Exception):
    """A published card never changes: make a new one that takes its place."""


class CardIsNotPublished(Exception):
    """Only a card that everybody may see is shown before a question."""


class NoSuchFigure(Exception):
    """The reference data holds no such figure for this place."""


class TableHasFaults(Exception):
    """The table cannot be shown as it is; ``faults`` say where and what to do."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


class UnknownWording(Exception):
    """There is no such wording of this activity."""


class UnknownPlaces(Exception):
    """None of these is a place that is known here."""
