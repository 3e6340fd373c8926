"""Your data: all that is held about somebody, to see, to take along, to correct, to withdraw, and
to have erased."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

from flask import Response as FileResponse
from flask import flash, redirect, render_template, request, send_file, url_for
from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from werkzeug.wrappers import Response

from engagement.database.clock import day_of
from engagement.rights.access import HELD, OwnData, own_data, own_file
from engagement.rights.consents import withdraw_consent
from engagement.rights.erasure import erase_resident
from engagement.rights.errors import UnknownConsent
from engagement.rights.held import Held
from engagement.web.access import residents_only
from engagement.web.context import moment
from engagement.web.evaluation_words import ITEM_TEXT, MARK_TEXT
from engagement.web.kit import CheckboxesField, Choice, Column, KitForm, Link, Table, facts
from engagement.web.residents.door import residents
from engagement.web.residents.own_data_words import (
    ABOUT,
    ANSWER,
    PARTS,
    QUESTION,
    VALUES,
    WORDS,
    Part,
)
from engagement.web.visits import require_principal, sign_out

TO_THE_MINUTE = ("sign_in_session", "token", "message")
SHORT = 160  # of a wording, where no question is known for it


class EraseForm(KitForm):
    """That somebody means it."""

    sure = CheckboxesField(
        _l("Are you sure?"),
        choices=[Choice("yes", _l("Yes, delete everything about me. It cannot be undone."))],
        missing=_l("Tick the box if you want us to delete everything about you"),
    )


@residents.get("/data")
@residents_only
def data() -> str:
    """Everything that is held about oneself."""
    held = own_data(require_principal().id)
    parts = [shown for part in PARTS if (shown := _shown(part, held)).blocks]
    return render_template(
        "residents/own_data.html",
        parts=[shown for shown in parts if not shown.folded],
        folded=[shown for shown in parts if shown.folded],
        consents=_consents(held),
        withdrawn=_withdrawn(held),
    )


@residents.get("/data/file")
@residents_only
def data_file() -> FileResponse:
    """The same as a file."""
    return send_file(
        BytesIO(own_file(require_principal().id)),
        mimetype="application/json",
        as_attachment=True,
        download_name="my-data.json",
        etag=False,
    )


@residents.post("/data/withdraw")
@residents_only
def withdraw() -> Response:
    """Withdraw a consent."""
    key = request.form.get("consent", "")
    try:
        if not key.isdecimal() or len(key) > 18:
            raise UnknownConsent(key)
        withdraw_consent(require_principal().id, int(key))
    except UnknownConsent:  # a second press, say
        flash(_("It is not here any more."))
    else:
        flash(_("We have deleted it, and will not use it any more."), "success")
    return redirect(url_for("residents.data"), 303)


@residents.route("/erase", methods=["GET", "POST"])
@residents_only
def erase() -> str | Response:
    """Have everything about oneself deleted."""
    form = EraseForm()
    if form.validate_on_submit():
        erase_resident(require_principal().id)
        sign_out()
        return redirect(url_for("public.deleted"), 303)
    return render_template("residents/own_data_erase.html", form=form)


@dataclass(frozen=True)
class Shown:
    """A part of the page: its heading, what is in it, and links to correct it."""

    title: Any
    blocks: Sequence[tuple[Any, Any]]
    links: Sequence[Link]
    folded: bool


def _shown(part: Part, held: OwnData) -> Shown:
    blocks = [
        (WORDS[table].title, _block(table, rows, held))
        for table in part.tables
        if (rows := held.of(table))
    ]
    links = [Link(part.link, url_for(part.endpoint))] if part.endpoint else []
    if "registration" in part.tables:
        links += [
            Link(
                _("See or change your answers"),
                url_for("residents.panel", panel_id=held.panels[row.values["panel_id"]]),
                hidden=row.about,
            )
            for row in held.of("registration")
        ]
    return Shown(part.title, blocks, links, part.folded)


def _block(table: str, rows: Sequence[Held], held: OwnData) -> Any:
    """The rows of a table in words: names with values, a table, or only how many."""
    words = WORDS[table]
    if not words.columns:
        count = ngettext("%(num)d passage", "%(num)d passages", len(rows))
        return Markup("<p>{}</p>").format(count)
    if words.once:
        return facts([(text, _cell(rows[0], name, held)) for name, text in words.columns.items()])
    filled = {
        name: text
        for name, text in words.columns.items()
        if any(_cell(row, name, held) not in ("", None) for row in rows)
    }
    return Table(
        caption=words.title,
        caption_hidden=True,
        columns=[Column(text) for text in filled.values()],
        rows=[[_cell(row, name, held) for name in filled] for row in rows],
        name=f"held-{table.replace('_', '-')}",
        first_is_heading=False,
    )


def _cell(row: Held, name: str, held: OwnData) -> Any:
    answer = held.answers.get((row.table, row.values["id"]))
    if name == ABOUT:
        return row.about
    if name == QUESTION:
        return answer.question if answer else ""
    if name == ANSWER:
        return answer.answer if answer else ""
    return _value(row, name)


def _value(row: Held, name: str) -> Any:
    value = row.values[name]
    if (row.table, name) == ("contribution", "text") and value is None:
        return _("Deleted")
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime) and row.table in TO_THE_MINUTE:
        return moment(value)
    if isinstance(value, date):  # a moment is one too
        return _day(value)
    if name == "pence":
        return f"£{value / 100:.2f}"
    if name == "chance":
        return _("%(chance)s in 100", chance=f"{value * 100:.1f}")
    if name == "strata":
        return ", ".join(f"{key}: {text}" for key, text in (value or {}).items())
    if name == "marks":
        value = "\n".join(
            f"{ITEM_TEXT.get(item, item)} {MARK_TEXT.get(mark, mark)}"
            for item, mark in dict(value or {}).items()
        )
    if name == "fields":
        value = "\n".join(f"{key}: {text}" for key, text in value)
    if isinstance(value, list):  # several choices of a survey, or an order
        value = "; ".join(map(str, value))
    if value == HELD:
        return _("We hold one, in a form that nobody can read")
    known = VALUES.get(f"{row.table}.{name}") or VALUES.get(name, {})
    if value in known:
        return known[value]
    return Markup('<span class="app-lines">{}</span>').format(value) if value else value


def _day(value: date) -> str:
    """A day in words as short as the columns of a table want it, in London."""
    return str(format_date(day_of(value) if isinstance(value, datetime) else value, "d MMM y"))


def _consents(held: OwnData) -> list[dict[str, Any]]:
    """What somebody agreed to, and stands."""
    about = _rests_on(held)
    return [
        {
            "key": row.values["id"],
            "to": ", ".join(about.get(row.values["id"], [])) or _begin(row.values["wording_text"]),
            "purpose": _(row.values["purpose"]),
            "words": row.values["wording_text"],
            "given_at": row.values["given_at"],
        }
        for row in held.of("consent")
        if row.values["withdrawn_at"] is None
    ]


def _begin(wording: str) -> str:
    """How a wording begins: its first line, not too long."""
    line = wording.strip().partition("\n")[0]
    return line if len(line) <= SHORT else f"{line[:SHORT]} …"


def _rests_on(held: OwnData) -> dict[int, list[str]]:
    """For each consent what rests on it, in words."""
    about: dict[int, list[str]] = {}
    for row in held.rows:
        consent = row.values.get("consent_id")
        if consent is not None:
            answer = held.answers.get((row.table, row.values["id"]))
            words = str(answer.question if answer else WORDS[row.table].title)
            words = f"{words} ({row.about})" if row.about else words
            if words not in about.setdefault(consent, []):
                about[consent].append(words)
    return about


def _withdrawn(held: OwnData) -> Table | None:
    rows = [
        [_begin(row.values["wording_text"]), _day(row.values["given_at"]), _day(ended)]
        for row in held.of("consent")
        if (ended := row.values["withdrawn_at"]) is not None
    ]
    columns = [Column(_("What you agreed to")), Column(_("Agreed")), Column(_("Ended"))]
    caption = _("What you agreed to earlier")
    return Table(caption, columns, rows, name="ended", first_is_heading=False) if rows else None
