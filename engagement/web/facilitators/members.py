"""Members of a standing panel as staff see them: the list, one member, roles, the profile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.membership import service
from engagement.membership.errors import NotAMember, UnknownMember
from engagement.membership.queries import (
    Filters,
    MemberPage,
    MemberRow,
    ProfilePart,
    find_member,
    find_standing_panel,
    list_members,
    profile_of,
)
from engagement.membership.rules import MemberRole, MemberState
from engagement.messages.service import absolute_link
from engagement.panels.queries import PanelRow
from engagement.web.access import staff_only
from engagement.web.context import day, moment
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.panels import RECRUITERS, label_of, visible
from engagement.web.kit import (
    Column,
    GroupedBarChart,
    KitForm,
    Link,
    Page,
    RadiosField,
    SelectField,
    Series,
    Table,
    nhs,
    page_number,
)
from engagement.web.kit.charts import SUPPRESSED
from engagement.web.kit.numbers import shown_number
from engagement.web.member_words import (
    CONTACT_TEXT,
    LEFT_BY_TEXT,
    MEMBER_ROLE_TEXT,
    MEMBER_STATE_COLOUR,
    MEMBER_STATE_TEXT,
    chosen_words,
    hidden_words,
    often_words,
    paused_words,
)
from engagement.web.visits import current_partnership

PAGE_SIZE = 50
EVERYBODY = _l("All")


class FilterForm(KitForm):
    """Which members the list shows; asked by address, so without a token."""

    class Meta(KitForm.Meta):
        csrf = False

    state = SelectField(
        _l("How they stand"), prompt=EVERYBODY, choices=list(MEMBER_STATE_TEXT.items())
    )
    role = SelectField(_l("Role"), prompt=EVERYBODY, choices=list(MEMBER_ROLE_TEXT.items()))


class RoleForm(KitForm):
    """A role that somebody does not have yet."""

    role = RadiosField(_l("Give a role"), missing=_l("Choose a role"), choices=[])


def standing_or_404(panel_id: str) -> PanelRow:
    """The standing panel, where its reader may recruit it; otherwise there is no such page."""
    return find_standing_panel(visible(), panel_id) or abort(404)


def own_pages_of(panel: PanelRow) -> str:
    """The full address of a member's own page, for messages: the same for all of a panel."""
    slug = current_partnership().slug
    return absolute_link("residents.membership", slug=slug, panel_id=panel.public_id)


@facilitators.get("/standing-panels/<panel_id>/members")
@staff_only(*RECRUITERS)
def members(panel_id: str) -> str:
    """The members of a standing panel; the filters leave only some."""
    panel = standing_or_404(panel_id)
    form = FilterForm(request.args)
    filters = Filters()
    if form.validate():
        filters = Filters(
            state=MemberState(form.state.data) if form.state.data else None,
            role=MemberRole(form.role.data) if form.role.data else None,
        )
    return _list(panel, form, filters, page_number(request.args.get("page")))


@facilitators.post("/standing-panels/<panel_id>/members")
@staff_only(*RECRUITERS)
def search_members(panel_id: str) -> str | Response:
    """A search is posted: who somebody is has no place in an address."""
    panel = standing_or_404(panel_id)
    search = request.form.get("search", "").replace("\0", "").strip()[:40]
    if not search:
        return redirect(url_for("facilitators.members", panel_id=panel_id), 303)
    return _list(panel, FilterForm(formdata=None), Filters(search=search), 1)


def _list(panel: PanelRow, form: FilterForm, filters: Filters, number: int) -> str:
    rows, total = list_members(panel.id, filters, number, PAGE_SIZE)
    page = Page(rows, number, PAGE_SIZE, total)
    return render_template(
        "facilitators/members.html",
        panel=panel,
        label=label_of(panel),
        chosen=chosen_words(),
        form=form,
        page=page,
        table=_members_table(rows, panel),
        search=filters.search,
    )


def _members_table(rows: Sequence[MemberRow], panel: PanelRow) -> Table:
    return Table(
        caption=_("Members"),
        caption_hidden=True,
        name="members",
        columns=[
            Column(_("Reference")),
            Column(_("How they stand")),
            Column(_("Contact")),
            Column(_("Roles")),
            Column(_("Joined")),
        ],
        rows=[
            [
                Link(
                    one.reference,
                    url_for(
                        "facilitators.member", panel_id=panel.public_id, member_id=one.public_id
                    ),
                ),
                paused_words(one.paused_until)
                if one.paused_until
                else MEMBER_STATE_TEXT[one.state],
                f"{CONTACT_TEXT[one.contact_by]}, {often_words(one.most_a_month).lower()}",
                ", ".join(str(MEMBER_ROLE_TEXT[role]) for role in one.roles),
                day(one.joined_at),
            ]
            for one in rows
        ],
        empty=_("Nobody."),
    )


def _member_or_404(panel: PanelRow, member_id: str) -> MemberPage:
    return find_member(panel.id, member_id) or abort(404)


