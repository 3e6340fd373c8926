"""A diary without an account, or as the resident who is signed in: entries by day, over weeks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.accounts.credentials import new_token
from engagement.contributions.diary import (
    Entry,
    add_entry,
    change_entry,
    days_of,
    delete_entry,
    entries_of,
    is_own,
)
from engagement.contributions.errors import NotOpen, NotThisDay, UnknownContribution
from engagement.contributions.outcomes import Author
from engagement.contributions.rules import Speaker
from engagement.contributions.service import Said
from engagement.methods.disclosure.identifiers import find_identifiers
from engagement.programmes.queries import (
    ActivityRow,
    ProgrammeRow,
    find_activity,
    find_published_programme,
)
from engagement.programmes.rules import ActivityKind, Status
from engagement.prompts.queries import Around, around
from engagement.web.access import anyone
from engagement.web.activity_words import Asking, asking, show_wordings
from engagement.web.context import day
from engagement.web.data_cards import show_cards
from engagement.web.help_now import help_now, remember_help
from engagement.web.kit import DateField, KitForm, TextareaField
from engagement.web.once import sent_once
from engagement.web.public.door import public
from engagement.web.public.speaking import (
    Place,
    SpeakForm,
    place_said,
    said_in,
    speak_form,
    speaking_resident,
)
from engagement.web.speaking_forms import LONGEST
from engagement.web.throttling import limit_network
from engagement.web.visits import present
from engagement.web.words import IDENTIFIER_TEXT, SPEAKER_TEXT

HERE = "/p/<slug>/programmes/<public_id>/diary/<activity_id>"
WRITERS = (Speaker.RESIDENT, Speaker.CARER, Speaker.PROFESSIONAL)


class EntryForm(SpeakForm):
    """One entry. Nobody keeps a diary for an organisation."""

    day = DateField(
        _l("Which day is it about?"),
        subject=_l("The day"),
        missing=_l("Enter the day, or leave today's date as it was"),
    )
    words = TextareaField(
        _l("What happened, and how was it?"),
        missing=_l("Write what you want to note"),
        hint=_l("Say who somebody is to you, not what they are called: “my son”, “the nurse”."),
        lines=8,
        count=True,
        max_length=LONGEST,
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.speaker.choices = [(role.value, SPEAKER_TEXT[role]) for role in WRITERS]
        for name in self.for_others:
            del self[name]


class GoOnForm(KitForm):
    """One button."""


@dataclass(frozen=True)
class Here:
    """A diary, and whoever is at it with what they wrote."""

    programme: ProgrammeRow
    activity: ActivityRow
    entries: list[Entry]
    there: Around

    @property
    def place(self) -> dict[str, Any]:
        """The address of it."""
        return {
            "public_id": self.programme.public_id,
            "activity_id": self.activity.public_id,
        }

    @property
    def is_open(self) -> bool:
        """Whether entries are taken."""
        return self.activity.status is Status.OPEN and not self.programme.closed_at

    @property
    def asked(self) -> Asking:
        """What is asked, in the words that were chosen."""
        return asking(self.activity, self.there.wordings, self.programme.remit.question)

    def author(self) -> Author:
        """Whoever is here."""
        return _author(self.programme)

    def entry(self, public_id: str) -> Entry | None:
        """One of their entries."""
        return next((one for one in self.entries if one.public_id == public_id), None)

    def back(self) -> Response:
        """To the diary's first page."""
        return redirect(url_for("public.diary", **self.place), 303)

    def page(self, template: str, **values: Any) -> str:
        """A page of it."""
        return render_template(
            template,
            here=self,
            programme=self.programme,
            activity=self.activity,
            asked=self.asked,
            **values,
        )

    def not_open(self) -> str:
        """That it is closed; what somebody had written meanwhile is given back to them."""
        words = request.form.get("words", "")
        return render_template(
            "public/not_open.html",
            programme=self.programme,
            activity=self.activity,
            words=words,
        )


def _author(programme: ProgrammeRow) -> Author:
    return Author(speaking_resident(), session.get("visitor", ""), programme.id)


def _here(public_id: str, activity_id: str) -> Here:
    programme = find_published_programme(public_id) or abort(404)
    activity = find_activity(programme.id, activity_id) or abort(404)
    if activity.status is Status.DRAFT or activity.kind is not ActivityKind.DIARY:
        abort(404)
    entries = entries_of(activity.id, _author(programme))
    return Here(programme, activity, entries, around([activity.id])[activity.id])


@public.get(HERE)
@anyone
def diary(public_id: str, activity_id: str) -> str:
    """What the diary is for, and what one wrote in it."""
    here = _here(public_id, activity_id)
    if not here.is_open and not here.entries:
        return here.not_open()
    return here.page(
        "public/diary.html",
        wordings=show_wordings(here.there.wordings),
        cards=show_cards(here.there.cards),
        own=speaking_resident() is not None,
        help_lines=help_now(),
    )


