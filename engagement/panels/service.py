"""Use cases of panels: setting one up, and what it is to look like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import delete, func, select

from engagement.audit.service import record
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.panels.errors import (
    AlreadyInvited,
    DrawUnderWay,
    NoFigures,
    NotAPanel,
    PanelExists,
    PanelLacks,
    TargetsDoNotFit,
    UnknownFeature,
    UnknownPanel,
)
from engagement.panels.features import BUILT_IN, can_be_given
from engagement.panels.figures import Figures, counts_of_age, figures_for
from engagement.panels.models import Draw, Panel, PanelFeature, PanelTarget, Registration
from engagement.panels.queries import (
    PANEL_KINDS,
    FeatureRow,
    PanelRow,
    area_codes,
    find_panel,
)
from engagement.panels.rules import OWN, WAITING, PanelPlan, missing_parts, share_out
from engagement.programmes.models import Activity, ProgrammeConvenor
from engagement.programmes.service import programme_of

N_ = str  # marks a sentence for the catalogue of translations
Visible = frozenset[int] | None
OF_NO_AGE = N_(
    "Nobody of the ages that the panel is for can give this answer, so nobody could have these"
    " seats. Leave both numbers empty, or change the ages of the panel."
)


@transactional
def open_panel(visible: Visible, programme: str, activity: str, plan: PanelPlan) -> str:
    """Open the panel of an activity; returns its public id.

    Raises ``UnknownProgramme``, ``NotAPanel``, ``PanelExists`` or ``PanelLacks``.
    """
    found = programme_of(visible, programme)
    row = db.session.scalars(
        select(Activity).where(Activity.public_id == activity, Activity.programme_id == found.id)
    ).one_or_none()
    if row is None or row.kind not in PANEL_KINDS:
        raise NotAPanel(activity)
    if db.session.scalar(select(Panel.id).where(Panel.activity_id == row.id)):
        raise PanelExists(activity)
    _check_parts(plan, found.id)
    panel = Panel(activity_id=row.id, **asdict(plan))
    db.session.add(panel)
    db.session.flush()
    record("panel.opened", "panel", panel.public_id, facts={"recruitment": plan.recruitment})
    return panel.public_id


@transactional
def change_panel(visible: Visible, public_id: str, plan: PanelPlan) -> None:
    """Change how a panel is set up. Raises ``UnknownPanel``, ``PanelLacks``, ``AlreadyInvited``:
    once somebody has registered, its size and how its people come to it stay; or
    ``DrawUnderWay``: while a draw waits, nobody else can come to it.
    """
    panel = panel_to_change(visible, public_id)
    _check_parts(plan, programme_of_panel(panel))
    if _who_may_come(panel) != _who_may_come(plan):
        check_no_draw_waits(panel)
    fixed = (panel.recruitment, panel.size) != (plan.recruitment, plan.size)
    if fixed and has_registrations(panel.id):
        raise AlreadyInvited(public_id)
    changed = [name for name, value in asdict(plan).items() if getattr(panel, name) != value]
    for name in changed:
        setattr(panel, name, getattr(plan, name))
    record("panel.changed", "panel", public_id, facts={"changed": changed})


def panel_to_change(visible: Visible, public_id: str) -> Panel:
    """The panel, to change it. Raises ``UnknownPanel``."""
    if find_panel(visible, public_id) is None:
        raise UnknownPanel(public_id)
    return db.session.scalars(
        select(Panel).where(Panel.public_id == public_id).with_for_update()
    ).one()


def _who_may_come(plan: Panel | PanelPlan) -> tuple[Any, ...]:
    return plan.registration_closes_at, plan.least_age, plan.most_age, plan.eligibility


def check_no_draw_waits(panel: Panel) -> None:
    """Raise ``DrawUnderWay`` where a draw of the panel is under way: what it rests on stays."""
    waiting = select(Draw.id).where(Draw.panel_id == panel.id, Draw.state.in_(WAITING))
    if db.session.scalar(waiting.limit(1)) is not None:
        raise DrawUnderWay(panel.public_id)


def has_registrations(panel_id: int) -> bool:
    """Whether anybody has begun to register."""
    return bool(db.session.scalar(select(func.count()).where(Registration.panel_id == panel_id)))


def _check_parts(plan: PanelPlan, programme_id: int) -> None:
    convenors = db.session.scalar(
        select(func.count()).where(ProgrammeConvenor.programme_id == programme_id)
    )
    # A programme has always somebody who leads it: an organisation, or the partnership itself.
    if missing := missing_parts(plan.remit, True, convenors or 0):
        raise PanelLacks(missing)


def programme_of_panel(panel: Panel) -> int:
    """The key of the programme that a panel belongs to."""
    return db.session.scalars(
        select(Activity.programme_id).where(Activity.id == panel.activity_id)
    ).one()


# What it is to look like


@dataclass(frozen=True)
class OwnWording:
    """A feature of the panel's own: what is asked, why, and the choices as they are shown."""

    title: str
    why: str
    choices: tuple[str, ...]


