"""Staff accounts: inviting people, their roles, closing accounts."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.accounts import service
from engagement.accounts.errors import (
    EmailTaken,
    GuestsHoldRolesInProgrammes,
    UnknownStaff,
    WouldLockEveryoneOut,
)
from engagement.accounts.queries import GrantRow, StaffRow, find_staff, list_staff
from engagement.accounts.rules import PROGRAMME_ROLES, Role, StaffState
from engagement.messages.service import absolute_link
from engagement.partnerships.queries import list_organisations
from engagement.programmes.queries import programme_names
from engagement.web.access import staff_only
from engagement.web.admin.door import admin
from engagement.web.kit import (
    CheckboxesField,
    Choice,
    Column,
    EmailField,
    KitForm,
    Link,
    Page,
    SelectField,
    Table,
    TextField,
    nhs,
    page_number,
)
from engagement.web.visits import current_partnership, require_principal

PAGE_SIZE = 200

NOT_FOR_GUESTS = _l("Somebody of another organisation holds roles in single programmes only")

ROLE_TEXT = {
    Role.FACILITATOR: _l("Facilitator"),
    Role.OFFICER: _l("Officer"),
    Role.BOARD_MEMBER: _l("Board member (reads only)"),
    Role.PHONE_OPERATOR: _l("Phone operator"),
    Role.SAFEGUARDING_LEAD: _l("Safeguarding lead"),
    Role.AUDITOR: _l("Auditor of draws"),
    Role.ADMINISTRATOR: _l("Administrator"),
}
STATE_TEXT = {
    StaffState.INVITED: _l("Invited"),
    StaffState.ACTIVE: _l("Active"),
    StaffState.DISABLED: _l("Closed"),
}
STATE_COLOUR = {
    StaffState.INVITED: "yellow",
    StaffState.ACTIVE: "green",
    StaffState.DISABLED: "grey",
}
ROLE_HINT = {
    Role.FACILITATOR: _l("Works with residents: finds and adds them, gives them codes"),
    Role.OFFICER: _l("Opens programmes and changes them"),
    Role.BOARD_MEMBER: _l("Reads programmes and changes nothing"),
    Role.PHONE_OPERATOR: _l("Finds and adds residents who call, gives them codes"),
    Role.SAFEGUARDING_LEAD: _l("Looks into anything that may be about harm"),
    Role.AUDITOR: _l(
        "Checks draws in full, under an agreement: from outside the team that runs the panel"
    ),
    Role.ADMINISTRATOR: _l("Invites staff, and sees messages, background work and records"),
}


class InvitationForm(KitForm):
    """Whom to invite, as what."""

    name = TextField(_l("Name"), missing=_l("Enter their name"), autocomplete="off")
    email = EmailField(
        _l("E-mail address"), missing=_l("Enter their e-mail address"), autocomplete="off"
    )
    organisation = SelectField(
        _l("Works for"),
        hint=_l(
            "Somebody of another organisation can open programmes that it leads, and otherwise"
            " sees only the programmes that you give them a role in."
        ),
        prompt=_l("The partnership itself"),
    )
    roles = CheckboxesField(
        _l("Roles in the whole partnership"),
        hint=_l("Leave all empty to give a role in one programme only, later."),
        choices=[
            Choice(role.value, text, hint=ROLE_HINT[role]) for role, text in ROLE_TEXT.items()
        ],
    )


class GrantForm(KitForm):
    """A role to give."""

    role = SelectField(
        _l("Role"),
        missing=_l("Choose a role"),
        prompt=_l("Choose a role"),
        choices=[(role.value, text) for role, text in ROLE_TEXT.items()],
    )
    programme = SelectField(
        _l("Where"),
        hint=_l("An administrator’s role always holds in the whole partnership."),
        prompt=_l("In the whole partnership"),
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse a role in one programme that only makes sense in all."""
        valid = bool(super().validate(extra_validators))
        if valid and self.programme.data and Role(self.role.data) not in PROGRAMME_ROLES:
            self.refuse("programme", _("An administrator’s role holds in the whole partnership"))
            return False
        return valid


def invitation_link(token: str) -> str:
    """The address that an invitation's e-mail names."""
    return absolute_link("staff.invitation", slug=current_partnership().slug, token=token)


@admin.get("/staff")
@staff_only(Role.ADMINISTRATOR)
def staff() -> str:
    """Everybody who has an account."""
    number = page_number(request.args.get("page"))
    rows, total = list_staff(number, PAGE_SIZE)
    page = Page(rows, number, PAGE_SIZE, total)
    names = programme_names()
    table = Table(
        caption=_("Staff"),
        caption_hidden=True,
        columns=[Column(_("Name")), Column(_("E-mail")), Column(_("Roles")), Column(_("Account"))],
        rows=[
            [
                Link(row.name, url_for("admin.one_of_staff", public_id=row.public_id)),
                row.email,
                ", ".join(grant_text(grant, names) for grant in row.grants) or _("None"),
                nhs.tag({"text": STATE_TEXT[row.state], "colour": STATE_COLOUR[row.state]}),
            ]
            for row in rows
        ],
    )
    return render_template("admin/staff.html", page=page, table=table)


