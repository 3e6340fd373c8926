"""Papers: put on a session's page in plain words, the full one behind, changed, taken away."""

from __future__ import annotations

from flask import abort, flash, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.sessions import papers as service
from engagement.sessions.errors import UnknownItem
from engagement.sessions.papers import LARGEST_PAPER, PaperRow, PaperWords, papers_of
from engagement.web.access import staff_only
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.one_form import one_form
from engagement.web.facilitators.panels import RECRUITERS, visible
from engagement.web.facilitators.sessions import back_to, session_or_404, to_session
from engagement.web.kit import FileField, KitForm, TextareaField, TextField
from engagement.web.session_words import paper_link

PAPER_KINDS = {
    ".pdf": ("application/pdf", b"%PDF-"),
    ".docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        b"PK\x03\x04",
    ),
}


class PaperForm(KitForm):
    """A paper."""

    title = TextField(_l("Title"), missing=_l("Enter a title"), max_length=200)
    made_by = TextField(
        _l("Who made it?"),
        missing=_l("Enter who made it"),
        hint=_l("And who paid for it, where that is somebody else. Whoever reads it sees this."),
        max_length=300,
    )
    plain = TextareaField(
        _l("In plain words"),
        missing=_l("Write in plain words what it says"),
        hint=_l("Half a page at most. It comes first; the full paper is behind it."),
        lines=10,
        max_length=5_000,
    )
    link = TextField(
        _l("Link to the full paper (optional)"),
        max_length=1000,
        spellcheck=False,
    )
    file = FileField(
        _l("Or the full paper as a file (optional)"),
        hint=_l("A PDF or a Word file, 15 MB at most."),
        accept=tuple(PAPER_KINDS),
    )

    def words(self) -> PaperWords | None:
        """What was filled in; nothing, with an error at its field, where a link or a file is none
        that can be taken."""
        file, link = self._full(), self.link.data
        if link and not link.startswith(("https://", "http://")):
            self.refuse("link", _("Enter the whole link, beginning with https://"))
        if self.has_errors:
            return None
        return PaperWords(self.title.data, self.made_by.data, self.plain.data, link, file)

    def _full(self) -> tuple[str, str, bytes] | None:
        if self.file.data is None:
            return None
        name = self.file.data.filename or ""
        kind = next((end for end in PAPER_KINDS if name.lower().endswith(end)), None)
        content = self.file.data.read(LARGEST_PAPER + 1)
        if kind is None or not content.startswith(PAPER_KINDS[kind][1]):
            self.refuse("file", _("Choose a PDF or a Word file (.docx)"))
        elif len(content) > LARGEST_PAPER:
            self.refuse("file", _("It is larger than 15 MB. Make it smaller, or put a link"))
        else:
            return f"paper{kind}", PAPER_KINDS[kind][0], content
        return None


def paper_form(paper: PaperRow) -> PaperForm:
    """The form with what a paper says now."""
    form = PaperForm(
        data={
            "title": paper.title,
            "made_by": paper.made_by,
            "plain": paper.plain,
            "link": paper.link,
        }
    )
    if paper.file:
        form.file.hint = _l("The one that is there stays unless you choose another, 15 MB at most.")
    return form


@facilitators.route("/sessions/<session_id>/papers", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def session_papers(session_id: str) -> str | Response:
    """The papers of a session; the form adds one."""
    row = session_or_404(session_id)
    form = PaperForm()
    if form.validate_on_submit() and (words := form.words()):
        service.add_paper(visible(), session_id, words)
        flash(_("The paper is there."), "success")
        return to_session(session_id, "session_papers")
    return render_template(
        "facilitators/papers.html",
        caption=row.title,
        papers=[
            (
                one,
                paper_link(one),
                url_for("facilitators.change_paper", session_id=session_id, paper_id=one.public_id),
                url_for("facilitators.remove_paper", session_id=session_id, paper_id=one.public_id),
            )
            for one in papers_of(row.id)
        ],
        back=back_to(row),
        form=form,
    )


@facilitators.route("/sessions/<session_id>/session-papers/<paper_id>", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def change_paper(session_id: str, paper_id: str) -> str | Response:
    """Change a paper."""
    row = session_or_404(session_id)
    paper = next((one for one in papers_of(row.id) if one.public_id == paper_id), None)
    form = paper_form(paper or abort(404))
    if form.validate_on_submit() and (words := form.words()):
        service.change_paper(visible(), session_id, paper_id, words)
        flash(_("Your changes are saved."), "success")
        return to_session(session_id, "session_papers")
    back = url_for("facilitators.session_papers", session_id=session_id)
    return one_form(form, _("Change the paper"), _("Save"), back=back, caption=row.title)


@facilitators.post("/sessions/<session_id>/session-papers/<paper_id>/remove")
@staff_only(*RECRUITERS)
def remove_paper(session_id: str, paper_id: str) -> Response:
    """Take a paper away."""
    session_or_404(session_id)
    try:
        service.remove_paper(visible(), session_id, paper_id)
    except UnknownItem:
        abort(404)
    flash(_("The paper is taken away."), "success")
    return to_session(session_id, "session_papers")
