"""What organisations there are: pure."""

from __future__ import annotations

from enum import StrEnum


class OrganisationKind(StrEnum):
    """What an organisation is."""

    HEALTHWATCH = "Healthwatch"
    RESIDENT_LED = "resident-led group"
    CHARITY = "charity or social enterprise"
    COUNCIL = "council"
    NHS = "NHS body"
    OTHER = "other"
