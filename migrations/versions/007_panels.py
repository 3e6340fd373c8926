"""Panels: features and targets, invitations, registrations, draws, seats."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "007"
down_revision = "006"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "panel",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("activity_id", KEY, nullable=False),
        sa.Column(
            "recruitment",
            sa.Enum(
                "drawn by lot",
                "volunteers",
                name="recruitment",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("remit", sa.Text(), nullable=False),
        sa.Column("eligibility", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("payment", sa.Text(), nullable=False),
        sa.Column("support", sa.Text(), nullable=False),
        sa.Column("other_formats", sa.Text(), nullable=False),
        sa.Column("least_age", sa.Integer(), nullable=True),
        sa.Column("most_age", sa.Integer(), nullable=True),
        sa.Column("registration_closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "activity_id"],
            ["activity.partnership_id", "activity.id"],
            name="fk_panel_partnership_id_activity_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_panel_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_panel"),
        sa.UniqueConstraint("activity_id", name="uq_panel_activity_id"),
        sa.UniqueConstraint("partnership_id", "id", name="uq_panel_partnership_id_id"),
        sa.UniqueConstraint("public_id", name="uq_panel_public_id"),
    )
    op.create_table(
        "draw",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("panel_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "being prepared",
                "could not be prepared",
                "ready to be published",
                "published before the seed",
                "drawn",
                "void",
                name="drawstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("run_public_id", sa.String(length=22), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("tickets", sa.Integer(), nullable=False),
        sa.Column("registrants", sa.Integer(), nullable=False),
        sa.Column("pool_mark", sa.String(length=64), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("exact", sa.Boolean(), nullable=False),
        sa.Column("gap", sa.Float(), nullable=False),
        sa.Column("smallest_chance", sa.Float(), nullable=False),
        sa.Column("greatest_chance", sa.Float(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("seed_source", sa.Text(), nullable=False),
        sa.Column("seed_due", sa.Text(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("seed_entered_by", sa.String(length=22), nullable=False),
        sa.Column("seed_entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ticket", sa.Integer(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "panel_id"],
            ["panel.partnership_id", "panel.id"],
            name="fk_draw_partnership_id_panel_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_draw_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_draw"),
        sa.UniqueConstraint("panel_id", "number", name="uq_draw_panel_id_number"),
        sa.UniqueConstraint("partnership_id", "id", name="uq_draw_partnership_id_id"),
        sa.UniqueConstraint("public_id", name="uq_draw_public_id"),
    )
    op.create_table(
        "invitation_wording",
        sa.Column("id", KEY, nullable=False),
        sa.Column("panel_id", KEY, nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "panel_id"],
            ["panel.partnership_id", "panel.id"],
            name="fk_invitation_wording_partnership_id_panel_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_invitation_wording_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_invitation_wording"),
        sa.UniqueConstraint("panel_id", "language", name="uq_invitation_wording_panel_id_language"),
    )
    op.create_table(
        "invitation_batch",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("panel_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "letters",
                "handed out",
                name="batchkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("where", sa.Text(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("addresses", sa.Integer(), nullable=False),
        sa.Column("drawn_by", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "panel_id"],
            ["panel.partnership_id", "panel.id"],
            name="fk_invitation_batch_partnership_id_panel_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_invitation_batch_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_invitation_batch"),
        sa.UniqueConstraint("panel_id", "number", name="uq_invitation_batch_panel_id_number"),
        sa.UniqueConstraint("partnership_id", "id", name="uq_invitation_batch_partnership_id_id"),
        sa.UniqueConstraint("public_id", name="uq_invitation_batch_public_id"),
    )
    op.create_table(
        "panel_feature",
        sa.Column("id", KEY, nullable=False),
        sa.Column("panel_id", KEY, nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("wording", sa.JSON(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("vintage", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "panel_id"],
            ["panel.partnership_id", "panel.id"],
            name="fk_panel_feature_partnership_id_panel_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_panel_feature_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_panel_feature"),
        sa.UniqueConstraint("panel_id", "key", name="uq_panel_feature_panel_id_key"),
        sa.UniqueConstraint("partnership_id", "id", name="uq_panel_feature_partnership_id_id"),
    )
    op.create_index("ix_panel_feature_panel_id", "panel_feature", ["panel_id"], unique=False)
    op.create_table(
        "registration",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("panel_id", KEY, nullable=False),
        sa.Column("resident_id", KEY, nullable=False),
        sa.Column("pool_id", sa.String(length=22), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("household", sa.String(length=40), nullable=True),
        sa.Column(
            "route",
            sa.Enum(
                "online",
                "by telephone",
                "in person",
                name="route",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "panel_id"],
            ["panel.partnership_id", "panel.id"],
            name="fk_registration_partnership_id_panel_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id", "resident_id"],
            ["resident.partnership_id", "resident.id"],
            name="fk_registration_partnership_id_resident_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_registration_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_registration"),
        sa.UniqueConstraint("panel_id", "resident_id", name="uq_registration_panel_id_resident_id"),
        sa.UniqueConstraint("partnership_id", "id", name="uq_registration_partnership_id_id"),
        sa.UniqueConstraint("public_id", name="uq_registration_public_id"),
    )
    op.create_index("ix_registration_panel_id", "registration", ["panel_id"], unique=False)
    op.create_index("ix_registration_resident_id", "registration", ["resident_id"], unique=False)
    op.create_table(
        "draw_chance",
        sa.Column("id", KEY, nullable=False),
        sa.Column("draw_id", KEY, nullable=False),
        sa.Column("registration_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("chance", sa.Float(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "draw_id"],
            ["draw.partnership_id", "draw.id"],
            name="fk_draw_chance_partnership_id_draw_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id", "registration_id"],
            ["registration.partnership_id", "registration.id"],
            name="fk_draw_chance_partnership_id_registration_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_draw_chance_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_draw_chance"),
        sa.UniqueConstraint(
            "draw_id", "registration_id", name="uq_draw_chance_draw_id_registration_id"
        ),
    )
    op.create_index("ix_draw_chance_draw_id", "draw_chance", ["draw_id"], unique=False)
    op.create_index(
        "ix_draw_chance_registration_id", "draw_chance", ["registration_id"], unique=False
    )
    op.create_table(
        "invitation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("batch_id", KEY, nullable=False),
        sa.Column("letter_code_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("strata", sa.JSON(), nullable=True),
        sa.Column("probability", sa.Text(), nullable=False),
        sa.Column("communal", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "made",
                "sent",
                "came back",
                "replaced by a new code",
                name="invitationstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "batch_id"],
            ["invitation_batch.partnership_id", "invitation_batch.id"],
            name="fk_invitation_partnership_id_batch_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id", "letter_code_id"],
            ["letter_code.partnership_id", "letter_code.id"],
            name="fk_invitation_partnership_id_letter_code_id",
            ondelete="NO ACTION",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_invitation_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_invitation"),
        sa.UniqueConstraint("letter_code_id", name="uq_invitation_letter_code_id"),
        sa.UniqueConstraint("partnership_id", "id", name="uq_invitation_partnership_id_id"),
        sa.UniqueConstraint("public_id", name="uq_invitation_public_id"),
    )
    op.create_index("ix_invitation_batch_id", "invitation", ["batch_id"], unique=False)
    op.create_table(
        "panel_target",
        sa.Column("id", KEY, nullable=False),
        sa.Column("feature_id", KEY, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("population", KEY, nullable=True),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "feature_id"],
            ["panel_feature.partnership_id", "panel_feature.id"],
            name="fk_panel_target_partnership_id_feature_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_panel_target_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_panel_target"),
        sa.UniqueConstraint("feature_id", "value", name="uq_panel_target_feature_id_value"),
    )
    op.create_index("ix_panel_target_feature_id", "panel_target", ["feature_id"], unique=False)
    op.create_table(
        "registration_answer",
        sa.Column("id", KEY, nullable=False),
        sa.Column("registration_id", KEY, nullable=False),
        sa.Column("consent_id", KEY, nullable=False),
        sa.Column("feature", sa.String(length=60), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "consent_id"],
            ["consent.partnership_id", "consent.id"],
            name="fk_registration_answer_partnership_id_consent_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id", "registration_id"],
            ["registration.partnership_id", "registration.id"],
            name="fk_registration_answer_partnership_id_registration_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_registration_answer_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_registration_answer"),
        sa.UniqueConstraint(
            "registration_id", "feature", name="uq_registration_answer_registration_id_feature"
        ),
    )
    op.create_index(
        "ix_registration_answer_consent_id", "registration_answer", ["consent_id"], unique=False
    )
    op.create_index(
        "ix_registration_answer_registration_id",
        "registration_answer",
        ["registration_id"],
        unique=False,
    )
    op.create_table(
        "seat",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("panel_id", KEY, nullable=False),
        sa.Column("registration_id", KEY, nullable=False),
        sa.Column("draw_id", KEY, nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "offered",
                "accepted",
                "declined",
                "not answered in time",
                "left",
                name="seatstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "decided_by",
            sa.Enum(
                "online",
                "by telephone",
                "in person",
                name="route",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "draw_id"],
            ["draw.partnership_id", "draw.id"],
            name="fk_seat_partnership_id_draw_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id", "panel_id"],
            ["panel.partnership_id", "panel.id"],
            name="fk_seat_partnership_id_panel_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id", "registration_id"],
            ["registration.partnership_id", "registration.id"],
            name="fk_seat_partnership_id_registration_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_seat_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_seat"),
        sa.UniqueConstraint("partnership_id", "id", name="uq_seat_partnership_id_id"),
        sa.UniqueConstraint("public_id", name="uq_seat_public_id"),
        sa.UniqueConstraint("registration_id", name="uq_seat_registration_id"),
    )
    op.create_index("ix_seat_draw_id", "seat", ["draw_id"], unique=False)
    op.create_index("ix_seat_panel_id", "seat", ["panel_id"], unique=False)
    op.create_table(
        "support_need",
        sa.Column("id", KEY, nullable=False),
        sa.Column("registration_id", KEY, nullable=False),
        sa.Column("consent_id", KEY, nullable=False),
        sa.Column("needs", sa.Text(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "consent_id"],
            ["consent.partnership_id", "consent.id"],
            name="fk_support_need_partnership_id_consent_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id", "registration_id"],
            ["registration.partnership_id", "registration.id"],
            name="fk_support_need_partnership_id_registration_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_support_need_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_support_need"),
        sa.UniqueConstraint("registration_id", name="uq_support_need_registration_id"),
    )
    op.create_index("ix_support_need_consent_id", "support_need", ["consent_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_support_need_consent_id", table_name="support_need")
    op.drop_table("support_need")
    op.drop_index("ix_seat_panel_id", table_name="seat")
    op.drop_index("ix_seat_draw_id", table_name="seat")
    op.drop_table("seat")
    op.drop_index("ix_registration_answer_registration_id", table_name="registration_answer")
    op.drop_index("ix_registration_answer_consent_id", table_name="registration_answer")
    op.drop_table("registration_answer")
    op.drop_index("ix_panel_target_feature_id", table_name="panel_target")
    op.drop_table("panel_target")
    op.drop_index("ix_invitation_batch_id", table_name="invitation")
    op.drop_table("invitation")
    op.drop_index("ix_draw_chance_registration_id", table_name="draw_chance")
    op.drop_index("ix_draw_chance_draw_id", table_name="draw_chance")
    op.drop_table("draw_chance")
    op.drop_index("ix_registration_resident_id", table_name="registration")
    op.drop_index("ix_registration_panel_id", table_name="registration")
    op.drop_table("registration")
    op.drop_index("ix_panel_feature_panel_id", table_name="panel_feature")
    op.drop_table("panel_feature")
    op.drop_table("invitation_batch")
    op.drop_table("invitation_wording")
    op.drop_table("draw")
    op.drop_table("panel")
