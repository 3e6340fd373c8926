"""Hosting templates: agendas to begin with, of ways to talk that were tried elsewhere: pure.

World café: small tables, several rounds, people move between them (Brown and Isaacs, 2005). Open
space: those who are there set the topics (Owen, 1997). Circle: one group, everybody is heard in
turn (Baldwin and Linnea, 2010). Citizens' jury day: witnesses, questions, then words (Crosby,
1995). The words are ours; every one can be changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from engagement.sessions.rules import INEQUALITIES, ItemPlan

N_ = str  # marks a sentence for the catalogue of translations


class Hosting(StrEnum):
    """A way to host a session."""

    WORLD_CAFE = "world café"
    OPEN_SPACE = "open space"
    CIRCLE = "circle"
    JURY_DAY = "citizens’ jury day"


@dataclass(frozen=True)
class Hosted:
    """An agenda, and how many sit at a table; 0 where there are none."""

    at_table: int
    items: tuple[ItemPlan, ...]

    @property
    def rounds(self) -> int:
        """How many times people sit down at tables anew."""
        return sum(item.moves for item in self.items)


_WELCOME = ItemPlan(N_("Welcome, and how we talk with each other"), 15)
_BREAK = ItemPlan(N_("Break"), 15)
_WHO_IS_WORSE_OFF = N_("For whom is it harder, and why? What besides health care makes it so?")
_CLOSE = ItemPlan(N_("What we heard, and what happens next"), 15)

HOSTING: dict[Hosting, Hosted] = {
    Hosting.WORLD_CAFE: Hosted(
        5,
        (
            _WELCOME,
            ItemPlan(
                N_("First conversation"),
                25,
                N_("What matters to you about this? Give an example."),
                at_tables=True,
                moves=True,
            ),
            ItemPlan(
                N_("Second conversation, with others"),
                25,
                _WHO_IS_WORSE_OFF,
                at_tables=True,
                moves=True,
                tag=INEQUALITIES,
            ),
            ItemPlan(
                N_("Third conversation, with others again"),
                25,
                N_("What could be done? What would you keep as it is?"),
                at_tables=True,
                moves=True,
            ),
            ItemPlan(
                N_("Harvest"), 15, N_("The one thing from your table that everybody should hear")
            ),
            _CLOSE,
        ),
    ),
    Hosting.OPEN_SPACE: Hosted(
        8,
        (
            _WELCOME,
            ItemPlan(
                N_("Setting the topics"), 20, N_("What do you want to talk about? Who joins you?")
            ),
            ItemPlan(
                N_("First round of topics"),
                40,
                N_("What was said, and who should do what?"),
                at_tables=True,
                moves=True,
            ),
            _BREAK,
            ItemPlan(
                N_("Second round of topics"),
                40,
                N_("What was said, and who should do what?"),
                at_tables=True,
                moves=True,
            ),
            ItemPlan(N_("News from every topic"), 20),
            _CLOSE,
        ),
    ),
    Hosting.CIRCLE: Hosted(
        0,
        (
            ItemPlan(N_("Welcome, and who is here"), 20),
            ItemPlan(
                N_("Everybody in turn"),
                45,
                N_("What has it been like for you? Nobody is interrupted."),
            ),
            ItemPlan(
                N_("What we have in common, and what not"), 30, _WHO_IS_WORSE_OFF, tag=INEQUALITIES
            ),
            _CLOSE,
        ),
    ),
    Hosting.JURY_DAY: Hosted(
        6,
        (
            _WELCOME,
            ItemPlan(N_("Witnesses for different views"), 60),
            ItemPlan(
                N_("What do we want to ask them?"),
                20,
                N_("Questions to the witnesses, the most important first"),
                at_tables=True,
                moves=True,
            ),
            ItemPlan(N_("Witnesses answer"), 45),
            ItemPlan(N_("Lunch"), 45),
            ItemPlan(
                N_("Who gains, and who loses?"),
                45,
                _WHO_IS_WORSE_OFF,
                at_tables=True,
                moves=True,
                tag=INEQUALITIES,
            ),
            ItemPlan(
                N_("What do we recommend?"),
                60,
                N_("Words that somebody must answer with yes or no"),
                at_tables=True,
                moves=True,
            ),
            ItemPlan(N_("Everybody hears every table"), 30),
            _CLOSE,
        ),
    ),
}
