"""Every column there is, with the reason why it may be there. A new one fails here until somebody has thought.

Ask of a new column: could it, in its row or through a key, lead from a person to a department, an answer or a moment?
"""

import ast
import base64
import subprocess
import sys
from datetime import UTC, datetime
from inspect import isclass
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import JSON, Date, DateTime, LargeBinary, Table, insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

import analysis
from bot.store.ballots import Keyring
from bot.store.columns import Moment
from bot.store.database import Database
from bot.store.outbox import Kind, OutgoingRow
from bot.store.tables import ANSWERS, METADATA, PEOPLE

NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)

REASONS: dict[str, dict[str, str]] = {
    # --- anonymous: written at counting, all together --------------------------------------------------------------
    "answer": {
        "key": "random, fresh at counting; joins the two halves of a pair",
        "question": "which of the questions",
        "value": "what was chosen, or the cleaned words of a tip",
        "department": "whom it is about",
        "block": "what it is released or deleted with",
    },
    "block": {
        "id": "a number",
        "cycle": "when, as coarsely as can be",
        "department": "whom it is about",
        "first_round": "of all that is in it together",
        "last_round": "of all that is in it together",
        "state": "waiting, closed, released or deleted",
    },
    "participation": {
        "block": "of which block",
        "question": "of which question",
        "people": "how many, never who",
    },
    "turnout": {
        "id": "a number",
        "cycle": "of which cycle",
        "round": "of which round; not per department",
        "invited": "how many",
        "responded": "how many, never who",
    },
    "publication": {
        "id": "a number",
        "block": "of which block",
        "department": "whom it is about",
        "measure": "what was measured",
        "subject": "of which theme or question",
        "estimate": "as shown, through the gate",
        "low": "as shown, through the gate",
        "high": "as shown, through the gate",
        "spread": "as shown, through the gate",
        "verdict": "as shown, through the gate",
        "n": "as shown, through the gate",
        "released_on": "the same day for all digests of a round",
    },
    # --- people: who they are and how to reach them ----------------------------------------------------------------
    "person": {
        "key": "the organisation's own",
        "name": "to greet by, and to take out of tips",
        "email": "to recognise somebody by",
        "language": "to speak in",
        "timezone": "not to disturb",
        "department": "where somebody works: nobody is asked about their own; never one they dealt with",
        "pilot": "asked before everybody is",
        "introduced": "the first card was sent",
        "stopped": "their wish",
        "paused_until": "their wish",
        "weekday": "their wish",
        "hour": "their wish",
    },
    "account": {
        "platform": "where",
        "address": "where",
        "person": "whose",
        "reachable": "whether messages arrive",
    },
    "seat": {
        "person": "whose",
        "survey": "which survey asks them",
        "cohort": "in whose turn",
        "last_cycle": "asked at most once in it",
    },
    # --- a round: who was asked, and their sealed ballot ------------------------------------------------------------
    "cycle": {
        "id": "a number",
        "survey": "of which survey",
        "number": "which one",
        "first_round": "where it begins",
        "pilot": "not of everybody",
        "edition": "under which rules",
        "ended": "what waited is deleted",
    },
    "round": {
        "id": "a number",
        "survey": "of which survey",
        "number": "which one",
        "cycle": "of which cycle",
        "pilot": "not of everybody",
        "last_of_cycle": "ends it",
        "due": "from the rhythm",
        "opens_at": "from the rhythm",
        "reminds_at": "from the rhythm",
        "closes_at": "from the rhythm",
        "digests_at": "from the rhythm",
        "state": "open, counted, told, withdrawn or aborted",
        "reminded": "once",
        "weights": "of departments in the draw, the same for everybody",
        "invited": "how many",
    },
    "invitation": {
        "id": "random",
        "round": "asked when",
        "person": "who was asked",
        "state": "how far, for reminders; the same for all from counting on",
    },
    "ballot": {
        "invitation": "whose",
        "sealed": "the one place of answers beside a person: encrypted, of one size, gone at counting",
    },
    "roundkey": {
        "round": "of which round",
        "wrapped": "encrypted with KLANKBORD_KEYS, gone at counting",
    },
    "early": {
        "id": "random; its invitation's when its round opens",
        "person": "who began it",
        "survey": "of which survey",
        "closes_at": "of the round that takes it up, from the rhythm",
        "wrapped": "its key, encrypted with KLANKBORD_KEYS, without the moment of wrapping",
        "sealed": "as a ballot: encrypted, of one size, gone when its round opens",
    },
    # --- messages ----------------------------------------------------------------------------------------------------
    "outgoing": {
        "id": "the cause: an invitation, or a department's digest",
        "kind": "what for",
        "platform": "where to",
        "address": "where to: a person's chat or a channel",
        "invitation": "whose card is drawn when it is sent",
        "lines": "of a digest or notice; empty where there is an invitation",
        "details": "of a digest; empty where there is an invitation",
        "block": "of a digest: what its picture is drawn of",
        "department": "of a digest, which goes where its department is; none where there is an invitation",
        "not_before": "from rhythm, quiet hours and wishes",
        "state": "whether it was sent",
        "tries": "how often",
        "reference": "the platform's own",
    },
    "pause": {
        "platform": "which one takes nothing",
        "since": "of a platform, not of a person",
        "until": "when it is tried again",
        "times": "how often it was tried",
        "reason": "the platform's, for refusing everybody",
    },
    "hold": {
        "channel": "which one refuses messages; never a person's chat",
        "reason": "the platform's, for refusing them",
        "since": "of a channel, not of a person",
    },
    "missed": {
        "survey": "of which survey",
        "due": "from the rhythm",
        "pilot": "not of everybody",
        "number": "which one",
        "held_until": "from the rhythm",
        "reason": "that nobody could open it, or that its survey was paused",
    },
    "lease": {
        "role": "clock, or a platform",
        "holder": "a random name of a process",
        "until": "of a process",
    },
    "heard": {
        "mark": "a keyed hash of the event's number",
        "day": "when it may be forgotten",
    },
    "joinlink": {
        "token": "a hash",
        "person": "who may join with it",
        "platform": "where",
        "expires_at": "30 days after an admin made it",
        "used": "once",
    },
    "signinlink": {
        "token": "a hash",
        "person": "who may sign in with it; none for who has the host",
        "name": "of them, for the list of sessions",
        "expires_at": "ten minutes after it was made",
    },
    "adminsession": {
        "secret": "a hash",
        "id": "by which it is revoked",
        "person": "who signed in, so that their roles are today's",
        "name": "of them, for the list of sessions",
        "began_at": "it ends after twelve hours",
        "seen_at": "it ends after two hours without use",
    },
    "auditentry": {
        "number": "the order",
        "at": "when it was done",
        "author": "the admin who did it",
        "deed": "what, of the deeds of admins alone",
        "about": "the key or number of a thing, never of an answer",
    },
    "chatlink": {
        "token": "a hash",
        "address": "whose chat it opens",
    },
    "chatsession": {
        "secret": "a hash",
        "link": "a hash",
        "address": "whose chat it is",
    },
    "chatmessage": {
        "number": "the order in the chat",
        "outgoing": "so that it is kept once",
        "address": "whose chat, or which channel",
        "lines": "without the card",
        "details": "of a digest",
        "block": "of a digest: what its picture is drawn of",
        "alt": "what that picture says",
        "invitation": "whose card is drawn when it is looked at",
        "at": "when it was sent",
    },
    "edition": {
        "number": "which one",
        "content": "the configuration, which names departments and no employees",
        "live": "whether everybody is asked",
        "author": "who applied it",
        "note": "why",
        "written_at": "when it was applied",
    },
}

