"""Places: reference data of England, the same for every partnership."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "003"
down_revision = "002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "reference_set",
        sa.Column("id", KEY, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "icbs",
                "sub_icbs",
                "local_authorities",
                "wards",
                "small_areas",
                "small_areas_health",
                "deprivation",
                "census_age",
                "census_sex",
                "census_ethnic_group",
                "census_disability",
                "census_tenure",
                "boundaries_icb",
                "boundaries_local_authority",
                "boundaries_ward",
                "boundaries_lsoa",
                "indicators",
                "postcodes",
                name="referencekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("vintage", sa.Text(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("attribution", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("row_count", sa.BigInteger(), nullable=False),
        sa.Column("partial", sa.Boolean(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reference_set"),
    )
    op.create_index("ix_reference_set_kind", "reference_set", ["kind"], unique=False)

    op.create_table(
        "place",
        sa.Column("code", sa.String(length=9), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "icb",
                "sub-icb",
                "local authority",
                "ward",
                "region",
                name="placekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("within_code", sa.String(length=9), nullable=True),
        sa.Column("reference_set_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["reference_set_id"],
            ["reference_set.id"],
            name="fk_place_reference_set_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("code", name="pk_place"),
    )
    op.create_index("ix_place_kind", "place", ["kind"], unique=False)
    op.create_index("ix_place_reference_set_id", "place", ["reference_set_id"], unique=False)
    op.create_index("ix_place_within_code", "place", ["within_code"], unique=False)

    op.create_table(
        "small_area",
        sa.Column("code", sa.String(length=9), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("ward_code", sa.String(length=9), nullable=False),
        sa.Column("local_authority_code", sa.String(length=9), nullable=False),
        sa.Column("sub_icb_code", sa.String(length=9), nullable=True),
        sa.Column("icb_code", sa.String(length=9), nullable=True),
        sa.Column("reference_set_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["reference_set_id"],
            ["reference_set.id"],
            name="fk_small_area_reference_set_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("code", name="pk_small_area"),
    )
    op.create_index("ix_small_area_icb_code", "small_area", ["icb_code"], unique=False)
    op.create_index(
        "ix_small_area_local_authority_code", "small_area", ["local_authority_code"], unique=False
    )
    op.create_index(
        "ix_small_area_reference_set_id", "small_area", ["reference_set_id"], unique=False
    )
    op.create_index("ix_small_area_sub_icb_code", "small_area", ["sub_icb_code"], unique=False)
    op.create_index("ix_small_area_ward_code", "small_area", ["ward_code"], unique=False)

    op.create_table(
        "deprivation",
        sa.Column("lsoa_code", sa.String(length=9), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("decile", sa.Integer(), nullable=False),
        sa.Column("domains", sa.JSON(), nullable=False),
        sa.Column("reference_set_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["reference_set_id"],
            ["reference_set.id"],
            name="fk_deprivation_reference_set_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("lsoa_code", name="pk_deprivation"),
    )
    op.create_index(
        "ix_deprivation_reference_set_id", "deprivation", ["reference_set_id"], unique=False
    )

    op.create_table(
        "census_count",
        sa.Column("reference_set_id", KEY, nullable=False),
        sa.Column("place_code", sa.String(length=9), nullable=False),
        sa.Column("category", sa.String(length=60), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reference_set_id"],
            ["reference_set.id"],
            name="fk_census_count_reference_set_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "reference_set_id", "place_code", "category", name="pk_census_count"
        ),
        sqlite_with_rowid=False,
    )

    op.create_table(
        "boundary",
        sa.Column("reference_set_id", KEY, nullable=False),
        sa.Column("place_code", sa.String(length=9), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("geometry", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reference_set_id"],
            ["reference_set.id"],
            name="fk_boundary_reference_set_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("reference_set_id", "place_code", name="pk_boundary"),
    )

    op.create_table(
        "indicator_value",
        sa.Column("reference_set_id", KEY, nullable=False),
        sa.Column("place_code", sa.String(length=9), nullable=False),
        sa.Column("indicator", sa.String(length=120), nullable=False),
        sa.Column("period", sa.String(length=20), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reference_set_id"],
            ["reference_set.id"],
            name="fk_indicator_value_reference_set_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "reference_set_id", "place_code", "indicator", "period", name="pk_indicator_value"
        ),
        sqlite_with_rowid=False,
    )

    op.create_table(
        "postcode",
        sa.Column("code", sa.String(length=7), nullable=False),
        sa.Column("lsoa_code", sa.String(length=9), nullable=False),
        sa.Column("reference_set_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["reference_set_id"],
            ["reference_set.id"],
            name="fk_postcode_reference_set_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("code", name="pk_postcode"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_postcode_reference_set_id", "postcode", ["reference_set_id"], unique=False)


def downgrade() -> None:
    op.drop_table("postcode")
    op.drop_table("indicator_value")
    op.drop_table("boundary")
    op.drop_table("census_count")
    op.drop_table("deprivation")
    op.drop_table("small_area")
    op.drop_table("place")
    op.drop_table("reference_set")
