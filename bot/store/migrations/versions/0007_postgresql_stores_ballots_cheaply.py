"""PostgreSQL stores sealed ballots without trying to compress them, and clears changed and deleted ones away soon.

Random bytes get no smaller. `fillfactor` leaves room for the new version of a row beside the old one. Autovacuum
starts at a few changes, where PostgreSQL's own settings would let the ballots of a small round lie for months. On
SQLite there is nothing to set.
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BALLOT = {
    "fillfactor": 50,
    "autovacuum_vacuum_threshold": 10,
    "autovacuum_vacuum_scale_factor": 0,
    "toast.autovacuum_vacuum_threshold": 50,  # a ballot is five pieces beside the table
    "toast.autovacuum_vacuum_scale_factor": 0,
}
ROUNDKEY = {"autovacuum_vacuum_threshold": 0, "autovacuum_vacuum_scale_factor": 0}


def upgrade() -> None:
    """Forward; rows that are there stay as they are until they are written again."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("ALTER TABLE ballot ALTER COLUMN sealed SET STORAGE EXTERNAL")
    for table, settings in (("ballot", BALLOT), ("roundkey", ROUNDKEY)):
        op.execute(f"ALTER TABLE {table} SET ({', '.join(f'{name} = {value}' for name, value in settings.items())})")


def downgrade() -> None:
    """Back to PostgreSQL's own."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("ALTER TABLE ballot ALTER COLUMN sealed SET STORAGE EXTENDED")
    for table, settings in (("ballot", BALLOT), ("roundkey", ROUNDKEY)):
        op.execute(f"ALTER TABLE {table} RESET ({', '.join(settings)})")
