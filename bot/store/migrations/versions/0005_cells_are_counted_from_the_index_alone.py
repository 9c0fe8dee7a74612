"""Cells are counted from the index alone: also both halves of a pair, and how many people answered.

On SQLite every index of `answer` ends in its key; PostgreSQL has only the columns that are named.
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_index("ix_answer_pairs", "answer", ["block", "question", "key", "value"], unique=False)


def downgrade() -> None:
    """Back."""
    op.drop_index("ix_answer_pairs", table_name="answer")
