"""The word in every sample of a partnership, and how samples of addresses are handed on."""

from __future__ import annotations

from tests.factories import Partnership

Values = dict[str, str]
"""By the name of a parameter of an address, what it is."""


def canary(partnership: Partnership) -> str:
    """The word that is in every sample of a partnership, and that no other may ever show."""
    return f"{partnership.slug}canary"
