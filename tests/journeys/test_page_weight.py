"""What a resident's pages weigh over the wire, on a first visit with nothing kept before."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories import Partnership
from tests.journeys.visitor import Open, Visitor

MOST_BYTES = 150_000
PAGES = [
    "",
    "me/enter",
    "me/",
    "me/about",
    "me/about/ethnic-group",
    "me/contact",
    "me/data",
    "contact",
]


def weight_of(visitor: Visitor, path: str) -> int:
    """All bytes of all answers, headers too, as they came over the wire."""
    sizes: list[float] = []

    def note(event: dict[str, Any]) -> None:
        sizes.append(event["encodedDataLength"])

    wire = visitor.context.new_cdp_session(visitor.page)
    wire.send("Network.enable")
    wire.on("Network.loadingFinished", note)
    visitor.go(path)
    visitor.page.wait_for_load_state("networkidle")
    assert len(sizes) > 3, "the styles and scripts were not counted"
    return round(sum(sizes))


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_a_resident_is_light(open_browser: Open, place: Partnership, path: str) -> None:
    assert weight_of(open_browser().be(place.resident()), path) <= MOST_BYTES
