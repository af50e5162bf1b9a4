"""The tokens that were used, for every process that shares the database."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "token_seen",
        sa.Column("mark", sa.String(64), primary_key=True),  # not clinical: characters
        sa.Column("until", sa.Float, nullable=False),
    )
    op.create_index("ix_token_seen_until", "token_seen", ["until"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("token_seen")
