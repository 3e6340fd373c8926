"""The door that all staff pass: signing in, and one's own account."""

from engagement.web.staff import account, invitation, reset, sign_in
from engagement.web.staff.door import staff as blueprint

__all__ = ["account", "blueprint", "invitation", "reset", "sign_in"]
