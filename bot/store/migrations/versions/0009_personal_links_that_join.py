"""Personal links with which somebody joins on a chat platform."""

import sqlalchemy as sa
from alembic import op

import bot.store.columns

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "joinlink",
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("expires_at", bot.store.columns.Moment(), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.key"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token"),
    )
    with op.batch_alter_table("joinlink") as batch_op:
        batch_op.create_index(batch_op.f("ix_joinlink_person"), ["person"], unique=False)


def downgrade() -> None:
    """Back; the links are made anew."""
    with op.batch_alter_table("joinlink") as batch_op:
        batch_op.drop_index(batch_op.f("ix_joinlink_person"))
    op.drop_table("joinlink")