@transactional
def add_feature(visible: Visible, public_id: str, key: str) -> None:
    """Balance the panel by a question that everybody knows, with targets from real figures.

    Without figures for its areas the feature has no targets until somebody enters them. Raises
    ``UnknownPanel``, ``UnknownFeature`` or ``AlreadyInvited``.
    """
    if key not in BUILT_IN:
        raise UnknownFeature(key)
    panel = _open_to_change(visible, public_id)
    _add(panel, key, None)
    figures = _imported(panel, key)
    if figures is not None:
        _set_from_figures(panel, key, figures, {}, "")
    record("panel.feature added", "panel", public_id, facts={"feature": key})


@transactional
def add_own_feature(visible: Visible, public_id: str, wording: OwnWording) -> str:
    """Balance the panel by a question of its own; returns its key. Raises as ``add_feature``."""
    panel = _open_to_change(visible, public_id)
    taken = db.session.scalars(
        select(PanelFeature.key).where(
            PanelFeature.panel_id == panel.id, PanelFeature.key.startswith(OWN)
        )
    )
    key = f"{OWN}{max((int(one.removeprefix(OWN)) for one in taken), default=0) + 1}"
    choices = {f"c{place}": text for place, text in enumerate(wording.choices, 1)}
    _add(panel, key, {"title": wording.title, "why": wording.why, "choices": choices})
    record("panel.feature added", "panel", public_id, facts={"feature": key})
    return key


@transactional
def remove_feature(visible: Visible, public_id: str, key: str) -> None:
    """Balance the panel by a feature no longer. Raises as ``add_feature``."""
    panel = _open_to_change(visible, public_id)
    db.session.delete(_feature(panel, key))
    record("panel.feature removed", "panel", public_id, facts={"feature": key})


@transactional
def rebuild_targets(
    visible: Visible, public_id: str, key: str, times: Mapping[str, Fraction], reason: str
) -> None:
    """Set a feature's targets from real figures again, some values with several times their share.

    Where none are imported, from the numbers that somebody entered with their source. ``reason``
    says in words why those are to have more, and is shown beside the targets. Raises
    ``UnknownPanel``, ``UnknownFeature``, ``NoFigures``, ``SharesTooGreat`` or ``DrawUnderWay``.
    """
    panel = panel_to_change(visible, public_id)
    check_no_draw_waits(panel)
    figures = _imported(panel, key) or _own_figures(panel, _feature(panel, key))
    if figures is None:
        raise NoFigures(key)
    _set_from_figures(panel, key, figures, times, reason)
    record("panel.targets built", "panel", public_id, facts={"feature": key})


def figures_of(panel: PanelRow, row: FeatureRow) -> Figures | None:
    """The figures that a feature's targets can be built from: imported ones, else the numbers that
    somebody entered for every value."""
    key = row.feature.key
    entered = [(target.value, target.population) for target in row.targets]
    return _imported(panel, key) or _entered(panel, key, entered, row.source, row.vintage)


def _imported(panel: Panel | PanelRow, key: str) -> Figures | None:
    return figures_for(key, area_codes(panel.id), panel.least_age, panel.most_age)


