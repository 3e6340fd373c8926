"""Paper forms keyed twice, diaries, how a file was read the last time."""

from __future__ import annotations

revision = "015"
down_revision = "014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
