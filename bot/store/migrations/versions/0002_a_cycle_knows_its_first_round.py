"""A cycle knows its first round, so that its cohorts can be another number than those of the cycle before."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward: a cycle under way began with the first round that was opened in it."""
    op.add_column("cycle", sa.Column("first_round", sa.Integer(), nullable=False, server_default="0"))
    op.execute(
        "UPDATE cycle SET first_round = COALESCE((SELECT MIN(number) - 1 FROM round WHERE round.cycle = cycle.id), 0)"
    )


def downgrade() -> None:
    """Back; in place, because a copy of the table would have to drop what rounds refer to."""
    op.drop_column("cycle", "first_round")
