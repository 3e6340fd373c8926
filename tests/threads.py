"""Things that happen at the same time."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

from flask import Flask

from engagement.audit.service import SYSTEM, acting_as
from engagement.database import tenancy


def run_at_once(
    app: Flask, *acts: Callable[[], object], partnership_id: int | None = None
) -> list[BaseException]:
    """Run functions in threads of their own that start together; returns what they raised.

    Each runs in an application context of its own, as the system, serving the partnership.
    """

    def in_context(act: Callable[[], object]) -> Callable[[], None]:
        def live() -> None:
            with app.app_context(), acting_as(SYSTEM):
                tenancy.serve(partnership_id)
                act()

        return live

    return together(*map(in_context, acts))


def together(*acts: Callable[[], object]) -> list[BaseException]:
    """Run functions in threads of their own that start together; returns what they raised."""
    raised: list[BaseException] = []
    start = Barrier(len(acts))

    def live(act: Callable[[], object]) -> None:
        start.wait(30)
        try:
            act()
        except BaseException as error:
            raised.append(error)

    threads = [Thread(target=live, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    return raised
