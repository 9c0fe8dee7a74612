"""The one sentence that a lead puts below a digest."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "remark",
        sa.Column("block", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("block"),
    )


def downgrade() -> None:
    """Back."""
    op.drop_table("remark")
