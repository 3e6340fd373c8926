"""The map as SVG: a mark for each place where people of a group stand, and no word about anyone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

from engagement.methods.opinion.results import Opinions

WIDTH, HEIGHT, MARGIN = 640, 480, 24
STEP = 4
"""Places are rounded to so many pixels: people close together share a mark."""
BEYOND = 0.4
"""How far outside nine tenths of the people the drawing reaches, by their width."""
LEGEND_LINE = 36
# Told apart by shape as well as by colour; each at least 4.5 to 1 on white.
COLOURS = ("#005eb8", "#b3440a", "#006747", "#7c2855", "#425563")
PAPER, INK, LINE = "#ffffff", "#212b32", "#aeb7bd"


def draw_svg(opinions: Opinions, title: str, description: str, names: Sequence[str]) -> str:
    """The map of people who are grouped; ``names`` say who each group is in the legend.

    ``description`` must say in words what the drawing shows. Nobody is drawn where nobody is
    grouped. A mark stands for one person or more, in a place rounded to a grid.
    """
    height = HEIGHT + LEGEND_LINE * max(1, len(names))
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        'aria-labelledby="map-title map-description" font-family="Arial, sans-serif">',
        f'<title id="map-title">{escape(title)}</title>',
        f'<desc id="map-description">{escape(description)}</desc>',
        f'<rect width="{WIDTH}" height="{height}" fill="{PAPER}"/>',
        f'<rect x="1" y="1" width="{WIDTH - 2}" height="{HEIGHT - 2}" fill="none" '
        f'stroke="{LINE}" stroke-width="2"/>',
        *_people(opinions),
        *_legend(names),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _people(opinions: Opinions) -> Iterator[str]:
    inside = opinions.labels >= 0
    if not inside.any():
        return
    place = _placing(opinions.points[inside])
    for group in range(opinions.groups):
        spots = np.unique(place(opinions.points[opinions.labels == group], STEP), axis=0)
        marks = "".join(MARKS[group](x, y, 3) for x, y in spots.tolist())
        yield f'<path d="{marks}" fill="{COLOURS[group]}" fill-opacity="0.75"/>'
    for group, (x, y) in enumerate(place(opinions.centres, 1).tolist()):
        yield (
            f'<circle cx="{x}" cy="{y}" r="15" fill="{PAPER}" stroke="{COLOURS[group]}" '
            'stroke-width="3"/>'
            f'<text x="{x}" y="{y + 7}" text-anchor="middle" font-size="20" font-weight="bold" '
            f'fill="{INK}">{"ABCDE"[group]}</text>'
        )


def _placing(
    points: NDArray[np.float64],
) -> Callable[[NDArray[np.float64], int], NDArray[np.int64]]:
    """How points become pixels: one scale for both directions, upwards as in mathematics.

    Whoever stands far outside is drawn at the edge, to single out nobody and leave room for others.
    """
    near = np.quantile(points, (0.05, 0.95), axis=0)
    reach = near[1] - near[0]
    low = np.maximum(points.min(axis=0), near[0] - reach * BEYOND)
    high = np.minimum(points.max(axis=0), near[1] + reach * BEYOND)
    room = np.array([WIDTH, HEIGHT]) - 2 * MARGIN
    spread = high - low
    scale = float(min((room[spread > 0] / spread[spread > 0]).tolist(), default=1.0))
    middle, turned = (low + high) / 2, np.array([1.0, -1.0])

    def place(some: NDArray[np.float64], step: int) -> NDArray[np.int64]:
        pixels = (np.clip(some, low, high) - middle) * scale * turned + np.array(
            [WIDTH, HEIGHT]
        ) / 2
        rounded: NDArray[np.int64] = (np.round(pixels / step) * step).astype(np.int64)
        return rounded

    return place


def _legend(names: Sequence[str]) -> Iterator[str]:
    for group, name in enumerate(names):
        middle = HEIGHT + LEGEND_LINE * group + LEGEND_LINE // 2
        yield (
            f'<path d="{MARKS[group](MARGIN, middle, 8)}" fill="{COLOURS[group]}"/>'
            f'<text x="{MARGIN + 20}" y="{middle + 8}" font-size="22" fill="{INK}">'
            f"{escape(name)}</text>"
        )


def _circle(x: int, y: int, size: int) -> str:
    return f"M{x - size} {y}a{size} {size} 0 1 0 {2 * size} 0a{size} {size} 0 1 0 {-2 * size} 0z"


def _square(x: int, y: int, size: int) -> str:
    return f"M{x - size} {y - size}h{2 * size}v{2 * size}h{-2 * size}z"


def _triangle(x: int, y: int, size: int) -> str:
    return f"M{x} {y - size - 1}l{size + 1} {2 * size}h{-2 * size - 2}z"


def _diamond(x: int, y: int, size: int) -> str:
    size += 1
    return f"M{x} {y - size}l{size} {size}l{-size} {size}l{-size} {-size}z"


def _cross(x: int, y: int, size: int) -> str:
    arm, size = max(1, size // 3), size + 1
    long = size - arm
    return (
        f"M{x - arm} {y - size}h{2 * arm}v{long}h{long}v{2 * arm}h{-long}v{long}"
        f"h{-2 * arm}v{-long}h{-long}v{-2 * arm}h{long}z"
    )


MARKS = (_circle, _square, _triangle, _diamond, _cross)