ANONYMOUS = {"answer", "block", "participation", "turnout", "publication"}
OF_NOBODY = {"auditentry", "cycle", "round", "roundkey", "edition", "heard", "missed", "pause", "hold", "lease"}
POINTS_AT_SOMEBODY = {
    "person",
    "invitation",
    "account",
    "address",
    "email",
    "name",
    "outgoing",
    "seat",
    "ballot",
    "early",
}
TELLS_OF_A_DEPARTMENT = {"department", "departments", "question", "value", "service", "theme", "text", "tip", "answer"}
TELLS_OF_A_DEPARTMENT |= {"answers", "drawn", "ticked", "block", "subject", "measure", "said"}
WITH_A_REASON = {
    ("person", "department"),  # their own workplace, set by the directory or by themselves
    ("outgoing", "block"),  # of a digest to a channel, which nobody is asked in
    ("outgoing", "department"),  # the same; the database refuses it beside an invitation
    ("chatmessage", "block"),
}


def columns(table: Table) -> set[str]:
    """The names of its columns."""
    return {column.name for column in table.columns}


def leads_to(table: Table) -> set[str]:
    """The tables that its foreign keys lead to, on and on."""
    found: set[str] = set()
    todo = [table]
    while todo:
        for key in todo.pop().foreign_keys:
            if key.column.table.name not in found:
                found.add(key.column.table.name)
                todo.append(key.column.table)
    return found


def about_somebody(table: Table) -> bool:
    """Whether a row is of one person: by a column, or by where its keys lead."""
    return bool(columns(table) & POINTS_AT_SOMEBODY or leads_to(table) & {"person", "invitation", "account"})


# --- columns -------------------------------------------------------------------------------------------------------


def test_every_table_has_a_reason() -> None:
    """No table but these."""
    assert set(METADATA.tables) == set(REASONS)


@pytest.mark.parametrize("name", sorted(METADATA.tables))
def test_every_column_has_a_reason(name: str) -> None:
    """No column but these; write the reason of a new one above."""
    assert columns(METADATA.tables[name]) == set(REASONS.get(name, {}))
    assert all(REASONS[name].values())


def test_every_module_with_tables_is_on_one_side_of_the_line() -> None:
    """`bot/store/tables.py` says which modules may name a person; the anonymous tables are all in the other ones."""
    assert tables_of(ANSWERS) == ANONYMOUS
    assert tables_of(PEOPLE) == set(METADATA.tables) - ANONYMOUS


