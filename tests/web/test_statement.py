"""The accessibility statement is under a year old, with the headings that the model asks for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from engagement.web.public.partnership import STATEMENT_REVIEWED
from tests.client import CheckedClient
from tests.factories import World

MODEL_HEADINGS = (
    "Accessibility statement",
    "Feedback and contact",
    "Enforcement",
    "Technical information about accessibility",
    "Compliance status",
    "Non-accessible content",
    "Preparation of this statement",
)


def test_the_statement_was_reviewed_within_a_year() -> None:
    age = datetime.now(UTC).date() - STATEMENT_REVIEWED
    assert age < timedelta(days=365), "review the statement, then set STATEMENT_REVIEWED"


def test_the_statement_has_the_model_headings(
    world: World, browse: Callable[[], CheckedClient]
) -> None:
    page = browse().get("/p/north/accessibility").text
    assert [heading for heading in MODEL_HEADINGS if heading not in page] == []
