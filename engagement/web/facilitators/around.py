"""What stands around the question of an activity: data cards, other wordings, whom it is for."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.programmes.queries import (
    ActivityRow,
    ProgrammeName,
    activities_of,
    find_activity,
)
from engagement.prompts import service
from engagement.prompts.errors import CardIsNotPublished, UnknownCard, UnknownWording
from engagement.prompts.languages import ENGLISH, LANGUAGES
from engagement.prompts.queries import around as around_of
from engagement.prompts.queries import cards_on_show, find_wording, wordings_in
from engagement.prompts.rules import WordingFormat, is_web_address
from engagement.prompts.wordings import Wording, remove_activity_wording, set_activity_wording
from engagement.web.access import staff_only
from engagement.web.activity_words import show_wordings
from engagement.web.facilitators.data_cards import MAKERS, named, visible
from engagement.web.facilitators.door import facilitators
from engagement.web.kit import (
    Choice,
    KitForm,
    RadiosField,
    SelectField,
    TextareaField,
    TextField,
)
from engagement.web.words import KIND_TEXT, WORDING_TEXT


class PlaceCardForm(KitForm):
    """A card to show before the question."""

    card = SelectField(
        _l("Card"), missing=_l("Choose a published card"), prompt=_l("Choose a card")
    )


class WordingForm(KitForm):
    """An activity in another language or format."""

    format = RadiosField(
        _l("Format"),
        missing=_l("Choose a format"),
        choices=[
            Choice(WordingFormat.TRANSLATION.value, WORDING_TEXT[WordingFormat.TRANSLATION]),
            Choice(
                WordingFormat.EASY_READ.value,
                WORDING_TEXT[WordingFormat.EASY_READ],
                _l("Short sentences, one idea each, everyday words."),
            ),
            Choice(
                WordingFormat.LARGE_PRINT.value,
                WORDING_TEXT[WordingFormat.LARGE_PRINT],
                _l("Made from the plain words. Write nothing more, unless you have a document."),
            ),
            Choice(
                WordingFormat.BSL.value,
                WORDING_TEXT[WordingFormat.BSL],
                _l("A film in British Sign Language: give its address."),
            ),
        ],
    )
    language = SelectField(
        _l("Language"),
        missing=_l("Choose a language"),
        choices=[(tag, name) for tag, (_own, name) in LANGUAGES.items()],
        default=ENGLISH,
    )
    title = TextField(_l("Title"), max_length=200)
    about = TextareaField(_l("What happens, and what it asks of people"), max_length=3000)
    prompt = TextareaField(_l("What people are asked"), lines=3, max_length=1000)
    address = TextField(
        _l("Address of a film or a document"),
        hint=_l("It begins with https://"),
        max_length=500,
        spellcheck=False,
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether there is what this format needs."""
        valid = bool(super().validate(extra_validators))
        if self.address.data and not is_web_address(self.address.data):
            self.refuse("address", _("Enter the whole address, beginning with https://"))
            valid = False
        kind = self.format.data
        if kind == WordingFormat.TRANSLATION and self.language.data == ENGLISH:
            self.refuse("language", _("Choose the language that it is translated into"))
            valid = False
        told = self.prompt.data or self.address.data
        if kind in (WordingFormat.TRANSLATION, WordingFormat.EASY_READ) and not told:
            self.refuse("prompt", _("Enter what people are asked, in this language or format"))
            valid = False
        if kind == WordingFormat.BSL and not self.address.data:
            self.refuse("address", _("Enter the address of the film"))
            valid = False
        return valid

    def wording(self) -> Wording:
        """What was filled in."""
        return Wording(
            WordingFormat(self.format.data),
            self.language.data,
            self.title.data,
            self.about.data,
            self.prompt.data,
            self.address.data,
        )


def _found(public_id: str, activity_id: str) -> tuple[ProgrammeName, ActivityRow]:
    programme = named(public_id)
    return programme, find_activity(programme.id, activity_id) or abort(404)


def _back(public_id: str, activity_id: str) -> Response:
    return redirect(
        url_for("facilitators.around_activity", public_id=public_id, activity_id=activity_id), 303
    )


