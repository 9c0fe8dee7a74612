"""Of each round how many finished and how many stopped halfway; not known of rounds that were counted before."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("turnout", sa.Column("finished", sa.Integer(), nullable=True))
    op.add_column("turnout", sa.Column("halfway", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Back."""
    op.drop_column("turnout", "halfway")
    op.drop_column("turnout", "finished")
