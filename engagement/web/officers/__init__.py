"""The door for officers, and the read-only view of board members."""

from engagement.web.officers import home, programmes
from engagement.web.officers.door import officers as blueprint

__all__ = ["blueprint", "home", "programmes"]
