"""The door for everyone: what the service is, its statements, and what machines ask."""

from engagement.web.public import (
    cards,
    chain,
    conversations,
    draws,
    figures,
    forward,
    health,
    not_reached,
    opinions,
    outcomes,
    panels,
    partnership,
    programmes,
    site,
    speaking,
    surveys,
    visit,
)
from engagement.web.public.door import public as blueprint

__all__ = [
    "blueprint",
    "cards",
    "chain",
    "conversations",
    "draws",
    "figures",
    "forward",
    "health",
    "not_reached",
    "opinions",
    "outcomes",
    "panels",
    "partnership",
    "programmes",
    "site",
    "speaking",
    "surveys",
    "visit",
]
