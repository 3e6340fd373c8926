"""The door for residents: coming in without a password, and what they tell us."""

from engagement.web.residents import (
    about,
    ballots,
    contact,
    conversations,
    diaries,
    entry,
    evaluations,
    home,
    joining,
    links,
    membership,
    own_data,
    result,
    rounds,
    said,
    sessions,
)
from engagement.web.residents.door import residents as blueprint

__all__ = [
    "about",
    "ballots",
    "blueprint",
    "contact",
    "conversations",
    "diaries",
    "entry",
    "evaluations",
    "home",
    "joining",
    "links",
    "membership",
    "own_data",
    "result",
    "rounds",
    "said",
    "sessions",
]
