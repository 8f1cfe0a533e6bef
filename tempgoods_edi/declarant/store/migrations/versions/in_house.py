"""Migration: primary keys for in-house numbers and declared packages; receipts found by the number they claim."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

#: Of drafts saved under one number before there was such a table, the first keeps it.
_USED = """
    INSERT INTO in_house_numbers (enterprise_no, number, seq_no)
    SELECT enterprise_no, in_house, seq_no FROM (
        SELECT enterprise_no, in_house, seq_no,
               row_number() OVER (PARTITION BY enterprise_no, in_house ORDER BY created_at, seq_no) AS place
        FROM declarations WHERE listed IS NOT NULL AND in_house IS NOT NULL
    ) AS used WHERE place = 1
"""


def upgrade() -> None:
    """Create the tables, and enter the numbers in use."""
    op.create_table(
        "in_house_numbers",
        sa.Column("enterprise_no", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("seq_no", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("enterprise_no", "number", name="pk_in_house_numbers"),
    )
    op.create_index("ix_in_house_numbers_seq_no", "in_house_numbers", ["seq_no"], unique=False)
    op.create_table(
        "declared",
        sa.Column("package", sa.String(), nullable=False),
        sa.Column("seq_no", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("package", name="pk_declared"),
    )
    op.execute(_USED)
    op.create_index("ix_receipts_claimed", "receipts", ["claimed"], unique=False)


def downgrade() -> None:
    """Remove the tables of this step."""
    op.drop_index("ix_receipts_claimed", table_name="receipts")
    op.drop_table("declared")
    op.drop_index("ix_in_house_numbers_seq_no", table_name="in_house_numbers")
    op.drop_table("in_house_numbers")
