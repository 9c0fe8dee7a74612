"""A channel may refuse messages, which wait; a digest knows its department and follows it; a pause has a reason.

What was addressed before stays where it is: its department is not filled in.
"""

import sqlalchemy as sa
from alembic import op

import bot.store.columns

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

NOBODY = "ck_outgoing_nobody_beside_a_department"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "hold",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("since", bot.store.columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("channel"),
    )
    op.add_column("pause", sa.Column("reason", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("outgoing") as batch_op:
        batch_op.add_column(sa.Column("department", sa.String(), nullable=True))
        batch_op.create_check_constraint(NOBODY, "invitation IS NULL OR department IS NULL")


def downgrade() -> None:
    """Back; what waits for a channel goes on waiting, and is given up when it is refused."""
    with op.batch_alter_table("outgoing") as batch_op:
        batch_op.drop_constraint(NOBODY, type_="check")
        batch_op.drop_column("department")
    op.drop_column("pause", "reason")
    op.drop_table("hold")
