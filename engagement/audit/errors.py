"""What can go wrong with the audit chain."""


class ActorNotSet(Exception):
    """A change was about to be recorded before anyone said who makes it."""
