"""Open conversations for those who run them: statements, settings, and the map of opinions."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response

from engagement.accounts.rules import Role
from engagement.conversations import service
from engagement.conversations.declaring import count_to_be_told
from engagement.conversations.errors import SeedsHaveFaults, UnknownStatement
from engagement.conversations.overview import (
    StatementRow,
    find_statement,
    list_statements,
    standing,
    standings,
)
from engagement.conversations.queries import ConversationRow, find_conversation_of
from engagement.programmes.queries import activities_of
from engagement.programmes.rules import ActivityKind
from engagement.web.access import staff_only
from engagement.web.activity_words import language_attributes
from engagement.web.facilitators.data_cards import MAKERS, named, visible
from engagement.web.facilitators.door import facilitators
from engagement.web.faults import faults_table
from engagement.web.kit import (
    Choice,
    Column,
    KitForm,
    Link,
    Page,
    RadiosField,
    Table,
    TextareaField,
    page_number,
)
from engagement.web.visits import require_principal
from engagement.web.words import STATE_TEXT, STATUS_TEXT

PAGE_SIZE = 50


class SeedsForm(KitForm):
    """Statements of the convenors, one a line."""

    lines = TextareaField(
        _l("Statements"),
        missing=_l("Write at least one statement"),
        hint=_l(
            "One on a line, of 300 characters at most. Say one thing in each, so that people can"
            " agree or disagree with all of it. Cover views that you do not share."
        ),
        lines=10,
        max_length=200_000,
    )


class SettingsForm(KitForm):
    """What convenors set."""

    takes_statements = RadiosField(
        _l("May residents add statements?"),
        missing=_l("Choose yes or no"),
        choices=[
            Choice("yes", _l("Yes, others vote on them once nothing in them has to be read first")),
            Choice("no", _l("No, only ours are voted on")),
        ],
    )


class HideForm(KitForm):
    """Why a statement is hidden."""

    reason = TextareaField(
        _l("Why is it hidden?"),
        missing=_l("Write why it is hidden"),
        hint=_l("Staff read this later. Its votes stay, and count in no map."),
        lines=2,
        max_length=300,
    )


def conversation_here(public_id: str, activity_id: str) -> ConversationRow:
    """The conversation that a page is about, where the reader may see it."""
    return find_conversation_of(visible(), public_id, activity_id) or abort(404)


def to_conversation(row: ConversationRow) -> Response:
    """Back to the page of a conversation."""
    return redirect(
        url_for(
            "facilitators.conversation",
            public_id=row.programme_public_id,
            activity_id=row.public_id,
        ),
        303,
    )


@facilitators.get("/programmes/<public_id>/conversations")
@staff_only(*MAKERS)
def conversations(public_id: str) -> str:
    """The open conversations of a programme."""
    programme = named(public_id)
    kind = ActivityKind.OPEN_CONVERSATION
    found = [one for one in activities_of(programme.id) if one.kind is kind]
    return render_template(
        "facilitators/conversations.html",
        programme=programme,
        conversations=found,
        standings=standings([one.id for one in found]),
        status_text=STATUS_TEXT,
    )


@facilitators.get("/programmes/<public_id>/conversation/<activity_id>")
@staff_only(*MAKERS)
def conversation(public_id: str, activity_id: str) -> str:
    """How a conversation stands: what waits, its statements with their votes, its map."""
    row = conversation_here(public_id, activity_id)
    number = page_number(request.args.get("page"))
    rows, total = list_statements(row.id, number, PAGE_SIZE)
    return render_template(
        "facilitators/conversation.html",
        conversation=row,
        standing=standing(row.id),
        page=Page(rows, number, PAGE_SIZE, total),
        table=_table(row, rows),
        to_be_told=count_to_be_told(row.public_id),
        may_tell=Role.FACILITATOR in require_principal().roles,
        status_text=STATUS_TEXT,
    )


def _table(conversation: ConversationRow, rows: list[StatementRow]) -> Table:
    def link(one: StatementRow) -> Link:
        url = url_for(
            "facilitators.statement",
            public_id=conversation.programme_public_id,
            activity_id=conversation.public_id,
            statement_id=one.public_id,
        )
        return Link(one.text or _("Statement %(number)d", number=one.number), url)

    return Table(
        caption=_("Statements"),
        columns=[
            Column(_("Statement")),
            Column(_("From")),
            Column(_("Agree"), numeric=True),
            Column(_("Disagree"), numeric=True),
            Column(_("Pass"), numeric=True),
            Column(_("Shown")),
        ],
        rows=[
            [
                link(one),
                _("a resident") if one.contribution else _("us"),
                one.agree,
                one.disagree,
                one.passed,
                shown_text(one),
            ]
            for one in rows
        ],
        name="statements",
        empty=_("None yet. Add some, so that the first people find something to vote on."),
    )


def shown_text(one: StatementRow) -> str:
    """Whether people can vote on a statement, and if not, why."""
    if one.hidden:
        return str(_("No: hidden"))
    if one.shown:
        return str(_("Yes"))
    if one.state is None:
        return str(_("No"))
    return str(_("No: %(state)s", state=STATE_TEXT[one.state]))


@facilitators.route(
    "/programmes/<public_id>/conversation/<activity_id>/seeds", methods=["GET", "POST"]
)
@staff_only(*MAKERS)
def add_seeds(public_id: str, activity_id: str) -> str | Response:
    """Add statements, one a line; all that is wrong is told at once."""
    row, form, faults = conversation_here(public_id, activity_id), SeedsForm(), None
    if form.validate_on_submit():
        lines = form.lines.data.split("\n")
        try:
            added = service.add_seeds(visible(), public_id, row.public_id, lines)
        except SeedsHaveFaults as error:
            faults = faults_table(error.faults)
            form.refuse("lines", _("Mend the lines below, then send them again"))
        else:
            flash(
                ngettext(
                    "%(num)d statement has been added.",
                    "%(num)d statements have been added.",
                    added,
                ),
                "success",
            )
            return to_conversation(row)
    return render_template(
        "facilitators/conversation_seeds.html", conversation=row, form=form, faults=faults
    )


@facilitators.route(
    "/programmes/<public_id>/conversation/<activity_id>/settings", methods=["GET", "POST"]
)
@staff_only(*MAKERS)
def conversation_settings(public_id: str, activity_id: str) -> str | Response:
    """Whether residents may add statements."""
    row = conversation_here(public_id, activity_id)
    form = SettingsForm(data={"takes_statements": "yes" if row.takes_statements else "no"})
    if form.validate_on_submit():
        takes = form.takes_statements.data == "yes"
        service.change_settings(visible(), public_id, row.public_id, takes_statements=takes)
        flash(_("The settings have been saved."), "success")
        return to_conversation(row)
    return render_template("facilitators/conversation_settings.html", conversation=row, form=form)


@facilitators.route(
    "/programmes/<public_id>/conversation/<activity_id>/statements/<statement_id>",
    methods=["GET", "POST"],
)
@staff_only(*MAKERS)
def statement(public_id: str, activity_id: str, statement_id: str) -> str | Response:
    """One statement; the form hides it."""
    row = conversation_here(public_id, activity_id)
    one = find_statement(row.id, statement_id) or abort(404)
    form = HideForm()
    if form.validate_on_submit():
        try:
            service.hide_statement(
                visible(), public_id, row.public_id, one.public_id, form.reason.data
            )
        except UnknownStatement:
            abort(404)
        flash(_("Nobody is shown this statement any more. Its votes stay."), "success")
        return to_conversation(row)
    return render_template(
        "facilitators/conversation_statement.html",
        conversation=row,
        one=one,
        form=form,
        shown=shown_text(one),
        attributes=language_attributes(one.language),
    )


@facilitators.post(
    "/programmes/<public_id>/conversation/<activity_id>/statements/<statement_id>/show"
)
@staff_only(*MAKERS)
def show_statement(public_id: str, activity_id: str, statement_id: str) -> Response:
    """Let people vote again on a statement that was hidden."""
    row = conversation_here(public_id, activity_id)
    try:
        service.show_statement(visible(), public_id, row.public_id, statement_id)
    except UnknownStatement:
        abort(404)
    flash(_("The statement is not hidden any more."), "success")
    return to_conversation(row)
