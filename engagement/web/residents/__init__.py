"""The door for residents: coming in without a password, and what they tell us."""

from engagement.web.residents import (
    about,
    contact,
    entry,
    home,
    joining,
    links,
    membership,
    own_data,
    result,
    said,
)
from engagement.web.residents.door import residents as blueprint

__all__ = [
    "about",
    "blueprint",
    "contact",
    "entry",
    "home",
    "joining",
    "links",
    "membership",
    "own_data",
    "result",
    "said",
]
