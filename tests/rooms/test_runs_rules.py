"""What a run may do next, and the form in which its results are kept."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.runs.errors import MoveNotAllowed, ResultCannotBeKept
from engagement.runs.rules import ENDED, RunState, as_kept, check_move, may_be_repeated

ALLOWED = {
    (RunState.REQUESTED, RunState.RUNNING),
    (RunState.REQUESTED, RunState.CANCELLED),
    (RunState.RUNNING, RunState.FINISHED),
    (RunState.RUNNING, RunState.FAILED),
    (RunState.RUNNING, RunState.CANCELLED),
}
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.tuples(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@pytest.mark.parametrize(("present", "following"), list(itertools.product(RunState, RunState)))
def test_a_run_moves_only_forward(present: RunState, following: RunState) -> None:
    if (present, following) in ALLOWED:
        check_move(present, following)
    else:
        with pytest.raises(MoveNotAllowed):
            check_move(present, following)


def test_only_what_went_wrong_may_be_repeated() -> None:
    assert {state for state in RunState if may_be_repeated(state)} == ENDED - {RunState.FINISHED}


@given(JSON)
def test_keeping_a_kept_result_changes_nothing(value: object) -> None:
    kept = as_kept(value)
    assert repr(as_kept(kept)) == repr(kept)


def test_keys_are_sorted_all_the_way_down() -> None:
    assert list(as_kept({"b": {"z": 1, "a": 2}, "a": ()})) == ["a", "b"]
    assert list(as_kept({"b": {"z": 1, "a": 2}})["b"]) == ["a", "z"]


@pytest.mark.parametrize("value", [object(), {1, 2}, float("nan"), float("inf"), b"bytes"])
def test_what_json_cannot_hold_is_refused(value: object) -> None:
    with pytest.raises(ResultCannotBeKept):
        as_kept({"deep": [value]})
