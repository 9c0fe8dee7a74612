"""Ballots begun before their round. PostgreSQL stores and clears them away as it does those of a round (0007)."""

import sqlalchemy as sa
from alembic import op

import bot.store.columns

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

EARLY = {
    "fillfactor": 50,
    "autovacuum_vacuum_threshold": 0,
    "autovacuum_vacuum_scale_factor": 0,
    "toast.autovacuum_vacuum_threshold": 0,
    "toast.autovacuum_vacuum_scale_factor": 0,
}


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "early",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("survey", sa.String(), nullable=False),
        sa.Column("closes_at", bot.store.columns.Moment(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.key"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("person", "survey"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE early ALTER COLUMN sealed SET STORAGE EXTERNAL")
        op.execute(f"ALTER TABLE early SET ({', '.join(f'{name} = {value}' for name, value in EARLY.items())})")


def downgrade() -> None:
    """Back; what was begun early is lost."""
    op.drop_table("early")
