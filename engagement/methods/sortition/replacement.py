"""Seats that fall empty: how many more people to seat at first, so that targets hold at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor, sqrt

from engagement.methods.sortition.chance import Chance
from engagement.methods.sortition.feasibility import TargetsCannotBeMet, cover
from engagement.methods.sortition.methods import leximin
from engagement.methods.sortition.panels import PanelMaker
from engagement.methods.sortition.pool import Pool, Rules, Targets
from engagement.methods.sortition.problem import pose
from engagement.methods.sortition.tickets import make_tickets

FINE = 2**53


@dataclass(frozen=True)
class Prospect:
    """What ``extra`` more seats at first lead to.

    ``chance``: estimated, 0 to 1, that among those who stay there are enough for a whole panel
    that meets every target; ``error``: the standard error of the estimate. ``targets``: those that
    the larger panel is drawn by; None where no panel of that size could be drawn, with chance 0.
    """

    extra: int
    chance: float
    error: float
    targets: Targets | None


def foresee(
    targets: Targets,
    pool: Pool,
    size: int,
    drop_out: Mapping[tuple[str, str], float],
    seed: str,
    *,
    rules: Rules | None = None,
    most_extra: int = 10,
    trials: int = 200,
    checkpoint: Callable[[], None] = lambda: None,
) -> Iterator[Prospect]:
    """For 0, 1, 2 … ``most_extra`` more seats, the chance of ending with all targets met.

    ``drop_out``: the share, 0 to 1, of people with a value of a feature (feature, value) who will
    leave for that reason; reasons add up independently of each other, and people leave
    independently of each other. ``trials`` panels are drawn by leximin, 1 or more, and people
    leave by lot; then whether those left hold a panel of ``size`` is settled exactly.

    Raises ``ValueError`` for a share outside 0 to 1 or a value without a target, and as ``pose``.
    """
    known = {(target.feature, target.value) for target in targets.rows}
    for value, share in drop_out.items():
        if value not in known:
            raise ValueError(f"{value[0]} {value[1]} has no target, so no drop-out can be assumed")
        if not 0 <= share <= 1:
            raise ValueError(f"the drop-out of {value[0]} {value[1]} must be 0 to 1, not {share}")
    if trials < 1:
        raise ValueError("there must be at least one trial")
    rules = rules or Rules()
    for extra in range(most_extra + 1):
        checkpoint()
        yield _foresee(targets, pool, size, drop_out, seed, rules, extra, trials, checkpoint)


def _foresee(
    targets: Targets,
    pool: Pool,
    size: int,
    drop_out: Mapping[tuple[str, str], float],
    seed: str,
    rules: Rules,
    extra: int,
    trials: int,
    checkpoint: Callable[[], None],
) -> Prospect:
    chance = Chance(f"{seed}:{extra}")
    leaving = {
        person.id: _leaves(zip(pool.features, person.answers, strict=True), drop_out)
        for person in pool
    }
    best = Prospect(extra, 0.0, 0.0, None)
    for wider in dict.fromkeys(_widen(targets, size, drop_out, extra)):
        try:
            problem = pose(wider, pool, size + extra, rules)
            coverage = cover(problem, wider, checkpoint)
        except TargetsCannotBeMet:
            continue
        lottery = leximin(problem, coverage, checkpoint)
        tickets = make_tickets(problem, pool, lottery, trials, checkpoint)
        good = 0
        for people in tickets.people:
            checkpoint()
            staying = {
                person
                for person in (*people, *sorted(rules.seated))
                if chance.below(FINE) >= leaving[person] * FINE
            }
            good += len(staying) >= size and _holds_panel(targets, pool, size, staying)
        share = good / trials
        if best.targets is None or share > best.chance:
            best = Prospect(extra, share, sqrt(share * (1 - share) / trials), wider)
    return best


def _widen(
    targets: Targets, size: int, drop_out: Mapping[tuple[str, str], float], extra: int
) -> Iterator[Targets]:
    """Ways of spreading ``extra`` more seats over the values: in proportion to their targets,
    more where more people are expected to leave; in proportion; wherever they fit."""
    grown = Fraction(size + extra, size)
    for lift in (drop_out, {}):
        yield Targets(
            tuple(
                replace(
                    target,
                    least=min(
                        floor(target.least * grown / Fraction(1 - min(0.9, lift.get(key, 0.0)))),
                        target.least + extra,
                    ),
                    most=min(
                        ceil(target.most * grown / Fraction(1 - min(0.9, lift.get(key, 0.0)))),
                        target.most + extra,
                    ),
                )
                for target in targets.rows
                for key in [(target.feature, target.value)]
            )
        )
    yield Targets(tuple(replace(target, most=target.most + extra) for target in targets.rows))


def _leaves(
    answers: Iterator[tuple[str, str | None]], drop_out: Mapping[tuple[str, str], float]
) -> float:
    """How likely a person is to leave for one reason at least."""
    stays = 1.0
    for feature, value in answers:
        if value is not None:
            stays *= 1 - drop_out.get((feature, value), 0.0)
    return 1 - stays


def _holds_panel(targets: Targets, pool: Pool, size: int, staying: set[str]) -> bool:
    """Whether some of ``staying`` make a panel; exact."""
    here = [person for person in pool if person.id in staying]
    rest = Pool(
        pool.features,
        tuple(person.id for person in here),
        tuple(person.answers for person in here),
        (None,) * len(here),
    )
    problem = pose(targets, rest, size)
    return PanelMaker(problem, problem.places).any() is not None
