"""Sessions take the place of meetings: venues, agendas, papers, helpers, tables, desk."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "020"
down_revision = "019"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LONDON = ZoneInfo("Europe/London")
KINDS = ("person", "browser", "paper code", "entered by staff", "imported")
SPEAKERS = (
    *("resident", "carer", "professional", "elected member", "organisation"),
    "petition or campaign",
)


def _of_partnership(table: str, *columns: tuple[str, ...]) -> list[sa.Constraint]:
    keys: list[sa.Constraint] = [
        sa.ForeignKeyConstraint(
            ["partnership_id", column],
            [f"{target}.partnership_id", f"{target}.id"],
            name=f"fk_{table}_partnership_id_{column}",
            ondelete=ondelete[0] if ondelete else "CASCADE",
        )
        for column, target, *ondelete in columns
    ]
    return [
        *keys,
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name=f"fk_{table}_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    ]


def _key(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, KEY, nullable=nullable)


def _text(name: str, length: int | None = None, *, nullable: bool = False) -> sa.Column[str]:
    kind = sa.Text() if length is None else sa.String(length=length)
    return sa.Column(name, kind, nullable=nullable)


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _yes_or_no(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[sa.DateTime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=f"uq_{table}_{'_'.join(columns)}")


def _public_id(table: str) -> tuple[sa.Column[str], sa.UniqueConstraint]:
    return _text("public_id", 22), _unique(table, "public_id")


def _one_of(column: str, name: str, *values: str, nullable: bool = False) -> sa.Column[str]:
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)
    return sa.Column(column, kind, nullable=nullable)


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])


def upgrade() -> None:
    _let_tables_take_part(*KINDS, "table at a session")
    op.create_table(
        "venue",
        _key("id"),
        *_public_id("venue"),
        _text("name", 200),
        _text("address"),
        _one_of("step_free", "stepfree", "everywhere", "in part", "not at all"),
        _yes_or_no("hearing_loop"),
        _number("cost_pence", nullable=True),
        _text("opening"),
        _text("about"),
        _moment("created_at"),
        _moment("closed_at", nullable=True),
        _key("partnership_id"),
        *_of_partnership("venue"),
        _unique("venue", "partnership_id", "id"),
        _unique("venue", "partnership_id", "name"),
    )
    op.create_table(
        "session",
        _key("id"),
        *_public_id("session"),
        _key("activity_id"),
        _key("venue_id", nullable=True),
        _text("title"),
        _moment("starts_at"),
        _moment("ends_at"),
        _one_of("mode", "mode", "in person", "online", "hybrid"),
        _text("joining_link"),
        _text("joining_phone"),
        _number("fee_pence"),
        _yes_or_no("is_open"),
        _text("record_link"),
        _number("people_counted", nullable=True),
        _number("revision"),
        _moment("called_off_at", nullable=True),
        _text("called_off_why"),
        _key("item_id", nullable=True),
        _moment("item_at", nullable=True),
        _moment("paused_at", nullable=True),
        _moment("closed_at", nullable=True),
        _moment("created_at"),
        _key("partnership_id"),
        *_of_partnership(
            "session", ("activity_id", "activity"), ("venue_id", "venue", "NO ACTION")
        ),
        _unique("session", "partnership_id", "id"),
    )
    _index("session", "activity_id", "venue_id")
    op.create_table(
        "agenda_item",
        _key("id"),
        *_public_id("agenda_item"),
        _key("session_id"),
        _number("place"),
        _text("title"),
        _number("minutes"),
        _text("prompt"),
        _yes_or_no("at_tables"),
        _yes_or_no("moves"),
        _text("tag", 60),
        _number("version"),
        _key("partnership_id"),
        *_of_partnership("agenda_item", ("session_id", "session")),
        _unique("agenda_item", "partnership_id", "id"),
    )
    op.create_table(
        "session_paper",
        _key("id"),
        *_public_id("session_paper"),
        _key("session_id"),
        _text("title"),
        _text("made_by"),
        _text("plain"),
        _text("link"),
        _moment("created_at"),
        _key("partnership_id"),
        *_of_partnership("session_paper", ("session_id", "session")),
        _unique("session_paper", "partnership_id", "id"),
    )
    op.create_table(
        "session_question",
        _key("id"),
        *_public_id("session_question"),
        _key("session_id"),
        _key("contribution_id"),
        _key("with_id", nullable=True),
        _text("answer"),
        _text("answered_by"),
        _moment("answered_at", nullable=True),
        _key("partnership_id"),
        *_of_partnership(
            "session_question",
            ("session_id", "session"),
            ("contribution_id", "contribution"),
            ("with_id", "session_question", "NO ACTION"),
        ),
        _unique("session_question", "partnership_id", "id"),
        _unique("session_question", "contribution_id"),
    )
    op.create_table(
        "session_helper",
        _key("id"),
        *_public_id("session_helper"),
        _key("session_id"),
        _key("seat_id"),
        _one_of(
            "kind",
            "helperkind",
            *("supporter", "BSL interpreter", "interpreter for another language"),
            "speech-to-text reporter",
        ),
        _text("words"),
        _moment("created_at"),
        _key("partnership_id"),
        *_of_partnership("session_helper", ("session_id", "session"), ("seat_id", "seat")),
    )
    op.create_table(
        "session_leader",
        _key("id"),
        *_public_id("session_leader"),
        _key("session_id"),
        _text("name", nullable=True),
        _text("post"),
        _text("organisation"),
        _moment("created_at"),
        _key("partnership_id"),
        *_of_partnership("session_leader", ("session_id", "session")),
    )
    op.create_table(
        "session_staff",
        _key("id"),
        _key("session_id"),
        _text("staff", 22),
        _key("partnership_id"),
        *_of_partnership("session_staff", ("session_id", "session")),
        _unique("session_staff", "session_id", "staff"),
    )
    op.create_table(
        "staff_training",
        _key("id"),
        _text("staff", 22),
        sa.Column("trained_on", sa.Date(), nullable=False),
        _key("partnership_id"),
        *_of_partnership("staff_training"),
        _unique("staff_training", "partnership_id", "staff"),
    )
    op.create_table(
        "table_plan",
        _key("id"),
        _key("session_id"),
        _number("tables"),
        _number("rounds"),
        sa.Column("features", sa.JSON(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        _moment("made_at"),
        _key("partnership_id"),
        *_of_partnership("table_plan", ("session_id", "session")),
        _unique("table_plan", "partnership_id", "id"),
        _unique("table_plan", "session_id"),
    )
    op.create_table(
        "table_seat",
        _key("id"),
        _key("plan_id"),
        _key("seat_id"),
        _number("round"),
        _number("table_number", nullable=True),
        _key("partnership_id"),
        *_of_partnership("table_seat", ("plan_id", "table_plan"), ("seat_id", "seat")),
        _unique("table_seat", "plan_id", "seat_id", "round"),
    )
    op.create_table(
        "table_pin",
        _key("id"),
        *_public_id("table_pin"),
        _key("session_id"),
        _one_of("kind", "pinkind", "together", "apart"),
        _key("partnership_id"),
        *_of_partnership("table_pin", ("session_id", "session")),
        _unique("table_pin", "partnership_id", "id"),
    )
    op.create_table(
        "table_pin_seat",
        _key("id"),
        _key("pin_id"),
        _key("seat_id"),
        _key("partnership_id"),
        *_of_partnership("table_pin_seat", ("pin_id", "table_pin"), ("seat_id", "seat")),
        _unique("table_pin_seat", "pin_id", "seat_id"),
    )
    op.create_table(
        "table_scribe",
        _key("id"),
        *_public_id("table_scribe"),
        _key("session_id"),
        _number("table_number"),
        _text("code_hash", 64),
        _moment("expires_at"),
        _moment("seen_at", nullable=True),
        _moment("created_at"),
        _key("partnership_id"),
        *_of_partnership("table_scribe", ("session_id", "session")),
        _unique("table_scribe", "partnership_id", "id"),
        _unique("table_scribe", "partnership_id", "code_hash"),
    )
    op.create_table(
        "table_note",
        _key("id"),
        *_public_id("table_note"),
        _key("session_id"),
        _number("table_number"),
        _key("item_id", nullable=True),
        _one_of("kind", "notekind", "note", "parked", "agreed wording", "flipchart"),
        _text("key", 64),
        _text("text", nullable=True),
        _one_of("speaker", "speaker", *SPEAKERS),
        _text("tag", 60),
        sa.Column("factors", sa.JSON(), nullable=False),
        _moment("agreed_at", nullable=True),
        _key("contribution_id", nullable=True),
        _moment("created_at"),
        _moment("changed_at"),
        _key("partnership_id"),
        *_of_partnership(
            "table_note",
            ("session_id", "session"),
            ("item_id", "agenda_item", "NO ACTION"),
            ("contribution_id", "contribution"),
        ),
        _unique("table_note", "partnership_id", "id"),
        _unique("table_note", "session_id", "key"),
        _unique("table_note", "contribution_id"),
    )
    _index("agenda_item", "session_id")
    _index("session_paper", "session_id")
    _index("session_question", "session_id", "with_id")
    _index("session_helper", "session_id", "seat_id")
    _index("session_leader", "session_id")
    _index("table_seat", "seat_id")
    _index("table_pin", "session_id")
    _index("table_pin_seat", "seat_id")
    _index("table_scribe", "session_id")
    _index("table_note", "item_id")
    _meetings_to_sessions()


def downgrade() -> None:
    _sessions_to_meetings()
    for table in (
        *("table_note", "table_scribe", "table_pin_seat", "table_pin", "table_seat", "table_plan"),
        *("staff_training", "session_staff", "session_leader", "session_helper"),
        *("session_question", "session_paper", "agenda_item", "session", "venue"),
    ):
        op.drop_table(table)
    participant = sa.table("participant", sa.column("kind"))
    op.execute(
        participant.update()
        .where(participant.c.kind == "table at a session")
        .values(kind="entered by staff")
    )
    _let_tables_take_part(*KINDS)


def _let_tables_take_part(*kinds: str) -> None:
    with op.batch_alter_table("participant") as batch:
        batch.drop_constraint(op.f("ck_participant_participantkind"), type_="check")
        batch.create_check_constraint(
            op.f("ck_participant_participantkind"), sa.column("kind").in_(kinds)
        )


_MEETING = sa.table(
    "panel_meeting",
    *(sa.column(name) for name in ("id", "public_id", "panel_id", "title", "fee_pence")),
    sa.column("held_on", sa.Date()),
    sa.column("created_at", sa.DateTime(timezone=True)),
    sa.column("partnership_id"),
)
_SESSION = sa.table(
    "session",
    *(sa.column(name) for name in ("id", "public_id", "activity_id", "title", "fee_pence")),
    *(sa.column(name) for name in ("mode", "joining_link", "joining_phone", "record_link")),
    *(sa.column(name) for name in ("revision", "called_off_why", "partnership_id")),
    sa.column("is_open", sa.Boolean()),
    *(
        sa.column(name, sa.DateTime(timezone=True))
        for name in ("starts_at", "ends_at", "created_at")
    ),
)
_PANEL = sa.table("panel", sa.column("id"), sa.column("activity_id"))


def _meetings_to_sessions() -> None:
    """A meeting had a day and no hours: it becomes a session from ten to twelve."""
    connection = op.get_bind()
    columns = (*_MEETING.c, _PANEL.c.activity_id)
    meetings = connection.execute(
        sa.select(*columns).join_from(_MEETING, _PANEL, _PANEL.c.id == _MEETING.c.panel_id)
    ).all()
    for row in meetings:
        starts_at = datetime.combine(row.held_on, time(10), LONDON).astimezone(ZoneInfo("UTC"))
        connection.execute(
            _SESSION.insert().values(
                id=row.id,
                public_id=row.public_id,
                activity_id=row.activity_id,
                title=row.title,
                starts_at=_stored(starts_at),
                ends_at=_stored(starts_at + timedelta(hours=2)),
                mode="in person",
                joining_link="",
                joining_phone="",
                fee_pence=row.fee_pence,
                is_open=False,
                record_link="",
                revision=0,
                called_off_why="",
                created_at=row.created_at,
                partnership_id=row.partnership_id,
            )
        )
    _go_on_after("session", meetings)
    with op.batch_alter_table("attendance") as batch:
        batch.add_column(
            sa.Column("way", sa.String(length=40), nullable=False, server_default="in the room")
        )
        batch.drop_constraint("fk_attendance_partnership_id_meeting_id", type_="foreignkey")
        batch.drop_constraint("uq_attendance_meeting_id_seat_id", type_="unique")
        batch.alter_column("meeting_id", new_column_name="session_id", existing_type=KEY)
    with op.batch_alter_table("attendance") as batch:
        batch.alter_column(
            "way", existing_type=sa.String(length=40), existing_nullable=False, server_default=None
        )
        batch.create_check_constraint(
            op.f("ck_attendance_way"),
            sa.column("way").in_(["in the room", "online or by telephone"]),
        )
        batch.create_foreign_key(
            "fk_attendance_partnership_id_session_id",
            "session",
            ["partnership_id", "session_id"],
            ["partnership_id", "id"],
            ondelete="CASCADE",
        )
        batch.create_unique_constraint(
            "uq_attendance_session_id_seat_id", ["session_id", "seat_id"]
        )
    op.drop_table("panel_meeting")


def _sessions_to_meetings() -> None:
    op.create_table(
        "panel_meeting",
        _key("id"),
        *_public_id("panel_meeting"),
        _key("panel_id"),
        _text("title"),
        sa.Column("held_on", sa.Date(), nullable=False),
        _number("fee_pence"),
        _moment("created_at"),
        _key("partnership_id"),
        *_of_partnership("panel_meeting", ("panel_id", "panel")),
        _unique("panel_meeting", "partnership_id", "id"),
    )
    _index("panel_meeting", "panel_id")
    connection = op.get_bind()
    sessions = connection.execute(
        sa.select(*_SESSION.c, _PANEL.c.id.label("panel_id")).join_from(
            _SESSION, _PANEL, _PANEL.c.activity_id == _SESSION.c.activity_id
        )
    ).all()
    for row in sessions:
        connection.execute(
            _MEETING.insert().values(
                id=row.id,
                public_id=row.public_id,
                panel_id=row.panel_id,
                title=row.title,
                held_on=_day(row.starts_at),
                fee_pence=row.fee_pence,
                created_at=row.created_at,
                partnership_id=row.partnership_id,
            )
        )
    _go_on_after("panel_meeting", sessions)
    with op.batch_alter_table("attendance") as batch:
        batch.drop_constraint("fk_attendance_partnership_id_session_id", type_="foreignkey")
        batch.drop_constraint("uq_attendance_session_id_seat_id", type_="unique")
        batch.drop_constraint(op.f("ck_attendance_way"), type_="check")
        batch.drop_column("way")
        batch.alter_column("session_id", new_column_name="meeting_id", existing_type=KEY)
    with op.batch_alter_table("attendance") as batch:
        batch.create_foreign_key(
            "fk_attendance_partnership_id_meeting_id",
            "panel_meeting",
            ["partnership_id", "meeting_id"],
            ["partnership_id", "id"],
            ondelete="CASCADE",
        )
        batch.create_unique_constraint(
            "uq_attendance_meeting_id_seat_id", ["meeting_id", "seat_id"]
        )


def _stored(moment: datetime) -> datetime:
    """A moment as the database takes it: SQLite keeps none of its zone."""
    return moment.replace(tzinfo=None) if op.get_bind().dialect.name == "sqlite" else moment


def _day(moment: datetime) -> date:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo("UTC"))
    return aware.astimezone(LONDON).date()


def _go_on_after(table: str, rows: object) -> None:
    """Let PostgreSQL number new rows after those that kept their numbers."""
    if rows and op.get_bind().dialect.name == "postgresql":
        last = sa.select(sa.func.max(sa.column("id"))).select_from(sa.table(table))
        sequence = sa.func.pg_get_serial_sequence(table, "id")
        op.execute(sa.select(sa.func.setval(sequence, last.scalar_subquery())))
