"""A round that is never opened says why: nobody could, or its survey was paused, which none was before."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("missed", sa.Column("reason", sa.String(length=20), nullable=False, server_default="ABSENT"))


def downgrade() -> None:
    """Back."""
    op.drop_column("missed", "reason")
