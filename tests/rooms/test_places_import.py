"""Importing reference data: whole or not at all, in place of the earlier file, with its source."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from flask import Flask

from engagement.places.errors import FileNeeded, FileRefused
from engagement.places.indicators import indicator_values
from engagement.places.queries import (
    census_counts,
    find_place,
    has_postcodes,
    national_icbs,
    parents_of,
    places_of,
    provenance,
    reference_sets,
    small_areas_in,
)
from engagement.places.reading import STEPS
from engagement.places.rules import PlaceKind, ReferenceKind
from engagement.places.service import Told, import_reference
from tests.factories.places import FILES, import_text, reference_data

WARDS = FILES[ReferenceKind.WARDS]


def test_where_a_file_comes_from_is_kept_beside_it(in_app: Flask) -> None:
    done = import_text(ReferenceKind.WARDS, WARDS, name="WD24_LAD24_UK_LU.csv")
    row = provenance(ReferenceKind.WARDS)
    assert row is not None
    assert done.sha256 == row.sha256 == hashlib.sha256(WARDS.encode()).hexdigest()
    assert (row.file_name, row.row_count, row.vintage) == ("WD24_LAD24_UK_LU.csv", 3, "2024")
    assert row.publisher == "Office for National Statistics"
    assert row.licence == "Open Government Licence v3.0"
    assert row.attribution.startswith("Source: Office for National Statistics")
    assert row.partial
    assert provenance(ReferenceKind.POSTCODES) is None


def test_who_knows_better_says_so(in_app: Flask) -> None:
    told = Told("Our wards", "The county", "May 2025", "CC BY 4.0", "Source: the county")
    import_text(ReferenceKind.WARDS, WARDS, told=told)
    (row,) = reference_sets()
    assert (row.title, row.publisher, row.vintage) == ("Our wards", "The county", "May 2025")
    assert (row.licence, row.attribution) == ("CC BY 4.0", "Source: the county")


def test_imports_of_one_kind_at_once_take_each_others_place(
    app: Flask, at_once: Callable[..., list[BaseException]]
) -> None:
    other = "ward25_code,ward25_name,ltla25_code\nE05000001,Mill,E06000001\n"
    again = [partial(import_text, ReferenceKind.WARDS, text) for text in (WARDS, other, WARDS)]
    assert at_once(*again) == []
    with app.app_context():
        (kept,) = reference_sets()
        assert len(places_of(PlaceKind.WARD)) == kept.row_count


def test_a_kind_imported_again_takes_the_place_of_the_earlier_one(in_app: Flask) -> None:
    import_text(ReferenceKind.WARDS, WARDS)
    import_text(
        ReferenceKind.WARDS, "ward25_code,ward25_name,ltla25_code\nE05000009,New,E06000001\n"
    )
    assert [row.code for row in places_of(PlaceKind.WARD)] == ["E05000009"]
    assert [row.vintage for row in reference_sets()] == ["2025"]


def test_indicators_of_two_titles_stand_side_by_side(in_app: Flask) -> None:
    text = FILES[ReferenceKind.INDICATORS]
    import_text(ReferenceKind.INDICATORS, text)
    import_text(ReferenceKind.INDICATORS, text.replace("81.5", "70"), told=Told("Ours"))
    import_text(ReferenceKind.INDICATORS, text.replace("81.5", "71"), told=Told("Ours"))
    assert [(row.source.title, row.value) for row in indicator_values("E06000001")] == [
        ("Ours", 71.0),
        ("Subnational indicators", 81.5),
    ]


def test_a_file_with_a_fault_changes_nothing(in_app: Flask) -> None:
    import_text(ReferenceKind.WARDS, WARDS)
    before = provenance(ReferenceKind.WARDS)
    with pytest.raises(FileRefused):
        import_text(ReferenceKind.WARDS, WARDS + "E05000004,Last,nowhere\n")
    assert provenance(ReferenceKind.WARDS) == before
    assert len(places_of(PlaceKind.WARD)) == 3


def test_what_fails_while_it_is_stored_leaves_the_earlier_file(
    in_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_text(ReferenceKind.WARDS, WARDS)
    before = reference_sets()

    def fail(*anything: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("engagement.places.service._insert", fail)
    with pytest.raises(OSError, match="disk full"):
        import_text(ReferenceKind.WARDS, WARDS.replace("Quay", "Harbour"))
    assert reference_sets() == before
    assert {row.name for row in places_of(PlaceKind.WARD)} == {"Mill", "Quay", "Fell"}


def test_a_mark_at_the_start_windows_line_ends_blank_lines_and_notes_do_no_harm(
    in_app: Flask,
) -> None:
    text = (
        "\ufeffWards of May 2024,,\r\n\r\n WARD24_CODE ,ward24_name,LTLA24_Code,\r\n"
        "E05000001,Mill,E06000001\r\n\r\nE05000002,“Quay”,E06000001,,\r\n,,\r\n"
        "Source: Office for National Statistics,,\r\n"
    )
    assert import_text(ReferenceKind.WARDS, text).rows == 2
    assert [row.name for row in places_of(PlaceKind.WARD)] == ["Mill", "“Quay”"]


def test_what_lies_elsewhere_in_the_kingdom_is_left_out_and_counted(in_app: Flask) -> None:
    text = WARDS + "W05000001,Bay,W06000001\nS13000001,Loch,S12000001\nN08000001,Lough,N09000001\n"
    done = import_text(ReferenceKind.WARDS, text)
    assert (done.rows, done.left_out) == (3, {"not in England": 3})


def test_a_lookup_that_tells_a_place_many_times_tells_it_once(in_app: Flask) -> None:
    import_text(ReferenceKind.SUB_ICBS, FILES[ReferenceKind.SUB_ICBS])
    lookup = (
        "LSOA21CD,WD24CD,WD24NM,LAD24CD\nE01000001,E05000001,Mill,E06000001\n"
        "E01000002,E05000001,Mill,E06000001\n"
    )
    import_text(ReferenceKind.WARDS, lookup)
    assert len(places_of(PlaceKind.WARD)) == 1
    with pytest.raises(FileRefused) as refused:
        import_text(ReferenceKind.WARDS, lookup + "E01000003,E05000001,Mill,E07000001\n")
    assert "row 4, column “WD24CD”: E05000001 has another name" in str(refused.value.faults[0])


def test_the_product_carries_the_integrated_care_boards(in_app: Flask) -> None:
    assert len(national_icbs()) == 42
    assert sum(row.residents for row in national_icbs()) == pytest.approx(56_490_048, rel=0.001)
    assert import_reference(ReferenceKind.ICBS).rows == 42
    icb = national_icbs()[0]
    found = find_place(icb.code)
    assert found is not None
    assert found.name == icb.name
    with pytest.raises(FileNeeded):
        import_reference(ReferenceKind.WARDS)


def test_health_comes_from_a_file_of_its_own_and_outlives_a_new_lookup(in_app: Flask) -> None:
    areas = "LSOA21CD,LSOA21NM,WD24CD,LAD24CD\nE01000001,Riverbank 001A,E05000001,E06000001\n"
    health = "LSOA21CD,SICBL24CD,ICB24CD\nE01000001,E38000001,E54000001\n"
    with pytest.raises(FileRefused) as refused:
        import_text(ReferenceKind.SMALL_AREAS_HEALTH, health)
    assert str(refused.value.faults[0]) == "import small_areas first"
    import_text(ReferenceKind.SMALL_AREAS, areas)
    import_text(ReferenceKind.SMALL_AREAS_HEALTH, health)
    import_text(ReferenceKind.SMALL_AREAS, areas)
    assert small_areas_in(["E54000001"]) == ["E01000001"]
    assert provenance(ReferenceKind.SMALL_AREAS_HEALTH) is not None
    import_text(ReferenceKind.SMALL_AREAS, FILES[ReferenceKind.SMALL_AREAS])
    assert provenance(ReferenceKind.SMALL_AREAS_HEALTH) is None
    import_text(ReferenceKind.SMALL_AREAS, areas)
    area = parents_of("E01000001")
    assert area is not None
    assert area.icb_code is None


def test_where_a_part_is_imported_files_of_more_are_cut_to_it(in_app: Flask) -> None:
    import_text(ReferenceKind.SMALL_AREAS, FILES[ReferenceKind.SMALL_AREAS])
    text = FILES[ReferenceKind.CENSUS_AGE] + "E01000005,1,2,3\n"
    done = import_text(ReferenceKind.CENSUS_AGE, text)
    assert done.left_out == {"outside the imported part of England": 1}
    assert census_counts(ReferenceKind.CENSUS_AGE, ["E01000005"]) == {}


def test_small_areas_outside_the_imported_wards_are_left_out(in_app: Flask) -> None:
    import_text(ReferenceKind.WARDS, WARDS.replace("E05000003", "E05000009"))
    done = import_text(ReferenceKind.SMALL_AREAS, FILES[ReferenceKind.SMALL_AREAS])
    assert done.left_out == {"outside the imported part of England": 1}
    assert small_areas_in(["E92000001"]) == ["E01000001", "E01000002", "E01000003"]


def test_progress_ends_at_the_whole(in_app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "wards.csv"
    many = "".join(f"E05{number:06},Ward {number},E06000001\n" for number in range(2000))
    path.write_text("ward24_code,ward24_name,ltla24_code\n" + many)
    told: list[int] = []
    import_reference(ReferenceKind.WARDS, path, progress=told.append)
    assert sum(told) == STEPS
    assert len(told) > 4
    assert min(told) >= 0


def test_all_kinds_are_filled_and_emptied(in_app: Flask) -> None:
    reference_data()
    assert {row.kind for row in reference_sets()} == set(FILES)
    assert has_postcodes()
