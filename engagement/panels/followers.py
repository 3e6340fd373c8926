"""Rooms above that do their part whenever somebody registers for a panel or takes their name back.

They are told in the same transaction: either both happen or neither.
"""

from __future__ import annotations

from collections.abc import Callable

Follower = Callable[[int], None]
"""Takes the key of the registration, once its row says that it is sent or withdrawn."""
_followers: dict[str, Follower] = {}


def follow_registrations(name: str, follower: Follower) -> None:
    """Tell ``follower`` from now on; one with the same name gives way."""
    _followers[name] = follower


def tell_followers(registration_id: int) -> None:
    """Tell everyone who follows. Before anything is recorded: who waits for a panel's lock must not
    hold the chain's."""
    for follower in _followers.values():
        follower(registration_id)
