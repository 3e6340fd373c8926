"""Files for a board: the priority summary and the chain."""

from __future__ import annotations

from io import BytesIO

from flask import Response as FileResponse
from flask import abort, flash, redirect, render_template, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engagement.accounts.rules import Role
from engagement.exports import service
from engagement.files.service import files_of, open_file
from engagement.messages.service import absolute_link
from engagement.programmes.queries import ProgrammeRow, find_programme
from engagement.web.access import staff_only
from engagement.web.officers.door import officers
from engagement.web.officers.home import READERS
from engagement.web.officers.programmes import named
from engagement.web.visits import current_partnership, require_principal


def _found(public_id: str) -> ProgrammeRow:
    visible = require_principal().programmes_with(*READERS)
    return find_programme(visible, public_id) or abort(404)


@officers.get("/programmes/<public_id>/files")
@staff_only(*READERS)
def files(public_id: str) -> str:
    """The files that were made."""
    found = _found(public_id)
    return render_template("officers/files.html", programme=found, files=files_of(found.public_id))


@officers.post("/programmes/<public_id>/files")
@staff_only(*READERS)
def make_files(public_id: str) -> Response:
    """Make the files from what stands now."""
    found = _found(public_id)
    slug = current_partnership().slug

    def address_of(priority: str) -> str:
        return absolute_link(
            "public.priority", slug=slug, public_id=public_id, priority_id=priority
        )

    service.make_summary(found, address_of)
    flash(_("The files are there, as of this moment."), "success")
    return redirect(url_for("officers.files", public_id=public_id), 303)


@officers.get("/programmes/<public_id>/files/<file_id>")
@staff_only(*READERS)
def file(public_id: str, file_id: str) -> FileResponse:
    """Download a file."""
    found = _found(public_id)
    if file_id not in {row.public_id for row in files_of(found.public_id)}:
        abort(404)
    row, content = open_file(file_id)
    return send_file(
        content, mimetype=row.media_type, as_attachment=True, download_name=row.name, etag=False
    )


@officers.post("/programmes/<public_id>/contributions/<form>")
@staff_only(Role.OFFICER)
def export_corpus(public_id: str, form: str) -> FileResponse:
    """Download the whole corpus, as a table or as JSON."""
    if form not in ("csv", "json"):
        abort(404)
    found = named(public_id)
    made = service.export_corpus(found.id, found.public_id, as_json=form == "json")
    return send_file(
        BytesIO(made.content),
        mimetype=made.media_type,
        as_attachment=True,
        download_name=made.name,
        etag=False,
    )
