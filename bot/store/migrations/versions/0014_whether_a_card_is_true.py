"""Since when a department's card counts as true."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "cardcheck",
        sa.Column("department", sa.String(), primary_key=True),
        sa.Column("card", sa.String(), nullable=False),
        sa.Column("true_on", sa.Date(), nullable=False),
    )


def downgrade() -> None:
    """Back."""
    op.drop_table("cardcheck")
