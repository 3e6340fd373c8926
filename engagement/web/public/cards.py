"""A data card by itself, and what it means to whoever reads it."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engagement.contributions.errors import NotOpen, SaidEnough
from engagement.programmes.queries import ActivityRow, activities_of, find_published_programme
from engagement.programmes.rules import ActivityKind, Status
from engagement.prompts.queries import find_published_card
from engagement.web.access import anyone
from engagement.web.data_cards import show_card
from engagement.web.help_now import remember_help
from engagement.web.public.door import public
from engagement.web.public.speaking import (
    SpeakForm,
    enough_words,
    place_said,
    said_in,
    speak_form,
    speak_here,
    speaking_resident,
)
from engagement.web.throttling import limit_network


def _conversation(programme_id: int) -> ActivityRow | None:
    """The open conversation of a programme that takes answers to its cards: the newest."""
    found = [
        one
        for one in activities_of(programme_id)
        if one.kind is ActivityKind.OPEN_CONVERSATION and one.status is Status.OPEN
    ]
    return found[-1] if found else None


@public.route("/p/<slug>/programmes/<public_id>/data/<card_id>", methods=["GET", "POST"])
@anyone
@limit_network
def card(public_id: str, card_id: str) -> str | Response:
    """A card, and a box for what it means to its reader while a conversation is open."""
    programme = find_published_programme(public_id) or abort(404)
    found = find_published_card(programme.id, card_id) or abort(404)
    activity = None if programme.closed_at else _conversation(programme.id)
    form = speak_form(programme, SpeakForm) if activity else None
    prompt = _("What does this mean to you? %(title)s", title=found.title)
    if form and activity and form.validate_on_submit() and (place := place_said(form, programme)):
        said = said_in(form, place, prompt=prompt, data_card_id=found.id)
        try:
            key = speak_here(activity, said)
        except NotOpen:  # it closed in this very moment
            activity = None
        except SaidEnough as enough:
            form.refuse("words", enough_words(enough))
        else:
            remember_help(key)
            return redirect(url_for("public.said", public_id=public_id), 303)
    return render_template(
        "public/card.html",
        programme=programme,
        shown=show_card(found),
        activity=activity,
        form=form,
        words=request.form.get("words", ""),
        own=speaking_resident() is not None,
    )
