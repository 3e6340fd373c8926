"""Error pages: what is wrong, in plain words, and what to do."""

from __future__ import annotations

import structlog
from flask import Flask, Response, g, make_response, render_template
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from engagement.accounts.errors import TooBusyToCheck
from engagement.database.errors import DATABASE_UNAVAILABLE
from engagement.extensions import db
from engagement.files.errors import FileMissing, StoreUnusable
from engagement.web.kit import NoSuchPage, render_alone

PAGES = {400, 403, 404, 413, 429, 500, 503}
log = structlog.get_logger(__name__)


def init_errors(app: Flask) -> None:
    """Show a page of our own for every error; none tells more than its reader may know."""

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> AnyResponse:
        code = error.code or 500
        if code < 400:
            return error.get_response()
        if code == 405:
            return _page(404, code, error)  # an address that is for sending only, opened
        return _page(code if code in PAGES else 400 if code < 500 else 500, code, error)

    @app.errorhandler(CSRFError)
    def stale_form(error: CSRFError) -> Response:
        return _page(400, 400, error)

    @app.errorhandler(FileMissing)
    @app.errorhandler(NoSuchPage)
    def missing(error: Exception) -> Response:
        return _page(404, 404, error)

    def unavailable(error: Exception) -> Response:
        log.error("unavailable", exc_info=error)
        response = _page(503, 503, error)
        response.headers["Retry-After"] = "10"
        return response

    for kind in (*DATABASE_UNAVAILABLE, StoreUnusable, TooBusyToCheck):
        app.register_error_handler(kind, unavailable)

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        log.error("unexpected", exc_info=error)
        return _page(500, 500, error)


def _page(template: int, code: int, error: Exception) -> Response:
    db.session.rollback()
    if template >= 500:
        # Nothing may be asked of a database or a session that is perhaps what has failed.
        g.partnership = None
        body = render_alone(f"errors/{template}.html", request_id=g.get("request_id", ""))
    else:
        body = render_template(f"errors/{template}.html", request_id=g.get("request_id", ""))
    response = make_response(body, code)
    if isinstance(error, HTTPException) and error.response is None:
        for name, value in error.get_headers():
            if name.lower() in {"allow", "retry-after"}:
                response.headers[name] = value
    return response
