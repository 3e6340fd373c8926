"""What helps somebody take part, between ticks on a page and the one text that is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engagement.accounts.rules import Role

N_ = str  # marks a sentence for the catalogue of translations

# The words that are kept, so that those who need to know can read them as they stand.
KINDS = {
    "care-costs": N_("Somebody to look after the person I care for, or the cost of it"),
    "transport": N_("Getting there: a lift, a taxi or fares"),
    "step-free": N_("A place without steps"),
    "bsl": N_("A British Sign Language (BSL) interpreter"),
    "language": N_("An interpreter for another language"),
    "hearing": N_("A hearing loop or captions"),
    "reading": N_("Large print, easy read, or somebody to read with me"),
    "device": N_("A tablet or laptop, or help with the internet"),
    "quiet": N_("A quiet room, or breaks"),
    "daytime": N_("Daytime is better for me"),
    "evening": N_("Evenings or weekends are better for me"),
}
COMPANION = "Comes with me: "
# Who may see it, as everybody is told who says what helps them: those who prepare the meetings.
SEEN_BY = (Role.FACILITATOR,)


@dataclass(frozen=True)
class Support:
    """``kinds`` are keys of ``KINDS``; ``companion``: a supporter or interpreter of one's own."""

    kinds: tuple[str, ...] = ()
    companion: str = ""
    words: str = ""


def written(support: Support) -> str:
    """The text that is kept: a line for each thing, then the person's own words."""
    lines = [KINDS[kind] for kind in KINDS if kind in support.kinds]
    if support.companion.strip():
        lines.append(COMPANION + " ".join(support.companion.split()))
    if support.words.strip():
        lines.append(support.words.strip())
    return "\n".join(lines)


def read(text: str) -> Support:
    """What a kept text says; ``read(written(support))`` is the same support again."""
    by_line = {line: kind for kind, line in KINDS.items()}
    lines = text.split("\n") if text else []
    kinds: list[str] = []
    while lines and lines[0] in by_line:
        kinds.append(by_line[lines.pop(0)])
    companion = lines.pop(0)[len(COMPANION) :] if _is_companion(lines) else ""
    return Support(tuple(kinds), companion, "\n".join(lines))


def _is_companion(lines: Sequence[str]) -> bool:
    return bool(lines) and lines[0].startswith(COMPANION)
