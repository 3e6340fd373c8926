"""Rooms above that do their part whenever passages are taken out of a contribution.

They are told in the same transaction: either both happen or neither.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engagement.methods.disclosure.redaction import Cut

Follower = Callable[[int, Sequence[Cut]], None]
"""Takes the key of the contribution and the cuts that were made in its words."""
_followers: dict[str, Follower] = {}


def follow_redactions(name: str, follower: Follower) -> None:
    """Tell ``follower`` from now on; one with the same name gives way."""
    _followers[name] = follower


def tell_followers(contribution_id: int, cuts: Sequence[Cut]) -> None:
    """Tell everyone who follows."""
    for follower in _followers.values():
        follower(contribution_id, cuts)
