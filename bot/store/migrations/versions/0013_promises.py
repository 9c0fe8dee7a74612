"""Promises of departments; what each round tells of them; which messages in a channel ask something."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "promise",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("block", sa.Integer(), nullable=True),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("stance", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("moved", sa.Integer(), nullable=False),
    )
    op.create_index("ix_promise_department", "promise", ["department"])
    op.add_column("round", sa.Column("promised", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("chatmessage", sa.Column("asks", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Back."""
    op.drop_column("chatmessage", "asks")
    op.drop_column("round", "promised")
    op.drop_index("ix_promise_department", "promise")
    op.drop_table("promise")
