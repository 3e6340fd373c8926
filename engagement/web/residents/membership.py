"""One's membership of a standing panel: how often one is asked, about what, pausing, leaving."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.membership import service
from engagement.membership.errors import DayHasCome, NotAMember, UnknownMember
from engagement.membership.queries import OwnMembership, own_membership
from engagement.membership.rules import MemberState
from engagement.panels.queries import PanelRow, find_panel_to_join, questions_of
from engagement.panels.registered import own_registration
from engagement.panels.rules import PanelState
from engagement.programmes.rules import ActivityKind, Topic
from engagement.web.access import residents_only
from engagement.web.kit import Link
from engagement.web.member_forms import InterestsForm, OftenForm, PauseForm
from engagement.web.member_words import CONTACT_TEXT, interest_words, often_words
from engagement.web.panel_pages import answer_words, recruitment_label, steps_of
from engagement.web.residents.door import residents
from engagement.web.visits import require_principal
from engagement.web.words import TOPIC_TEXT

GONE = _l("You are not a member now. Come back first, then choose.")


@dataclass(frozen=True)
class Here:
    """A standing panel, and one's membership of it."""

    panel: PanelRow
    own: OwnMembership
    me: int


def _here(panel_id: str) -> Here:
    """The panel and one's membership; who has none is led to the panel, where they can join."""
    me = require_principal().id
    panel = find_panel_to_join(panel_id)
    if panel is None or panel.kind is not ActivityKind.COMMUNITY_PANEL:
        abort(404)
    own = own_membership(panel.id, me)
    if own is None:
        if not panel.published:
            abort(404)
        abort(redirect(url_for("residents.panel", panel_id=panel_id), 303))
    return Here(panel, own, me)


def _back(panel_id: str) -> Response:
    return redirect(url_for("residents.membership", panel_id=panel_id), 303)


def _page(template: str, here: Here, **values: Any) -> str:
    return render_template(
        template, panel=here.panel, label=recruitment_label(here.panel), own=here.own, **values
    )


def _change(endpoint: str, here: Here, hidden: Any) -> Link | None:
    """A link to change something, for who is a member or waits."""
    if here.own.state is MemberState.LEFT:
        return None
    return Link(_("Change"), url_for(endpoint, panel_id=here.panel.public_id), hidden=hidden)


@residents.get("/memberships/<panel_id>")
@residents_only
def membership(panel_id: str) -> str:
    """Where one stands with the panel, what one chose, and what one answered."""
    here = _here(panel_id)
    often, topics, way = _("How often"), _("What you care about"), _("How we contact you")
    chosen = [
        (
            often,
            often_words(here.own.most_a_month),
            _change("residents.membership_often", here, often),
        ),
        (
            way,
            CONTACT_TEXT[here.own.contact_by],
            Link(_("Change"), url_for("residents.contact"), hidden=way),
        ),
        (
            topics,
            ", ".join(str(TOPIC_TEXT[topic]) for topic in here.own.interests) or _("Anything"),
            _change("residents.membership_interests", here, topics),
        ),
    ]
    return _page(
        "residents/membership.html",
        here,
        chosen=chosen,
        answers=_answers(here),
        is_member=here.own.state is MemberState.MEMBER,
        waits=here.own.state is MemberState.WAITING,
    )


def _answers(here: Here) -> list[tuple[Any, ...]]:
    """What one answered at registering; to be changed while registration is open."""
    registered = own_registration(here.panel.id, here.me)
    answers = registered.answers if registered else {}
    steps = steps_of(questions_of(here.panel.id, named_places=False)) if answers else []
    rows: list[tuple[Any, ...]] = []
    for step in steps:
        words = answer_words(step, answers) or _("Not answered")
        if here.panel.state is PanelState.OPEN:
            href = url_for("residents.panel_question", panel_id=here.panel.public_id, key=step.key)
            rows.append((step.title, words, Link(_("Change"), href, hidden=step.title)))
        else:
            rows.append((step.title, words))
    return rows


@residents.route("/memberships/<panel_id>/often", methods=["GET", "POST"])
@residents_only
def membership_often(panel_id: str) -> str | Response:
    """Choose how often one may be asked."""
    here = _here(panel_id)
    form = OftenForm(data={"most_a_month": str(here.own.most_a_month)})
    if form.validate_on_submit():
        try:
            service.choose_how_often(panel_id, here.me, int(form.most_a_month.data))
        except (NotAMember, UnknownMember):
            flash(GONE)
        else:
            flash(_("Saved. We ask you no more often than that."), "success")
        return _back(panel_id)
    return _page("residents/membership_often.html", here, form=form)


@residents.route("/memberships/<panel_id>/interests", methods=["GET", "POST"])
@residents_only
def membership_interests(panel_id: str) -> str | Response:
    """Choose what one wants to be asked about."""
    here = _here(panel_id)
    form = InterestsForm(data={"topics": [topic.value for topic in here.own.interests]})
    words = interest_words()
    if form.validate_on_submit():
        topics = [Topic(value) for value in form.topics.data]
        try:
            service.choose_interests(panel_id, here.me, topics, form.shown(words))
        except (NotAMember, UnknownMember):
            flash(GONE)
        else:
            flash(_("We have saved what you care about."), "success")
        return _back(panel_id)
    return _page("residents/membership_interests.html", here, form=form, consent=words)


@residents.route("/memberships/<panel_id>/pause", methods=["GET", "POST"])
@residents_only
def pause_membership(panel_id: str) -> str | Response:
    """Not be asked before a day."""
    here = _here(panel_id)
    form = PauseForm()
    if form.validate_on_submit():
        until: date = form.until.data
        try:
            service.pause(panel_id, here.me, until)
        except DayHasCome:
            form.refuse("until", _("The day must be after today"))
        except (NotAMember, UnknownMember):
            flash(GONE)
            return _back(panel_id)
        else:
            flash(_("You have paused. Until then we ask you nothing."), "success")
            return _back(panel_id)
    return _page("residents/membership_pause.html", here, form=form)


@residents.post("/memberships/<panel_id>/leave")
@residents_only
def leave_membership(panel_id: str) -> Response:
    """Leave the panel, in one step."""
    here = _here(panel_id)
    try:
        service.leave(panel_id, here.me)
    except UnknownMember:
        return _back(panel_id)
    flash(_("You have left. We ask you nothing any more. You can come back."), "success")
    return _back(panel_id)


@residents.post("/memberships/<panel_id>/come-back")
@residents_only
def come_back_to_membership(panel_id: str) -> Response:
    """End a pause, or come back after leaving, in one step."""
    here = _here(panel_id)
    try:
        state = service.come_back(panel_id, here.me)
    except (NotAMember, UnknownMember):
        return redirect(url_for("residents.panel", panel_id=panel_id), 303)
    if state is MemberState.WAITING:
        flash(_("Welcome back. All places are taken now, so you wait for one."), "success")
    else:
        flash(_("Welcome back. We may ask you again."), "success")
    return _back(panel_id)


@residents.post("/memberships/<panel_id>/confirm")
@residents_only
def confirm_membership(panel_id: str) -> Response:
    """Say that one's answers are still right."""
    here = _here(panel_id)
    try:
        service.confirm_profile(panel_id, here.me)
    except (NotAMember, UnknownMember):
        flash(GONE)
    else:
        flash(_("Thank you. We keep your answers as they are."), "success")
    return _back(panel_id)
