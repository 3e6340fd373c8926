"""Invented rooms full of people."""

from __future__ import annotations

import random

from engagement.methods.tables.room import Room

SHARES = {
    "sex": {"female": 51, "male": 49},
    "age": {"16-29": 22, "30-44": 25, "45-64": 30, "65+": 23},
    "ethnicity": {"white": 70, "asian": 18, "black": 12},
    "disabled": {"no": 80, "yes": 20},
}


def a_room(people: int = 100, **wishes: object) -> Room:
    """People with four features, as unevenly as they come."""
    chance = random.Random(4)
    return Room(
        [f"p{number}" for number in range(people)],
        {
            name: chance.choices(list(shares), list(shares.values()), k=people)
            for name, shares in SHARES.items()
        },
        **wishes,  # type: ignore[arg-type]
    )
