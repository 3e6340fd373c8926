"""How many letters it takes, from a panel's targets and what letters bring."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flask import render_template
from flask_babel import format_percent
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engagement.accounts.rules import Role
from engagement.methods.sortition.letters import Group, Need, letters_needed
from engagement.panels.queries import FeatureRow, PanelRow, batches_of, features_of
from engagement.panels.rules import BatchKind
from engagement.web.access import staff_only
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.invitations import panel_found
from engagement.web.kit import Column, KitForm, Table, TextField, WholeNumberField


class NeededForm(KitForm):
    """What is expected of letters."""

    response = TextField(
        _l("Of 100 letters, how many bring a registration?"),
        missing=_l("Enter how many of 100 letters bring a registration"),
        hint=_l("For example 3, or 2.5. Often it is 2 to 5."),
        inputmode="decimal",
        width=5,
        max_length=6,
    )
    per_seat = WholeNumberField(
        _l("How many registrations do you want for each seat?"),
        missing=_l("Enter how many registrations you want for each seat"),
        hint=_l("With 1, half of all mailings fall short. Ask for several."),
        least=1,
        most=100,
    )

    def rate(self) -> Fraction | None:
        """The rate of response, or nothing with an error at its field."""
        try:
            rate = Fraction(self.response.data.replace(",", ".")) / 100
        except (ValueError, ZeroDivisionError):
            rate = Fraction(0)
        if 0 < rate <= 1:
            return rate
        self.refuse("response", _("Write a number over 0 and up to 100, like 3 or 2.5"))
        return None


@facilitators.route("/panels/<panel_id>/letters-needed", methods=["GET", "POST"])
@staff_only(Role.FACILITATOR)
def needed(panel_id: str) -> str:
    """How many letters it takes, from the targets and what letters bring."""
    panel = panel_found(panel_id)
    features = features_of(panel.id)
    form = NeededForm(data={"response": _brought(panel), "per_seat": 3})
    needs: tuple[Need, ...] = ()
    if form.validate_on_submit() and (rate := form.rate()) is not None:
        needs = letters_needed(_groups(panel, features, rate), form.per_seat.data)
    return render_template(
        "facilitators/letters_needed.html",
        panel=panel,
        form=form,
        most=needs[0] if needs else None,
        table=_needs_table(needs) if needs else None,
        has_targets=any(feature.targets for feature in features),
        without=[
            feature.feature.title
            for feature in features
            if any(target.population is None for target in feature.targets)
        ],
    )


def _brought(panel: PanelRow) -> str:
    sent = [batch for batch in batches_of(panel.id) if batch.kind is BatchKind.LETTERS]
    letters = sum(batch.letters for batch in sent)
    registered = sum(batch.registered for batch in sent)
    return f"{100 * registered / letters:.1f}" if registered else "3"


def _groups(panel: PanelRow, features: Sequence[FeatureRow], rate: Fraction) -> list[Group]:
    """Everybody, and each value of a target of which it is known how many people have it."""
    groups = [Group(str(_("The whole panel")), panel.size, Fraction(1), rate)]
    for row in features:
        counts = [target.population or 0 for target in row.targets]
        if not row.targets or any(target.population is None for target in row.targets):
            continue
        for target, count in zip(row.targets, counts, strict=True):
            if count and target.least:
                name = f"{row.feature.title} {target.text}"
                groups.append(Group(name, target.least, Fraction(count, sum(counts)), rate))
    return groups


def _needs_table(needs: Sequence[Need]) -> Table:
    return Table(
        caption=_("What each group needs"),
        columns=[
            Column(_("Group")),
            Column(_("Share of the people"), numeric=True),
            Column(_("Registrations wanted"), numeric=True),
            Column(_("Letters to everybody"), numeric=True),
        ],
        rows=[
            [
                need.group.name,
                format_percent(float(need.group.share), "0.0%"),
                need.registrants,
                need.letters,
            ]
            for need in needs
        ],
        name="needs",
    )
