"""The telephone: what an operator says, word for word, with the fields to fill in beside it."""

from __future__ import annotations

from flask import abort, redirect, render_template, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.contributions.errors import NotAgreed, NotOpen, TakenOtherwise
from engagement.contributions.rules import Channel
from engagement.contributions.taking_down import Written, take_down
from engagement.database.clock import day_of
from engagement.programmes.queries import ActivityRow, ProgrammeRow
from engagement.prompts.languages import ENGLISH
from engagement.prompts.queries import around
from engagement.web.access import staff_only
from engagement.web.data_cards import show_cards
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.quick_log import (
    RECORDERS,
    NoteForm,
    fill_areas,
    open_for_notes,
    otherwise_words,
    programme_or_404,
)
from engagement.web.help_now import help_now, remember_help
from engagement.web.kit import Choice, RadiosField
from engagement.web.visits import current_partnership, present, require_principal

SOURCE = _l("Telephone call")


class CallForm(NoteForm):
    """What somebody said on the telephone."""

    interpreted = RadiosField(
        _l("Did somebody interpret?"),
        choices=[Choice("no", _l("No")), Choice("yes", _l("Yes"))],
        default="no",
    )


def _found(public_id: str, activity_id: str) -> tuple[ProgrammeRow, ActivityRow]:
    programme = programme_or_404(public_id)
    found = [one for one in open_for_notes(programme) if one.public_id == activity_id]
    return programme, found[0] if found else abort(404)


def _form(programme: ProgrammeRow) -> CallForm:
    form = CallForm(
        data={"said_on": day_of(present()), "language": ENGLISH, "speaker": "resident"}
        | {"interpreted": "no"}
    )
    del form.activity, form.people
    fill_areas(form, programme)
    return form


@facilitators.get("/programmes/<public_id>/telephone")
@staff_only(*RECORDERS)
def telephone(public_id: str) -> str:
    """What callers can be asked about now."""
    programme = programme_or_404(public_id)
    return render_template(
        "facilitators/telephone.html", programme=programme, activities=open_for_notes(programme)
    )


@facilitators.route("/programmes/<public_id>/telephone/<activity_id>", methods=["GET", "POST"])
@staff_only(*RECORDERS)
def telephone_call(public_id: str, activity_id: str) -> str | Response:
    """The script of one call, and what the caller says."""
    programme, activity = _found(public_id, activity_id)
    form = _form(programme)
    cards = around([activity.id])[activity.id].cards
    if form.validate_on_submit() and (
        taken := _take(form, programme, activity, cards[0].id if cards else None)
    ):
        remember_help(taken[0])
        session["receipt"] = taken[1]
        return redirect(url_for("facilitators.telephone_receipt", public_id=public_id), 303)
    return render_template(
        "facilitators/telephone_call.html",
        programme=programme,
        activity=activity,
        form=form,
        cards=show_cards(cards),
        operator=require_principal().name,
        here=current_partnership(),
    )


def _take(
    form: CallForm, programme: ProgrammeRow, activity: ActivityRow, card: int | None
) -> tuple[str, str] | None:
    written = Written(
        Channel.PHONE,
        form.agreed.data == "yes",
        by=require_principal().public_id,
        interpreted=form.interpreted.data == "yes",
    )
    said = form.said(programme, source=str(SOURCE), card=card)
    try:
        return take_down(activity.public_id, said, written)
    except NotOpen:
        form.refuse("words", _("This has just closed. Tell the caller so, and copy these words"))
    except NotAgreed:
        form.refuse("agreed", _("Choose whether they agreed"))
    except TakenOtherwise as taken:
        form.refuse("words", otherwise_words(taken))
    return None


@facilitators.get("/programmes/<public_id>/telephone-receipt")
@staff_only(*RECORDERS)
def telephone_receipt(public_id: str) -> str | Response:
    """What to say at the end of a call: thanks, the reference, where help is, what comes next."""
    programme = programme_or_404(public_id)
    if "receipt" not in session:  # no call has ended in this browser
        return redirect(url_for("facilitators.telephone", public_id=public_id), 303)
    return render_template(
        "facilitators/telephone_receipt.html",
        programme=programme,
        receipt=session["receipt"],
        help_lines=help_now(),
        here=current_partnership(),
    )
