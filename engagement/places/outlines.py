"""Outlines of places from GeoJSON, feature by feature."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engagement.places.models import Boundary
from engagement.places.rows import Rows
from engagement.places.rules import SMALL_AREA, PlaceKind, ReferenceKind

KINDS: Mapping[ReferenceKind, str] = {
    ReferenceKind.BOUNDARIES_ICB: PlaceKind.ICB,
    ReferenceKind.BOUNDARIES_LOCAL_AUTHORITY: PlaceKind.LOCAL_AUTHORITY,
    ReferenceKind.BOUNDARIES_WARD: PlaceKind.WARD,
    ReferenceKind.BOUNDARIES_LSOA: SMALL_AREA,
}
SHAPES = ("Polygon", "MultiPolygon")
# Degrees: what lies outside is no place in England, or given in metres.
WEST, SOUTH, EAST, NORTH = -7.0, 49.0, 2.5, 56.5


class Outlines(Rows):
    """One feature a place; ``outline`` is the geometry of the present one."""

    outline: Any = None

    def turn(self) -> None:
        code = self.code("code", KINDS[self.layout.format.kind])
        problem = problem_with(self.outline)
        if problem:
            self.fault("geometry", problem)
        if code and self.first_time("code", code):
            self.made[Boundary].append(
                {
                    "place_code": code,
                    "name": self.text("name").replace("\0", "") or code,
                    "geometry": self.outline,
                }
            )


def problem_with(outline: Any) -> str | None:
    """What is wrong with a geometry, if anything."""
    if not isinstance(outline, dict) or outline.get("type") not in SHAPES:
        return f"is no {' or '.join(SHAPES)}; download the boundaries as GeoJSON"
    try:
        rings = outline["coordinates"]
        if outline["type"] == "MultiPolygon":
            rings = [ring for polygon in rings for ring in polygon]
        points = [(float(point[0]), float(point[1])) for ring in rings for point in ring]
    except (KeyError, TypeError, ValueError, IndexError):
        return "has coordinates that are no numbers; download the file again"
    if not points or any(len(ring) < 4 for ring in rings):
        return "has no area; download the file again"
    if not all(WEST <= east <= EAST and SOUTH <= north <= NORTH for east, north in points):
        return (
            "lies outside England in degrees of longitude and latitude; download it in WGS 84"
            " (EPSG:4326)"
        )
    return None
