"""Doing for members who call what they can do on their own pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engagement.membership import service
from engagement.membership.errors import DayHasCome, NotAMember, UnknownMember
from engagement.membership.queries import MemberPage, find_member, own_membership
from engagement.panels.queries import PanelRow
from engagement.people.rules import GivenHow
from engagement.programmes.rules import Topic
from engagement.web.access import staff_only
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.members import standing_or_404
from engagement.web.facilitators.panels import RECRUITERS, label_of
from engagement.web.member_forms import InterestsForm, OftenForm, PauseForm
from engagement.web.member_words import interest_words


class ChoicesForm(OftenForm, InterestsForm):
    """How often, and about what: both on one page, to be read out."""


def _member(panel: PanelRow, member_id: str) -> MemberPage:
    return find_member(panel.id, member_id) or abort(404)


def _done(panel: PanelRow, member: MemberPage, act: Callable[[], object]) -> Response:
    """Do it, say so, and go back to the member."""
    try:
        act()
    except (NotAMember, UnknownMember):
        flash(_("They are not a member now, so that cannot be done. They come back first."))
    else:
        flash(_("Noted."), "success")
    return redirect(
        url_for("facilitators.member", panel_id=panel.public_id, member_id=member.public_id),
        303,
    )


@facilitators.route(
    "/standing-panels/<panel_id>/members/<member_id>/choices", methods=["GET", "POST"]
)
@staff_only(*RECRUITERS)
def member_choices(panel_id: str, member_id: str) -> str | Response:
    """How often a member who calls may be asked, and about what."""
    panel = standing_or_404(panel_id)
    found = _member(panel, member_id)
    own = own_membership(panel.id, found.resident_id)
    known = own.interests if own else ()
    form = ChoicesForm(
        data={"most_a_month": str(found.most_a_month), "topics": [one.value for one in known]}
    )
    words = interest_words()
    if form.validate_on_submit():
        topics = [Topic(value) for value in form.topics.data]

        def keep() -> None:
            who = (panel_id, found.resident_id)
            service.choose_how_often(*who, int(form.most_a_month.data))
            if set(topics) != set(known):
                service.choose_interests(*who, topics, form.shown(words), GivenHow.PHONE)

        return _done(panel, found, keep)
    return _page("facilitators/member_choices.html", panel, found, form, consent=words)


@facilitators.route(
    "/standing-panels/<panel_id>/members/<member_id>/pause", methods=["GET", "POST"]
)
@staff_only(*RECRUITERS)
def pause_member(panel_id: str, member_id: str) -> str | Response:
    """Let a member pause who calls."""
    panel = standing_or_404(panel_id)
    found = _member(panel, member_id)
    form = PauseForm()
    if form.validate_on_submit():
        try:
            return _done(
                panel,
                found,
                lambda: service.pause(panel_id, found.resident_id, form.until.data),
            )
        except DayHasCome:
            form.refuse("until", _("The day must be after today"))
    return _page("facilitators/member_pause.html", panel, found, form)


def _page(
    template: str, panel: PanelRow, found: MemberPage, form: OftenForm | PauseForm, **values: Any
) -> str:
    return render_template(
        template, panel=panel, label=label_of(panel), member=found, form=form, **values
    )


@facilitators.post("/standing-panels/<panel_id>/members/<member_id>/leave")
@staff_only(*RECRUITERS)
def leave_for_member(panel_id: str, member_id: str) -> Response:
    """Let a member leave who calls."""
    panel = standing_or_404(panel_id)
    found = _member(panel, member_id)
    return _done(panel, found, lambda: service.leave(panel_id, found.resident_id))


@facilitators.post("/standing-panels/<panel_id>/members/<member_id>/come-back")
@staff_only(*RECRUITERS)
def come_back_for_member(panel_id: str, member_id: str) -> Response:
    """End the pause of a member who calls, or let them come back."""
    panel = standing_or_404(panel_id)
    found = _member(panel, member_id)
    return _done(panel, found, lambda: service.come_back(panel_id, found.resident_id))
