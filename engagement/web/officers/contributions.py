"""What is in the corpus of a programme: all of it, found by words and kind, and each by itself."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.accounts.rules import Role
from engagement.contributions.errors import TooLong
from engagement.contributions.queries import (
    Sought,
    count_corpus,
    find_contribution,
    imported_files,
    list_contributions,
)
from engagement.contributions.rules import LONGEST, Channel, Speaker, State
from engagement.contributions.translating import translate
from engagement.deliberation.queries import resting_on
from engagement.programmes.rules import ActivityKind
from engagement.prompts.languages import LANGUAGES
from engagement.web.access import staff_only
from engagement.web.kit import KitForm, Page, SelectField, TextareaField, page_number
from engagement.web.officers.door import officers
from engagement.web.officers.programmes import editable, named
from engagement.web.visits import present
from engagement.web.words import CHANNEL_TEXT, KIND_TEXT, SPEAKER_TEXT, STATE_TEXT

PAGE_SIZE = 50
Kind = TypeVar("Kind", bound=StrEnum)


class TranslationForm(KitForm):
    """In which language something was said, and what it means in English."""

    language = SelectField(
        _l("Language"),
        prompt=_l("Not known"),
        choices=[(tag, name) for tag, (_own, name) in LANGUAGES.items()],
    )
    translation = TextareaField(
        _l("In English (leave empty where it was said in English)"),
        hint=_l("Translated by a person who knows both languages. The words stay beside it."),
        lines=6,
        max_length=LONGEST,
    )


def _one_of(kind: type[Kind], given: str) -> Kind | None:
    """The member of this value; ``None`` for every other text."""
    return kind(given) if given in [member.value for member in kind] else None


@officers.get("/programmes/<public_id>/contributions")
@staff_only(Role.OFFICER)
def contributions(public_id: str) -> str:
    """What people said, the newest first."""
    found = named(public_id)
    number = page_number(request.args.get("page"))
    sought = Sought(
        request.args.get("words", "")[:100],
        _one_of(Channel, request.args.get("channel", "")),
        _one_of(Speaker, request.args.get("role", "")),
        _one_of(State, request.args.get("state", "")),
        _one_of(ActivityKind, request.args.get("method", "")),
    )
    rows, total = list_contributions(found.id, number, PAGE_SIZE, sought)
    files = imported_files(found.id)
    return render_template(
        "officers/contributions.html",
        programme=found,
        sought=sought,
        searching=sought != Sought(),
        page=Page(rows, number, PAGE_SIZE, total),
        count=count_corpus(found.id),
        files=files,
        mendable={file.public_id for file in files if file.mendable(present())},
        kind_text=KIND_TEXT,
        channel_text=CHANNEL_TEXT,
        speaker_text=SPEAKER_TEXT,
        state_text=STATE_TEXT,
        states=[state for state in State if state is not State.WITHDRAWN],
    )


@officers.route("/programmes/<public_id>/contributions/one/<said_id>", methods=["GET", "POST"])
@staff_only(Role.OFFICER)
def contribution(public_id: str, said_id: str) -> str | Response:
    """One contribution with all that is known about it, and its translation."""
    programme = editable(public_id) if request.method == "POST" else named(public_id)
    said = find_contribution(programme.id, said_id) or abort(404)
    form = TranslationForm(data={"language": said.language, "translation": said.translation or ""})
    if form.validate_on_submit():
        try:
            translate(programme.id, said_id, form.language.data or "", form.translation.data)
        except TooLong:
            form.refuse("translation", _("The translation is too long: shorten it"))
        else:
            flash(_("The language has been saved."), "success")
            return redirect(
                url_for("officers.contribution", public_id=public_id, said_id=said_id), 303
            )
    return render_template(
        "officers/contribution.html",
        programme=programme,
        said=said,
        form=form,
        resting=resting_on(said.public_id),
        kind_text=KIND_TEXT,
        channel_text=CHANNEL_TEXT,
        speaker_text=SPEAKER_TEXT,
        state_text=STATE_TEXT,
    )
