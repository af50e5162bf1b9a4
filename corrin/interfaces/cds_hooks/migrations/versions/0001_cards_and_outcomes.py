"""The cards that were shown, and what became of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "card_shown",
        sa.Column("card", sa.String(36), primary_key=True),  # not clinical: characters
        sa.Column("service", sa.String(64), nullable=False),  # not clinical: characters
        sa.Column("kind", sa.String(64), nullable=False),  # not clinical: characters
        sa.Column("suggestions", sa.Text, nullable=False),
        sa.Column("knowledge_version", sa.String(64), nullable=False),  # not clinical: characters
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "card_outcome",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("card", sa.String(36), nullable=False),  # not clinical: characters
        sa.Column("service", sa.String(64), nullable=False),  # not clinical: characters
        sa.Column("outcome", sa.String(16), nullable=False),  # not clinical: characters
        sa.Column("accepted", sa.Text, nullable=False),
        sa.Column("reason", sa.String(64), nullable=False),  # not clinical: characters
        sa.Column("comment", sa.Text),
        sa.Column("outcome_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("card", "outcome", "accepted", "outcome_at", name="one_outcome"),
    )
    op.create_index("ix_card_outcome_card", "card_outcome", ["card"])


def downgrade() -> None:
    """Drop both tables."""
    op.drop_table("card_outcome")
    op.drop_table("card_shown")
