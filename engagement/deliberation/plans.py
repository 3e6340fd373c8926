"""Plans of rounds to begin with; every one of their words can be changed: pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

N_ = str  # marks a sentence for the catalogue of translations


class RoundKind(StrEnum):
    """What a round is for."""

    LEARN = "learn"
    SHARE = "share"
    EXPLORE = "explore"
    WEIGH = "weigh"
    DECIDE = "decide"
    DRAFT = "draft"


@dataclass(frozen=True)
class RoundPlan:
    """A round as it is planned; ``outputs`` are what it must bring before the next one opens, and
    ``tasks`` what members answer in their own words and time."""

    kind: RoundKind
    title: str
    prompt: str
    outputs: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()


class Template(StrEnum):
    """A way to deliberate that was tried elsewhere."""

    PANEL = "six sessions"
    ASSEMBLY = "five events"
    WORKSHOP = "one day"


_QUESTIONS = N_("Questions to experts, answered")
_STORIES = N_("What people have lived through, told in their words")
_OPTIONS = N_("Options, each with what speaks for it and against it")
_ORDER = N_("What matters most to the panel, in order")
_BALLOTS = N_("Ballots on every recommendation")
_WORDS = N_("Recommendations in their final words")

_LEARN = RoundPlan(
    RoundKind.LEARN,
    N_("What we need to know"),
    N_("What surprised you? What do you still want to ask?"),
    (_QUESTIONS,),
    (N_("Read or listen to the papers. What was new to you, and what do you doubt?"),),
)
_SHARE = RoundPlan(
    RoundKind.SHARE,
    N_("What it is like"),
    N_("What has it been like for you, or for somebody near to you?"),
    (_STORIES,),
    (N_("What have you lived through, or somebody near to you, that the panel should know?"),),
)
_EXPLORE = RoundPlan(
    RoundKind.EXPLORE,
    N_("What could be done"),
    N_("What could be done? Who would gain, and who would lose?"),
    (_OPTIONS,),
    (N_("What should be tried? Who would gain from it, and who would lose?"),),
)
_WEIGH = RoundPlan(
    RoundKind.WEIGH,
    N_("What matters more"),
    N_("If not everything can be done, what comes first, and why?"),
    (_ORDER,),
    (N_("What comes first for you, and why?"),),
)
_DRAFT = RoundPlan(
    RoundKind.DRAFT,
    N_("Our words"),
    N_("What do we recommend, in words that somebody must answer with yes or no?"),
    (_WORDS,),
    (N_("What must the recommendations say, in your words?"),),
)
_DECIDE = RoundPlan(
    RoundKind.DECIDE,
    N_("What we agree on"),
    N_("Can you live with it? If not, what would you change?"),
    (_BALLOTS,),
)

PLANS: dict[Template, tuple[RoundPlan, ...]] = {
    Template.PANEL: (_LEARN, _SHARE, _EXPLORE, _WEIGH, _DRAFT, _DECIDE),
    Template.ASSEMBLY: (_LEARN, _EXPLORE, _WEIGH, _DRAFT, _DECIDE),
    Template.WORKSHOP: (_SHARE, _WEIGH, _DECIDE),
}
"""The rounds of each template, in order."""


class Oversight(StrEnum):
    """What an oversight group looks at before a panel begins to learn."""

    REMIT = "remit"
    EVIDENCE = "evidence"
    WITNESSES = "balance of witnesses"


class RoundState(StrEnum):
    """Where a round stands."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
