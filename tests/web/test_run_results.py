"""What came of background work, in words that an administrator can act on."""

from __future__ import annotations

from flask import Flask

from engagement.web.admin.results import result_in_words

HEAD = f"12:{'9f3c' * 16}"


def words_of(app: Flask, kind: str, result: object) -> str:
    with app.test_request_context():
        return " ".join(f"{name}: {value}" for name, value, *_ in result_in_words(kind, result))


def test_a_chain_that_holds_is_said_to_hold(app: Flask) -> None:
    result = {"holds": True, "head": HEAD, "faults": [], "fault_count": 0}
    words = words_of(app, "audit_check", result)
    assert "It holds" in words
    assert HEAD in words


def test_a_broken_chain_names_the_places(app: Flask) -> None:
    faults = [{"entry": 7, "problem": "does not follow from the entry before it"}]
    result = {"holds": False, "head": HEAD, "faults": faults, "fault_count": 1}
    words = words_of(app, "audit_check", result)
    assert "broken in 1 place." in words
    assert "Entry 7: does not follow" in words


def test_what_was_deleted_is_counted_by_table(app: Flask) -> None:
    assert "message: 3 rows" in words_of(app, "retention", {"message": 3, "token": 1})
    assert "token: 1 row" in words_of(app, "retention", {"token": 1})
    assert "Nothing" in words_of(app, "retention", {})


def test_a_draw_says_where_it_stands_and_a_test_draw_whether_it_can_be(app: Flask) -> None:
    assert "Draw: " in words_of(app, "draw", {"state": "ready to be published"})
    tried = {"registered": 40, "seats": 12, "feasible": False}
    assert "not as the targets are" in words_of(app, "panel_feasibility", tried)
    assert "yes" in words_of(app, "panel_feasibility", {**tried, "feasible": True})


def test_a_kind_without_words_is_shown_as_it_is(app: Flask) -> None:
    assert words_of(app, "something else", {"a": 1}) == ""
    assert words_of(app, "audit_check", None) == ""
