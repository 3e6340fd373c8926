"""Pools and targets for tests of the solver: invented small ones, ones out of reach, real ones."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

from engagement.config import ROOT
from engagement.documents.sheets import read_csv
from engagement.methods.sortition.feasibility import cover
from engagement.methods.sortition.lottery import Lottery
from engagement.methods.sortition.methods import leximin
from engagement.methods.sortition.pool import Answers, Pool, Rules, Target, Targets
from engagement.methods.sortition.problem import Problem, pose
from engagement.methods.sortition.reading import read_pool, read_targets

REAL = ROOT.parent / "shared" / "data" / "sortition"
SEATS = {
    "diversimax_exact_60": 60,
    "diversimax_wide_60": 60,
    "example_small_20": 20,
    "opendlp_monitoring_30": 30,
    "sf_e_synth_110": 110,
    "sf_fixture_22": 22,
}


class Instance(NamedTuple):
    """What a selection is given."""

    targets: Targets
    pool: Pool
    size: int
    rules: Rules = Rules()

    def pose(self) -> Problem:
        return pose(*self)


def repeatably(examples: int) -> settings:
    """So many examples, the same in every run."""
    return settings(derandomize=True, max_examples=examples, deadline=None, database=None)


def go_on() -> None:
    """A checkpoint at which nobody stops the work."""


def select(instance: Instance, method: Callable[..., Lottery] = leximin) -> tuple[Problem, Lottery]:
    """The problem, and the lottery that ``method`` finds."""
    problem = instance.pose()
    return problem, method(problem, cover(problem, instance.targets, go_on))


def chances(instance: Instance, lottery: Lottery) -> np.ndarray:
    """Everybody's chance, in the order of the pool; who is seated has a seat for certain."""
    at = {person: place for place, person in enumerate(instance.pool.ids)}
    found = np.zeros(len(at))
    for kind, chance in zip(lottery.kinds, lottery.exact_chances(), strict=True):
        found[[at[person] for person in kind.members]] = float(chance)
    found[[at[person] for person in instance.rules.seated]] = 1.0
    return found


def people(
    answers: list[Answers], homes: list[str | None] | None = None, features: str = "abcdefgh"
) -> Pool:
    """A pool of these people, called p00 and so on."""
    names = tuple(f"p{place:02}" for place in range(len(answers)))
    width = len(answers[0]) if answers else len(features)
    return Pool(
        tuple(features[:width]), names, tuple(answers), tuple(homes or [None] * len(answers))
    )


def targets(*rows: tuple[str, str, int, int]) -> Targets:
    return Targets(tuple(Target(*row) for row in rows))


@st.composite
def instances(
    draw: st.DrawFn,
    *,
    features: tuple[int, int] = (1, 4),
    slack: int = 1,
    homes: int = 0,
    unstated: bool = False,
    ruled: bool = False,
    shift: int = 0,
) -> Instance:
    """A few people, and targets around what some of them are.

    ``slack``: how far targets are from those people's counts, at most. ``homes``: of how many
    households people are, where not alone. ``shift``: how far targets are moved besides, so
    that often none can meet them.
    """
    values = draw(st.lists(st.integers(2, 3), min_size=features[0], max_size=features[1]))
    count = draw(st.integers(5, 12))
    size = draw(st.integers(2, min(5, count)))
    answer = [
        st.sampled_from(["x", "y", "z"][:many] + ([None] if unstated else [])) for many in values
    ]
    answers = draw(st.lists(st.tuples(*answer), min_size=count, max_size=count))
    home = st.sampled_from([None, *(f"home {number}" for number in range(homes))])
    households = draw(st.lists(home, min_size=count, max_size=count))
    pool = people(answers, households)
    some = draw(st.permutations(range(count)))[:size]
    rows = []
    for place, many in enumerate(values):
        for value in ["x", "y", "z"][:many]:
            have = sum(answers[person][place] == value for person in some)
            low, high = draw(st.integers(0, slack)), draw(st.integers(0, slack))
            off = draw(st.integers(-shift, shift))
            least = max(0, have - low + off)
            rows.append(Target(pool.features[place], value, least, max(least, have + high + off)))
    rules = Rules()
    if ruled:
        names = [pool.ids[place] for place in draw(st.permutations(range(count)))]
        must, out, held = draw(st.tuples(*[st.integers(0, 2)] * 3))
        cuts = (names[:must], names[must : must + out], names[must + out : must + out + held])
        rules = Rules(*map(frozenset, cuts))
    return Instance(Targets(tuple(rows)), pool, size, rules)


def matched(seed: int, count: int, size: int, features: int, values: int) -> Instance:
    """People with even answers, and targets that are exactly some panel's counts."""
    chance = random.Random(seed)
    letters = "abcdefgh"[:values]
    answers = [tuple(chance.choice(letters) for _ in range(features)) for _ in range(count)]
    panel = chance.sample(range(count), size)
    pool = Pool(
        tuple(f"f{feature}" for feature in range(features)),
        tuple(f"p{place:04}" for place in range(count)),
        tuple(answers),
        (None,) * count,
    )
    rows = []
    for feature in range(features):
        for value in letters:
            have = sum(answers[person][feature] == value for person in panel)
            rows.append(Target(f"f{feature}", value, have, have))
    return Instance(Targets(tuple(rows)), pool, size)


def real(name: str) -> Instance:
    """An instance from files."""
    folder = REAL / name
    size = SEATS[name]
    rows = read_csv((folder / "categories.csv").read_bytes())
    wanted = read_targets(rows, "categories.csv", size)
    registered = read_csv((folder / "respondents.csv").read_bytes())
    return Instance(wanted, read_pool(registered, "respondents.csv", wanted).pool, size)
