"""Logs: one line a request, with its id, and nothing personal.

A line names the rule of the address, never the address itself: that may hold a token.
"""

from __future__ import annotations

import logging
import secrets
import sys
import time
from collections.abc import MutableMapping
from typing import Any

import structlog
from flask import Flask, Response, g, request

from engagement.config import Config
from engagement.logs import describe

log = structlog.get_logger("engagement.web")


def init_logs(app: Flask) -> None:
    """Set structlog up, give each request an id, and log each response."""
    configure_logging(app.extensions["engagement"])
    requests = structlog.get_logger("engagement.web").bind()  # put together once, not each time

    def begin() -> None:
        g.began = time.perf_counter()
        g.request_id = secrets.token_hex(8)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=g.request_id)

    def log_exception(what: Any) -> None:
        log.error("unhandled", exc_info=what[1])

    # The extensions have put theirs up already, and a form that they refuse has its id too.
    app.before_request_funcs.setdefault(None, []).insert(0, begin)
    # Flask's own line would name the address.
    app.log_exception = log_exception  # type: ignore[method-assign, assignment]

    @app.after_request
    def finish(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.get("request_id", "")
        if request.endpoint != "static":
            requests.info(
                "request",
                method=request.method,
                rule=request.url_rule.rule if request.url_rule else None,
                status=response.status_code,
                milliseconds=round((time.perf_counter() - g.get("began", 0)) * 1000, 1),
            )
        return response


def _describe_error(logger: Any, method: str, event: MutableMapping[str, Any]) -> Any:
    """Put an error's description in the place of the error, which would be printed with values."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        event.update(describe(error))
    return event


def configure_logging(config: Config) -> None:
    """Send our lines and those of libraries to standard error, in the configured format."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _describe_error,
    ]
    render: Any = structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"])
    if config.log_format == "json":
        render = structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[*shared, render],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
