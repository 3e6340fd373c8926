"""The run that deletes what may no longer be kept, rule by rule, in short transactions."""

from __future__ import annotations

from functools import partial
from typing import Any

from engagement.jobs.steps import RunKind, Step, Task
from engagement.rights.retention import CHUNK, Rule, apply_rule, list_rules

N_ = str  # marks a sentence for the catalogue of translations


def list_steps(arguments: dict[str, Any], results: tuple[Any, ...]) -> list[Step]:
    """A step for each rule, repeated while it finds a full chunk; then the sum."""
    rules = list_rules()
    done: list[Rule] = []
    place = 0
    for result in results:
        if place == len(rules):
            break
        done.append(rules[place])
        if result["rows"] < CHUNK:
            place += 1
    return [
        *(_step(rule) for rule in [*done, *rules[place:]]),
        Step(N_("Counting what was deleted"), prepare=_count),
    ]


def _step(rule: Rule) -> Step:
    return Step(N_("Deleting what may no longer be kept"), act=partial(_apply, rule))


def _apply(rule: Rule, task: Task) -> dict[str, Any]:
    return {"table": rule.table, "rows": apply_rule(rule)}


def _count(task: Task) -> dict[str, int]:
    rows: dict[str, int] = {}
    for result in task.results:
        if result["rows"]:
            rows[result["table"]] = rows.get(result["table"], 0) + result["rows"]
    return rows


RETENTION = RunKind("retention", list_steps)
