"""The door for facilitators, phone operators and safeguarding leads."""

from engagement.web.facilitators import (
    audits,
    batches,
    draws,
    home,
    invitations,
    letters_needed,
    makeup,
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
    "audits",
    "batches",
    "blueprint",
    "draws",
    "home",
    "invitations",
    "letters_needed",
    "makeup",
    "panel_targets",
    "panels",
    "pool",
    "pool_people",
    "registrations",
    "residents",
    "themes",
]