@facilitators.route("/standing-panels/<panel_id>/members/<member_id>", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def member(panel_id: str, member_id: str) -> str | Response:
    """One member: what they chose, when they were asked, their roles; the form gives one more."""
    panel = standing_or_404(panel_id)
    found = _member_or_404(panel, member_id)
    form = RoleForm()
    form.role.choices = [
        (role.value, text) for role, text in MEMBER_ROLE_TEXT.items() if role not in found.roles
    ]
    if form.validate_on_submit():
        try:
            service.give_role(visible(), panel_id, member_id, MemberRole(form.role.data))
        except (NotAMember, UnknownMember):
            flash(_("Only members have roles."))
        else:
            flash(_("The role is given."), "success")
        return _to_member(panel_id, member_id)
    return render_template(
        "facilitators/member.html",
        panel=panel,
        label=label_of(panel),
        member=found,
        form=form,
        is_member=found.state is MemberState.MEMBER,
        waits=found.state is MemberState.WAITING,
        state=nhs.tag(
            {"text": MEMBER_STATE_TEXT[found.state], "colour": MEMBER_STATE_COLOUR[found.state]}
        ),
        paused=paused_words(found.paused_until) if found.paused_until else None,
        often=often_words(found.most_a_month),
        contact_text=CONTACT_TEXT,
        left_by_text=LEFT_BY_TEXT,
        role_text=MEMBER_ROLE_TEXT,
        contacts=_contacts(found),
    )


def _contacts(found: MemberPage) -> Table:
    return Table(
        caption=_("What they were asked"),
        caption_hidden=True,
        name="contacts",
        columns=[Column(_("When")), Column(_("What")), Column(_("How"))],
        rows=[
            [moment(one.contacted_at), one.title, CONTACT_TEXT[one.contact_by]]
            for one in found.contacts
        ],
        empty=_("Nothing yet."),
    )


def _to_member(panel_id: str, member_id: str) -> Response:
    return redirect(url_for("facilitators.member", panel_id=panel_id, member_id=member_id), 303)


@facilitators.post("/standing-panels/<panel_id>/members/<member_id>/take-role")
@staff_only(*RECRUITERS)
def take_member_role(panel_id: str, member_id: str) -> Response:
    """Take a role from a member."""
    _member_or_404(standing_or_404(panel_id), member_id)
    role = next((one for one in MemberRole if one.value == request.form.get("role")), None)
    if role is not None:
        service.take_role(visible(), panel_id, member_id, role)
        flash(_("The role is taken."), "success")
    return _to_member(panel_id, member_id)


# Who they are, against the area


@facilitators.get("/standing-panels/<panel_id>/profile")
@staff_only(*RECRUITERS)
def member_profile(panel_id: str) -> str:
    """All features of the members against the figures of the area, on one page."""
    panel = standing_or_404(panel_id)
    parts = profile_of(panel.id)
    return render_template(
        "facilitators/member_profile.html",
        panel=panel,
        label=label_of(panel),
        chosen=chosen_words(),
        hidden=hidden_words(),
        total=parts[0].total if parts else None,
        parts=[(part, _profile_table(part), _profile_chart(part)) for part in parts],
    )


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.0f}%"


def _profile_table(part: ProfilePart) -> Table:
    rows: list[list[Any]] = [
        [
            line.text,
            SUPPRESSED if line.members is None else shown_number(line.members),
            SUPPRESSED if line.share is None and line.members is None else _percent(line.share),
            _("not known") if line.population is None else shown_number(line.population),
            _percent(line.population_share),
        ]
        for line in part.lines
    ]
    unstated = SUPPRESSED if part.unstated is None else shown_number(part.unstated)
    rows.append([_("Prefer not to say"), unstated, "", "", ""])
    return Table(
        caption=part.row.feature.title,
        caption_hidden=True,
        name=f"profile-{part.row.feature.key}",
        columns=[
            Column(_("Answer")),
            Column(_("Members, about"), numeric=True),
            Column(_("Share of the members"), numeric=True),
            Column(_("People in the area"), numeric=True),
            Column(_("Share of the area"), numeric=True),
        ],
        rows=rows,
    )


def _profile_chart(part: ProfilePart) -> GroupedBarChart | None:
    """The shares beside each other, where the figures of the area are known."""
    if any(line.population_share is None for line in part.lines):
        return None
    return GroupedBarChart(
        name=f"chart-{part.row.feature.key}",
        title=_("Share of the members, and of the people in the area"),
        description=_(
            "By the answers to “%(title)s”: which share of the members gave each, and which share"
            " of the people in the area has it.",
            title=part.row.feature.title,
        ),
        heading=_("Answer"),
        labels=[line.text for line in part.lines],
        series=[
            Series(
                _("Of the members"),
                [None if line.share is None else round(100 * line.share) for line in part.lines],
            ),
            Series(
                _("Of the people in the area"),
                [round(100 * (line.population_share or 0)) for line in part.lines],
            ),
        ],
        unit="%",
    )
