"""Leximin by brute force: every panel listed, every person's chance raised in turn."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from scipy.optimize import linprog

from engagement.methods.sortition.pool import Pool, Rules, Targets

CLOSE = 1e-7


def all_panels(targets: Targets, pool: Pool, size: int, rules: Rules) -> np.ndarray:
    """Every feasible panel of named people, seated ones included: 0/1 array (panels, n)."""
    people = range(len(pool.ids))
    seated = {place for place in people if pool.ids[place] in rules.seated}
    must = {place for place in people if pool.ids[place] in rules.must_include} | seated
    barred = {place for place in people if pool.ids[place] in rules.excluded}
    found = []
    for chosen in combinations(people, size):
        inside = set(chosen)
        if not must <= inside or inside & barred:
            continue
        taken = {pool.households[place] for place in seated} - {None}
        new = [pool.households[place] for place in inside - seated if pool.households[place]]
        if len(set(new)) < len(new) or taken.intersection(new):
            continue
        if all(
            target.least
            <= sum(
                pool.answers[place][pool.features.index(target.feature)] == target.value
                for place in chosen
            )
            <= target.most
            for target in targets.rows
        ):
            row = np.zeros(len(pool.ids))
            row[list(chosen)] = 1
            found.append(row)
    return np.array(found)


def leximin_chances(panels: np.ndarray) -> np.ndarray:
    """Each person's chance under leximin: float array (n,), from all panels (p, n)."""
    count, people = panels.shape
    fixed: dict[int, float] = {}
    while len(fixed) < people:
        open_ = [person for person in range(people) if person not in fixed]
        # Raise the smallest open chance z; then whoever cannot be raised above z alone is fixed.
        above = np.hstack([-panels[:, open_].T, np.ones((len(open_), 1))])
        kept = [np.append(-panels[:, person], 0.0)[None, :] for person in fixed]
        limits = [-(level - 1e-9) for level in fixed.values()]
        lower = np.vstack([above, *kept])
        right = np.array([0.0] * len(open_) + limits)
        once = np.append(np.ones(count), 0.0)[None, :]
        best = linprog(np.append(np.zeros(count), -1.0), lower, right, once, [1.0], method="highs")
        level = -best.fun
        settled = []
        floor = np.vstack([-panels[:, open_].T, *(row[:, :-1] for row in kept)])
        reach = np.array([-(level - 1e-9)] * len(open_) + limits)
        for person in open_:
            most = -linprog(
                -panels[:, person], floor, reach, once[:, :-1], [1.0], method="highs"
            ).fun
            if most < level + CLOSE:
                settled.append(person)
        assert settled
        fixed.update(dict.fromkeys(settled, level))
    return np.array([fixed[person] for person in range(people)])
