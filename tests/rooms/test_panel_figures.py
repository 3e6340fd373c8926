"""Figures and targets of a panel that is not for all ages: nobody's band is filled, and it is said
whom the numbers count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from engagement.panels import service
from engagement.panels.errors import NoFigures, TargetsDoNotFit
from engagement.panels.features import BUILT_IN, can_be_given, feature_of, is_cut
from engagement.panels.figures import figures_for
from engagement.panels.queries import FeatureRow, features_of, find_panel
from engagement.panels.rules import PanelPlan
from engagement.panels.service import TargetPlan
from engagement.people.questions import AGE
from engagement.places.rules import ReferenceKind as K
from engagement.programmes import service as programmes
from tests.factories import Partnership, Programme, World
from tests.factories.panels import PLAN, panel_of
from tests.factories.places import import_text, reference_data

AREA = "E06000001"
BANDS = ("16_24", "25_34", "35_49", "50_64", "65_plus")
ADULTS = replace(PLAN, least_age=18)
ALL = "people of all ages"


@pytest.fixture
def north(world: World) -> Iterator[Partnership]:
    """Inside the northern partnership, with figures for a council."""
    with world.north.inside():
        reference_data()
        heads = ",".join(f"age_{band}" for band in ("0_15", *BANDS))
        areas = "\n".join(f"E0100000{n},300,100,200,300,200,200" for n in range(1, 5))
        import_text(K.CENSUS_AGE, f"lsoa21_code,{heads}\n{areas}\n")
        import_text(K.CENSUS_SEX, f"ltla21_code,female,male\n{AREA},510,490\n")
        tenures = (
            "owned_outright,owned_mortgage,shared_ownership,social_rented,private_rented,rent_free"
        )
        import_text(K.CENSUS_TENURE, f"ltla21_code,{tenures}\n{AREA},50,20,1,20,8,1\n")
        yield world.north


@pytest.fixture
def programme(north: Partnership) -> Programme:
    """A programme about the council."""
    made = north.programme("Waiting well")
    programmes.set_places(None, made.public_id, [AREA], [])
    return made


def row_of(panel: str, key: str) -> FeatureRow:
    found = find_panel(None, panel)
    assert found is not None
    return next(row for row in features_of(found.id) if row.feature.key == key)


def limited(programme: Programme, plan: PanelPlan) -> str:
    """A panel whose ages are settled after its targets, which demand every band."""
    panel = panel_of(programme)
    service.change_panel(None, panel, plan)
    return panel


def built(programme: Programme, plan: PanelPlan, key: str) -> FeatureRow:
    """The targets of a new panel, built from figures."""
    panel = limited(programme, plan)
    service.add_feature(None, panel, key)
    service.rebuild_targets(None, panel, key, {}, "")
    return row_of(panel, key)


@pytest.mark.parametrize(
    ("least", "most", "bands"),
    [
        (None, None, ("16-24", "25-34", "35-49", "50-64", "65-plus")),
        (18, None, ("16-24", "25-34", "35-49", "50-64", "65-plus")),
        (25, None, ("25-34", "35-49", "50-64", "65-plus")),
        (None, 34, ("16-24", "25-34")),
        (16, 24, ("16-24",)),
        (70, None, ("65-plus",)),
    ],
)
def test_bands_of_nobody_who_may_join_have_no_targets(
    programme: Programme, least: int | None, most: int | None, bands: tuple[str, ...]
) -> None:
    row = built(programme, replace(PLAN, least_age=least, most_age=most), "age")
    assert tuple(target.value for target in row.targets) == bands
    assert sum(target.least for target in row.targets) <= PLAN.size
    assert sum(target.most for target in row.targets) >= PLAN.size


def test_a_band_that_the_limits_cut_stays_whole_and_its_source_says_so(
    programme: Programme,
) -> None:
    row = built(programme, replace(ADULTS, most_age=70), "age")
    populations = {target.value: target.population for target in row.targets}
    assert populations["16-24"] == 300, "nothing is split by guesswork"
    assert "everybody aged 16 to 24 is counted, those too whom the panel is not for" in row.source
    assert "everybody aged 65 and over is counted" in row.source
    assert "25 to 34" not in row.source
    assert "counted" not in built(programme, replace(PLAN, least_age=16), "age").source


@pytest.mark.parametrize(
    ("key", "words"),
    [("sex", ALL), ("deprivation", ALL), ("tenure", "households, with people of all ages")],
)
@pytest.mark.parametrize("limits", [{"least_age": 16}, {"most_age": 24}])
def test_the_source_says_where_counts_are_of_people_of_all_ages(
    programme: Programme, key: str, words: str, limits: dict[str, int]
) -> None:
    assert built(programme, replace(PLAN, **limits), key).source.endswith(f"; {words}")  # type: ignore[arg-type]
    assert ALL not in built(programme, PLAN, key).source


def test_figures_of_no_band_at_all_are_none(programme: Programme) -> None:
    assert figures_for("age", [AREA], None, 15) is None
    panel = limited(programme, replace(PLAN, most_age=15))
    with pytest.raises(NoFigures):
        service.rebuild_targets(None, panel, "age", {}, "")


def test_what_somebody_entered_is_built_from_without_bands_of_nobody(
    world: World,
) -> None:
    with world.north.inside():
        panel = limited(world.north.programme("Without figures"), replace(PLAN, least_age=25))
        service.rebuild_targets(None, panel, "age", {}, "")
        row = row_of(panel, "age")
        assert [t.value for t in row.targets] == ["25-34", "35-49", "50-64", "65-plus"]
        assert row.source == "Census 2021"


def test_a_target_that_no_allowed_answer_can_fill_is_refused(programme: Programme) -> None:
    panel = limited(programme, replace(PLAN, least_age=16, most_age=49))
    for value in ("50-64", "65-plus", "under-16"):
        plans = [TargetPlan("25-34", 0, 4), TargetPlan(value, 0, 1)]
        with pytest.raises(TargetsDoNotFit, match="Nobody of the ages that the panel") as refused:
            service.set_targets(None, panel, "age", plans, "by hand")
        assert refused.value.value == value
    plans = [TargetPlan("25-34", 0, 4), TargetPlan("65-plus", 0, 0)]
    service.set_targets(None, panel, "age", plans, "by hand")
    assert [t.value for t in row_of(panel, "age").targets] == ["25-34", "65-plus"]


def test_limits_tell_only_ages_apart() -> None:
    for key in BUILT_IN:
        if key != AGE.key:
            feature = feature_of(key, None, {"E06000001": "Riverbank"})
            assert all(can_be_given(key, value, 30, 40) for value in feature.choices)
    assert [
        choice.value for choice in AGE.choices if can_be_given("age", choice.value, 30, 40)
    ] == [
        "25-34",
        "35-49",
    ]
    assert is_cut("25-34", 30, None)
    assert is_cut("35-49", None, 40)
    assert is_cut("65-plus", None, 90)
    assert not is_cut("65-plus", 65, None)
    assert not is_cut("25-34", 25, 34)
