"""The run that writes a partnership's audit chain to a file, one JSON object a line."""

from __future__ import annotations

import json
from datetime import timedelta
from tempfile import TemporaryFile
from typing import IO, Any

from engagement.audit.queries import read_links
from engagement.files.service import keep_file
from engagement.jobs.steps import RunKind, Step, Task

N_ = str  # marks a sentence for the catalogue of translations
PART = 2_000
KEEP = timedelta(days=7)


def list_steps(arguments: dict[str, Any], results: tuple[Any, ...]) -> list[Step]:
    """One step: the chain as it stands when the step begins."""
    return [Step(N_("Writing the file"), prepare=_read, act=_keep)]


def _read(task: Task) -> IO[bytes]:
    """The lines in a file of no name, so that nobody waits while a long chain is read."""
    lines, after = TemporaryFile(), 0  # noqa: SIM115 - closed by the system with its last reader
    while links := read_links(after, PART):
        for link in links:
            row = {**vars(link), "at": link.at.isoformat(timespec="microseconds")}
            lines.write(json.dumps(row, sort_keys=True).encode() + b"\n")
        after = links[-1].sequence
        task.checkpoint(after)
    lines.seek(0)
    return lines


def _keep(task: Task) -> dict[str, Any]:
    with task.prepared as lines:
        kept = keep_file(task.run, "audit-chain.jsonl", "application/jsonl", lines, KEEP)
    return {"file": kept.name, "bytes": kept.size, "sha256": kept.sha256}


AUDIT_EXPORT = RunKind("audit_export", list_steps)