def _own_figures(panel: Panel, feature: PanelFeature) -> Figures | None:
    rows = db.session.execute(
        select(PanelTarget.value, PanelTarget.population)
        .where(PanelTarget.feature_id == feature.id)
        .order_by(PanelTarget.place)
    )
    entered = [(value, count) for value, count in rows]
    return _entered(panel, feature.key, entered, feature.source, feature.vintage)


def _entered(
    panel: Panel | PanelRow,
    key: str,
    counts: Sequence[tuple[str, int | None]],
    source: str,
    vintage: str,
) -> Figures | None:
    known = {value: count for value, count in counts if count is not None}
    left = counts_of_age(key, known, panel.least_age, panel.most_age)
    if len(known) < len(counts) or not any(left.values()):
        return None
    return Figures(left, source, vintage)


@dataclass(frozen=True)
class TargetPlan:
    """The target of one value, as somebody enters it."""

    value: str
    least: int
    most: int
    population: int | None = None


@transactional
def set_targets(
    visible: Visible,
    public_id: str,
    key: str,
    targets: Sequence[TargetPlan],
    source: str,
    note: str = "",
) -> None:
    """Set a feature's targets by hand, with the source of the figures.

    Raises ``UnknownPanel``, ``UnknownFeature``, ``TargetsDoNotFit`` or ``DrawUnderWay``.
    """
    panel = panel_to_change(visible, public_id)
    check_no_draw_waits(panel)
    feature = _feature(panel, key)
    for target in targets:
        if target.most and not can_be_given(key, target.value, panel.least_age, panel.most_age):
            raise TargetsDoNotFit(OF_NO_AGE, target.value)
    if any(target.least > target.most for target in targets):
        raise TargetsDoNotFit(N_("The least seats of a value cannot be more than its most."))
    if sum(target.most for target in targets) < panel.size:
        raise TargetsDoNotFit(N_("The most seats add up to fewer than the seats of the panel."))
    if sum(target.least for target in targets) > panel.size:
        raise TargetsDoNotFit(N_("The least seats add up to more than the seats of the panel."))
    feature.source, feature.vintage, feature.note = source.strip(), "", note.strip()
    _replace_targets(feature, targets)
    record("panel.targets set", "panel", public_id, facts={"feature": key})


def _open_to_change(visible: Visible, public_id: str) -> Panel:
    panel = panel_to_change(visible, public_id)
    if has_registrations(panel.id):
        raise AlreadyInvited(public_id)
    return panel


def _feature(panel: Panel, key: str) -> PanelFeature:
    feature = db.session.scalars(
        select(PanelFeature).where(PanelFeature.panel_id == panel.id, PanelFeature.key == key)
    ).one_or_none()
    if feature is None:
        raise UnknownFeature(key)
    return feature


def _add(panel: Panel, key: str, wording: dict[str, Any] | None) -> None:
    known = db.session.execute(
        select(PanelFeature.key, PanelFeature.place).where(PanelFeature.panel_id == panel.id)
    ).all()
    if key not in {row.key for row in known}:
        place = max((row.place for row in known), default=0) + 1
        db.session.add(PanelFeature(panel_id=panel.id, key=key, place=place, wording=wording))
        db.session.flush()


def _set_from_figures(
    panel: Panel, key: str, figures: Figures, times: Mapping[str, Fraction], reason: str
) -> None:
    feature = _feature(panel, key)
    feature.source, feature.vintage, feature.note = figures.source, figures.vintage, reason.strip()
    shares = share_out(figures.counts, panel.size, times=times)
    _replace_targets(
        feature,
        [
            TargetPlan(value, least, most, figures.counts[value])
            for value, (least, most) in shares.items()
        ],
    )


def _replace_targets(feature: PanelFeature, targets: Sequence[TargetPlan]) -> None:
    db.session.execute(delete(PanelTarget).where(PanelTarget.feature_id == feature.id))
    db.session.add_all(
        PanelTarget(feature_id=feature.id, place=place, **asdict(target))
        for place, target in enumerate(targets)
    )
