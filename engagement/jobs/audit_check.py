"""The run that checks a partnership's audit chain, some thousand entries a step."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from engagement.audit.queries import read_changed_seals, read_links
from engagement.audit.rules import ChainCheck, Fault, Head, Link
from engagement.audit.service import current_head
from engagement.jobs.steps import RunKind, Step, Task
from engagement.runs.errors import StepCannotBeDone

N_ = str  # marks a sentence for the catalogue of translations

PART = 1_000
FAULTS_SHOWN = 100
BEFORE_ALL = -(2**62)  # a forged entry may have any number


def list_steps(arguments: dict[str, Any], results: tuple[Any, ...]) -> list[Step]:
    """One step that finds the end of the chain, one for each part of it, and the conclusion."""
    parts = -(-results[0]["entries"] // PART) if results else 0
    checks = [
        Step(N_("Checking the entries"), prepare=partial(_check_part, number))
        for number in range(parts)
    ]
    return [
        Step(N_("Finding the last entry"), prepare=_find_end),
        *checks,
        Step(N_("Checking the newest entries"), prepare=_conclude),
    ]


def _find_end(task: Task) -> dict[str, Any]:
    return _found(ChainCheck(), entries=current_head().sequence)


def _check_part(number: int, task: Task) -> dict[str, Any]:
    check = _taken_up(task)
    last = min((number + 1) * PART, task.results[0]["entries"])
    for link in _walk(after=number * PART or BEFORE_ALL):
        if link.sequence > last:
            break
        check.follow(link)
    return _found(check)


def _conclude(task: Task) -> dict[str, Any]:
    """Follow what was added since; compare the end with the stored and published heads, and the
    words under seal with their digests.
    """
    check = _taken_up(task)
    after = task.results[0]["entries"] or BEFORE_ALL
    while True:
        for link in _walk(after):
            check.follow(link)
            after = link.sequence
        stored = current_head()
        # An entry may have been added between the walk and the look at the head.
        if not (stored.sequence > check.head.sequence and read_links(after, 1)):
            break
    check.finish(stored)
    check.faults.extend(read_changed_seals())
    conclusion = _found(check)
    earlier = task.results[1:]
    faults = [fault for part in (*earlier, conclusion) for fault in part["faults"]]
    count = sum(part["fault_count"] for part in (*earlier, conclusion))
    return {
        "holds": count == 0,
        "head": str(check.head),
        "faults": faults[:FAULTS_SHOWN],
        "fault_count": count,
    }


def _walk(after: int) -> Iterator[Link]:
    while links := read_links(after, PART):
        yield from links
        after = links[-1].sequence


def _taken_up(task: Task) -> ChainCheck:
    """The check where the step before this one left it."""
    last = task.results[-1]
    try:
        known = [Head.parse(text) for text in task.arguments.get("known", ())]
    except ValueError:
        raise StepCannotBeDone(
            N_("A published head must be written as a number, a colon and 64 hexadecimal digits.")
        ) from None
    return ChainCheck(Head(last["sequence"], last["entry_hash"]), known)


def _found(check: ChainCheck, **more: Any) -> dict[str, Any]:
    return {
        "sequence": check.head.sequence,
        "entry_hash": check.head.entry_hash,
        "faults": [_in_words(fault) for fault in check.faults[:FAULTS_SHOWN]],
        "fault_count": len(check.faults),
        **more,
    }


def _in_words(fault: Fault) -> dict[str, Any]:
    return {"entry": fault.sequence, "problem": fault.problem}


AUDIT_CHECK = RunKind("audit_check", list_steps)
