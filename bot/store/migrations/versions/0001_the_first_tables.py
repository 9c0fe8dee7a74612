"""The first tables."""

import sqlalchemy as sa
from alembic import op

import bot.store.columns

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "block",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("first_round", sa.Integer(), nullable=False),
        sa.Column("last_round", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("WAITING", "CLOSED", "RELEASED", "DELETED", name="blockstate", native_enum=False, length=20),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("block", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_block_cycle"), ["cycle"], unique=False)

    op.create_table(
        "chatlink",
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("token"),
    )
    with op.batch_alter_table("chatlink", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_chatlink_address"), ["address"], unique=False)

    op.create_table(
        "chatmessage",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("outgoing", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("invitation", sa.String(), nullable=True),
        sa.Column("at", bot.store.columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("outgoing"),
    )
    with op.batch_alter_table("chatmessage", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_chatmessage_address"), ["address"], unique=False)

    op.create_table(
        "edition",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("written_at", bot.store.columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "heard",
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("mark"),
    )
    op.create_table(
        "person",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=True),
        sa.Column("pilot", sa.Boolean(), nullable=False),
        sa.Column("introduced", sa.Boolean(), nullable=False),
        sa.Column("stopped", sa.Boolean(), nullable=False),
        sa.Column("paused_until", bot.store.columns.Moment(), nullable=True),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("hour", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("email"),
    )
    op.create_table(
        "turnout",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("invited", sa.Integer(), nullable=False),
        sa.Column("responded", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("cycle", "round"),
    )
    op.create_table(
        "account",
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("reachable", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.key"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("platform", "address"),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_person"), ["person"], unique=False)

    op.create_table(
        "answer",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("block", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["block"],
            ["block.id"],
        ),
        sa.PrimaryKeyConstraint("key", "question", "value"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.create_index("ix_answer_cells", ["block", "question", "value"], unique=False)

    op.create_table(
        "chatsession",
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["link"], ["chatlink.token"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("secret"),
    )
    with op.batch_alter_table("chatsession", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_chatsession_link"), ["link"], unique=False)

    op.create_table(
        "cycle",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("pilot", sa.Boolean(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition"],
            ["edition.number"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("survey", "number", "pilot"),
    )
    op.create_table(
        "participation",
        sa.Column("block", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["block"],
            ["block.id"],
        ),
        sa.PrimaryKeyConstraint("block", "question"),
    )
    op.create_table(
        "publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("block", sa.Integer(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("estimate", sa.Float(), nullable=True),
        sa.Column("low", sa.Float(), nullable=True),
        sa.Column("high", sa.Float(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("released_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["block"],
            ["block.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_publication_block"), ["block"], unique=False)

    op.create_table(
        "seat",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("survey", sa.String(), nullable=False),
        sa.Column("cohort", sa.Integer(), nullable=False),
        sa.Column("last_cycle", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.key"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person", "survey"),
    )
    op.create_table(
        "round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("pilot", sa.Boolean(), nullable=False),
        sa.Column("last_of_cycle", sa.Boolean(), nullable=False),
        sa.Column("due", bot.store.columns.Moment(), nullable=False),
        sa.Column("opens_at", bot.store.columns.Moment(), nullable=False),
        sa.Column("reminds_at", bot.store.columns.Moment(), nullable=False),
        sa.Column("closes_at", bot.store.columns.Moment(), nullable=False),
        sa.Column("digests_at", bot.store.columns.Moment(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("OPEN", "COUNTED", "TOLD", "ABORTED", name="roundstate", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("reminded", sa.Boolean(), nullable=False),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.Column("invited", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle"],
            ["cycle.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("survey", "due", "pilot"),
    )
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_round_cycle"), ["cycle"], unique=False)
        batch_op.create_index(batch_op.f("ix_round_state"), ["state"], unique=False)

    op.create_table(
        "invitation",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "INVITED",
                "STARTED",
                "FINISHED",
                "DECLINED",
                "CLOSED",
                name="invitationstate",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["person"], ["person.key"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["round"],
            ["round.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("round", "person"),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_person"), ["person"], unique=False)
        batch_op.create_index(batch_op.f("ix_invitation_round"), ["round"], unique=False)

    op.create_table(
        "roundkey",
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round"],
            ["round.id"],
        ),
        sa.PrimaryKeyConstraint("round"),
    )
    op.create_table(
        "ballot",
        sa.Column("invitation", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["invitation"], ["invitation.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("invitation"),
    )
    op.create_table(
        "outgoing",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("INVITATION", "REMINDER", "AGAIN", "DIGEST", "NOTICE", name="kind", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("invitation", sa.String(), nullable=True),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("not_before", bot.store.columns.Moment(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("WAITING", "LEASED", "SENT", "FAILED", name="outgoingstate", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("leased_until", bot.store.columns.Moment(), nullable=True),
        sa.Column("reference", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["invitation"], ["invitation.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("outgoing", schema=None) as batch_op:
        batch_op.create_index("ix_outgoing_due", ["state", "not_before"], unique=False)
        batch_op.create_index(batch_op.f("ix_outgoing_invitation"), ["invitation"], unique=False)


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("outgoing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outgoing_invitation"))
        batch_op.drop_index("ix_outgoing_due")

    op.drop_table("outgoing")
    op.drop_table("ballot")
    op.drop_table("roundkey")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_round"))
        batch_op.drop_index(batch_op.f("ix_invitation_person"))

    op.drop_table("invitation")
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_round_state"))
        batch_op.drop_index(batch_op.f("ix_round_cycle"))

    op.drop_table("round")
    op.drop_table("seat")
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_publication_block"))

    op.drop_table("publication")
    op.drop_table("participation")
    op.drop_table("cycle")
    with op.batch_alter_table("chatsession", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_chatsession_link"))

    op.drop_table("chatsession")
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.drop_index("ix_answer_cells")

    op.drop_table("answer")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_person"))

    op.drop_table("account")
    op.drop_table("turnout")
    op.drop_table("person")
    op.drop_table("heard")
    op.drop_table("edition")
    with op.batch_alter_table("chatmessage", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_chatmessage_address"))

    op.drop_table("chatmessage")
    with op.batch_alter_table("chatlink", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_chatlink_address"))

    op.drop_table("chatlink")
    with op.batch_alter_table("block", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_block_cycle"))

    op.drop_table("block")
