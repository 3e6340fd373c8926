"""Sessions of panels, who came, and what their tables wrote."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

from PIL import Image
from sqlalchemy import update

from engagement.accounts.credentials import new_token
from engagement.assets.rules import StepFree, VenuePlan
from engagement.assets.service import add_venue
from engagement.contributions.service import Said
from engagement.database import clock
from engagement.database.transactions import transaction
from engagement.extensions import db
from engagement.panels.queries import find_panel
from engagement.panels.rules import SeatState
from engagement.panels.seat_queries import seats_of
from engagement.sessions.agenda import add_items
from engagement.sessions.attendance import book_helper, note_attendance, note_leader
from engagement.sessions.desk import close_desk, go_to
from engagement.sessions.models import Session
from engagement.sessions.papers import PaperWords, add_paper
from engagement.sessions.payments import lines_of
from engagement.sessions.queries import find_session, questions_of
from engagement.sessions.questions import answer, ask
from engagement.sessions.rules import (
    HelperKind,
    ItemPlan,
    Mode,
    NoteKind,
    PinKind,
    SessionPlan,
    Way,
)
from engagement.sessions.scribes import Written, agree, enter, make_codes, write
from engagement.sessions.service import note_training, plan_series, set_staff
from engagement.sessions.tables import pin, plan_tables

FEE = 7500
HOURS = timedelta(hours=2)


def venue(name: str = "The old library") -> str:
    """A venue; its public id."""
    plan = VenuePlan(
        name,
        "1 High Street\nRiverbridge RB1 2AA",
        StepFree.ALL,
        True,
        12_000,
        "Every day, 9:00 to 21:00",
        "The bus stops outside.",
    )
    return add_venue(plan)


def activity_of(panel: str) -> str:
    """The public id of the activity that a panel is."""
    found = find_panel(None, panel)
    assert found is not None
    return found.activity_public_id


def session_at(
    panel: str, starts_at: datetime, title: str = "First session", **more: object
) -> str:
    """A session of a panel, of two hours; its public id."""
    plan = SessionPlan(title, starts_at, starts_at + HOURS, **more)  # type: ignore[arg-type]
    return plan_series(None, activity_of(panel), [plan])[0]


def held_session(
    panel: str,
    came: Sequence[str] = (),
    title: str = "First session",
    pence: int = FEE,
    on: date = date(2026, 3, 2),
) -> str:
    """A session that was held, with who came, by their seats; its public id."""
    starts_at = datetime(on.year, on.month, on.day, 18, tzinfo=UTC)
    session = session_at(panel, starts_at, title, fee_pence=pence)
    note_attendance(None, session, came)
    return session


def coming_session(panel: str, title: str = "Next session", **more: object) -> str:
    """A session that is to come in a week; its public id."""
    with transaction():
        starts_at = clock.now() + timedelta(days=7)
    return session_at(panel, starts_at, title, **more)


def begin(session: str, ago: timedelta = timedelta(minutes=10)) -> None:
    """Let a session have begun."""
    with transaction():
        starts_at = clock.now() - ago
        db.session.execute(
            update(Session)
            .where(Session.public_id == session)
            .values(starts_at=starts_at, ends_at=starts_at + HOURS)
        )


def picture() -> bytes:
    """A small photograph that says where it was taken, and on which device."""
    made = Image.new("RGB", (60, 40), "white")
    about = made.getexif()
    about[271] = "A telephone"  # its maker
    about.get_ifd(34853)[1] = "N"  # where it was
    written = BytesIO()
    made.save(written, "JPEG", exif=about)
    return written.getvalue()


def seats_at(panel: str) -> list[str]:
    """The public ids of the seats that are taken on a panel."""
    found = find_panel(None, panel)
    assert found is not None
    return [one.public_id for one in seats_of(found.id) if one.state is SeatState.ACCEPTED]


def first_line(panel: str) -> str:
    """The public id of the first line to pay of a panel."""
    found = find_panel(None, panel)
    assert found is not None
    return lines_of(found.id)[0].public_id


def full_session(
    panel: str, seats: Sequence[str], mark: str, *, staff: str = "s" * 22, closed: bool = True
) -> str:
    """A session with everything that one can have, its desk ``closed`` or not; its public id."""
    session = coming_session(
        panel,
        f"Evening {mark}",
        mode=Mode.HYBRID,
        venue=venue(f"The hall {mark}"),
        joining_link=f"https://meet.example/{mark.replace(' ', '-')}",
        joining_phone=f"01632 960 002, code {mark}",
        fee_pence=FEE,
        is_open=True,
        record_link="https://example.org/captions",
    )
    add_items(
        None,
        session,
        [
            ItemPlan(f"Welcome {mark}", 15),
            ItemPlan(f"Tables {mark}", 30, f"What is it like {mark}?", True, True, "inequalities"),
        ],
    )
    file = ("paper.pdf", "application/pdf", b"%PDF-1.7")
    words = (f"Waiting times {mark}", f"The hospital {mark}", f"Half wait long {mark}.")
    add_paper(None, session, PaperWords(*words, file=file))
    row = find_session(None, session)
    assert row is not None
    said = Said(f"Why so long {mark}?", "The harbour", True, consent_wording="Shown without a name")
    ask(row, said, f"browser {mark}")
    (asked,) = questions_of(row.id)
    answer(None, session, asked.first.public_id, f"Too few nurses {mark}.", f"Dr Okoro {mark}")
    set_staff(None, session, [staff])
    note_training(staff, date(2026, 1, 8))
    book_helper(None, session, seats[0], HelperKind.BSL, f"Bo signs {mark}")
    pin(None, session, PinKind.APART, seats[:2])
    plan_tables(None, session, 2, 2)
    begin(session)
    note_leader(None, session, f"Lee Leader {mark}", f"Chair {mark}", f"Trust {mark}")
    note_attendance(None, session, seats, (), {seats[0]: Way.AWAY})
    codes = make_codes(None, session, 2)
    go_to(None, session, None)
    scribe = enter(codes[1])
    assert scribe is not None
    for kind in NoteKind:
        photo = picture() if kind is NoteKind.FLIPCHART else None
        words = f"{kind} at the table {mark}"
        write(scribe, Written(new_token(), words, kind, "inequalities"), photo)
    wording = Written(new_token(), f"Call everyone {mark}", NoteKind.WORDING)
    write(scribe, wording)
    agree(scribe, wording.key, agreed=True)
    if closed:
        close_desk(None, session)
    write(scribe, Written(new_token(), f"Late words {mark}", NoteKind.WORDING))
    return session