@public.route(f"{HERE}/write", methods=["GET", "POST"])
@anyone
@limit_network
def write_entry(public_id: str, activity_id: str) -> str | Response:
    """A new entry."""
    here = _here(public_id, activity_id)
    return _written(here, here.entries[0] if here.entries else None, None)


@public.route(f"{HERE}/entries/<entry_id>", methods=["GET", "POST"])
@anyone
@limit_network
def change_diary(public_id: str, activity_id: str, entry_id: str) -> str | Response:
    """Change one of one's own entries."""
    here = _here(public_id, activity_id)
    there = here.entry(entry_id)
    if there is None and (
        request.method == "GET" or not is_own(here.activity.id, entry_id, here.author())
    ):
        abort(404)
    return _written(here, there, entry_id)


def _written(here: Here, before: Entry | None, changed: str | None) -> str | Response:
    """The form of an entry, and what becomes of it.

    ``before`` is the entry that it begins as: the one that is changed, otherwise the last one, for
    where, who and whether it may be shown.
    """
    if not here.is_open:
        return here.not_open()
    form = speak_form(here.programme, EntryForm)
    first, last = days_of(here.activity.opens_at, here.activity.published_at, present())
    form.day.hint = _("Any day from %(first)s to %(last)s.", first=day(first), last=day(last))
    if not form.is_submitted():
        _begin(form, before, last, is_changed=changed is not None)
    noticed = []
    place = (before.place_name, before.place_code) if before else None
    if form.validate_on_submit() and (place := place_said(form, here.programme, place)):
        noticed = _noticed(form.words.data)
        if not noticed or request.form.get("then") == "keep":
            saved = _save(here, form, place, changed)
            if saved is not None:
                return saved
    return here.page(
        "public/diary_entry.html",
        form=form,
        changed=changed,
        noticed=noticed if not form.errors else [],
    )


def _begin(form: EntryForm, before: Entry | None, today: date, *, is_changed: bool) -> None:
    form.day.process_data(before.said_on if before and is_changed else today)
    if before is None:
        return
    form.speaker.data = before.speaker.value
    form.may_quote.data = "yes" if before.may_quote else "no"
    if "area" in form:
        form.area.data = before.place_code
    if is_changed:
        form.words.data = before.text


def _noticed(words: str) -> list[tuple[str, str]]:
    """Passages that may tell who somebody is, each once, and of what kind each is."""
    found = {words[one.start : one.end]: one.kind for one in find_identifiers(words)}
    return [(passage, str(IDENTIFIER_TEXT[kind])) for passage, kind in found.items()]


def _save(here: Here, form: EntryForm, place: Place, changed: str | None) -> str | Response | None:
    """Keep an entry; nothing where the form has to say what is wrong."""
    shown = here.there.cards[0].id if here.there.cards else None
    said: Said = said_in(
        form,
        place,
        said_on=form.day.data,
        prompt=here.asked.prompt,
        language=here.asked.language,
        data_card_id=shown,
    )
    try:
        if changed:
            key = change_entry(here.activity.public_id, changed, said, here.author(), sent_once())
        else:
            key = add_entry(
                here.activity.public_id,
                said,
                session.setdefault("visitor", new_token()),
                resident_id=speaking_resident(),
                once=sent_once(),
            )
    except NotOpen:  # it closed in this very moment
        return here.not_open()
    except UnknownContribution:
        abort(404)
    except NotThisDay as wrong:
        form.refuse("day", _outside(wrong))
        return None
    remember_help(key)
    flash(_("We have saved your entry."), "success")
    return here.back()


def _outside(wrong: NotThisDay) -> str:
    words = {"first": day(wrong.first), "last": day(wrong.last)}
    return str(_("The day must be from %(first)s to %(last)s", **words))


@public.route(f"{HERE}/entries/<entry_id>/delete", methods=["GET", "POST"])
@anyone
@limit_network
def delete_diary(public_id: str, activity_id: str, entry_id: str) -> str | Response:
    """Delete one of one's own entries, after asking once."""
    here = _here(public_id, activity_id)
    entry = here.entry(entry_id) or abort(404)
    form = GoOnForm()
    if form.validate_on_submit():
        delete_entry(here.activity.id, entry.public_id, here.author())
        flash(_("We have deleted your entry."), "success")
        return here.back()
    return here.page("public/diary_delete.html", form=form, entry=entry)


@public.post(f"{HERE}/leave")
@anyone
def leave_diary(public_id: str, activity_id: str) -> Response:
    """Have this browser forget who one is, as on a computer that others use."""
    here = _here(public_id, activity_id)
    session.pop("visitor", None)
    flash(_("This device has forgotten your diary. What you wrote stays with us."), "success")
    return here.back()
