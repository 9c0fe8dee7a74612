"""From which day a promise was moved; not known of those that were moved before."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("promise", sa.Column("was_due", sa.Date(), nullable=True))


def downgrade() -> None:
    """Back."""
    op.drop_column("promise", "was_due")
