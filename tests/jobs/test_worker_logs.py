"""What the worker writes to the log."""

from __future__ import annotations

import logging

import pytest
from structlog.testing import capture_logs

from engagement.jobs.logs import describe, quieten_dbos


def fail() -> None:
    """Raise an error with a cause, both with something personal in them."""
    try:
        {}["jane@example.org"]
    except KeyError as error:
        raise ValueError("jane@example.org is unknown") from error


def test_an_error_is_described_without_its_message() -> None:
    with pytest.raises(ValueError, match="unknown") as caught:
        fail()
    described = describe(caught.value)
    assert described["error"] == "ValueError from KeyError"
    assert described["where"][-1].startswith("tests/jobs/test_worker_logs.py:")
    assert "jane" not in str(described)


def test_the_queue_speaks_a_line_at_a_time_and_does_not_repeat_itself() -> None:
    quieten_dbos()
    library = logging.getLogger("dbos")
    with capture_logs() as lines:
        for _ in range(5):
            library.warning("The database is away\nTraceback of many lines")
        library.warning("Something else")
        library.info("Look at our console")
    assert [line["message"] for line in lines] == ["The database is away", "Something else"]
