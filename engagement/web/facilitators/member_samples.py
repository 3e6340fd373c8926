"""Holding lotteries among members: for part of them, for who leaves, for who gets a place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.membership import lotteries as service
from engagement.membership.errors import NoPopulation, NotThatMany
from engagement.membership.lotteries import SamplePlan, Strata
from engagement.membership.queries import tally_of
from engagement.membership.rules import LONGEST_TERM, MOST_FEATURES, LooksLike
from engagement.membership.service import set_term
from engagement.panels.queries import FeatureRow, PanelRow, features_of
from engagement.programmes.rules import Topic
from engagement.web.access import staff_only
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.members import own_pages_of, standing_or_404
from engagement.web.facilitators.panels import RECRUITERS, label_of, visible
from engagement.web.kit import (
    CheckboxesField,
    Choice,
    KitForm,
    RadiosField,
    SelectField,
    TextareaField,
    TextField,
    WholeNumberField,
)
from engagement.web.member_words import LOOKS_LIKE_TEXT
from engagement.web.words import TOPIC_TEXT

MOST = 10_000


class SeedForm(KitForm):
    """What decides by chance."""

    seed = TextField(
        _l("Seed"),
        missing=_l("Enter the seed"),
        hint=_l(
            "Something that nobody could choose, such as five dice thrown before witnesses:"
            " 4 2 6 1 3. The same seed draws the same people again."
        ),
        max_length=200,
        autocomplete="off",
        spellcheck=False,
    )


class SpreadForm(SeedForm):
    """How those who are drawn are spread."""

    features = CheckboxesField(
        _l("Spread them by (up to three, or none)"),
        hint=_l("Each answer, and each mix of answers, then has its share of those who are drawn."),
        choices=[],
    )
    looks_like = RadiosField(
        _l("Whom should they look like?"),
        missing=_l("Choose whom they should look like"),
        choices=[(kind.value, text) for kind, text in LOOKS_LIKE_TEXT.items()],
    )

    def offer(self, rows: Sequence[FeatureRow]) -> None:
        """Let these features be chosen."""
        self.features.choices = [Choice(row.feature.key, row.feature.title) for row in rows]

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for no more features than three."""
        valid = bool(super().validate(extra_validators))
        if not self.features.errors and len(self.features.data) > MOST_FEATURES:
            self.refuse("features", _("Choose three or fewer"))
            return False
        return valid

    def strata(self) -> Strata:
        """What was chosen."""
        return Strata(tuple(self.features.data), LooksLike(self.looks_like.data))


class SampleForm(SpreadForm):
    """A part of the members: what for, how many, how spread."""

    name = TextField(
        _l("Name"), missing=_l("Enter a name, such as “Focus group on waiting”"), max_length=150
    )
    purpose = TextareaField(
        _l("What for?"),
        missing=_l("Enter what these members are drawn for"),
        lines=3,
        max_length=1000,
    )
    size = WholeNumberField(
        _l("How many"), missing=_l("Enter how many members"), least=1, most=MOST
    )
    interest = SelectField(
        _l("Only members who care about (optional)"),
        prompt=_l("Any topic"),
        choices=list(TOPIC_TEXT.items()),
    )


class TermForm(KitForm):
    """How long a membership lasts."""

    months = WholeNumberField(
        _l("Months (leave empty if members stay as long as they like)"),
        least=1,
        most=LONGEST_TERM,
    )


class RotateForm(SeedForm):
    """How many leave of those whose term is over."""

    leave = WholeNumberField(
        _l("How many leave"), missing=_l("Enter how many leave"), least=1, most=MOST
    )


def _to(panel: PanelRow, lottery_id: str) -> Response:
    return redirect(
        url_for("facilitators.member_lottery", panel_id=panel.public_id, lottery_id=lottery_id),
        303,
    )


def _tried(form: KitForm, field: str, act: Callable[[], str], too_many: Any) -> str | None:
    """What a lottery is called that was held; ``None`` with the error where it cannot be."""
    try:
        return act()
    except NotThatMany as refused:
        form.refuse(field, too_many(refused.there))
    except NoPopulation:
        form.refuse(
            "looks_like",
            _(
                "The figures of the area are not known for all that you chose. Choose other"
                " features, or let them look like those they are drawn from"
            ),
        )
    return None


@facilitators.route("/standing-panels/<panel_id>/sample", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def draw_member_sample(panel_id: str) -> str | Response:
    """Draw part of the members, for a group or a survey."""
    panel = standing_or_404(panel_id)
    form = SampleForm(data={"looks_like": LooksLike.PEOPLE.value})
    form.offer(features_of(panel.id, named_places=False))
    if form.validate_on_submit():
        plan = SamplePlan(
            form.name.data,
            form.purpose.data,
            form.size.data,
            form.seed.data,
            form.strata(),
            Topic(form.interest.data) if form.interest.data else None,
        )
        made = _tried(
            form,
            "size",
            lambda: service.draw_sample(visible(), panel_id, plan),
            lambda there: _("There are %(there)d such members: enter no more", there=there),
        )
        if made is not None:
            return _to(panel, made)
    return render_template(
        "facilitators/member_sample.html", panel=panel, label=label_of(panel), form=form
    )


@facilitators.route("/standing-panels/<panel_id>/term", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def member_term(panel_id: str) -> str | Response:
    """How long a membership lasts; from here one leads to who leaves and who comes."""
    panel = standing_or_404(panel_id)
    form = TermForm(data={"months": service.term_of(panel.id)})
    if form.validate_on_submit():
        set_term(visible(), panel_id, form.months.data)
        flash(_("Saved."), "success")
        return redirect(url_for("facilitators.member_term", panel_id=panel_id), 303)
    return render_template(
        "facilitators/member_term.html",
        panel=panel,
        label=label_of(panel),
        form=form,
        tally=tally_of(panel),
    )


@facilitators.route("/standing-panels/<panel_id>/rotate", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def rotate_members(panel_id: str) -> str | Response:
    """Let members leave whose term is over, so that others get a turn."""
    panel = standing_or_404(panel_id)
    form = RotateForm()
    if form.validate_on_submit():
        made = _tried(
            form,
            "leave",
            lambda: service.rotate(
                visible(), panel_id, form.leave.data, form.seed.data, own_pages_of(panel)
            ),
            lambda _there: _("Nobody’s term is over now, so nobody has to leave"),
        )
        if made is not None:
            return _to(panel, made)
    return render_template(
        "facilitators/member_rotate.html",
        panel=panel,
        label=label_of(panel),
        form=form,
        due=len(service.due_of(panel.id).people),
    )


@facilitators.route("/standing-panels/<panel_id>/refresh", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def refresh_members(panel_id: str) -> str | Response:
    """Give the free places to some of those who wait."""
    panel = standing_or_404(panel_id)
    form = SpreadForm(data={"looks_like": LooksLike.PEOPLE.value})
    form.offer(features_of(panel.id, named_places=False))
    if form.validate_on_submit():
        made = _tried(
            form,
            "seed",
            lambda: service.refresh(
                visible(), panel_id, form.seed.data, form.strata(), own_pages_of(panel)
            ),
            lambda _there: _("No place is free, or nobody waits for one"),
        )
        if made is not None:
            return _to(panel, made)
    return render_template(
        "facilitators/member_refresh.html",
        panel=panel,
        label=label_of(panel),
        form=form,
        tally=tally_of(panel),
    )