@facilitators.get("/programmes/<public_id>/around")
@staff_only(*MAKERS)
def around(public_id: str) -> str:
    """The activities of a programme, each with what stands around its question."""
    programme = named(public_id)
    activities = activities_of(programme.id)
    there = around_of([activity.id for activity in activities])
    return render_template(
        "facilitators/around.html",
        programme=programme,
        activities=activities,
        cards={key: len(one.cards) for key, one in there.items()},
        wordings={key: show_wordings(one.wordings) for key, one in there.items()},
        kind_text=KIND_TEXT,
    )


@facilitators.route(
    "/programmes/<public_id>/activities/<activity_id>/around", methods=["GET", "POST"]
)
@staff_only(*MAKERS)
def around_activity(public_id: str, activity_id: str) -> str | Response:
    """What stands around the question of an activity; the form shows one more card before it."""
    programme, activity = _found(public_id, activity_id)
    there = around_of([activity.id])[activity.id]
    placed = {card.public_id for card in there.cards}
    form = PlaceCardForm()
    form.card.choices = [
        (card.public_id, card.title)
        for card in cards_on_show(programme.id)
        if card.public_id not in placed
    ]
    if form.validate_on_submit():
        try:
            service.place_card(visible(), public_id, activity_id, form.card.data)
        except (CardIsNotPublished, UnknownCard):
            form.refuse("card", _("This card cannot be shown any more: choose another"))
        else:
            flash(_("The card stands before the question."), "success")
            return _back(public_id, activity_id)
    return render_template(
        "facilitators/around_activity.html",
        programme=programme,
        activity=activity,
        there=there,
        wordings=show_wordings(there.wordings),
        form=form,
        language_names={tag: name for tag, (_own, name) in LANGUAGES.items()},
    )


@facilitators.post("/programmes/<public_id>/activities/<activity_id>/placed/<card_id>/up")
@staff_only(*MAKERS)
def move_card_up(public_id: str, activity_id: str, card_id: str) -> Response:
    """Show a card earlier."""
    _found(public_id, activity_id)
    try:
        service.move_card_up(visible(), public_id, activity_id, card_id)
    except UnknownCard:
        abort(404)
    return _back(public_id, activity_id)


@facilitators.post("/programmes/<public_id>/activities/<activity_id>/placed/<card_id>/remove")
@staff_only(*MAKERS)
def remove_card(public_id: str, activity_id: str, card_id: str) -> Response:
    """Show a card no more before a question."""
    _found(public_id, activity_id)
    try:
        service.remove_card(visible(), public_id, activity_id, card_id)
    except UnknownCard:
        abort(404)
    flash(_("The card is shown there no more. Answers keep that they had it."), "success")
    return _back(public_id, activity_id)


@facilitators.route(
    "/programmes/<public_id>/activities/<activity_id>/wording", methods=["GET", "POST"]
)
@staff_only(*MAKERS)
def activity_wording(public_id: str, activity_id: str) -> str | Response:
    """Write an activity in another language or format, or change what is written."""
    programme, activity = _found(public_id, activity_id)
    there = None
    if wording_id := request.args.get("change"):
        there = find_wording(activity.id, wording_id) or abort(404)
    form = WordingForm(obj=there)
    if form.validate_on_submit():
        set_activity_wording(visible(), public_id, activity_id, form.wording())
        flash(_("The wording is there. People choose it on the page."), "success")
        return _back(public_id, activity_id)
    return render_template(
        "facilitators/activity_wording.html",
        programme=programme,
        activity=activity,
        form=form,
    )


@facilitators.post("/programmes/<public_id>/activities/<activity_id>/wording/<wording_id>/remove")
@staff_only(*MAKERS)
def remove_wording(public_id: str, activity_id: str, wording_id: str) -> Response:
    """Take a wording away."""
    _found(public_id, activity_id)
    try:
        remove_activity_wording(visible(), public_id, activity_id, wording_id)
    except UnknownWording:
        abort(404)
    flash(_("The wording is gone."), "success")
    return _back(public_id, activity_id)


@facilitators.get("/programmes/<public_id>/equality")
@staff_only(*MAKERS)
def equality(public_id: str) -> str:
    """Which formats each activity lacks, so that nobody is left out by how it is worded."""
    programme = named(public_id)
    return render_template(
        "facilitators/equality.html",
        programme=programme,
        rows=[
            (
                one,
                [text for kind, text in WORDING_TEXT.items() if kind in one.formats],
                [text for kind, text in WORDING_TEXT.items() if kind not in one.formats],
            )
            for one in wordings_in(programme.id)
        ],
    )
