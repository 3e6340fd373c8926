"""The door for facilitators, phone operators and safeguarding leads."""

from engagement.web.facilitators import (
    home,
    panel_targets,
    panels,
    pool,
    pool_people,
    residents,
    themes,
)
from engagement.web.facilitators.door import facilitators as blueprint

__all__ = [
    "blueprint",
    "home",
    "panel_targets",
    "panels",
    "pool",
    "pool_people",
    "residents",
    "themes",
]
