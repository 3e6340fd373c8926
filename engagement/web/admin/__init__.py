"""The door for administrators: staff, messages, runs, the audit chain, data held."""

from engagement.web.admin import audit, data, home, messages, organisations, runs, staff
from engagement.web.admin.door import admin as blueprint

__all__ = ["audit", "blueprint", "data", "home", "messages", "organisations", "runs", "staff"]
