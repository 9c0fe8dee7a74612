"""Every column that there is stands in bot/documents/inventory.toml with the reason why it may; a new one fails here.

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
from bot.documents.inventory import categories, inventory
from bot.documents.terms import terms
from bot.store.ballots import Keyring
from bot.store.columns import Moment
from bot.store.database import Database
from bot.store.outbox import Kind, OutgoingRow
from bot.store.tables import ANSWERS, METADATA, PEOPLE
from config.texts import placeholders
from config.words import LANGUAGES

NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)

ANONYMOUS = {"answer", "block", "estimate", "participation", "turnout", "publication", "remark"}
OF_NOBODY = {
    "cardcheck",
    "promise",
    "auditentry",
    "cycle",
    "round",
    "roundkey",
    "edition",
    "heard",
    "missed",
    "pause",
    "hold",
    "lease",
}
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


def test_every_table_has_a_category() -> None:
    """No table but these, each in a category that there is and with a term that there is; and none for nothing."""
    tables = inventory().tables
    assert set(METADATA.tables) == set(tables)
    assert {table.category for table in tables.values()} == set(inventory().categories)
    assert {table.kept for table in tables.values()} == set(inventory().kept)
    for language in LANGUAGES:
        assert sorted(table.name for one in categories(language) for table in one.tables) == sorted(METADATA.tables)


@pytest.mark.parametrize("name", sorted(METADATA.tables))
def test_every_column_has_a_reason(name: str) -> None:
    """No column but these; write the reason of a new one in the inventory."""
    reasons = inventory().tables[name].columns
    assert columns(METADATA.tables[name]) == set(reasons)
    assert all(reasons.values())


@pytest.mark.parametrize("kept", sorted(inventory().kept))
def test_a_term_names_the_same_numbers_in_both_languages(kept: str) -> None:
    """And the program knows them."""
    words = inventory().kept[kept]
    assert words.nl is not None
    assert words.en is not None
    assert placeholders(words.nl) == placeholders(words.en) <= set(terms())


@pytest.mark.parametrize("name", sorted(inventory().tables))
def test_every_table_is_told_of_in_both_languages(name: str) -> None:
    """What is in it: the privacy pack says so to people."""
    what = inventory().tables[name].what
    assert what.nl
    assert what.en


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
