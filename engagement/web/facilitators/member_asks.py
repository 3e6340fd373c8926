"""Asking the members of a standing panel, and what came of the limits that each of them chose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import abort, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.membership.asking import Question, Reach, ask, reach_of
from engagement.membership.errors import NobodyToAsk
from engagement.membership.records import (
    AskRow,
    LotteryRow,
    ToReach,
    asks_of,
    find_ask,
    find_lottery,
    to_reach,
)
from engagement.membership.rules import LeftOut, LotteryKind
from engagement.panels.queries import PanelRow
from engagement.people.rules import ContactBy
from engagement.web.access import staff_only
from engagement.web.context import moment
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.members import own_pages_of, standing_or_404
from engagement.web.facilitators.panels import RECRUITERS, label_of, visible
from engagement.web.kit import Column, KitForm, Link, Table, TextareaField, TextField
from engagement.web.kit.numbers import shown_number
from engagement.web.member_words import CONTACT_TEXT, LEFT_OUT_TEXT


class AskForm(KitForm):
    """What members are asked."""

    title = TextField(
        _l("What is it about?"),
        missing=_l("Enter what it is about, in a line"),
        hint=_l("Members see it first, as the subject of their e-mail."),
        max_length=150,
    )
    words = TextareaField(
        _l("What do you want to say?"),
        missing=_l("Enter what you want to say to members"),
        hint=_l(
            "In plain words: what you ask, how long it takes, until when, and where to answer."
        ),
        lines=10,
        max_length=5000,
    )


@facilitators.route("/standing-panels/<panel_id>/ask", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def ask_members(panel_id: str) -> str | Response:
    """Ask all members who may be asked."""
    return _ask(standing_or_404(panel_id), None)


@facilitators.route(
    "/standing-panels/<panel_id>/member-lotteries/<lottery_id>/ask", methods=["GET", "POST"]
)
@staff_only(*RECRUITERS)
def ask_drawn(panel_id: str, lottery_id: str) -> str | Response:
    """Ask those of a part of the members who may be asked."""
    panel = standing_or_404(panel_id)
    lottery = find_lottery(panel.id, lottery_id)
    if lottery is None or lottery.kind is not LotteryKind.SAMPLE or lottery.drawn_at is None:
        abort(404)
    return _ask(panel, lottery)


def _ask(panel: PanelRow, lottery: LotteryRow | None) -> str | Response:
    form = AskForm()
    if form.validate_on_submit():
        question = Question(form.title.data, form.words.data)
        link = own_pages_of(panel)
        drawn = lottery.public_id if lottery else ""
        try:
            made = ask(visible(), panel.public_id, question, link, drawn)
        except NobodyToAsk:
            form.form_errors.append(_("Nobody may be asked now: the page says why."))
        else:
            flash(_("Asked. E-mails are on their way."), "success")
            address = url_for("facilitators.member_ask", panel_id=panel.public_id, ask_id=made)
            return redirect(address, 303)
    reach = reach_of(panel.id, lottery.id if lottery else None, g.now)
    return render_template(
        "facilitators/member_ask_form.html",
        panel=panel,
        label=label_of(panel),
        lottery=lottery,
        form=form,
        ways=_ways(reach),
        left_out=left_out_words(reach.left_out),
        asked=len(reach.people),
    )


def _ways(reach: Reach) -> list[str]:
    """How many are asked by which way, in words."""
    return [f"{CONTACT_TEXT[way]}: {shown_number(count)}" for way, count in reach.by_way.items()]


def left_out_words(counts: Mapping[LeftOut, int]) -> list[str]:
    """How many are left out, and why."""
    return [f"{LEFT_OUT_TEXT[reason]}: {shown_number(count)}" for reason, count in counts.items()]


@facilitators.get("/standing-panels/<panel_id>/asks")
@staff_only(*RECRUITERS)
def member_asks(panel_id: str) -> str:
    """What the members were asked, the newest first."""
    panel = standing_or_404(panel_id)
    return render_template(
        "facilitators/member_asks.html",
        panel=panel,
        label=label_of(panel),
        table=_asks_table(asks_of(panel.id), panel),
    )


def _asks_table(rows: Sequence[AskRow], panel: PanelRow) -> Table:
    return Table(
        caption=_("What members were asked"),
        caption_hidden=True,
        name="asks",
        columns=[
            Column(_("What")),
            Column(_("When")),
            Column(_("Of whom")),
            Column(_("Asked"), numeric=True),
            Column(_("Left out"), numeric=True),
        ],
        rows=[
            [
                Link(
                    one.title,
                    url_for(
                        "facilitators.member_ask", panel_id=panel.public_id, ask_id=one.public_id
                    ),
                ),
                moment(one.asked_at),
                one.lottery_name if one.lottery else _("All members"),
                one.asked,
                sum(one.left_out.values()),
            ]
            for one in rows
        ],
        empty=_("Nothing yet."),
    )


@facilitators.get("/standing-panels/<panel_id>/asks/<ask_id>")
@staff_only(*RECRUITERS)
def member_ask(panel_id: str, ask_id: str) -> str:
    """One thing that members were asked: how many, who was left out, whom to call and write to."""
    panel = standing_or_404(panel_id)
    found = find_ask(panel.id, ask_id) or abort(404)
    others = to_reach(found.id)
    return render_template(
        "facilitators/member_ask.html",
        panel=panel,
        label=label_of(panel),
        ask=found,
        by_email=found.asked - len(others),
        left_out=left_out_words(found.left_out),
        table=_reach_table(others),
    )


def _reach_table(rows: Sequence[ToReach]) -> Table:
    return Table(
        caption=_("Whom to call or write to"),
        caption_hidden=True,
        name="reach",
        columns=[
            Column(_("Reference")),
            Column(_("Name")),
            Column(_("How")),
            Column(_("Number or address")),
        ],
        rows=[
            [
                one.reference,
                one.name or _("No name given"),
                CONTACT_TEXT[one.contact_by],
                one.phone if one.contact_by is ContactBy.PHONE else one.address,
            ]
            for one in rows
        ],
        empty=_("Nobody: everybody who was asked gets an e-mail."),
    )
