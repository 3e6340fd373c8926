"""Rounds of panels, and what an oversight group signed."""

from __future__ import annotations

from engagement.deliberation.integrity import Integrity, state_integrity
from engagement.deliberation.plans import Oversight, RoundKind, RoundPlan
from engagement.deliberation.rounds import add_round, bring, close_round, open_round, sign


def in_rounds(panel: str, mark: str) -> list[str]:
    """A round that is closed and brought something, one that opened with a reason, one planned;
    their public ids."""
    mark = mark or "here"
    made = [
        add_round(None, panel, RoundPlan(kind, f"{kind} {mark}", f"What is it like {mark}?", names))
        for kind, names in (
            (RoundKind.LEARN, (f"Answers {mark}", f"More {mark}")),
            (RoundKind.WEIGH, (f"Order {mark}",)),
            (RoundKind.DECIDE, ()),
        )
    ]
    for part in Oversight:
        sign(None, panel, part, f"We looked {mark}.", f"Ann Overseer {mark}")
    for what in ("nothing", "one witness"):
        said = Integrity(f"The council {mark}", f"Oversight {mark}", f"We left out {what} {mark}")
        state_integrity(None, panel, said)
    open_round(None, panel, made[0])
    bring(None, panel, made[0], f"Answers {mark}", f"Nine answers {mark}")
    close_round(None, panel, made[0])
    open_round(None, panel, made[1], f"The expert was ill {mark}")
    return made
