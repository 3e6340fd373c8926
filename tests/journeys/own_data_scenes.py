"""Somebody of whom everything is held, for looking at what their own pages say."""

from __future__ import annotations

from tests.factories import Partnership, Resident
from tests.factories.rights import Stage

Paths = dict[str, list[dict[str, str]]]


def own_data_pages(resident: Resident) -> Paths:
    """The page on which staff erase somebody."""
    return {"facilitators.erase": [{"public_id": resident.public_id}]}


def somebody_full(place: Partnership, mark: str = "siân") -> Resident:
    """A resident with a row in every table that can hold something about them."""
    stage = Stage(place)
    return stage.person(mark, stage.letter()).resident
