"""What an opinion map holds: frozen, without a clock, the same for the same votes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engagement.methods.opinion.figures import Tally, Telling
    from engagement.methods.opinion.votes import Votes


@dataclass(frozen=True)
class Declared:
    """What n people said of themselves under one heading; ``None`` where they did not say."""

    heading: str
    values: Sequence[str | None]


@dataclass(frozen=True)
class Division:
    """How a heading divides people, as it may be told.

    ``counted``: values of at least eight people. ``left_out``: whether others were left out.
    """

    heading: str
    counted: tuple[str, ...]
    left_out: bool


@dataclass(frozen=True, eq=False)
class Opinions:
    """Where n people stand on m statements.

    ``points`` (n, 2) and ``explained`` (2,) as in ``mapping.Map``. ``labels`` (n,): the group of
    each person, the largest 0; -1 where they voted on fewer than ``least_votes`` statements, or
    nobody is grouped. ``sizes`` and ``centres``: of the k groups. ``silhouettes``: as in
    ``grouping.Grouping``. ``apart``: how many voted and are in no group. ``everyone`` (1, m): the
    votes of all, but of those apart only where they are eight people or more, since else they
    would be told by difference; ``by_group`` (k, m).

    Of each statement (m,): ``consensus``, the geometric mean over opinion groups of how likely
    one more of the group is to agree, and ``opposition``, the same for disagreeing (over all people
    where nobody is grouped); ``bridging``, the geometric mean of ``consensus`` and of the same
    over the groups of each heading in ``divisions``; ``difference`` between groups, NaN where too
    few voted; ``evenness`` of the split of all. ``telling``: for each group.
    """

    votes: Votes
    least_votes: int
    points: NDArray[np.float64]
    explained: NDArray[np.float64]
    labels: NDArray[np.int64]
    sizes: tuple[int, ...]
    centres: NDArray[np.float64]
    silhouettes: tuple[tuple[int, float], ...]
    apart: int
    everyone: Tally
    by_group: Tally
    consensus: NDArray[np.float64]
    opposition: NDArray[np.float64]
    bridging: NDArray[np.float64]
    difference: NDArray[np.float64]
    evenness: NDArray[np.float64]
    telling: tuple[tuple[Telling, ...], ...]
    divisions: tuple[Division, ...]

    @property
    def groups(self) -> int:
        """How many opinion groups there are; 0 where too few people voted enough."""
        return len(self.sizes)

    def all_alike(self) -> bool:
        """Whether no two votes on any statement differ."""
        by_statement = self.votes.columns.argsort(kind="stable")
        columns, values = self.votes.columns[by_statement], self.votes.values[by_statement]
        return not bool(((columns[1:] == columns[:-1]) & (values[1:] != values[:-1])).any())
