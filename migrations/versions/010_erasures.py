"""Who was erased, so that a restored copy can be told again; whose messages and words were."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "010"
down_revision = "009"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name="fk_erasure_partnership_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_erasure"),
        sa.UniqueConstraint("public_id", name="uq_erasure_public_id"),
    )
    with op.batch_alter_table("contribution") as batch:
        batch.add_column(sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("message") as batch:
        batch.add_column(sa.Column("resident_id", KEY, nullable=True))
        batch.create_index("ix_message_resident_id", ["resident_id"], unique=False)
        batch.create_foreign_key(
            "fk_message_partnership_id_resident_id",
            "resident",
            ["partnership_id", "resident_id"],
            ["partnership_id", "id"],
            ondelete="CASCADE",
        )


def downgrade() -> None:
    with op.batch_alter_table("message") as batch:
        batch.drop_constraint("fk_message_partnership_id_resident_id", type_="foreignkey")
        batch.drop_index("ix_message_resident_id")
        batch.drop_column("resident_id")
    with op.batch_alter_table("contribution") as batch:
        batch.drop_column("erased_at")
    op.drop_table("erasure")
