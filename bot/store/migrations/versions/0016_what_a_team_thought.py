"""What a team thought before it saw its figures."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "estimate",
        sa.Column("block", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("share", sa.String(), nullable=False),
        sa.Column("held_back", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("block"),
    )


def downgrade() -> None:
    """Back."""
    op.drop_table("estimate")
