"""A digest has a picture: drawn of its block when somebody looks."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    for table in ("outgoing", "chatmessage"):
        op.add_column(table, sa.Column("block", sa.Integer(), nullable=True))
    op.add_column("chatmessage", sa.Column("alt", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    """Back."""
    op.drop_column("chatmessage", "alt")
    for table in ("outgoing", "chatmessage"):
        op.drop_column(table, "block")
