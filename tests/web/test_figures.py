"""Everybody sees where the figures come from."""

from __future__ import annotations

from collections.abc import Callable

from engagement.places.queries import reference_sets
from engagement.places.rules import ReferenceKind
from engagement.places.service import Told
from engagement.web.public.figures import TELLS
from tests.client import CheckedClient
from tests.factories import World
from tests.factories.places import FILES, import_text, reference_data

Browse = Callable[[], CheckedClient]
PAGE = "/p/north/figures"


def test_it_is_said_when_there_are_none(world: World, browse: Browse) -> None:
    assert "We have not brought in any figures yet" in browse().get(PAGE).text


def test_each_source_is_shown_with_its_date_terms_and_fingerprint(
    world: World, browse: Browse
) -> None:
    with world.north.inside():
        reference_data()
        rows = reference_sets()
    shown = browse().get(PAGE).text
    for row in rows:
        for text in (row.title, row.publisher, row.licence, row.attribution, row.sha256):
            assert text in shown
    assert "2024; a part of England" in shown
    assert PAGE in browse().get("/p/south/contact").text.replace("south", "north")


def test_what_an_operator_wrote_is_shown_as_it_is(world: World, browse: Browse) -> None:
    told = Told(title="<b>Wards</b>", publisher="A & B", vintage="“May”")
    with world.north.inside():
        import_text(ReferenceKind.WARDS, FILES[ReferenceKind.WARDS], told=told)
    shown = browse().get(PAGE).text
    assert "&lt;b&gt;Wards&lt;/b&gt;" in shown
    assert "A &amp; B" in shown


def test_every_kind_says_what_it_tells() -> None:
    assert set(TELLS) == set(ReferenceKind)
