"""Envelopes and the secrets that open them."""

from __future__ import annotations

import pytest

from engagement.ballots.rules import LONGEST_REASON, MOST_OPTIONS, Vote
from engagement.ballots.sealing import new_secret, public_half, read_secret, seal, unseal
from engagement.methods.choice.consent import Step


def test_a_secret_is_read_as_it_was_shown_or_typed() -> None:
    for _ in range(20):
        shown, public = new_secret()
        assert len(shown.replace("-", "")) == 54
        for typed in (shown, shown.lower(), shown.replace("-", " "), shown.replace("0", "o")):
            secret = read_secret(typed)
            assert secret is not None
            assert public_half(secret) == public


def test_a_mistyped_secret_is_noticed() -> None:
    shown, _public = new_secret()
    letters = shown.replace("-", "")
    assert [read_secret(one) for one in ("", "x", letters[:-1], letters + "0", "*" * 54)] == (
        [None] * 5
    )
    wrong = [
        letters[:place] + ("1" if letters[place] == "0" else "0") + letters[place + 1 :]
        for place in range(len(letters))
    ]
    # two letters prove fifty-two: one in 1,024 slips by
    assert sum(read_secret(one) is not None for one in wrong) <= 2


def test_only_both_secrets_open_an_envelope() -> None:
    (one, first), (two, second) = new_secret(), new_secret()
    secrets = [read_secret(one), read_secret(two)]
    keys = [key for key in secrets if key is not None]
    sealed = seal(b"a vote", [first, second])
    assert unseal(sealed, keys) == b"a vote"
    for wrong in (keys[:1], keys[1:], keys[::-1], []):
        try:
            assert unseal(sealed, wrong) != b"a vote"
        except ValueError:
            continue
    assert seal(b"a vote", [first, second]) != sealed  # the same vote never looks the same


@pytest.mark.parametrize("letter", ["w", '"', "\\", "\n", "é", "漢", "😀"])
def test_every_vote_has_one_length(letter: str) -> None:
    options = [f"Option {number}" for number in range(MOST_OPTIONS)]
    steps = tuple((option,) for option in options)
    votes = [
        Vote(),
        Vote(Step.LIVE_WITH, reason=letter * LONGEST_REASON),
        Vote(ranking=steps, reason=letter * LONGEST_REASON),
    ]
    packed = [vote.packed(options) for vote in votes]
    assert len({len(one) for one in packed}) == 1
    assert [Vote.unpacked(one, options) for one in packed] == votes
