"""The door for everyone: what the service is, its statements, and what machines ask."""

from engagement.web.public import figures, health, partnership, site, visit
from engagement.web.public.door import public as blueprint

__all__ = ["blueprint", "figures", "health", "partnership", "site", "visit"]
