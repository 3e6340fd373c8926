"""The run that writes a partnership's audit chain to a file, one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from engagement.audit.queries import read_links
from engagement.files.service import keep_file
from engagement.jobs.steps import RunKind, Step, Task

N_ = str  # marks a sentence for the catalogue of translations
PART = 2_000
KEEP = timedelta(days=7)


def list_steps(arguments: dict[str, Any], results: tuple[Any, ...]) -> list[Step]:
    """One step: the chain as it stands when the step begins."""
    return [Step(N_("Writing the file"), act=_write)]


def _write(task: Task) -> dict[str, Any]:
    kept = keep_file(task.run, "audit-chain.jsonl", "application/jsonl", _lines(), KEEP)
    return {"file": kept.name, "bytes": kept.size, "sha256": kept.sha256}


def _lines() -> Iterator[bytes]:
    after = 0
    while links := read_links(after, PART):
        for link in links:
            row = {**vars(link), "at": link.at.isoformat(timespec="microseconds")}
            yield json.dumps(row, sort_keys=True).encode() + b"\n"
        after = links[-1].sequence


AUDIT_EXPORT = RunKind("audit_export", list_steps)
