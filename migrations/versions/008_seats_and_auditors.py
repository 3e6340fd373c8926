"""Seats go on: meetings, attendance and payment, the make-up of a panel, auditors of its draws."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "008"
down_revision = "007"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ROLES = (
    "facilitator",
    "officer",
    "board member",
    "phone operator",
    "safeguarding lead",
    "administrator",
)


def _let_roles_be(*roles: str) -> None:
    with op.batch_alter_table("staff_grant") as batch:
        batch.drop_constraint(op.f("ck_staff_grant_role"), type_="check")
        batch.create_check_constraint(op.f("ck_staff_grant_role"), sa.column("role").in_(roles))


def upgrade() -> None:
    _let_roles_be(*ROLES, "auditor")
    op.create_table(
        "panel_makeup",
        sa.Column("id", KEY, nullable=False),
        sa.Column("panel_id", KEY, nullable=False),
        sa.Column(
            "moment",
            sa.Enum(
                "confirmed",
                "ended",
                name="makeupmoment",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "panel_id"],
            ["panel.partnership_id", "panel.id"],
            name="fk_panel_makeup_partnership_id_panel_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_panel_makeup_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_panel_makeup"),
        sa.UniqueConstraint("panel_id", "moment", name="uq_panel_makeup_panel_id_moment"),
    )
    op.create_table(
        "panel_meeting",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("panel_id", KEY, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("fee_pence", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "panel_id"],
            ["panel.partnership_id", "panel.id"],
            name="fk_panel_meeting_partnership_id_panel_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_panel_meeting_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_panel_meeting"),
        sa.UniqueConstraint("partnership_id", "id", name="uq_panel_meeting_partnership_id_id"),
        sa.UniqueConstraint("public_id", name="uq_panel_meeting_public_id"),
    )
    op.create_index("ix_panel_meeting_panel_id", "panel_meeting", ["panel_id"], unique=False)

    op.create_table(
        "draw_audit",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("draw_id", KEY, nullable=False),
        sa.Column("auditor", sa.String(length=22), nullable=False),
        sa.Column("agreement", sa.Text(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "finding",
            sa.Enum(
                "everything was as published",
                "something was not as published",
                name="auditfinding",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("signed_as", sa.Text(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "draw_id"],
            ["draw.partnership_id", "draw.id"],
            name="fk_draw_audit_partnership_id_draw_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_draw_audit_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_draw_audit"),
        sa.UniqueConstraint("draw_id", "auditor", name="uq_draw_audit_draw_id_auditor"),
        sa.UniqueConstraint("partnership_id", "id", name="uq_draw_audit_partnership_id_id"),
        sa.UniqueConstraint("public_id", name="uq_draw_audit_public_id"),
    )

    op.create_table(
        "attendance",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("meeting_id", KEY, nullable=False),
        sa.Column("seat_id", KEY, nullable=True),
        sa.Column("pence", sa.Integer(), nullable=False),
        sa.Column(
            "pay_by",
            sa.Enum(
                "voucher",
                "through the finance team",
                "does not want to be paid",
                name="payby",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "meeting_id"],
            ["panel_meeting.partnership_id", "panel_meeting.id"],
            name="fk_attendance_partnership_id_meeting_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id", "seat_id"],
            ["seat.partnership_id", "seat.id"],
            name="fk_attendance_partnership_id_seat_id",
            ondelete="NO ACTION",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_attendance_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_attendance"),
        sa.UniqueConstraint("meeting_id", "seat_id", name="uq_attendance_meeting_id_seat_id"),
        sa.UniqueConstraint("public_id", name="uq_attendance_public_id"),
    )
    op.create_index("ix_attendance_seat_id", "attendance", ["seat_id"], unique=False)

    with op.batch_alter_table("panel") as batch:
        batch.add_column(sa.Column("reserve_until", sa.Date(), nullable=True))

    with op.batch_alter_table("seat") as batch:
        batch.add_column(
            sa.Column(
                "pay_by",
                sa.Enum(
                    "voucher",
                    "through the finance team",
                    "does not want to be paid",
                    name="payby",
                    native_enum=False,
                    create_constraint=True,
                    length=40,
                ),
                nullable=True,
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("seat") as batch:
        batch.drop_constraint(op.f("ck_seat_payby"), type_="check")
        batch.drop_column("pay_by")

    with op.batch_alter_table("panel") as batch:
        batch.drop_column("reserve_until")

    op.drop_index("ix_attendance_seat_id", table_name="attendance")

    op.drop_table("attendance")

    op.drop_table("draw_audit")
    op.drop_index("ix_panel_meeting_panel_id", table_name="panel_meeting")

    op.drop_table("panel_meeting")
    op.drop_table("panel_makeup")
    op.execute("DELETE FROM staff_grant WHERE role = 'auditor'")
    _let_roles_be(*ROLES)
