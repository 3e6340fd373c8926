"""Keeping a session alive, and ending it: for everybody who is signed in."""

from __future__ import annotations

from flask import Response, jsonify, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from engagement.accounts.sessions import mark_seen
from engagement.web.access import anyone, signed_in
from engagement.web.public.door import public
from engagement.web.visits import require_principal, sign_out


@public.post("/p/<slug>/stay")
@signed_in
def stay() -> Response:
    """Keep the session alive."""
    mark_seen(require_principal().session_id)
    return jsonify(status="ok")


@public.post("/p/<slug>/sign-out")
@anyone
def end_visit() -> AnyResponse:
    """End the session; one that has ended already is no error."""
    sign_out()
    return redirect(url_for("public.signed_out"), 303)
