"""Which resident a participant is, in a table of its own that can be erased."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "006"
down_revision = "005"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "participant_link",
        sa.Column("id", KEY, nullable=False),
        sa.Column("participant_id", KEY, nullable=False),
        sa.Column("resident_id", KEY, nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "participant_id"],
            ["participant.partnership_id", "participant.id"],
            name="fk_participant_link_partnership_id_participant_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id", "resident_id"],
            ["resident.partnership_id", "resident.id"],
            name="fk_participant_link_partnership_id_resident_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_participant_link_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_participant_link"),
        sa.UniqueConstraint("participant_id", name="uq_participant_link_participant_id"),
    )
    op.create_index(
        "ix_participant_link_resident_id", "participant_link", ["resident_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_participant_link_resident_id", table_name="participant_link")
    op.drop_table("participant_link")
