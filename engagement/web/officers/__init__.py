"""The door for officers, and the read-only view of board members."""

from engagement.web.officers import (
    activities,
    contributions,
    corpus,
    drafts,
    exports,
    home,
    outliers,
    priorities,
    programmes,
    recommendations,
)
from engagement.web.officers.door import officers as blueprint

__all__ = [
    "activities",
    "blueprint",
    "contributions",
    "corpus",
    "drafts",
    "exports",
    "home",
    "outliers",
    "priorities",
    "programmes",
    "recommendations",
]
