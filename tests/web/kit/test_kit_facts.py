"""Facts: names with their values, blank ones left out."""

from __future__ import annotations

from flask import Flask
from markupsafe import Markup

from engagement.web.kit import Link, facts


def test_a_blank_value_is_left_out_with_its_name(app: Flask) -> None:
    with app.test_request_context():
        shown = facts([("Name", "Ada"), ("Address", ""), ("Seen", None), ("Tries", 0)])
    assert "Name" in shown
    assert "Address" not in shown
    assert "Seen" not in shown
    assert ">0<" in "".join(shown.split())


def test_a_blank_value_that_can_be_changed_is_shown(app: Flask) -> None:
    with app.test_request_context():
        shown = facts([("Address", "", Link("Change", "/change", hidden="your address"))])
    assert "Address" in shown
    assert 'href="/change"' in shown
    assert "your address" in shown


def test_nothing_known_is_nothing_shown(app: Flask) -> None:
    with app.test_request_context():
        assert facts([("Address", "")]) == ""


def test_texts_are_escaped_and_markup_is_not(app: Flask) -> None:
    with app.test_request_context():
        shown = facts([("A", "<i>typed</i>"), ("B", Markup("<b>made</b>")), ("C", 12345)])
    assert "&lt;i&gt;typed&lt;/i&gt;" in shown
    assert "<b>made</b>" in shown
    assert "12,345" in shown


def test_a_link_may_be_the_value(app: Flask) -> None:
    with app.test_request_context():
        shown = facts([("Report", Link("report.csv", "/files/1"))])
    assert '<a href="/files/1">report.csv</a>' in shown
