"""What a member of staff wrote down for somebody."""

from __future__ import annotations

from engagement.contributions.rules import Channel
from engagement.contributions.service import Said
from engagement.contributions.taking_down import Written, take_down
from tests.factories import Programme
from tests.factories.chain import open_conversation


def noted(programme: Programme, words: str) -> str:
    """A note of a published programme; returns the reference that was read out."""
    activity = open_conversation(programme, "In the street")
    said = Said(words, "by the market", may_quote=True, key=f"key of {words}"[:60])
    return take_down(activity, said, Written(Channel.FACE_TO_FACE, agreed=True, by=""))[1]
