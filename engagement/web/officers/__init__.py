"""The door for officers, and the read-only view of board members."""

from engagement.web.officers import (
    activities,
    corpus,
    drafts,
    exports,
    home,
    priorities,
    programmes,
)
from engagement.web.officers.door import officers as blueprint

__all__ = [
    "activities",
    "blueprint",
    "corpus",
    "drafts",
    "exports",
    "home",
    "priorities",
    "programmes",
]
