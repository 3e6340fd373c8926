"""Asking a session a question beforehand: the same for members and for everyone else."""

from __future__ import annotations

from typing import Any

from flask import flash, request, session
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engagement.accounts.credentials import new_token
from engagement.accounts.rules import PrincipalKind
from engagement.contributions.errors import SaidEnough
from engagement.contributions.service import Said
from engagement.programmes.queries import area_names
from engagement.sessions.errors import NotOpenToAsk
from engagement.sessions.papers import papers_of
from engagement.sessions.queries import SessionRow, agenda_of, questions_of
from engagement.sessions.questions import ask
from engagement.sessions.service import is_to_come
from engagement.web.help_now import help_now, remember_help
from engagement.web.kit import KitForm, TextareaField
from engagement.web.once import sent_once
from engagement.web.session_words import (
    SESSION_STATE_COLOUR,
    SESSION_STATE_TEXT,
    clock_time,
    paper_link,
    place_facts,
    when,
)
from engagement.web.visits import current_principal

SHOWN = _l("You were told that your question is shown with its answer, without your name.")


class AskForm(KitForm):
    """A question to a session."""

    question = TextareaField(
        _l("Your question"),
        missing=_l("Write your question"),
        hint=_l("It is shown here with its answer, without your name. Please name nobody else."),
        lines=4,
        count=True,
        max_length=1_000,
    )


def ask_form(row: SessionRow) -> AskForm | None:
    """The form, while questions can be sent; one that comes too late is shown again with why."""
    return AskForm() if is_to_come(row) or request.method == "POST" else None


def about_session(row: SessionRow, form: AskForm | None) -> dict[str, Any]:
    """What the page of a session shows, to its members as to everyone."""
    return {
        "row": row,
        "when": when(row),
        "places": place_facts(row),
        "agenda": agenda_of(row),
        "papers": papers_of(row.id),
        "paper_link": paper_link,
        "questions": questions_of(row.id, shown_only=True),
        "clock_time": clock_time,
        "form": form,
        "help_lines": help_now(),
        "state_text": SESSION_STATE_TEXT,
        "state_colour": SESSION_STATE_COLOUR,
    }


def question_sent(row: SessionRow, form: AskForm) -> bool:
    """Send what is in the form, as the resident or the browser that asks; whether all is done.

    Where it is not, the form says why.
    """
    said = Said(
        form.question.data,
        area_names(row.of.programme_id),
        may_quote=True,
        consent_wording=str(SHOWN),
        prompt=_("A question to: %(title)s", title=row.title),
    )
    principal = current_principal()
    resident = principal.id if principal and principal.kind is PrincipalKind.RESIDENT else None
    visitor = session.setdefault("visitor", new_token())
    try:
        made = ask(row, said, visitor, resident_id=resident, once=sent_once())
    except NotOpenToAsk:  # it began while the question was written
        form.refuse("question", _("The session has begun. Please ask your question there"))
        return False
    except SaidEnough:
        form.refuse("question", _("You have sent as many as one person may send here"))
        return False
    remember_help(made)
    flash(
        _(
            "Thank you. Your question is sent. It is shown here once nothing in it has to be read"
            " first."
        ),
        "success",
    )
    return True
