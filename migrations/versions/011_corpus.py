"""One corpus: roles, states, languages, what was shown; data cards and other wordings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "011"
down_revision = "010"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = (
    "citizens’ panel",
    "community panel",
    "open conversation",
    "survey wave",
    "session series",
    "draft consultation",
)
STATES = ("published", "held", "withdrawn", "redacted")
SPEAKERS = ("resident", "professional")
MORE_SPEAKERS = ("carer", "elected member", "organisation", "petition or campaign")


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _let(table: str, column: str, constraint: str, *values: str) -> None:
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(op.f(constraint), type_="check")
        batch.create_check_constraint(op.f(constraint), sa.column(column).in_(values))


def _of_partnership(table: str, *columns: tuple[str, str]) -> list[sa.Constraint]:
    keys: list[sa.Constraint] = [
        sa.ForeignKeyConstraint(
            ["partnership_id", column],
            [f"{target}.partnership_id", f"{target}.id"],
            name=f"fk_{table}_partnership_id_{column}",
            ondelete="CASCADE",
        )
        for column, target in columns
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


def upgrade() -> None:
    op.create_table(
        "data_card",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("programme_id", KEY, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("comparison", sa.Text(), nullable=False),
        sa.Column("plain_words", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("caveat", sa.Text(), nullable=False),
        sa.Column(
            "origin",
            _one_of("cardorigin", "imported reference data", "uploaded table"),
            nullable=False,
        ),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("replaces_id", KEY, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("partnership_id", KEY, nullable=False),
        *_of_partnership("data_card", ("programme_id", "programme")),
        sa.ForeignKeyConstraint(
            ["partnership_id", "replaces_id"],
            ["data_card.partnership_id", "data_card.id"],
            name="fk_data_card_partnership_id_replaces_id",
            ondelete="NO ACTION",
        ),
        sa.UniqueConstraint("partnership_id", "id", name="uq_data_card_partnership_id_id"),
        sa.UniqueConstraint("public_id", name="uq_data_card_public_id"),
    )
    op.create_index("ix_data_card_programme_id", "data_card", ["programme_id"])
    op.create_index("ix_data_card_replaces_id", "data_card", ["replaces_id"])
    op.create_table(
        "activity_card",
        sa.Column("id", KEY, nullable=False),
        sa.Column("activity_id", KEY, nullable=False),
        sa.Column("data_card_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        *_of_partnership(
            "activity_card", ("activity_id", "activity"), ("data_card_id", "data_card")
        ),
        sa.UniqueConstraint(
            "activity_id", "data_card_id", name="uq_activity_card_activity_id_data_card_id"
        ),
    )
    op.create_index("ix_activity_card_activity_id", "activity_card", ["activity_id"])
    op.create_index("ix_activity_card_data_card_id", "activity_card", ["data_card_id"])
    op.create_table(
        "activity_wording",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("activity_id", KEY, nullable=False),
        sa.Column(
            "format",
            _one_of(
                "wordingformat", "translation", "easy read", "large print", "British Sign Language"
            ),
            nullable=False,
        ),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        *_of_partnership("activity_wording", ("activity_id", "activity")),
        sa.UniqueConstraint("public_id", name="uq_activity_wording_public_id"),
        sa.UniqueConstraint(
            "activity_id",
            "format",
            "language",
            name="uq_activity_wording_activity_id_format_language",
        ),
    )
    op.create_index("ix_activity_wording_activity_id", "activity_wording", ["activity_id"])
    op.create_table(
        "activity_audience",
        sa.Column("id", KEY, nullable=False),
        sa.Column("activity_id", KEY, nullable=False),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        *_of_partnership("activity_audience", ("activity_id", "activity")),
        sa.UniqueConstraint("activity_id", name="uq_activity_audience_activity_id"),
    )
    op.create_table(
        "reach_summary",
        sa.Column("id", KEY, nullable=False),
        sa.Column("programme_id", KEY, nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.Column("gaps", sa.JSON(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("partnership_id", KEY, nullable=False),
        *_of_partnership("reach_summary", ("programme_id", "programme")),
        sa.UniqueConstraint("programme_id", name="uq_reach_summary_programme_id"),
    )
    with op.batch_alter_table("programme") as batch:
        batch.add_column(
            sa.Column("moderate_first", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch.add_column(sa.Column("most_per_person", sa.Integer(), nullable=True))
    _let("activity", "kind", "ck_activity_activitykind", *KINDS, "diary")
    _let("contribution", "method", "ck_contribution_activitykind", *KINDS, "diary")
    _let("contribution", "speaker", "ck_contribution_speaker", *SPEAKERS, *MORE_SPEAKERS)
    with op.batch_alter_table("contribution") as batch:
        for column in (
            sa.Column("language", sa.String(length=35), nullable=False, server_default=""),
            sa.Column("translation", sa.Text(), nullable=True),
            sa.Column("received_on", sa.Date(), nullable=True),
            sa.Column("data_card_id", KEY, nullable=True),
            sa.Column("speaks_for", sa.Text(), nullable=False, server_default=""),
            sa.Column("asked_people", sa.BigInteger(), nullable=True),
            sa.Column("asked_how", sa.Text(), nullable=False, server_default=""),
            sa.Column("source", sa.Text(), nullable=False, server_default=""),
            sa.Column("entry_key", sa.String(length=64), nullable=True),
            sa.Column("concerns", sa.JSON(), nullable=False, server_default="[]"),
            sa.Column(
                "state", _one_of("state", *STATES), nullable=False, server_default="published"
            ),
            sa.Column("state_reason", sa.Text(), nullable=False, server_default=""),
            sa.Column("state_at", sa.DateTime(timezone=True), nullable=True),
        ):
            batch.add_column(column)
    op.execute("UPDATE contribution SET received_on = DATE(created_at)")
    op.execute(
        "UPDATE contribution SET state = 'withdrawn', state_at = withdrawn_at"
        " WHERE withdrawn_at IS NOT NULL"
    )
    with op.batch_alter_table("contribution") as batch:
        batch.alter_column("received_on", existing_type=sa.Date(), nullable=False)
        batch.drop_column("withdrawn_at")
        batch.create_foreign_key(
            "fk_contribution_partnership_id_data_card_id",
            "data_card",
            ["partnership_id", "data_card_id"],
            ["partnership_id", "id"],
            ondelete="NO ACTION",
        )
        batch.create_unique_constraint(
            "uq_contribution_programme_id_entry_key", ["programme_id", "entry_key"]
        )
        batch.create_index("ix_contribution_data_card_id", ["data_card_id"])
        batch.create_index("ix_contribution_programme_id_state", ["programme_id", "state"])


def downgrade() -> None:
    with op.batch_alter_table("contribution") as batch:
        batch.add_column(sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE contribution SET withdrawn_at = state_at WHERE state = 'withdrawn'")
    # What the older version has no place for is kept as near as it can be: held is not shown there.
    op.execute("UPDATE contribution SET may_quote = false WHERE state = 'held'")
    op.execute("UPDATE contribution SET speaker = 'resident' WHERE speaker = 'carer'")
    op.execute(
        "UPDATE contribution SET speaker = 'professional'"
        " WHERE speaker IN ('elected member', 'organisation', 'petition or campaign')"
    )
    op.execute("UPDATE contribution SET method = 'open conversation' WHERE method = 'diary'")
    op.execute("UPDATE activity SET kind = 'open conversation' WHERE kind = 'diary'")
    with op.batch_alter_table("contribution") as batch:
        batch.drop_index("ix_contribution_programme_id_state")
        batch.drop_index("ix_contribution_data_card_id")
        batch.drop_constraint("uq_contribution_programme_id_entry_key", type_="unique")
        batch.drop_constraint("fk_contribution_partnership_id_data_card_id", type_="foreignkey")
        batch.drop_constraint(op.f("ck_contribution_state"), type_="check")
        for name in (
            *("state_at", "state_reason", "state", "concerns", "entry_key", "source"),
            *("asked_how", "asked_people", "speaks_for", "data_card_id", "received_on"),
            *("translation", "language"),
        ):
            batch.drop_column(name)
    _let("contribution", "speaker", "ck_contribution_speaker", *SPEAKERS)
    _let("contribution", "method", "ck_contribution_activitykind", *KINDS)
    _let("activity", "kind", "ck_activity_activitykind", *KINDS)
    with op.batch_alter_table("programme") as batch:
        batch.drop_column("most_per_person")
        batch.drop_column("moderate_first")
    op.drop_table("reach_summary")
    op.drop_table("activity_audience")
    op.drop_table("activity_wording")
    op.drop_table("activity_card")
    op.drop_table("data_card")
