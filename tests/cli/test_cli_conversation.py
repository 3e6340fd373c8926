"""A conversation that was held with Polis, from the command line into a programme."""

from __future__ import annotations

from pathlib import Path

import pytest

from engagement.conversations.overview import standing
from engagement.conversations.queries import find_conversation
from tests.factories import World
from tests.factories.chain import open_conversation, publish
from tests.shell import Shell

COMMENTS = (
    "timestamp,comment-id,author-id,moderated,comment-body\n"
    "1500282615559,0,7,1,Buses should run at night\n"
    "1500282615561,1,3,-1,Buy my tickets\n"
)
VOTES = "timestamp,comment-id,voter-id,vote\n1,0,2,1\n2,0,3,-1\n3,0,2,-1\n4,1,3,1\n"


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Votes and comments of an export."""
    votes, comments = tmp_path / "votes.csv", tmp_path / "comments.csv"
    votes.write_text(VOTES)
    comments.write_text(COMMENTS)
    return votes, comments


def test_an_export_is_taken_once_and_a_broken_one_not_at_all(
    world: World, shell: Shell, files: tuple[Path, Path]
) -> None:
    votes, comments = files
    programme = world.north.programme()
    with world.north.inside():
        publish(programme)
        activity = open_conversation(programme)
    words = ["conversation", "import", str(votes), "--comments", str(comments)]
    here = ["--partnership", "north", "--programme", programme.public_id]
    votes.write_text(f"{VOTES}5,0,4,perhaps\n")
    broken = shell.run(*words, *here, "--activity", activity)
    assert broken.returncode == 2
    assert "votes.csv, row 6, column “vote”: “perhaps” is no vote" in broken.stderr
    votes.write_text(VOTES)
    for line in (
        "2 statements, 3 people and 3 votes added, 0 votes changed (1 earlier ones",
        "0 statements, 0 people and 0 votes added, 0 votes changed (1 earlier ones",
    ):
        done = shell.run(*words, *here, "--activity", activity)
        assert (done.returncode, done.stderr) == (0, "")
        assert line in done.stdout
    with world.north.inside():
        found = find_conversation(programme.public_id, activity)
        assert found is not None
        assert standing(found.id).votes == 3
    for wrong, told in (
        (["--partnership", "south2", *here[2:], "--activity", activity], "no partnership “south2”"),
        ([*here, "--activity", "none"], "no open conversation “none”"),
        ([*here[:2], "--programme", "none", "--activity", activity], "no programme “none”"),
    ):
        refused = shell.run(*words, *wrong)
        assert refused.returncode == 2
        assert told in refused.stderr
