"""Drafts of the strategy: imported from Markdown, looked at paragraph by paragraph, published."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.accounts.rules import Role
from engagement.programmes.queries import ProgrammeName
from engagement.strategy import service
from engagement.strategy.errors import NothingInDraft, NotMarkdown, SameVersion, UnknownDraft
from engagement.strategy.queries import DraftRow, find_draft, list_drafts, paragraphs_of
from engagement.web.access import staff_only
from engagement.web.kit import FileField, KitForm, TextField
from engagement.web.officers.door import officers
from engagement.web.officers.home import READERS
from engagement.web.officers.programmes import named, readable
from engagement.web.visits import require_principal
from engagement.web.words import ANSWER_TEXT, RELATION_TEXT

REFUSED = {
    NotMarkdown: _l("This is not a text file: save the draft as Markdown (.md) in UTF-8"),
    NothingInDraft: _l("The file holds no paragraph"),
    SameVersion: _l("This is the very version that is there already"),
}


class DraftForm(KitForm):
    """A new draft."""

    title = TextField(_l("Title"), missing=_l("Enter the title of the strategy"), max_length=200)
    file = FileField(
        _l("Markdown file"),
        missing=_l("Choose a Markdown file"),
        hint=_l("Headings begin with #. An empty line ends a paragraph."),
        accept=[".md", ".markdown", ".txt"],
    )


class VersionForm(KitForm):
    """The next version of a draft."""

    file = FileField(
        _l("Markdown file"),
        missing=_l("Choose a Markdown file"),
        accept=[".md", ".markdown", ".txt"],
    )


def _taken(form: DraftForm | VersionForm, take: Callable[[str, bytes], None]) -> bool:
    """Whether the file of a form was taken; otherwise the form says why not."""
    upload = form.file.data
    try:
        take(upload.filename or "", upload.read())
    except tuple(REFUSED) as error:
        form.refuse("file", REFUSED[type(error)])
        return False
    return True


@officers.route("/programmes/<public_id>/drafts", methods=["GET", "POST"])
@staff_only(Role.OFFICER)
def drafts(public_id: str) -> str | Response:
    """The drafts of a programme; the form takes a new one."""
    found = named(public_id)
    form = DraftForm()

    def take(name: str, content: bytes) -> None:
        visible = require_principal().programmes_with(Role.OFFICER)
        service.import_draft(visible, public_id, form.title.data, name, content)

    if form.validate_on_submit() and _taken(form, take):
        flash(_("The draft is there. Look whether it fell into the right paragraphs."), "success")
        return redirect(url_for("officers.drafts", public_id=public_id), 303)
    return render_template(
        "officers/drafts.html", programme=found, drafts=list_drafts(found.id), form=form
    )


def _draft(programme: ProgrammeName, draft_id: str) -> DraftRow:
    return find_draft(programme.id, draft_id) or abort(404)


@officers.get("/programmes/<public_id>/drafts/<draft_id>")
@staff_only(*READERS)
def draft(public_id: str, draft_id: str) -> str:
    """A draft's paragraphs, each with the priorities that it rests on."""
    found, may_edit = readable(public_id)
    one = _draft(found, draft_id)
    return render_template(
        "officers/draft.html",
        programme=found,
        draft=one,
        paragraphs=paragraphs_of(one),
        may_edit=may_edit,
        relation_text=RELATION_TEXT,
        answer_text=ANSWER_TEXT,
    )


@officers.route("/programmes/<public_id>/drafts/<draft_id>/version", methods=["GET", "POST"])
@staff_only(Role.OFFICER)
def add_version(public_id: str, draft_id: str) -> str | Response:
    """Take the next version; paragraphs keep their ids and links."""
    found = named(public_id)
    one = _draft(found, draft_id)
    form = VersionForm()

    def take(name: str, content: bytes) -> None:
        visible = require_principal().programmes_with(Role.OFFICER)
        service.import_version(visible, public_id, draft_id, name, content)

    if form.validate_on_submit() and _taken(form, take):
        flash(_("The new version is there. What was linked is linked still."), "success")
        return redirect(url_for("officers.draft", public_id=public_id, draft_id=draft_id), 303)
    return render_template("officers/add_version.html", programme=found, draft=one, form=form)


@officers.post("/programmes/<public_id>/drafts/<draft_id>/publish")
@staff_only(Role.OFFICER)
def publish_draft(public_id: str, draft_id: str) -> Response:
    """Show the draft to everyone."""
    named(public_id)
    visible = require_principal().programmes_with(Role.OFFICER)
    try:
        service.publish_draft(visible, public_id, draft_id)
    except UnknownDraft:
        abort(404)
    flash(_("Everyone can read the draft now."), "success")
    return redirect(url_for("officers.draft", public_id=public_id, draft_id=draft_id), 303)
