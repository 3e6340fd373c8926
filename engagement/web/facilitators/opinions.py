"""The map of opinions for those who run a conversation: making it, reading it, publishing it."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response

from engagement.accounts.rules import Role
from engagement.conversations.declaring import (
    Letter,
    count_to_be_told,
    tell_what_happened,
    to_be_told_by_person,
)
from engagement.conversations.errors import UnknownMap
from engagement.conversations.importing import Table as FileTable
from engagement.conversations.importing import import_polis
from engagement.conversations.maps import KIND, publish_map, request_map
from engagement.conversations.overview import latest_map, shown_statements
from engagement.documents.sheets import Fault, NotATable, read_csv
from engagement.messages.service import absolute_link
from engagement.methods.opinion.errors import OpinionRefused
from engagement.runs.errors import RunNotFound
from engagement.runs.queries import get_run
from engagement.web.access import staff_only
from engagement.web.facilitators.conversations import conversation_here, to_conversation
from engagement.web.facilitators.data_cards import MAKERS, visible
from engagement.web.facilitators.door import facilitators
from engagement.web.faults import faults_table
from engagement.web.kit import Column, FileField, KitForm, Table
from engagement.web.opinion_words import numbers_in, results
from engagement.web.visits import current_partnership


class PolisForm(KitForm):
    """The two files of an export."""

    votes = FileField(
        _l("Votes"),
        missing=_l("Choose the file of votes"),
        hint=_l("The file votes.csv of the export."),
        accept=[".csv"],
    )
    comments = FileField(
        _l("Comments"),
        missing=_l("Choose the file of comments"),
        hint=_l("The file comments.csv of the export."),
        accept=[".csv"],
    )


@facilitators.get("/programmes/<public_id>/conversation/<activity_id>/map")
@staff_only(*MAKERS)
def opinion_map(public_id: str, activity_id: str) -> str:
    """The latest map, as everyone would see it."""
    row = conversation_here(public_id, activity_id)
    latest = latest_map(row.id)
    statements = shown_statements(row.id, numbers_in(latest)) if latest else {}
    return render_template(
        "facilitators/opinion_map.html",
        conversation=row,
        results=results(latest, statements) if latest else None,
        words_url=lambda contribution: "",
    )


@facilitators.post("/programmes/<public_id>/conversation/<activity_id>/map")
@staff_only(*MAKERS)
def make_map(public_id: str, activity_id: str) -> Response:
    """Ask for the map; it is made in the background."""
    row = conversation_here(public_id, activity_id)
    run = request_map(visible(), public_id, row.public_id)
    return redirect(
        url_for(
            "facilitators.making_map", public_id=public_id, activity_id=row.public_id, run_id=run
        ),
        303,
    )


@facilitators.get("/programmes/<public_id>/conversation/<activity_id>/map-runs/<run_id>")
@staff_only(*MAKERS)
def making_map(public_id: str, activity_id: str, run_id: str) -> str | tuple[str, int]:
    """How far making the map is; what went wrong, if anything."""
    row = conversation_here(public_id, activity_id)
    try:
        found = get_run(run_id)
    except RunNotFound:
        abort(404)
    if found.run.kind != KIND or found.arguments.get("activity") != row.public_id:
        abort(404)
    values = {"conversation": row, "run": found.run}
    if request.headers.get("HX-Request"):
        # 286 tells the page to stop asking.
        return render_template("facilitators/opinion_map_progress.html", **values), (
            286 if found.run.has_ended else 200
        )
    return render_template("facilitators/opinion_map_making.html", **values)


@facilitators.post("/programmes/<public_id>/conversation/<activity_id>/maps/<map_id>/publish")
@staff_only(*MAKERS)
def publish_opinions(public_id: str, activity_id: str, map_id: str) -> Response:
    """Show a map to everyone."""
    row = conversation_here(public_id, activity_id)
    try:
        publish_map(visible(), public_id, row.public_id, map_id)
    except UnknownMap:
        abort(404)
    flash(_("Everyone can see this map now."), "success")
    return redirect(
        url_for("facilitators.opinion_map", public_id=public_id, activity_id=row.public_id), 303
    )


@facilitators.route(
    "/programmes/<public_id>/conversation/<activity_id>/tell", methods=["GET", "POST"]
)
@staff_only(Role.FACILITATOR, everywhere=True)
def tell_voters(public_id: str, activity_id: str) -> str | Response:
    """Tell those who asked what came of it: all by e-mail at once, the others by a person."""
    row, form = conversation_here(public_id, activity_id), KitForm()
    if form.validate_on_submit():
        slug = current_partnership().slug
        here = {"slug": slug, "public_id": public_id, "activity_id": row.public_id}
        letter = Letter(
            _("What people agree and disagree about: %(title)s", title=row.title),
            absolute_link("public.opinions", **here),
            lambda token: absolute_link("public.stop_telling", slug=slug, token=token),
        )
        try:
            told = tell_what_happened(visible(), public_id, row.public_id, letter)
        except UnknownMap:
            flash(_("Show the map to everyone first: there is nothing to tell yet."))
        else:
            flash(ngettext("%(num)d e-mail is sent.", "%(num)d e-mails are sent.", told), "success")
        return redirect(
            url_for("facilitators.tell_voters", public_id=public_id, activity_id=row.public_id), 303
        )
    return render_template(
        "facilitators/tell_voters.html",
        conversation=row,
        form=form,
        counts=count_to_be_told(row.public_id),
        latest=latest_map(row.id, published=True),
        table=Table(
            caption=_("To be told by a person"),
            columns=[Column(_("How")), Column(_("Where"))],
            rows=[
                [_("By telephone") if one.contact_by == "phone" else _("By post"), one.where]
                for one in to_be_told_by_person(row.public_id)
            ],
            empty=_("Nobody asked to be told by telephone or by post."),
        ),
    )


@facilitators.route(
    "/programmes/<public_id>/conversation/<activity_id>/polis", methods=["GET", "POST"]
)
@staff_only(*MAKERS)
def take_polis(public_id: str, activity_id: str) -> str | Response:
    """Take in a conversation that was held with Polis."""
    row, form, faults = conversation_here(public_id, activity_id), PolisForm(), None
    if form.validate_on_submit():
        tables, broken = _tables(form)
        if not broken:
            try:
                done = import_polis(visible(), public_id, row.public_id, *tables)
            except OpinionRefused as error:
                broken = [
                    Fault(one.row, f"{one.file} {one.column}".strip(), one.problem)
                    for one in error.faults
                ]
            else:
                flash(
                    _(
                        "%(statements)d statements, %(people)d people and %(votes)d answers have"
                        " been added. %(held)d statements wait for a moderator.",
                        statements=done.statements,
                        people=done.people,
                        votes=done.votes,
                        held=done.held,
                    ),
                    "success",
                )
                return to_conversation(row)
        faults = faults_table(broken)
        form.refuse("votes", _("Nothing was taken: mend the files as it says below"))
    return render_template(
        "facilitators/conversation_polis.html", conversation=row, form=form, faults=faults
    )


def _tables(form: PolisForm) -> tuple[list[FileTable], list[Fault]]:
    tables, broken = [], []
    for field in (form.votes, form.comments):
        name = field.data.filename or field.name
        try:
            rows = read_csv(field.data.read())
        except NotATable as error:
            broken.append(Fault(1, name, str(error)))
        else:
            tables.append(FileTable(name, list(enumerate(rows, 1))))
    return tables, broken
