"""A panel's invitations: its batches, the lottery of addresses, codes handed out in person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import format_percent, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.accounts.rules import Role
from engagement.documents.sheets import NotATable
from engagement.methods.sortition.errors import Fault, SelectionRefused
from engagement.methods.sortition.letters import Stratum
from engagement.panels import first_stage, mailing
from engagement.panels.errors import (
    BatchMadeMeanwhile,
    CannotInvite,
    ListHasFaults,
    UnknownList,
)
from engagement.panels.first_stage import Lottery, Reading
from engagement.panels.invitations import MOST_LETTERS
from engagement.panels.queries import BatchRow, PanelRow, batches_of
from engagement.panels.queries import find_panel as find_visible_panel
from engagement.panels.rules import BatchKind
from engagement.web.access import staff_only
from engagement.web.context import day
from engagement.web.facilitators.door import facilitators
from engagement.web.kit import (
    CheckboxesField,
    Column,
    FileField,
    KitForm,
    Link,
    Table,
    TextareaField,
    TextField,
    WholeNumberField,
)
from engagement.web.visits import require_principal

FAULTS_SHOWN, STRATA_SHOWN = 200, 200
ONLY_LOOKING = "only looking, no dice yet"
BATCH_TEXT = {BatchKind.LETTERS: _l("Letters"), BatchKind.OUTREACH: _l("Handed out")}


class ListForm(KitForm):
    """A list of addresses."""

    file = FileField(
        _l("CSV file of addresses"),
        missing=_l("Choose a CSV file"),
        hint=_l("One row for each address, with headings in the first row."),
        accept=[".csv"],
    )


class LotteryForm(KitForm):
    """How the list is read, and what is drawn from it."""

    address = CheckboxesField(
        _l("Columns that are printed as the address"),
        missing=_l("Choose the columns that are printed as the address"),
        hint=_l("Each becomes a line. By these lines an address is known again in a later list."),
    )
    strata = CheckboxesField(
        _l("Columns to draw evenly over (optional)"),
        hint=_l("Each group of addresses gets its share of the letters."),
    )
    boosts = TextareaField(
        _l("More letters for some (optional)"),
        hint=_l("One a line: column=value:times. decile=1:3 triples the chance in decile 1."),
        lines=3,
        max_length=2000,
    )
    letters = WholeNumberField(
        _l("How many letters?"),
        missing=_l("Enter how many letters to send"),
        least=1,
        most=MOST_LETTERS,
    )
    communal = TextareaField(
        _l("Hostels, care homes and other shared addresses (optional)"),
        hint=_l(
            "One a line, such as a building’s name. People there are not taken for one household."
        ),
        lines=3,
        max_length=10_000,
    )
    seed = TextField(
        _l("Seed"),
        hint=_l(
            "Look first without one. Then roll dice in front of witnesses and type what they show,"
            " with the day and who saw it. It is published."
        ),
        max_length=200,
    )

    def reading(self) -> Reading:
        """What was chosen."""
        return Reading(
            tuple(self.address.data),
            tuple(self.strata.data),
            _lines(self.boosts.data),
            self.letters.data,
            self.seed.data or ONLY_LOOKING,
            _lines(self.communal.data),
        )


class HandOutForm(KitForm):
    """Codes to hand out."""

    count = WholeNumberField(
        _l("How many codes?"),
        missing=_l("Enter how many codes you need"),
        hint=_l("Each is for one person."),
        least=1,
        most=mailing.MOST_PRINTED,
    )
    where = TextField(
        _l("Where are they handed out?"),
        missing=_l("Enter where they are handed out"),
        hint=_l("Such as a night shelter, a food bank or a care home."),
        max_length=200,
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (line.strip() for line in text.splitlines())))


def visible() -> frozenset[int] | None:
    """The programmes whose panels one may invite people to."""
    return require_principal().programmes_with(Role.FACILITATOR)


def panel_found(panel_id: str) -> PanelRow:
    """The panel of the address."""
    return find_visible_panel(visible(), panel_id) or abort(404)


@facilitators.get("/panels/<panel_id>/invitations")
@staff_only(Role.FACILITATOR)
def invitations(panel_id: str) -> str:
    """What was sent, and what it brought."""
    panel = panel_found(panel_id)
    batches = batches_of(panel.id)
    return render_template(
        "facilitators/invitations.html",
        panel=panel,
        batches=batches_table(panel, batches),
        has_batches=bool(batches),
        problem=_problem(panel),
    )


def _problem(panel: PanelRow) -> str:
    try:
        mailing.check_inviting(panel)
    except CannotInvite as error:
        return str(_(str(error)))
    return ""


def batches_table(panel: PanelRow, batches: Sequence[BatchRow]) -> Table:
    """The batches of a panel, with what each brought."""
    return Table(
        caption=_("Batches"),
        columns=[
            Column(_("Batch")),
            Column(_("Kind")),
            Column(_("Letters or codes"), numeric=True),
            Column(_("Registered so far"), numeric=True),
            Column(_("For each 100"), numeric=True),
            Column(_("Sent")),
            Column(_("Reminded")),
        ],
        rows=[
            [
                Link(
                    _("Batch %(number)d", number=batch.number),
                    url_for(
                        "facilitators.batch", panel_id=panel.public_id, batch_id=batch.public_id
                    ),
                ),
                f"{BATCH_TEXT[batch.kind]}: {batch.where}"
                if batch.where
                else BATCH_TEXT[batch.kind],
                batch.letters,
                batch.registered,
                response_of(batch),
                day(batch.sent_at) if batch.sent_at else _("Not yet"),
                day(batch.reminded_at) if batch.reminded_at else "",
            ]
            for batch in batches
        ],
        empty=_("Nobody has been invited yet."),
    )


def response_of(batch: BatchRow) -> str:
    """Registrations for each 100 letters."""
    return f"{100 * batch.registered / batch.letters:.1f}" if batch.letters else ""


@facilitators.route("/panels/<panel_id>/addresses", methods=["GET", "POST"])
@staff_only(Role.FACILITATOR)
def put_addresses(panel_id: str) -> str | Response:
    """Choose a list of addresses; nobody is invited yet."""
    panel = panel_found(panel_id)
    form = ListForm()
    if form.validate_on_submit():
        upload = form.file.data
        try:
            key = first_stage.put_list(visible(), panel_id, upload.filename or "", upload.read())
        except NotATable as error:
            form.refuse("file", _(str(error)))
        except SelectionRefused:
            form.refuse("file", _("The first row is blank: write the headings of the columns here"))
        else:
            return redirect(url_for("facilitators.lottery", panel_id=panel_id, list_id=key), 303)
    return render_template(
        "facilitators/put_addresses.html", panel=panel, form=form, problem=_problem(panel)
    )


@facilitators.route("/panels/<panel_id>/lists/<list_id>", methods=["GET", "POST"])
@staff_only(Role.FACILITATOR)
def lottery(panel_id: str, list_id: str) -> str | Response:
    """Say how the list is read, look at what a lottery gives, and make the letters."""
    panel = panel_found(panel_id)
    try:
        with first_stage.waiting_list(panel_id, list_id) as source:
            name = source.name
            columns, proposed = first_stage.columns_of(source)
            form = LotteryForm(data={"address": proposed})
            form.address.choices = form.strata.choices = [(one, one) for one in columns]
            found: Lottery | None = None
            if form.validate_on_submit():
                if request.form.get("take") == "yes" and form.seed.data:
                    made = _make(panel, list_id, form.reading())
                    if made is not None:
                        return made
                found = first_stage.hold_lottery(panel.id, source, form.reading())
    except UnknownList:
        abort(404)
    return render_template(
        "facilitators/lottery.html",
        panel=panel,
        name=name,
        form=form,
        lottery=found,
        faults=_faults_table(found.faults) if found and found.faults else None,
        strata=strata_table(found.strata_columns, _shown(found.strata)) if found else None,
        more_strata=max(0, len(found.strata) - STRATA_SHOWN) if found else 0,
        problem=_problem(panel),
    )


def _make(panel: PanelRow, list_id: str, reading: Reading) -> Response | None:
    """Make the letters, or say why not and look again."""
    after = request.form.get("after", "")
    try:
        batch = first_stage.make_batch(
            visible(),
            panel.public_id,
            list_id,
            reading,
            int(after) if after.isascii() and after.isdigit() and len(after) < 9 else -1,
        )
    except BatchMadeMeanwhile:
        flash(
            _(
                "No letters were made: another batch was made in the meantime. Look again; its"
                " addresses are left out now."
            )
        )
        return None
    except CannotInvite as error:
        flash(_(str(error)))
        return None
    except ListHasFaults:
        return None  # they are shown
    flash(_("The letters are made. Take their codes now."), "success")
    return redirect(url_for("facilitators.batch", panel_id=panel.public_id, batch_id=batch), 303)


@dataclass(frozen=True)
class StratumLine:
    """A line of the table of strata: as it is reckoned, or as it was kept."""

    values: Sequence[str]
    addresses: int
    letters: int
    probability: float


def _shown(strata: Sequence[Stratum]) -> list[StratumLine]:
    return [
        StratumLine(one.values, one.addresses, one.letters, float(one.probability))
        for one in strata[:STRATA_SHOWN]
    ]


def strata_table(columns: Sequence[str], strata: Sequence[StratumLine]) -> Table:
    """Each group of addresses with its letters and its chance."""
    return Table(
        caption=_("Letters by group of addresses"),
        columns=[
            *(Column(name) for name in columns or [_("Addresses")]),
            Column(_("Addresses"), numeric=True),
            Column(_("Letters"), numeric=True),
            Column(_("Chance of an address"), numeric=True),
        ],
        rows=[
            [
                *(one.values or [_("All")]),
                one.addresses,
                one.letters,
                format_percent(one.probability, "0.00%"),
            ]
            for one in strata
        ],
        name="strata-table",
    )


def _faults_table(faults: Sequence[Fault]) -> Table:
    """All that is in the way of a lottery."""
    return Table(
        caption=_("What is wrong"),
        caption_hidden=True,
        columns=[
            Column(_("Row"), numeric=True),
            Column(_("Column")),
            Column(_("What is wrong, and what to do")),
        ],
        rows=[[fault.row or "", fault.column, _(fault.problem)] for fault in faults[:FAULTS_SHOWN]],
        name="faults",
        first_is_heading=False,
    )


@facilitators.route("/panels/<panel_id>/hand-out", methods=["GET", "POST"])
@staff_only(Role.FACILITATOR)
def hand_out(panel_id: str) -> str | Response:
    """Make codes to hand out in person, to people whom no letter reaches."""
    panel = panel_found(panel_id)
    form = HandOutForm()
    if form.validate_on_submit():
        try:
            batch = mailing.make_handed_out(visible(), panel_id, form.count.data, form.where.data)
        except CannotInvite as error:
            form.refuse("count", _(str(error)))
        else:
            flash(
                ngettext(
                    "%(num)d code is made. Take it now.",
                    "%(num)d codes are made. Take them now.",
                    form.count.data,
                ),
                "success",
            )
            return redirect(url_for("facilitators.batch", panel_id=panel_id, batch_id=batch), 303)
    return render_template("facilitators/hand_out.html", panel=panel, form=form)