def grant_text(grant: GrantRow, names: dict[int, str]) -> str:
    """A role in words, with its programme."""
    text = str(ROLE_TEXT[grant.role])
    if grant.programme_id is None:
        return text
    return str(_("%(role)s in %(programme)s", role=text, programme=names[grant.programme_id]))


@admin.route("/staff/new", methods=["GET", "POST"])
@staff_only(Role.ADMINISTRATOR)
def invite() -> str | Response:
    """Invite somebody."""
    form = InvitationForm()
    form.organisation.choices = [(str(one.id), one.name) for one in list_organisations()]
    if form.validate_on_submit():
        roles = [(Role(role), None) for role in form.roles.data]
        works_for = int(form.organisation.data) if form.organisation.data else None
        try:
            made = service.invite_staff(
                form.email.data,
                form.name.data,
                roles,
                invitation_link,
                organisation_id=works_for,
            )
        except GuestsHoldRolesInProgrammes:
            form.refuse("roles", NOT_FOR_GUESTS)
        except EmailTaken:
            form.refuse("email", _("Somebody already has an account with this e-mail address"))
        else:
            flash(_("The invitation is on its way. Its link works once, for 7 days."), "success")
            return redirect(url_for("admin.one_of_staff", public_id=made.staff_public_id), 303)
    return render_template("admin/invite.html", form=form)


def _found(public_id: str) -> StaffRow:
    return find_staff(public_id) or abort(404)


@admin.route("/staff/<public_id>", methods=["GET", "POST"])
@staff_only(Role.ADMINISTRATOR)
def one_of_staff(public_id: str) -> str | Response:
    """One account; the form gives a role."""
    found = _found(public_id)
    names = programme_names()
    form = GrantForm()
    form.programme.choices = [(str(key), name) for key, name in names.items()]
    if form.validate_on_submit():
        programme_id = int(form.programme.data) if form.programme.data else None
        try:
            service.grant_role(public_id, Role(form.role.data), programme_id)
        except GuestsHoldRolesInProgrammes:
            form.refuse("programme", NOT_FOR_GUESTS)
        else:
            flash(_("The role has been given."), "success")
            return redirect(url_for("admin.one_of_staff", public_id=public_id), 303)
    return render_template(
        "admin/one_of_staff.html",
        staff=found,
        form=form,
        grants=[(grant, grant_text(grant, names)) for grant in found.grants],
        state_text=STATE_TEXT[found.state],
        state_colour=STATE_COLOUR[found.state],
        is_me=found.public_id == require_principal().public_id,
    )


def _back(public_id: str) -> Response:
    return redirect(url_for("admin.one_of_staff", public_id=public_id), 303)


@admin.post("/staff/<public_id>/withdraw-role")
@staff_only(Role.ADMINISTRATOR)
def withdraw_role(public_id: str) -> Response:
    """Take a role away."""
    held = {
        (grant.role.value, str(grant.programme_id or "")): grant
        for grant in _found(public_id).grants
    }
    grant = held.get((request.form.get("role", ""), request.form.get("programme", "")))
    if grant is None:
        abort(404)
    try:
        service.withdraw_role(public_id, grant.role, grant.programme_id)
        flash(_("The role has been taken away."), "success")
    except WouldLockEveryoneOut:
        flash(_("This is the only administrator. Give somebody else the role first."))
    return _back(public_id)


@admin.post("/staff/<public_id>/close")
@staff_only(Role.ADMINISTRATOR)
def close_account(public_id: str) -> Response:
    """Close an account: its holder is signed out everywhere at once."""
    try:
        service.disable_staff(public_id)
        flash(_("The account is closed, and its holder signed out everywhere."), "success")
    except WouldLockEveryoneOut:
        flash(_("This is the only administrator. Give somebody else the role first."))
    except UnknownStaff:
        abort(404)
    return _back(public_id)


@admin.post("/staff/<public_id>/open")
@staff_only(Role.ADMINISTRATOR)
def open_account(public_id: str) -> Response:
    """Open a closed account again."""
    try:
        service.enable_staff(public_id, invitation_link)
    except UnknownStaff:
        abort(404)
    flash(_("The account is open again."), "success")
    return _back(public_id)


@admin.post("/staff/<public_id>/invite-again")
@staff_only(Role.ADMINISTRATOR)
def invite_again(public_id: str) -> Response:
    """Send a new link to somebody who has not opened the account yet."""
    try:
        service.invite_again(public_id, invitation_link)
    except UnknownStaff:
        abort(404)
    flash(_("A new invitation is on its way; the old link no longer works."), "success")
    return _back(public_id)


@admin.post("/staff/<public_id>/remove-second-factor")
@staff_only(Role.ADMINISTRATOR)
def remove_second_factor(public_id: str) -> Response:
    """For somebody who lost the app and the recovery codes."""
    if public_id == require_principal().public_id:
        abort(404)
    try:
        service.remove_second_factor(public_id, invitation_link)
    except UnknownStaff:
        abort(404)
    flash(_("They have been signed out, and get a link to open the account anew."), "success")
    return _back(public_id)
