"""Questions sent to a session beforehand: read, grouped, and answered in public."""

from __future__ import annotations

from functools import partial

from flask import url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engagement.sessions import questions as service
from engagement.sessions.errors import UnknownItem
from engagement.sessions.queries import questions_of
from engagement.web.access import staff_only
from engagement.web.facilitators.asked import AskedHere
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.panels import RECRUITERS, visible
from engagement.web.facilitators.sessions import back_to, session_or_404

PAGES = {
    "answer": "facilitators.answer_question",
    "group": "facilitators.group_question",
    "part": "facilitators.part_questions",
}


def _asked(session_id: str) -> AskedHere:
    row = session_or_404(session_id)
    who = (
        _("Everyone can, on the public page, until the session begins.")
        if row.is_open
        else _("Members can, on their pages, until the session begins.")
    )
    return AskedHere(
        title=_("Questions sent beforehand"),
        caption=row.title,
        nobody=who,
        back=back_to(row),
        here=url_for("facilitators.session_questions", session_id=session_id),
        questions=questions_of(row.id),
        link=lambda page, one: url_for(PAGES[page], session_id=session_id, asked_id=one),
        answer=partial(service.answer, visible(), session_id),
        group=partial(service.answer_with, visible(), session_id),
        grouped=UnknownItem,
    )


@facilitators.get("/sessions/<session_id>/questions")
@staff_only(*RECRUITERS)
def session_questions(session_id: str) -> str:
    """The questions of a session."""
    return _asked(session_id).listed()


@facilitators.route("/sessions/<session_id>/asked/<asked_id>", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def answer_question(session_id: str, asked_id: str) -> str | Response:
    """Answer a question, and all that are answered together with it."""
    return _asked(session_id).answering(asked_id)


@facilitators.route("/sessions/<session_id>/asked/<asked_id>/together", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def group_question(session_id: str, asked_id: str) -> str | Response:
    """Answer a question together with another one."""
    return _asked(session_id).grouping(asked_id)


@facilitators.post("/sessions/<session_id>/asked/<asked_id>/alone")
@staff_only(*RECRUITERS)
def part_questions(session_id: str, asked_id: str) -> Response:
    """Answer each question of a group by itself again."""
    return _asked(session_id).parting(asked_id)
