"""The door for facilitators, phone operators and safeguarding leads."""

from engagement.web.facilitators import (
    batches,
    draws,
    home,
    invitations,
    letters_needed,
    panel_targets,
    panels,
    pool,
    pool_people,
    registrations,
    residents,
    themes,
)
from engagement.web.facilitators.door import facilitators as blueprint

__all__ = [
    "batches",
    "blueprint",
    "draws",
    "home",
    "invitations",
    "letters_needed",
    "panel_targets",
    "panels",
    "pool",
    "pool_people",
    "registrations",
    "residents",
    "themes",
]
