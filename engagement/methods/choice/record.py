"""What is published of a count, and how anybody counts it again.

A record holds how many people chose each step, or how many prefer each option to each other one. It
never holds single ballots: in a small group a ranking can be as good as a name.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from engagement.methods.choice.consent import ConsentCount, Step
from engagement.methods.choice.ranking import RankingCount
from engagement.methods.choice.rules import Denominator, Outcome, Rules

FORMAT = "engagement-tally/1"
LATER = ("top",)
"""What records did not hold from the beginning; one without it says nothing wrong."""


def record_of(counted: ConsentCount | RankingCount, question: str) -> dict[str, Any]:
    """The record of a count, as a mapping that JSON can hold."""
    rules = counted.rules
    record: dict[str, Any] = {
        "format": FORMAT,
        "question": question,
        "rules": {
            "roll": rules.roll,
            "quorum": rules.quorum,
            "threshold": str(rules.threshold),
            "denominator": rules.denominator.value,
        },
        "votes": counted.votes,
        "abstained": counted.abstained,
    }
    if isinstance(counted, ConsentCount):
        share = counted.share
        return record | {
            "kind": "consent",
            "counts": {step.value: counted.counts[step] for step in Step},
            "share": None if share is None else str(share),
            "outcome": counted.outcome.value,
        }
    return record | {
        "kind": "ranking",
        "options": list(counted.options),
        "pairwise": [list(row) for row in counted.pairwise],
        "order": [list(step) for step in counted.order] if counted.has_quorum else [],
        "top": list(counted.top) if counted.has_quorum else [],
        "equal": [list(pair) for pair in counted.equal] if counted.has_quorum else [],
        "outcome": None if counted.has_quorum else Outcome.NO_QUORUM.value,
    }


def count_again(record: dict[str, Any]) -> tuple[ConsentCount | RankingCount, list[str]]:
    """The count that a record's figures make, and every way in which the record says otherwise.

    Raises ``ValueError`` where it is no such record; the message says what is wrong.
    """
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        raise ValueError(f"This is not a record of a count ({FORMAT}).")
    counted = _counted(record)
    again = record_of(counted, str(record.get("question", "")))
    differ = [
        f"{name}: the record says {record.get(name)!r}, its figures make {value!r}"
        for name, value in again.items()
        if record.get(name, value if name in LATER else None) != value
    ]
    return counted, differ


def _counted(record: dict[str, Any]) -> ConsentCount | RankingCount:
    rules = _rules(record.get("rules"))
    abstained = _whole(record.get("abstained"), "abstained")
    counted: ConsentCount | RankingCount
    if record.get("kind") == "consent":
        counts = record.get("counts")
        if not isinstance(counts, dict) or set(counts) != {step.value for step in Step}:
            raise ValueError("counts: there must be a number for each of the five steps.")
        people = {step: _whole(counts[step.value], f"counts, {step.value}") for step in Step}
        counted = ConsentCount(rules, people, abstained)
    elif record.get("kind") == "ranking":
        counted = _ranking(record, rules, abstained)
    else:
        raise ValueError("kind: it must be “consent” or “ranking”.")
    try:
        rules.base(counted.votes, abstained)
    except ValueError as error:
        raise ValueError(f"votes: {error}.") from error
    return counted


def _ranking(record: dict[str, Any], rules: Rules, abstained: int) -> RankingCount:
    options, rows = record.get("options"), record.get("pairwise")
    votes = _whole(record.get("votes"), "votes")
    if (
        not isinstance(options, list)
        or len(options) < 2
        or not all(isinstance(option, str) for option in options)
        or len(set(options)) < len(options)
    ):
        raise ValueError("options: there must be at least two, each once.")
    size = len(options)
    if (
        not isinstance(rows, list)
        or len(rows) != size
        or not all(isinstance(row, list) and len(row) == size for row in rows)
    ):
        raise ValueError(f"pairwise: there must be {size} rows of {size} numbers.")
    table = tuple(tuple(_whole(cell, "pairwise") for cell in row) for row in rows)
    for one in range(size):
        for other in range(size):
            if table[one][other] + table[other][one] > (votes if one != other else 0):
                both = f"“{options[one]}” and “{options[other]}”"
                raise ValueError(f"pairwise: more people compare {both} than voted.")
    return RankingCount(rules, tuple(options), table, votes, abstained)


def _rules(given: Any) -> Rules:
    if not isinstance(given, dict):
        raise ValueError("rules: they are missing.")
    try:
        return Rules(
            roll=_whole(given.get("roll"), "roll"),
            quorum=_whole(given.get("quorum"), "quorum"),
            threshold=Fraction(str(given.get("threshold"))),
            denominator=Denominator(str(given.get("denominator"))),
        )
    except (ValueError, ZeroDivisionError) as error:
        raise ValueError(f"rules: {error}.") from error


def _whole(value: Any, name: str) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(f"{name}: {value!r} is not a whole number from 0")
    return value
