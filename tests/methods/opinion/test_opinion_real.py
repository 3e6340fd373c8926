"""Real conversations: read both ways alike, grouped, and as their platform counted them."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr

from engagement.config import ROOT
from engagement.documents.sheets import open_csv
from engagement.methods.opinion.figures import count_votes, geometric_mean
from engagement.methods.opinion.find import find_opinions
from engagement.methods.opinion.reading import read_statements, read_votes
from engagement.methods.opinion.votes import Votes

FOLDER = ROOT.parent / "shared" / "data" / "polis"
CONVERSATIONS = sorted(FOLDER.glob("*/votes.csv"))
pytestmark = pytest.mark.skipif(not CONVERSATIONS, reason=f"no conversations at {FOLDER}")


def read(path: Path) -> Votes:
    with open_csv(path) as table:
        return read_votes(table.rows(), path.name)


@pytest.mark.parametrize("path", CONVERSATIONS, ids=lambda path: path.parent.name[:12])
def test_a_real_conversation_is_read_and_grouped(path: Path) -> None:
    votes = read(path)
    matrix = read(path.with_name("participants-votes.csv"))
    assert votes.participants == matrix.participants
    assert votes.statements == matrix.statements
    assert np.array_equal(votes.columns, matrix.columns)
    assert np.array_equal(votes.values, matrix.values)
    assert votes.replaced > 0
    with path.with_name("participants-votes.csv").open(encoding="utf-8", newline="") as file:
        counted = {row["participant"]: int(row["n-agree"]) for row in csv.DictReader(file)}
    agree = np.add.reduceat(votes.values == 1, votes.starts[:-1])
    assert dict(zip(votes.participants, agree.tolist(), strict=True)) == counted
    opinions = find_opinions(votes)
    assert 2 <= opinions.groups <= 5
    assert min(opinions.sizes) >= 8
    grouped = votes.seen() >= 7
    assert np.array_equal(opinions.labels >= 0, grouped)
    with open_csv(path.with_name("comments.csv")) as table:
        statements = read_statements(table.rows(), "comments.csv")
    assert set(votes.statements) <= set(statements.texts)


def test_consensus_across_groups_is_much_like_that_of_the_platforms_groups() -> None:
    """Where the platform's own groups all have eight people, as published in the matrix."""
    compared = 0
    for path in CONVERSATIONS:
        votes = read(path)
        with path.with_name("participants-votes.csv").open(encoding="utf-8", newline="") as file:
            group = {row["participant"]: row["group-id"] for row in csv.DictReader(file)}
        labels = np.array([int(group[person] or -1) for person in votes.participants])
        sizes = np.bincount(labels[labels >= 0])
        if sizes.min() < 8:
            continue
        official = geometric_mean(count_votes(votes, labels, len(sizes)).agreement())
        ours = find_opinions(votes).consensus
        assert spearmanr(official, ours).statistic > 0.75
        compared += 1
    assert compared >= 3
