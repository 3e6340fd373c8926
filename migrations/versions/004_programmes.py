"""Programmes: remit, areas, groups, convenors, activities, participants; organisations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "004"
down_revision = "003"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "Healthwatch",
                "resident-led group",
                "charity or social enterprise",
                "council",
                "NHS body",
                "other",
                name="organisationkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_organisation_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_organisation"),
        sa.UniqueConstraint("partnership_id", "id", name="uq_organisation_partnership_id_id"),
        sa.UniqueConstraint("partnership_id", "name", name="uq_organisation_partnership_id_name"),
        sa.UniqueConstraint("public_id", name="uq_organisation_public_id"),
    )
    op.create_table(
        "activity",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("programme_id", KEY, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "citizens’ panel",
                "community panel",
                "open conversation",
                "survey wave",
                "session series",
                "draft consultation",
                name="activitykind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("offline_routes", sa.Text(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "programme_id"],
            ["programme.partnership_id", "programme.id"],
            name="fk_activity_partnership_id_programme_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_activity_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_activity"),
        sa.UniqueConstraint("partnership_id", "id", name="uq_activity_partnership_id_id"),
        sa.UniqueConstraint("public_id", name="uq_activity_public_id"),
    )
    op.create_index("ix_activity_programme_id", "activity", ["programme_id"], unique=False)
    op.create_table(
        "existing_group",
        sa.Column("id", KEY, nullable=False),
        sa.Column("programme_id", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "programme_id"],
            ["programme.partnership_id", "programme.id"],
            name="fk_existing_group_partnership_id_programme_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_existing_group_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_existing_group"),
        sa.UniqueConstraint("programme_id", "name", name="uq_existing_group_programme_id_name"),
    )
    op.create_index(
        "ix_existing_group_programme_id", "existing_group", ["programme_id"], unique=False
    )
    op.create_table(
        "participant",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("programme_id", KEY, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "person",
                "browser",
                "paper code",
                "entered by staff",
                "imported",
                name="participantkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "programme_id"],
            ["programme.partnership_id", "programme.id"],
            name="fk_participant_partnership_id_programme_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_participant_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_participant"),
        sa.UniqueConstraint("partnership_id", "id", name="uq_participant_partnership_id_id"),
        sa.UniqueConstraint(
            "programme_id", "token_hash", name="uq_participant_programme_id_token_hash"
        ),
        sa.UniqueConstraint("public_id", name="uq_participant_public_id"),
    )
    op.create_index("ix_participant_programme_id", "participant", ["programme_id"], unique=False)
    op.create_table(
        "programme_area",
        sa.Column("id", KEY, nullable=False),
        sa.Column("programme_id", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("place_code", sa.String(length=9), nullable=True),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "programme_id"],
            ["programme.partnership_id", "programme.id"],
            name="fk_programme_area_partnership_id_programme_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_programme_area_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_programme_area"),
        sa.UniqueConstraint("programme_id", "name", name="uq_programme_area_programme_id_name"),
    )
    op.create_index("ix_programme_area_place_code", "programme_area", ["place_code"], unique=False)
    op.create_index(
        "ix_programme_area_programme_id", "programme_area", ["programme_id"], unique=False
    )
    op.create_table(
        "programme_convenor",
        sa.Column("id", KEY, nullable=False),
        sa.Column("programme_id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "organisation_id"],
            ["organisation.partnership_id", "organisation.id"],
            name="fk_programme_convenor_partnership_id_organisation_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id", "programme_id"],
            ["programme.partnership_id", "programme.id"],
            name="fk_programme_convenor_partnership_id_programme_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_programme_convenor_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_programme_convenor"),
        sa.UniqueConstraint(
            "programme_id",
            "organisation_id",
            name="uq_programme_convenor_programme_id_organisation_id",
        ),
    )
    op.create_index(
        "ix_programme_convenor_organisation_id",
        "programme_convenor",
        ["organisation_id"],
        unique=False,
    )
    op.create_index(
        "ix_programme_convenor_programme_id", "programme_convenor", ["programme_id"], unique=False
    )
    op.create_table(
        "programme_group",
        sa.Column("id", KEY, nullable=False),
        sa.Column("programme_id", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "programme_id"],
            ["programme.partnership_id", "programme.id"],
            name="fk_programme_group_partnership_id_programme_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_programme_group_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_programme_group"),
        sa.UniqueConstraint("programme_id", "name", name="uq_programme_group_programme_id_name"),
    )
    op.create_index(
        "ix_programme_group_programme_id", "programme_group", ["programme_id"], unique=False
    )
    with op.batch_alter_table("programme") as table:
        table.add_column(
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
                server_default="something else",
            )
        )
        table.add_column(sa.Column("can_change", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("cannot_change", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("decision", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("decision_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("lead_organisation_id", KEY, nullable=True))
        table.add_column(sa.Column("guest_invited_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("contact_phone", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("contact_email", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("contact_address", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("payment", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("support", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("offline_routes", sa.Text(), nullable=False, server_default=""))
        table.add_column(
            sa.Column("existing_confirmed_at", sa.DateTime(timezone=True), nullable=True)
        )
        table.add_column(sa.Column("published_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
        table.create_index(
            "ix_programme_lead_organisation_id", ["lead_organisation_id"], unique=False
        )
        table.create_foreign_key(
            "fk_programme_partnership_id_lead_organisation_id",
            "organisation",
            ["partnership_id", "lead_organisation_id"],
            ["partnership_id", "id"],
            ondelete="NO ACTION",
        )

    with op.batch_alter_table("staff") as table:
        table.add_column(sa.Column("organisation_id", KEY, nullable=True))
        table.create_index("ix_staff_organisation_id", ["organisation_id"], unique=False)
        table.create_foreign_key(
            "fk_staff_partnership_id_organisation_id",
            "organisation",
            ["partnership_id", "organisation_id"],
            ["partnership_id", "id"],
            ondelete="NO ACTION",
        )


def downgrade() -> None:
    with op.batch_alter_table("staff") as table:
        table.drop_constraint("fk_staff_partnership_id_organisation_id", type_="foreignkey")
        table.drop_index("ix_staff_organisation_id")
        table.drop_column("organisation_id")

    with op.batch_alter_table("programme") as table:
        table.drop_constraint(
            "fk_programme_partnership_id_lead_organisation_id", type_="foreignkey"
        )
        table.drop_index("ix_programme_lead_organisation_id")
        table.drop_constraint(op.f("ck_programme_topic"), type_="check")
        table.drop_column("closed_at")
        table.drop_column("published_at")
        table.drop_column("existing_confirmed_at")
        table.drop_column("offline_routes")
        table.drop_column("support")
        table.drop_column("payment")
        table.drop_column("contact_address")
        table.drop_column("contact_email")
        table.drop_column("contact_phone")
        table.drop_column("guest_invited_at")
        table.drop_column("lead_organisation_id")
        table.drop_column("decision_on")
        table.drop_column("decision")
        table.drop_column("cannot_change")
        table.drop_column("can_change")
        table.drop_column("topic")

    op.drop_table("programme_group")
    op.drop_table("programme_convenor")
    op.drop_table("programme_area")
    op.drop_table("participant")
    op.drop_table("existing_group")
    op.drop_table("activity")
    op.drop_table("organisation")
