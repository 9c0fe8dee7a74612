"""Several replicas share a database, a message may be in doubt, a platform may be paused, a round may be missed."""

import sqlalchemy as sa
from alembic import op

import bot.store.columns

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward; what was leased to a process that died is taken back when sending begins."""
    op.create_table(
        "lease",
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("until", bot.store.columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("role"),
    )
    op.create_table(
        "pause",
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("since", bot.store.columns.Moment(), nullable=False),
        sa.Column("until", bot.store.columns.Moment(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("platform"),
    )
    op.create_table(
        "missed",
        sa.Column("survey", sa.String(), nullable=False),
        sa.Column("due", bot.store.columns.Moment(), nullable=False),
        sa.Column("pilot", sa.Boolean(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("held_until", bot.store.columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("survey", "due", "pilot"),
    )
    with op.batch_alter_table("outgoing") as batch_op:
        batch_op.drop_index("ix_outgoing_due")
        batch_op.drop_column("leased_until")
        batch_op.create_index("ix_outgoing_due", ["platform", "state", "not_before"], unique=False)


def downgrade() -> None:
    """Back; what was in doubt counts as leased, what nobody knows as failed."""
    op.execute("UPDATE outgoing SET state = 'LEASED' WHERE state = 'SENDING'")
    op.execute("UPDATE outgoing SET state = 'FAILED' WHERE state = 'UNKNOWN'")
    with op.batch_alter_table("outgoing") as batch_op:
        batch_op.drop_index("ix_outgoing_due")
        batch_op.add_column(sa.Column("leased_until", bot.store.columns.Moment(), nullable=True))
        batch_op.create_index("ix_outgoing_due", ["state", "not_before"], unique=False)
    for table in ("missed", "pause", "lease"):
        op.drop_table(table)
