"""An opinion map as one record of plain figures, the same bytes for the same votes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from engagement.methods.opinion.figures import (
    CONFIDENCE_Z,
    LEAST_VOTES,
    TELLING_Z,
    Counts,
    interval,
)
from engagement.methods.opinion.find import NAME, VERSION
from engagement.methods.opinion.grouping import ALIKE, LEAST_PEOPLE, MOST_GROUPS
from engagement.methods.opinion.reading import Statements
from engagement.methods.opinion.results import Opinions
from engagement.methods.opinion.stability import HALVES, Stability

DIGITS = 6
LETTERS = "ABCDE"
MARKS = ("circle", "square", "triangle", "diamond", "cross")
CARE_BELOW = 0.6
"""Below this agreement between halves, groups are to be read with care."""


def make_record(
    opinions: Opinions,
    stability: Stability | None,
    statements: Statements,
    said: Sequence[str] = (),
) -> dict[str, Any]:
    """All figures of a map that may be published, as JSON can hold them.

    ``said``: notes on the files, that stand before those on the map. Nothing tells of a single
    person: groups have eight people or more, and no id of a participant is in it.
    """
    votes, shares = opinions.votes, _shares(opinions)
    grouped = int((opinions.labels >= 0).sum())
    return {
        "method": {
            "name": NAME,
            "version": VERSION,
            "least_people_in_a_group": LEAST_PEOPLE,
            "least_votes_to_be_grouped": opinions.least_votes,
            "least_votes_to_say_something": LEAST_VOTES,
            "most_groups": MOST_GROUPS,
            "least_gain_of_a_group": ALIKE,
            "interval_z": CONFIDENCE_Z,
            "telling_z": TELLING_Z,
            "halves": HALVES,
        },
        "participants": len(votes.participants),
        "grouped": grouped,
        "statements": len(votes.statements),
        "votes": len(votes.values),
        "votes_replaced": votes.replaced,
        "explained": [_rounded(share) for share in opinions.explained],
        "silhouettes": {str(count): _rounded(figure) for count, figure in opinions.silhouettes},
        "groups": [_group(opinions, number, statements) for number in range(opinions.groups)],
        "consensus": [
            _statement(opinions, int(at), statements, shares)
            for at in np.lexsort((np.arange(len(votes.statements)), -_steps(opinions.consensus)))
        ],
        "bridging": _ranked(opinions, opinions.bridging, np.full(len(votes.statements), True)),
        "differences": _ranked(opinions, opinions.difference, ~np.isnan(opinions.difference)),
        "splits": _ranked(opinions, opinions.evenness, opinions.everyone.seen[0] >= LEAST_VOTES),
        "declared": [
            {
                "heading": division.heading,
                "counted": list(division.counted),
                "left_out": division.left_out,
            }
            for division in opinions.divisions
        ],
        "stability": None if stability is None else _rounded(stability.mean),
        "stability_of_halves": None
        if stability is None
        else {
            "people": stability.people,
            "lowest": _rounded(stability.lowest),
            "agreements": [_rounded(figure) for figure in stability.agreements],
        },
        "notes": [*said, *notes_on(opinions, stability)],
    }


def statement_id(opinions: Opinions, at: int) -> int | str:
    """The id of a statement: a number where all of them are whole numbers."""
    ids = opinions.votes.statements
    # Numbers stand before all other ids.
    last = ids[-1]
    return int(ids[at]) if last.isdigit() and last.isascii() and str(int(last)) == last else ids[at]


def notes_on(opinions: Opinions, stability: Stability | None) -> list[str]:
    """What whoever reads the map must know, a sentence each."""
    people = len(opinions.votes.participants)
    few = int((opinions.everyone.seen[0] < LEAST_VOTES).sum())
    notes = []
    if opinions.all_alike():
        notes.append("Everybody voted the same on every statement: nothing divides them.")
    if not opinions.groups:
        notes.append(
            f"Fewer than {LEAST_PEOPLE} people voted on at least {opinions.least_votes} statements:"
            " there is no map and no group, and consensus is that of all people together."
        )
    elif opinions.groups == 1:
        notes.append(
            f"There is one group: people could not be split into groups of at least {LEAST_PEOPLE}."
        )
    if opinions.groups and opinions.apart:
        notes.append(
            f"{opinions.apart:,} of {people:,} people voted on fewer than {opinions.least_votes} "
            "statements and are in no group; "
            + (
                "their votes count among those of all."
                if opinions.apart >= LEAST_PEOPLE
                else "their votes are not counted, since the votes of so few could be told."
            )
        )
    if few:
        notes.append(
            f"On {few:,} of {len(opinions.votes.statements):,} statements fewer than {LEAST_VOTES} "
            "people voted: their figures say little."
        )
    if stability is not None and stability.mean < CARE_BELOW:
        notes.append(
            "Halves of the people make other groups than all do: read the groups with care."
        )
    for division in opinions.divisions:
        if not division.counted:
            notes.append(
                f"“{division.heading}” is not counted: no value of it has {LEAST_PEOPLE} people."
            )
        elif division.left_out:
            notes.append(
                f"Values of “{division.heading}” with fewer than {LEAST_PEOPLE} people are left "
                "out."
            )
    return notes


def _group(opinions: Opinions, number: int, statements: Statements) -> dict[str, Any]:
    return {
        "name": LETTERS[number],
        "mark": MARKS[number],
        "size": opinions.sizes[number],
        "centre": [_rounded(place) for place in opinions.centres[number]],
        "telling": [
            {
                "statement_id": statement_id(opinions, one.statement),
                "text": statements.texts.get(opinions.votes.statements[one.statement], ""),
                "side": "agree" if one.agrees else "disagree",
                "votes": one.count,
                "seen": one.seen,
                "interval": _interval(one.count, one.seen),
                "others": one.rest_count,
                "others_seen": one.rest_seen,
                "others_interval": _interval(one.rest_count, one.rest_seen),
                "times_as_likely": _rounded(one.ratio),
            }
            for one in (opinions.telling[number] if opinions.telling else ())
        ],
    }


def _statement(
    opinions: Opinions, at: int, statements: Statements, shares: list[list[dict[str, Any]]]
) -> dict[str, Any]:
    return {
        "statement_id": statement_id(opinions, at),
        "text": statements.texts.get(opinions.votes.statements[at], ""),
        "score": _rounded(opinions.consensus[at]),
        "score_against": _rounded(opinions.opposition[at]),
        "bridging": _rounded(opinions.bridging[at]),
        "difference": _rounded(opinions.difference[at]),
        "evenness": _rounded(opinions.evenness[at]),
        "too_few_votes": _too_few(opinions, at),
        **shares[0][at],
        "groups": [
            {"name": LETTERS[number], **group[at]} for number, group in enumerate(shares[1:])
        ],
    }


def _shares(opinions: Opinions) -> list[list[dict[str, Any]]]:
    """For all people and then for each group: the votes on each statement, with intervals."""
    return [
        [
            {
                "seen": seen,
                "agree": agree,
                "disagree": disagree,
                "pass": seen - agree - disagree,
                "agree_interval": agreeing,
                "disagree_interval": disagreeing,
            }
            for seen, agree, disagree, agreeing, disagreeing in zip(
                tally.seen[row].tolist(),
                tally.agree[row].tolist(),
                tally.disagree[row].tolist(),
                _intervals(tally.agree[row], tally.seen[row]),
                _intervals(tally.disagree[row], tally.seen[row]),
                strict=True,
            )
        ]
        for tally in (opinions.everyone, opinions.by_group)
        for row in range(len(tally.seen))
    ]


def _too_few(opinions: Opinions, at: int) -> bool:
    """Whether a figure of the statement rests on fewer than eight votes, of all or of a group."""
    seen = [opinions.everyone.seen[0, at], *opinions.by_group.seen[:, at]]
    return bool(min(seen) < LEAST_VOTES)


def _ranked(opinions: Opinions, figures: Any, told: Any) -> list[dict[str, Any]]:
    """Statements by a figure of theirs, the greatest first."""
    places = np.flatnonzero(told)
    order = places[np.lexsort((places, -_steps(figures[places])))]
    return [
        {"statement_id": statement_id(opinions, int(at)), "score": _rounded(figures[at])}
        for at in order
    ]


def _interval(count: int, seen: int) -> list[float]:
    return _intervals(np.array([count]), np.array([seen]))[0]


def _intervals(counts: Counts, seen: Counts) -> list[list[float]]:
    return [list(ends) for ends in zip(*map(_listed, interval(counts, seen)), strict=True)]


def _listed(ends: Any) -> list[float]:
    listed: list[float] = _steps(ends).tolist()
    return listed


def _steps(figures: Any) -> Any:
    """Figures as they are written, so that those that look alike are alike in order too."""
    return np.round(figures, DIGITS)


def _rounded(figure: float) -> float | None:
    return None if math.isnan(figure) else round(float(figure), DIGITS) + 0.0
