"""The door for facilitators, phone operators and safeguarding leads."""

from engagement.web.facilitators import home, residents, themes
from engagement.web.facilitators.door import facilitators as blueprint

__all__ = ["blueprint", "home", "residents", "themes"]
