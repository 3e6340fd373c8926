"""A published record of a ballot is counted again by one command."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from engagement.cli import engagement
from engagement.methods.choice.consent import Step, count_consent
from engagement.methods.choice.ranking import count_ranking
from engagement.methods.choice.record import record_of
from engagement.methods.choice.rules import Rules

CONSENT = record_of(
    count_consent([Step.LIKE] * 9 + [Step.LOATHE, None], Rules(roll=12, quorum=8)), "More vans?"
)
RANKING = record_of(
    count_ranking(
        ["vans", "hubs", "calls"],
        [[("vans",), ("hubs",)]] * 3 + [[("calls",), ("hubs",)]] * 2,
        Rules(roll=6),
    ),
    "What first?",
)


@pytest.fixture
def tally(tmp_path: Path) -> Callable[[Any], Result]:
    def count(record: Any) -> Result:
        text = record if isinstance(record, str) else json.dumps(record)
        (tmp_path / "t.json").write_text(text, encoding="utf-8")
        return CliRunner().invoke(engagement, ["tally", str(tmp_path / "t.json")])

    return count


def test_a_count_of_consent_is_counted_again(tally: Callable[[Any], Result]) -> None:
    result = tally(CONSENT)
    assert result.exit_code == 0, result.output
    assert "10 votes and 1 abstentions of 12 people; quorum 8." in result.output
    assert "Live with it or better: 90.0% of votes; 80.0% passes. Outcome: passed." in result.output


def test_a_ranking_is_counted_again(tally: Callable[[Any], Result]) -> None:
    result = tally(RANKING)
    assert result.exit_code == 0, result.output
    assert "1. vans\n2. hubs\n3. calls\n" in result.output
    assert "vans" not in json.dumps(RANKING["pairwise"])


def test_a_record_that_says_otherwise_is_caught(tally: Callable[[Any], Result]) -> None:
    for record, words in (
        ({**CONSENT, "outcome": "failed"}, "outcome: the record says 'failed'"),
        ({**CONSENT, "votes": 11}, "votes: the record says 11, its figures make 10"),
        ({**CONSENT, "counts": {**CONSENT["counts"], "like": 1}}, "outcome: the record says"),
        ({**RANKING, "order": [["hubs"], ["vans"], ["calls"]]}, "order: the record says"),
    ):
        result = tally(record)
        assert result.exit_code == 1
        assert words in result.output


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ("{", "Expecting"),
        ([], "not a record of a count"),
        ({**CONSENT, "format": "other"}, "not a record of a count"),
        ({**CONSENT, "rules": None}, "rules: they are missing"),
        ({**CONSENT, "rules": {**CONSENT["rules"], "roll": 2}}, "the quorum must be"),
        ({**CONSENT, "rules": {**CONSENT["rules"], "threshold": "1/0"}}, "rules:"),
        ({**CONSENT, "counts": {"like": 3}}, "each of the five steps"),
        ({**CONSENT, "abstained": -1}, "not a whole number"),
        ({**CONSENT, "abstained": 9}, "19 ballots of 12 people"),
        ({**CONSENT, "kind": "raffle"}, "“consent” or “ranking”"),
        ({**RANKING, "options": ["vans"]}, "at least two"),
        ({**RANKING, "pairwise": [[0, 1], [1, 0]]}, "3 rows of 3 numbers"),
        ({**RANKING, "pairwise": [[0, 9, 9], [9, 0, 9], [9, 9, 0]]}, "than voted"),
        ({**RANKING, "pairwise": [[0, True, 1], [1, 0, 1], [1, 1, 0]]}, "not a whole number"),
    ],
)
def test_what_is_no_record_is_refused(
    tally: Callable[[Any], Result], record: Any, words: str
) -> None:
    result = tally(record)
    assert result.exit_code == 2
    assert words in result.output
