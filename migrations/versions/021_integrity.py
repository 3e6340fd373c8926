"""What is stated of the integrity of a deliberation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "021"
down_revision = "020"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "integrity_statement",
        sa.Column("id", KEY, nullable=False),
        sa.Column("panel_id", KEY, nullable=False),
        sa.Column("paid_by", sa.Text(), nullable=False),
        sa.Column("chose_experts", sa.Text(), nullable=False),
        sa.Column("left_out", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "panel_id"],
            ["panel.partnership_id", "panel.id"],
            name="fk_integrity_statement_partnership_id_panel_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_integrity_statement_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_integrity_statement"),
    )
    op.create_index("ix_integrity_statement_panel_id", "integrity_statement", ["panel_id"])


def downgrade() -> None:
    op.drop_table("integrity_statement")
