"""Words with passages marked in them, as a page writes them: each part is shown as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Marked:
    """A part of somebody's words; with ``why`` it is marked, and says why."""

    words: str
    why: str = ""


def marked(text: str, passages: Sequence[tuple[int, int, str]]) -> list[Marked]:
    """The text in parts. ``passages`` are start, end and reason, in order, none overlapping."""
    parts, at = [], 0
    for start, end, why in passages:
        parts += [Marked(text[at:start]), Marked(text[start:end], why)]
        at = end
    return [part for part in [*parts, Marked(text[at:])] if part.words]
