"""Saying what one thinks, without an account: words, where, and whether they may be quoted."""

from __future__ import annotations

from typing import Any, TypeVar

from flask import abort, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response

from engagement.accounts.credentials import new_token
from engagement.accounts.rules import PrincipalKind
from engagement.contributions.errors import NotOpen, SaidEnough
from engagement.contributions.service import Said, speak
from engagement.conversations.queries import find_conversation, with_statements
from engagement.places.errors import InvalidPostcode, UnknownPostcode
from engagement.places.queries import has_postcodes, places_within, resolve_postcode
from engagement.programmes.queries import (
    ActivityRow,
    ProgrammeRow,
    find_activity,
    find_published_programme,
)
from engagement.programmes.rules import ActivityKind, Status
from engagement.prompts.queries import around, find_published_card
from engagement.web.access import anyone
from engagement.web.activity_words import asking, show_wordings
from engagement.web.data_cards import show_cards
from engagement.web.help_now import help_now, remember_help
from engagement.web.kit import SelectField, TextareaField, TextField
from engagement.web.once import sent_once
from engagement.web.public.door import public
from engagement.web.speaking_forms import CONSENT, LONGEST, SpeakerForm, quote_field
from engagement.web.throttling import limit_network
from engagement.web.visits import current_principal


class SpeakForm(SpeakerForm):
    """One contribution."""

    words = TextareaField(
        _l("Your answer"),
        missing=_l("Write what you want to say"),
        hint=_l("Please do not name anybody: say “the nurse” or “my son” instead."),
        lines=8,
        count=True,
        max_length=LONGEST,
    )
    postcode = TextField(
        _l("Your postcode (optional)"),
        hint=_l("We look up the area that it is in and forget the postcode at once."),
        max_length=10,
        width=10,
        autocomplete="postal-code",
        spellcheck=False,
    )
    area = SelectField(
        _l("Where you live (optional)"),
        hint=_l("So that we can see where things differ."),
        prompt=_l("Choose an area, or leave it"),
    )
    place = TextField(
        _l("Where you live, in your own words (optional)"),
        hint=_l("Such as a village, a part of town or a street name."),
        max_length=100,
    )
    may_quote = quote_field()


def _found(public_id: str, activity_id: str) -> tuple[ProgrammeRow, ActivityRow]:
    programme = find_published_programme(public_id) or abort(404)
    activity = find_activity(programme.id, activity_id) or abort(404)
    if activity.status is Status.DRAFT or activity.kind is not ActivityKind.OPEN_CONVERSATION:
        abort(404)
    return programme, activity


_Form = TypeVar("_Form", bound=SpeakForm)


def speak_form(programme: ProgrammeRow, kind: type[_Form]) -> _Form:
    """The form with the one way of saying where that this partnership can offer."""
    form = kind()
    if has_postcodes():
        del form.area, form.place
        return form
    codes = [area.place_code for area in programme.areas if area.place_code]
    form.area.choices = [(place.code, place.name) for place in places_within(codes)]
    if form.area.choices:
        del form.postcode, form.place
    else:
        del form.postcode, form.area
    return form


Place = tuple[str, str | None]
"""Name and code of where somebody lives."""


def place_said(
    form: SpeakForm, programme: ProgrammeRow, before: Place | None = None
) -> Place | None:
    """Where somebody lives; ``None`` when the postcode cannot be taken.

    ``before`` is what holds where they leave it empty; otherwise where the programme asks.
    """
    if "area" in form and form.area.data:
        names = {choice.value: str(choice.text) for choice in form.area.offered}
        return names[form.area.data], form.area.data
    if "place" in form and form.place.data:
        return form.place.data, None
    if "postcode" in form and form.postcode.data:
        try:
            found = resolve_postcode(form.postcode.data)
        except (InvalidPostcode, UnknownPostcode):
            form.refuse(
                "postcode", _("Enter a full postcode, like RB1 2AA, or leave the box empty")
            )
            return None
        return found.local_authority, found.lsoa_code
    return before or (", ".join(area.name for area in programme.areas), None)


def _not_open(programme: ProgrammeRow, activity: ActivityRow) -> str:
    """A word that it is not open; what somebody had written meanwhile is given back to them."""
    return render_template(
        "public/not_open.html",
        programme=programme,
        activity=activity,
        words=request.form.get("words", ""),
    )


def speaking_resident() -> int | None:
    """The key of the resident who is signed in, if one is."""
    principal = current_principal()
    return principal.id if principal and principal.kind is PrincipalKind.RESIDENT else None


@public.route("/p/<slug>/programmes/<public_id>/say/<activity_id>", methods=["GET", "POST"])
@anyone
@limit_network
def say(public_id: str, activity_id: str) -> str | Response:
    """The form for one contribution, or a word that it is closed."""
    programme, activity = _found(public_id, activity_id)
    if programme.closed_at or activity.status is not Status.OPEN:
        return _not_open(programme, activity)
    form = speak_form(programme, SpeakForm)
    there = around([activity.id])[activity.id]
    asked = asking(activity, there.wordings, programme.remit.question)
    if form.validate_on_submit() and (place := place_said(form, programme)):
        card = find_published_card(programme.id, request.form.get("card", ""))
        said = said_in(
            form,
            place,
            prompt=asked.prompt,
            language=asked.language,
            data_card_id=card.id if card else None,
        )
        try:
            key = speak_here(activity, said)
        except NotOpen:  # it closed in this very moment
            return _not_open(programme, activity)
        except SaidEnough as enough:
            form.refuse("words", enough_words(enough))
        else:
            remember_help(key)
            then = activity.public_id
            return redirect(url_for("public.said", public_id=public_id, then=then), 303)
    return render_template(
        "public/say.html",
        form=form,
        programme=programme,
        activity=activity,
        asked=asked,
        wordings=show_wordings(there.wordings),
        audience=there.audience,
        cards=show_cards(there.cards),
        own=speaking_resident() is not None,
    )


def said_in(form: SpeakForm, place: Place, **more: Any) -> Said:
    """What was filled in; ``more`` is what the page knows beside it."""
    may_quote = form.may_quote.data == "yes"
    return Said(
        form.words.data,
        place[0],
        may_quote,
        place[1],
        str(CONSENT) if may_quote else "",
        speaker=form.role(),
        behalf=form.behalf(),
        **more,
    )


def speak_here(activity: ActivityRow, said: Said) -> str:
    """Take in what was sent from this page, as the resident or the browser that it is."""
    visitor = session.setdefault("visitor", new_token())
    resident = speaking_resident()
    return speak(activity.public_id, said, visitor, resident_id=resident, once=sent_once())


def enough_words(enough: SaidEnough) -> str:
    """That somebody has said as much here as one person may, and what they can do."""
    words: str = ngettext(
        "You have sent one answer, and each person may send one here, so that a few do not speak"
        " for all. Please copy these words if you want to send them another way.",
        "You have sent %(num)s answers, the most that one person may send here, so that a few do"
        " not speak for all. Please copy these words if you want to send them another way.",
        enough.most,
    )
    return words


@public.get("/p/<slug>/programmes/<public_id>/thank-you")
@anyone
def said(public_id: str) -> str:
    """After a contribution: what happens with it, and on to what others said."""
    programme = find_published_programme(public_id) or abort(404)
    then = find_conversation(public_id, request.args.get("then", ""))
    return render_template(
        "public/said.html",
        programme=programme,
        own=speaking_resident() is not None,
        then=then if then and with_statements([then.id]) else None,
        help_lines=help_now(),
    )
