"""What is said of a venue: pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class StepFree(StrEnum):
    """Whether somebody who cannot climb steps comes in and gets about."""

    ALL = "everywhere"
    PART = "in part"
    NONE = "not at all"


@dataclass(frozen=True)
class VenuePlan:
    """A venue as staff describe it; ``cost_pence`` is for one session, ``None`` where unknown.

    ``about``: parking, the nearest bus stop, toilets, a quiet room.
    """

    name: str
    address: str
    step_free: StepFree
    hearing_loop: bool
    cost_pence: int | None = None
    opening: str = ""
    about: str = ""
