"""Sign-in to the admin pages, and the audit log."""

import sqlalchemy as sa
from alembic import op

import bot.store.columns

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "signinlink",
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("expires_at", bot.store.columns.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.key"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token"),
    )
    op.create_index(op.f("ix_signinlink_person"), "signinlink", ["person"])
    op.create_table(
        "adminsession",
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("began_at", bot.store.columns.Moment(), nullable=False),
        sa.Column("seen_at", bot.store.columns.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.key"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("secret"),
        sa.UniqueConstraint("id"),
    )
    op.create_index(op.f("ix_adminsession_person"), "adminsession", ["person"])
    op.create_table(
        "auditentry",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", bot.store.columns.Moment(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("deed", sa.String(length=20), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index(op.f("ix_auditentry_at"), "auditentry", ["at"])


def downgrade() -> None:
    """Back; who is signed in signs in anew, and the audit log is lost."""
    for table in ("auditentry", "adminsession", "signinlink"):
        op.drop_table(table)
