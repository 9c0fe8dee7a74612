"""A publication has a spread, and fewer than ten people where the threshold lets them through; a digest details."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.add_column(sa.Column("spread", sa.Float(), nullable=True))
        batch_op.alter_column("n", existing_type=sa.Integer(), nullable=True)
    for table in ("outgoing", "chatmessage"):
        op.add_column(table, sa.Column("details", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    """Back; what was fewer than ten becomes nine, the most it can have been."""
    for table in ("outgoing", "chatmessage"):
        op.drop_column(table, "details")
    op.execute("UPDATE publication SET n = 9 WHERE n IS NULL")
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.alter_column("n", existing_type=sa.Integer(), nullable=False)
        batch_op.drop_column("spread")
