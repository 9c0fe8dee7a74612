"""What a cycle asks about: of each department the promise that colleagues may have noticed."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("cycle", sa.Column("promised", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    """Back."""
    op.drop_column("cycle", "promised")
