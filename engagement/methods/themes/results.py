"""What a run finds: frozen, without a clock, the same for the same passages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Theme:
    """One theme.

    ``label``: up to three words or two-word phrases, the most telling first; empty only where
    every word of the theme says more about others. ``size``: its points, copies counted.
    ``order``: int array (size,), indices of its points, closest to the centre first.
    ``medoids``: up to three indices, the most central points that differ from each other.
    """

    label: tuple[str, ...]
    size: int
    order: NDArray[np.int64]
    medoids: tuple[int, ...]


@dataclass(frozen=True)
class MethodCard:
    """The facts that a method card tells.

    ``parameters``: plain JSON. ``points``: passages given; ``distinct``: how many of them differ;
    ``placed``: how many found a theme. ``fingerprint``: SHA-256 (hexadecimal) of the sorted
    passages. ``explained_variance``: 0..1, the share of the word weights' sum of squares that the
    reduced features keep.
    """

    name: str
    version: str
    parameters: dict[str, int | float | str]
    points: int
    distinct: int
    placed: int
    fingerprint: str
    explained_variance: float


@dataclass(frozen=True, eq=False)
class Themes:
    """The themes of n passages, the largest theme first.

    ``assignment``: int array (n,), index into ``themes``, -1 where no word of the passage is
    known. ``closeness``: float array (n,), 0..1 with six digits, 1 at the theme's centre, 0 where
    the passage has no theme.
    """

    assignment: NDArray[np.int64]
    closeness: NDArray[np.float64]
    themes: tuple[Theme, ...]
    method: MethodCard
