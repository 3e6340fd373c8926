"""The way to a diary with a code, so that it is found from any device."""

from __future__ import annotations

from flask import abort, redirect, url_for
from werkzeug.wrappers import Response

from engagement.programmes.queries import find_activity, find_published_programme
from engagement.programmes.rules import ActivityKind
from engagement.web.access import residents_only
from engagement.web.residents.door import residents


@residents.get("/programmes/<public_id>/diary/<activity_id>")
@residents_only
def own_diary(public_id: str, activity_id: str) -> Response:
    """On to the diary, once one has signed in."""
    programme = find_published_programme(public_id) or abort(404)
    activity = find_activity(programme.id, activity_id) or abort(404)
    if activity.kind is not ActivityKind.DIARY:
        abort(404)
    return redirect(url_for("public.diary", public_id=public_id, activity_id=activity_id), 303)
