"""One worker of a name on a machine."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from engagement.jobs.errors import WorkerCannotStart


@contextmanager
def only_worker(folder: Path, worker_id: str) -> Iterator[None]:
    """Hold the name of a worker; the system lets go of it however the process ends.

    Raises ``WorkerCannotStart`` where another process holds it or the folder cannot be written.
    """
    path = folder / f"worker-{quote(worker_id, safe='')}.lock"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        held = path.open("w")
    except OSError as error:
        raise WorkerCannotStart(
            f"The folder {folder} cannot be written to ({error.strerror})."
            " Choose another with ENGAGEMENT_INSTANCE_PATH."
        ) from error
    with held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise WorkerCannotStart(
                f"A worker with the name {worker_id} is already running on this machine."
                " Stop it, or give this one another name with ENGAGEMENT_WORKER_ID."
            ) from error
        yield
