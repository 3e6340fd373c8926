"""What every worker does besides the runs that people ask for."""

from __future__ import annotations

from flask import current_app

from engagement.conversations.maps import request_maps_of_closed
from engagement.database import tenancy
from engagement.database.throttle import DatabaseStorage
from engagement.files.service import delete_expired_files
from engagement.jobs.duties import Duty, Nightly
from engagement.messages.delivery import make_back_end
from engagement.messages.service import deliver_due


def deliver_messages() -> None:
    """Send what waits in the outbox."""
    deliver_due(make_back_end(current_app.extensions["engagement"]))


def forget_counters() -> None:
    """Delete the throttle's counters whose window has passed."""
    DatabaseStorage().forget_expired()


def delete_files() -> None:
    """Delete stored files whose time has passed."""
    with tenancy.everywhere():
        delete_expired_files()


DUTIES = (
    Duty("deliver messages", 2, deliver_messages),
    Duty("forget counters", 3600, forget_counters),
    Duty("delete expired files", 3600, delete_files),
    Duty("map closed conversations", 300, request_maps_of_closed),
)
NIGHTLY = (Nightly("retention", hour=2), Nightly("audit_check", hour=3))
