"""A round is told on three days: leads are asked, leads read, channels read. A round under way is told as announced."""

import sqlalchemy as sa
from alembic import op

import bot.store.columns

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

NEW = ("estimates_at", "leads_at")
_SOME = "'1970-01-01 00:00:00'"  # until the right one is filled in


def upgrade() -> None:
    """Forward."""
    for name in NEW:
        moment = bot.store.columns.Moment()
        op.add_column("round", sa.Column(name, moment, nullable=False, server_default=sa.text(_SOME)))
        op.execute(f"UPDATE round SET {name} = digests_at")  # noqa: S608  both names are ours


def downgrade() -> None:
    """Back."""
    for name in reversed(NEW):
        op.drop_column("round", name)
