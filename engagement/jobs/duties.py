"""What a worker does besides runs: duties every so often, and the runs of every night."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from engagement.database import clock, tenancy
from engagement.partnerships.queries import list_partnerships
from engagement.runs.service import request_run

SECONDS_BETWEEN_LOOKS = 300.0


@dataclass(frozen=True)
class Duty:
    """Something that each worker does every so often, such as delivering messages.

    ``act`` runs in an application context, as the system, and says itself which partnership it
    serves. Two workers may do it at the same time. When it fails, that is logged, and it is done
    again when its time comes.
    """

    name: str
    every_seconds: float
    act: Callable[[], None]


@dataclass
class Nightly:
    """A kind of run that every partnership gets once a day, from ``hour`` o'clock in London.

    A worker that was away at that hour asks when it is back.
    """

    kind: str
    hour: int = 2
    _asked: str = field(default="", init=False)

    def request(self) -> None:
        """Ask for the runs of today unless they are asked for or it is too early."""
        with tenancy.everywhere():
            now = clock.now().astimezone(clock.LONDON)
            key = f"{self.kind}:{now.date().isoformat()}"
            if now.hour < self.hour or key == self._asked:
                return
            partnerships = list_partnerships()
        for partnership in partnerships:
            with tenancy.serving(partnership.id):
                request_run(self.kind, {}, key=key)
        self._asked = key

    def as_duty(self) -> Duty:
        """The duty of looking whether it is time."""
        return Duty(f"nightly {self.kind}", SECONDS_BETWEEN_LOOKS, self.request)
