"""Announcing lotteries among members: for part of them, for who leaves, for who gets a place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.membership import lotteries as service
from engagement.membership.drawing import due_of, term_of
from engagement.membership.errors import (
    LotteryUnderWay,
    NoPopulation,
    NotThatMany,
    SourceUsed,
)
from engagement.membership.lotteries import LotteryPlan, Strata
from engagement.membership.queries import tally_of
from engagement.membership.rules import LONGEST_TERM, MOST_FEATURES, LooksLike, LotteryKind
from engagement.membership.service import set_term
from engagement.panels.queries import FeatureRow, PanelRow, features_of
from engagement.programmes.rules import Topic
from engagement.web.access import staff_only
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.draws import PrepareForm
from engagement.web.facilitators.members import standing_or_404
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


class SpreadForm(PrepareForm):
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


class RotateForm(PrepareForm):
    """How many leave of those whose term is over."""

    leave = WholeNumberField(
        _l("How many leave"), missing=_l("Enter how many leave"), least=1, most=MOST
    )


def to_lottery(panel: PanelRow, lottery_id: str) -> Response:
    """Go to the page of a lottery."""
    return redirect(
        url_for("facilitators.member_lottery", panel_id=panel.public_id, lottery_id=lottery_id),
        303,
    )


def _announced(
    panel: PanelRow,
    form: PrepareForm,
    field: str,
    plan: LotteryPlan,
    too_many: Callable[[int], str],
) -> Response | None:
    """Where a lottery leads that is announced; ``None`` with the error where it cannot be."""
    try:
        made = service.announce(visible(), panel.public_id, plan)
    except LotteryUnderWay as other:
        flash(_("One of its kind waits for its seed: here it is. Draw it or give it up first."))
        return to_lottery(panel, other.public_id)
    except SourceUsed as refused:
        form.refuse(
            "seed_source",
            _(
                "Lottery %(number)d of this panel named it already, so its seed may be known. Name"
                " another",
                number=refused.number,
            ),
        )
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
    else:
        flash(_("Announced. Nothing about it can be changed now: wait for the seed."), "success")
        return to_lottery(panel, made)
    return None


@facilitators.route("/standing-panels/<panel_id>/sample", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def draw_member_sample(panel_id: str) -> str | Response:
    """Announce a lottery for part of the members, for a group or a survey."""
    panel = standing_or_404(panel_id)
    form = SampleForm(data={"looks_like": LooksLike.PEOPLE.value})
    form.offer(features_of(panel.id, named_places=False))
    if form.validate_on_submit():
        interest = Topic(form.interest.data) if form.interest.data else None
        plan = LotteryPlan(
            LotteryKind.SAMPLE,
            form.seed_source.data,
            form.seed_due.data,
            form.size.data,
            form.strata(),
            form.name.data,
            form.purpose.data,
            interest,
        )

        def too_many(there: int) -> str:
            if interest:
                return str(_("Fewer members care about this: enter a smaller number"))
            return str(_("There are %(there)d such members: enter no more", there=there))

        done = _announced(panel, form, "size", plan, too_many)
        if done is not None:
            return done
    return render_template(
        "facilitators/member_sample.html", panel=panel, label=label_of(panel), form=form
    )


@facilitators.route("/standing-panels/<panel_id>/term", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def member_term(panel_id: str) -> str | Response:
    """How long a membership lasts; from here one leads to who leaves and who comes."""
    panel = standing_or_404(panel_id)
    form = TermForm(data={"months": term_of(panel.id)})
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
    """Announce which members leave whose term is over, so that others get a turn."""
    panel = standing_or_404(panel_id)
    form = RotateForm()
    if form.validate_on_submit():
        source = (form.seed_source.data, form.seed_due.data)
        plan = LotteryPlan(LotteryKind.ROTATION, *source, form.leave.data)
        words = str(_("Nobody’s term is over now, so nobody has to leave"))
        done = _announced(panel, form, "leave", plan, lambda _there: words)
        if done is not None:
            return done
    return render_template(
        "facilitators/member_rotate.html",
        panel=panel,
        label=label_of(panel),
        form=form,
        due=len(due_of(panel.id).people),
    )


@facilitators.route("/standing-panels/<panel_id>/refresh", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def refresh_members(panel_id: str) -> str | Response:
    """Announce that those who wait draw for the free places."""
    panel = standing_or_404(panel_id)
    form = SpreadForm(data={"looks_like": LooksLike.PEOPLE.value})
    form.offer(features_of(panel.id, named_places=False))
    if form.validate_on_submit():
        source = (form.seed_source.data, form.seed_due.data)
        plan = LotteryPlan(LotteryKind.REFRESH, *source, strata=form.strata())
        words = str(_("No place is free, or nobody waits for one"))
        done = _announced(panel, form, "features", plan, lambda _there: words)
        if done is not None:
            return done
    return render_template(
        "facilitators/member_refresh.html",
        panel=panel,
        label=label_of(panel),
        form=form,
        tally=tally_of(panel),
    )
