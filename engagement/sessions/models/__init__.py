"""The tables of sessions: when and about what, who came, what tables said."""

from engagement.sessions.models.coming import (
    Attendance,
    SessionHelper,
    SessionLeader,
    SessionStaff,
    StaffTraining,
)
from engagement.sessions.models.desk import TableNote, TableScribe
from engagement.sessions.models.session import (
    AgendaItem,
    Paper,
    Session,
    SessionPaper,
    SessionQuestion,
)
from engagement.sessions.models.tables import TablePin, TablePinSeat, TablePlan, TableSeat

__all__ = [
    "AgendaItem",
    "Attendance",
    "Paper",
    "Session",
    "SessionHelper",
    "SessionLeader",
    "SessionPaper",
    "SessionQuestion",
    "SessionStaff",
    "StaffTraining",
    "TableNote",
    "TablePin",
    "TablePinSeat",
    "TablePlan",
    "TableScribe",
    "TableSeat",
]
