"""Background work: what runs, how far it is, what failed; asking for it and cancelling it."""

from __future__ import annotations

from flask import Response as FileResponse
from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.accounts.rules import Role
from engagement.files.service import files_of, open_file
from engagement.runs.errors import RunCannotBeRepeated, RunHasEnded, RunNotFound
from engagement.runs.queries import RunWithSteps, get_run, list_runs, list_workers
from engagement.runs.rules import RunState, may_be_repeated
from engagement.runs.service import cancel_run, repeat_run, request_run
from engagement.web.access import staff_only
from engagement.web.admin.door import admin
from engagement.web.admin.results import result_in_words
from engagement.web.context import moment
from engagement.web.kit import Column, Link, Page, Table, nhs, page_number

PAGE_SIZE = 50
KIND_TEXT = {
    "audit_check": _l("Check the audit chain"),
    "audit_export": _l("Write the audit chain to a file"),
    "panel_feasibility": _l("Try whether a panel can be drawn"),
    "draw": _l("Work out a draw"),
    "retention": _l("Delete what may no longer be kept"),
    "themes": _l("Find themes in what people said"),
}
# What an administrator may ask for by hand: what needs no arguments.
ASKABLE = ("audit_check", "audit_export", "retention")
STATE_TEXT = {
    RunState.REQUESTED: _l("Waiting"),
    RunState.RUNNING: _l("Running"),
    RunState.FINISHED: _l("Finished"),
    RunState.FAILED: _l("Failed"),
    RunState.CANCELLED: _l("Cancelled"),
}
STATE_COLOUR = {
    RunState.REQUESTED: "blue",
    RunState.RUNNING: "blue",
    RunState.FINISHED: "green",
    RunState.FAILED: "red",
    RunState.CANCELLED: "grey",
}


@admin.get("/runs")
@staff_only(Role.ADMINISTRATOR)
def runs() -> str:
    """All runs, the newest first."""
    found = list_runs(page_number(request.args.get("page")), PAGE_SIZE)
    table = Table(
        caption=_("Runs"),
        caption_hidden=True,
        columns=[
            Column(_("What")),
            Column(_("Asked for")),
            Column(_("Steps done")),
            Column(_("State")),
        ],
        rows=[
            [
                Link(
                    KIND_TEXT.get(row.kind, row.kind),
                    url_for("admin.run", public_id=row.public_id),
                ),
                moment(row.requested_at),
                _("%(done)d of %(total)d", done=row.steps_done, total=row.steps_total)
                if row.steps_total
                else "",
                nhs.tag({"text": STATE_TEXT[row.state], "colour": STATE_COLOUR[row.state]}),
            ]
            for row in found.rows
        ],
        empty=_("Nothing has run yet."),
    )
    return render_template(
        "admin/runs.html",
        page=Page(found.rows, found.page, found.per_page, found.total),
        table=table,
        workers=list_workers(),
        askable=[(kind, KIND_TEXT[kind]) for kind in ASKABLE],
    )


@admin.post("/runs")
@staff_only(Role.ADMINISTRATOR)
def ask_for_run() -> Response:
    """Ask for a run."""
    kind = request.form.get("kind", "")
    if kind not in ASKABLE:
        abort(400)
    return redirect(url_for("admin.run", public_id=request_run(kind, {})), 303)


def _found(public_id: str) -> RunWithSteps:
    try:
        return get_run(public_id)
    except RunNotFound:
        abort(404)


@admin.get("/runs/<public_id>")
@staff_only(Role.ADMINISTRATOR)
def run(public_id: str) -> str | tuple[str, int]:
    """One run; its progress is fetched again until it has ended."""
    found = _found(public_id)
    values = {
        "found": found,
        "run": found.run,
        "kind_text": KIND_TEXT.get(found.run.kind, found.run.kind),
        "state_text": STATE_TEXT[found.run.state],
        "state_colour": STATE_COLOUR[found.run.state],
        "result": result_in_words(found.run.kind, found.result),
        "files": files_of(public_id),
        "may_repeat": may_be_repeated(found.run.state),
    }
    if request.headers.get("HX-Request"):
        # 286 tells the page to stop asking.
        return render_template("admin/run_progress.html", **values), (
            286 if found.run.has_ended else 200
        )
    return render_template("admin/run.html", **values)


@admin.post("/runs/<public_id>/cancel")
@staff_only(Role.ADMINISTRATOR)
def cancel(public_id: str) -> Response:
    """Cancel a run."""
    try:
        cancel_run(public_id)
        flash(_("The run stops before its next step."), "success")
    except RunNotFound:
        abort(404)
    except RunHasEnded:
        flash(_("The run had ended already."))
    return redirect(url_for("admin.run", public_id=public_id), 303)


@admin.post("/runs/<public_id>/again")
@staff_only(Role.ADMINISTRATOR)
def run_again(public_id: str) -> Response:
    """Ask once more for a run that failed or was cancelled."""
    try:
        return redirect(url_for("admin.run", public_id=repeat_run(public_id)), 303)
    except (RunNotFound, RunCannotBeRepeated):
        abort(404)


@admin.get("/runs/<public_id>/files/<file_id>")
@staff_only(Role.ADMINISTRATOR)
def run_file(public_id: str, file_id: str) -> FileResponse:
    """Download what a run made."""
    _found(public_id)
    if file_id not in {file.public_id for file in files_of(public_id)}:
        abort(404)
    row, content = open_file(file_id)
    return send_file(
        content, mimetype=row.media_type, as_attachment=True, download_name=row.name, etag=False
    )
