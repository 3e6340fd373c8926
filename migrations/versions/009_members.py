"""The standing community panel: members, what they chose, who was asked what, lotteries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "009"
down_revision = "008"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "member_lottery",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("panel_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "sub-sample",
                "who leaves",
                "who gets a free place",
                name="lotterykind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "announced",
                "drawn",
                "given up",
                name="lotterystate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("seed_source", sa.Text(), nullable=False),
        sa.Column("seed_due", sa.Text(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("seed_entered_by", sa.String(length=22), nullable=False),
        sa.Column("seed_entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_up_reason", sa.Text(), nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "panel_id"],
            ["panel.partnership_id", "panel.id"],
            name="fk_member_lottery_partnership_id_panel_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_member_lottery_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_member_lottery"),
        sa.UniqueConstraint("panel_id", "number", name="uq_member_lottery_panel_id_number"),
        sa.UniqueConstraint("partnership_id", "id", name="uq_member_lottery_partnership_id_id"),
        sa.UniqueConstraint("public_id", name="uq_member_lottery_public_id"),
    )
    op.create_table(
        "membership",
        sa.Column("id", KEY, nullable=False),
        sa.Column("panel_id", KEY, nullable=False),
        sa.Column("term_months", sa.Integer(), nullable=True),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "panel_id"],
            ["panel.partnership_id", "panel.id"],
            name="fk_membership_partnership_id_panel_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_membership_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_membership"),
        sa.UniqueConstraint("panel_id", name="uq_membership_panel_id"),
    )
    op.create_table(
        "member",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("panel_id", KEY, nullable=False),
        sa.Column("registration_id", KEY, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "member",
                "waiting for a place",
                "left",
                name="memberstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("most_a_month", sa.Integer(), nullable=False),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "left_by",
            sa.Enum(
                "own wish",
                "term over",
                name="leftby",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "panel_id"],
            ["panel.partnership_id", "panel.id"],
            name="fk_member_partnership_id_panel_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id", "registration_id"],
            ["registration.partnership_id", "registration.id"],
            name="fk_member_partnership_id_registration_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_member_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_member"),
        sa.UniqueConstraint("partnership_id", "id", name="uq_member_partnership_id_id"),
        sa.UniqueConstraint("public_id", name="uq_member_public_id"),
        sa.UniqueConstraint("registration_id", name="uq_member_registration_id"),
    )
    op.create_index("ix_member_panel_id", "member", ["panel_id"], unique=False)
    op.create_table(
        "member_ask",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("panel_id", KEY, nullable=False),
        sa.Column("lottery_id", KEY, nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "lottery_id"],
            ["member_lottery.partnership_id", "member_lottery.id"],
            name="fk_member_ask_partnership_id_lottery_id",
            ondelete="NO ACTION",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id", "panel_id"],
            ["panel.partnership_id", "panel.id"],
            name="fk_member_ask_partnership_id_panel_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_member_ask_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_member_ask"),
        sa.UniqueConstraint("partnership_id", "id", name="uq_member_ask_partnership_id_id"),
        sa.UniqueConstraint("public_id", name="uq_member_ask_public_id"),
    )
    op.create_index("ix_member_ask_lottery_id", "member_ask", ["lottery_id"], unique=False)
    op.create_index("ix_member_ask_panel_id", "member_ask", ["panel_id"], unique=False)
    op.create_table(
        "lottery_member",
        sa.Column("id", KEY, nullable=False),
        sa.Column("lottery_id", KEY, nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("probability", sa.String(length=60), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "lottery_id"],
            ["member_lottery.partnership_id", "member_lottery.id"],
            name="fk_lottery_member_partnership_id_lottery_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id", "member_id"],
            ["member.partnership_id", "member.id"],
            name="fk_lottery_member_partnership_id_member_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_lottery_member_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_lottery_member"),
        sa.UniqueConstraint(
            "lottery_id", "member_id", name="uq_lottery_member_lottery_id_member_id"
        ),
    )
    op.create_index("ix_lottery_member_member_id", "lottery_member", ["member_id"], unique=False)
    op.create_table(
        "member_contact",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ask_id", KEY, nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column(
            "contact_by",
            sa.Enum(
                "do not contact me",
                "email",
                "phone",
                "post",
                name="contactby",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("contacted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "ask_id"],
            ["member_ask.partnership_id", "member_ask.id"],
            name="fk_member_contact_partnership_id_ask_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id", "member_id"],
            ["member.partnership_id", "member.id"],
            name="fk_member_contact_partnership_id_member_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_member_contact_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_member_contact"),
        sa.UniqueConstraint("ask_id", "member_id", name="uq_member_contact_ask_id_member_id"),
    )
    op.create_index("ix_member_contact_member_id", "member_contact", ["member_id"], unique=False)
    op.create_table(
        "member_interest",
        sa.Column("id", KEY, nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("consent_id", KEY, nullable=False),
        sa.Column(
            "topic",
            sa.Enum(
                "getting care",
                "waiting for care",
                "mental health",
                "children and young people",
                "growing older",
                "living with a long-term condition",
                "carers and families",
                "staying well",
                "fairness",
                "social care",
                "records and digital services",
                "something else",
                name="topic",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "consent_id"],
            ["consent.partnership_id", "consent.id"],
            name="fk_member_interest_partnership_id_consent_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id", "member_id"],
            ["member.partnership_id", "member.id"],
            name="fk_member_interest_partnership_id_member_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_member_interest_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_member_interest"),
        sa.UniqueConstraint("member_id", "topic", name="uq_member_interest_member_id_topic"),
    )
    op.create_index(
        "ix_member_interest_consent_id", "member_interest", ["consent_id"], unique=False
    )
    op.create_table(
        "member_role",
        sa.Column("id", KEY, nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "champion",
                "connector",
                "peer researcher",
                "mentor",
                name="memberrole",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "member_id"],
            ["member.partnership_id", "member.id"],
            name="fk_member_role_partnership_id_member_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_member_role_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_member_role"),
        sa.UniqueConstraint("member_id", "role", name="uq_member_role_member_id_role"),
    )


def downgrade() -> None:
    op.drop_table("member_role")
    op.drop_table("member_interest")
    op.drop_table("member_contact")
    op.drop_table("lottery_member")
    op.drop_table("member_ask")
    op.drop_table("member")
    op.drop_table("membership")
    op.drop_table("member_lottery")