def tables_of(modules: tuple[ModuleType, ...]) -> set[str]:
    """The tables that are defined in these modules."""
    return {
        str(one.__tablename__)
        for module in modules
        for one in vars(module).values()
        if isclass(one)
        and one.__module__ == module.__name__
        and issubclass(one, SQLModel)
        and hasattr(one, "__table__")
    }


# --- from a person to an answer ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(ANONYMOUS))
def test_what_is_anonymous_leads_to_nobody(name: str) -> None:
    """By no foreign key, by no column's name, and by no table that knows people."""
    table = METADATA.tables[name]
    assert leads_to(table) <= ANONYMOUS
    assert columns(table) & POINTS_AT_SOMEBODY == set()


@pytest.mark.parametrize("name", sorted(set(METADATA.tables) - ANONYMOUS))
def test_nobody_leads_to_what_is_anonymous(name: str) -> None:
    """Nor the other way round: no table of people refers to an answer, a block or a figure."""
    assert leads_to(METADATA.tables[name]) & ANONYMOUS == set()


def test_no_table_holds_somebody_beside_a_department() -> None:
    """But one, which is where they work themselves."""
    beside = {
        (table.name, column)
        for table in METADATA.tables.values()
        if about_somebody(table)
        for column in columns(table) & TELLS_OF_A_DEPARTMENT
    }
    assert beside == WITH_A_REASON
    about = {name for name, table in METADATA.tables.items() if about_somebody(table)}
    assert about == set(METADATA.tables) - ANONYMOUS - OF_NOBODY


def test_the_database_refuses_a_department_beside_an_invitation(where: Path | str) -> None:
    """Whoever would write it, and in whatever order."""
    database = Database(where, durable=False)
    database.migrate()
    person = {"id": "i", "kind": Kind.INVITATION, "platform": "webchat", "address": "anna", "invitation": "i"}
    row = insert(OutgoingRow).values(**person, lines=[], details=[], not_before=NOW, state="WAITING", tries=0)
    with database.engine.connect() as connection:
        with pytest.raises(IntegrityError, match="nobody_beside_a_department"):
            connection.execute(row.values(department="hr"))
        connection.rollback()
    database.close()


def test_what_is_of_somebody_and_free_of_form_is_known() -> None:
    """Lists and bytes can hold anything: seven columns, which are looked into by test_planted_answer.py."""
    free = {
        (table.name, column.name)
        for table in METADATA.tables.values()
        if about_somebody(table)
        for column in table.columns
        if isinstance(column.type, JSON | LargeBinary)
    }
    lists = {(table, column) for table in ("outgoing", "chatmessage") for column in ("lines", "details")}
    assert free == lists | {("ballot", "sealed"), ("early", "sealed"), ("early", "wrapped")}


# --- when ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["answer", "block", "participation", "turnout", "invitation", "ballot", "roundkey", "seat"]
)
def test_nothing_tells_when_somebody_answered(name: str) -> None:
    """A moment in a log or in somebody's memory would lead to the answer that was given then."""
    assert moments(METADATA.tables[name]) == []


def moments(table: Table) -> list[str]:
    """The columns that tell a day or an hour."""
    return [column.name for column in table.columns if isinstance(column.type, DateTime | Date | Moment)]


def test_an_early_ballot_knows_no_moment_but_the_end_of_its_round() -> None:
    """Neither in a column, nor in its key: Fernet writes a moment into what it encrypts."""
    assert moments(METADATA.tables["early"]) == ["closes_at"]
    _, wrapped = Keyring([Keyring.new_key()]).new_early_key()
    assert base64.urlsafe_b64decode(wrapped)[1:9] == bytes(8)


def test_answers_have_no_order() -> None:
    """They lie in the order of their random keys, not in the order in which they were written."""
    answer = METADATA.tables["answer"]
    assert answer.dialect_options["sqlite"]["with_rowid"] is False
    assert next(iter(answer.primary_key.columns)).name == "key"


# --- imports ---------------------------------------------------------------------------------------------------------

FOLDER = Path(analysis.__file__).parent
SOURCES = sorted(FOLDER.rglob("*.py"))


def mentioned(source: Path) -> set[str]:
    """Every module that a file imports, wherever in it, or names in a string."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
    return found


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_analysis_mentions_no_module_that_knows_people(source: Path) -> None:
    """Nor inside a function, where it would be imported later."""
    assert [name for name in mentioned(source) if name == "bot" or name.startswith("bot.")] == []


def test_analysis_loads_nothing_that_knows_people() -> None:
    """In a process of its own, neither itself nor through anything that it imports."""
    names = [".".join(("analysis", *source.relative_to(FOLDER).with_suffix("").parts)) for source in SOURCES]
    script = (
        "import importlib, sys\n"
        f"[importlib.import_module(name) for name in {names!r}]\n"
        "print(sorted(name for name in sys.modules if name.partition('.')[0] in ('analysis', 'bot')))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=FOLDER.parent, capture_output=True, text=True, check=True)
    loaded = ast.literal_eval(done.stdout)
    assert "analysis.disclosure" in loaded
    assert [name for name in loaded if name.startswith("bot")] == []
