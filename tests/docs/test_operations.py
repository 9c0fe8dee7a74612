"""The page for administrators against the program: its commands, settings, metrics, numbers and dates.

The table under `<!-- check: late -->` is computed here. After a wanted change `python -m tests.docs.test_operations`
writes it anew; read what changed before committing it.
"""

import re
import shlex
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click
import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.routing import Mount, Route

from bot import app
from bot.cli import main
from bot.core import pacing, timing
from bot.core.timing import late_window, latest_number, window
from bot.flow import ahead, delivery, retention, rounds
from bot.flow.figures import Figures, Queue
from bot.platforms.webchat import WebChat
from bot.store import inbox, leases
from bot.store.backup import LEFT_OUT
from bot.store.postgresql import PostgreSQL
from bot.store.rounds import RoundState
from bot.web import health
from bot.web.metrics import Metrics
from bot.web.server import application, server
from config import EXAMPLE
from config.load import read
from config.settings import Settings
from config.survey import Rhythm
from tests.platforms.webchat_site import Memory

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "operations.md"
TEXT = PAGE.read_text("utf-8")
WORDS = " ".join(TEXT.split())
MARK = "<!-- check: late -->\n"


def rows(heading: str) -> list[list[str]]:
    """The cells of the table whose heading begins so, without the heading."""
    _, _, table = TEXT.partition(f"\n| {heading} |")
    lines = table.partition("\n\n")[0].splitlines()[2:]
    assert lines, heading
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


# --- commands --------------------------------------------------------------------------------------------------------


def commands() -> Iterator[list[str]]:
    """The arguments of every command of ours in a block of commands or between back quotes."""
    blocks = re.findall(r"```sh\n(.*?)```", TEXT, re.S)
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    names = "|".join(main.list_commands(click.Context(main)))
    for line in [*lines, *re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", TEXT, flags=re.S))]:
        for found in re.finditer(rf"(?:^|[ /])klankbord ((?:{names})\b[^|>;&#]*)", line):
            yield shlex.split(found[1])


@pytest.mark.parametrize("arguments", sorted(commands()), ids=" ".join)
def test_commands_exist(arguments: list[str]) -> None:
    """With their options; what stands there without arguments is the name of a command."""
    command: click.Command = main
    context, left = click.Context(main), list(arguments)
    while isinstance(command, click.Group) and left:
        found = command.get_command(context, left.pop(0))
        assert found is not None
        command, context = found, click.Context(found, parent=context)
    if left:
        command.make_context(command.name, left, parent=context.parent)


def test_there_are_commands() -> None:
    """Of the first start, and of every day."""
    found = {tuple(arguments)[:1] for arguments in commands()}
    assert found >= {(name,) for name in ("init", "check", "apply", "people", "run", "status", "backup", "restore")}


# --- settings, metrics -----------------------------------------------------------------------------------------------


def test_every_setting_is_in_the_table_with_its_default() -> None:
    """And none that does not exist."""
    said = {setting.strip("`"): default.strip("`").replace("empty", "") for setting, default, _ in rows("setting")}
    fields = {f"KLANKBORD_{name.upper()}": getattr(Settings.model_construct(), name) for name in Settings.model_fields}
    plain = {name: getattr(value, "get_secret_value", lambda value=value: value)() for name, value in fields.items()}
    assert said == {name: str(value) for name, value in plain.items()}


def test_every_metric_is_in_the_table_with_its_labels() -> None:
    """And every value that is named of one exists."""
    metrics = Metrics(["webchat"])
    metrics.sent("webchat", "sent")
    metrics.refused("slack", "signature")
    states = {state.value: 1 for state in RoundState}
    text = metrics.exposition(Figures({"webchat": Queue(1, 1.0)}, states, frozenset())).decode()
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    known = {one.name.removesuffix("_bucket"): set(one.labels) - {"le"} for one in samples}
    known = {name: labels for name, labels in known.items() if not name.endswith(("_count", "_sum"))}
    said = {row[0].strip("`"): set(re.findall(r"`(\w+)`", row[1])) for row in rows("metric")}
    assert said == known
    named = {row[0].strip("`"): set(re.findall(r"`(\w+)`", row[2])) for row in rows("metric")}
    assert named["klankbord_rounds"] == set(states)
    assert named["klankbord_sends_total"] == {"sent", "later", "failed", "unknown"}


# --- numbers ---------------------------------------------------------------------------------------------------------


def seconds(length: timedelta) -> str:
    """As many as there are, without decimals."""
    return f"{length.total_seconds():g} seconds"


def minutes(length: timedelta) -> str:
    """The same in minutes."""
    return f"{length.total_seconds() / 60:g} minutes"


def stopping() -> float:
    """Seconds, at most, from SIGTERM to the end."""
    web = server(application([])).config.timeout_graceful_shutdown
    assert web is not None
    return web + app.LAST_SECONDS


def connections() -> int:
    """To PostgreSQL, of one replica at most."""
    pool = PostgreSQL("postgresql://nobody@localhost/nothing").engine.pool
    return int(pool.size() + pool._max_overflow)  # type: ignore[attr-defined]  # a queue pool's


SAID = [
    f"every {app.DAY_SECONDS / 3600:g} hours; invitations and marks every minute",
    f"finishes what is under way within {stopping():g} seconds",
    f"after {pacing.FIRST_WAIT.total_seconds():g} seconds, then twice as long each time up to an hour, "
    f"{pacing.MOST_TRIES} times",
    f"**After {delivery.IN_A_ROW} failures in a row the platform is paused**: {seconds(pacing.FIRST_PAUSE)}, twice as "
    f"long each time, {minutes(pacing.LONGEST_PAUSE)} at most",
    f"at most {delivery.AT_ONCE} per platform",
    f"renews it every {leases.KEEP:g} seconds; when nobody did for {seconds(leases.LEASE)} another takes it",
    f"uses up to {connections()} connections",
    f"answers within {health.PATIENCE:g} seconds",
    f"the clock ticked in the last {minutes(health.TICK_WITHIN)}",
    f"`klankbord status` shows it for {ahead.RECENT.days} days",
    f"| invitations and their messages | {rounds.FORGET_AFTER.days} days after closing |",
    f"| marks of events heard | {inbox.KEPT.days} days |",
    f"| {retention.TEXTS_MONTHS} months; {retention.ANSWERS_MONTHS} months after release |",
    f"| {retention.DIGESTS_MONTHS} months; {retention.NOTICES_MONTHS} months |",
]


@pytest.mark.parametrize("said", SAID)
def test_numbers_are_those_of_the_program(said: str) -> None:
    """In the sentences that hold them."""
    assert said in WORDS


def test_what_is_said_in_words_holds() -> None:
    """Hours, working days and quiet hours."""
    organisation = read(EXAMPLE)
    assert app.TICK_SECONDS == 60
    assert timedelta(hours=1) == pacing.LONGEST_WAIT
    assert timing.REMIND_BEFORE == 2
    assert organisation.surveys[0].rhythm.closes_on_working_day == 10
    assert Rhythm.model_fields["closes_on_working_day"].default == 10
    quiet = organisation.quiet
    assert f"(the starter's: from {quiet.from_:%-H:%M} to {quiet.until:%-H:%M})" in WORDS


def test_what_a_backup_leaves_out_is_said() -> None:
    """A table that is left out and not known here has to be told about on the page."""
    assert set(LEFT_OUT) == {
        "ballot",
        "roundkey",
        "invitation",
        "early",
        "chatlink",
        "chatsession",
        "joinlink",
        "signinlink",
        "adminsession",
        "lease",
        "pause",
        "hold",
    }
    left = " ".join(row[1] for row in rows("in it"))
    assert all(one in left for one in ("sealed ballots", "keys of rounds", "who was asked", "personal links"))


# --- dates -----------------------------------------------------------------------------------------------------------

DUE = date(2026, 11, 24)
BACK = ("11-24 21:00", "11-26 10:00", "11-28 12:00", "12-03 08:59", "12-03 09:00", "12-07 10:00", "12-09 10:00")


def late() -> str:
    """What becomes of a round that nobody could open in time, by the moment at which somebody can."""
    organisation = read(EXAMPLE)
    every_two = organisation.surveys[0].rhythm
    rhythms = (every_two, every_two.model_copy(update={"every_weeks": 4}))

    def became(rhythm: Rhythm, now: datetime) -> str:
        number = latest_number(rhythm, now, organisation)
        assert number is not None
        if window(rhythm, number, organisation).due.date() > DUE:
            return "missed; the next one opens"
        times = late_window(rhythm, number, organisation, now)
        if now >= times.reminds_at:
            return "missed"
        return f"opens, closes {times.closes_at:%a %-d %b}"

    found = []
    for back in BACK:
        now = datetime.fromisoformat(f"2026-{back}").replace(tzinfo=organisation.zone)
        found.append(f"| {now:%a %-d %b, %-H:%M} | {' | '.join(became(one, now) for one in rhythms)} |")
    return "\n".join(found)


def test_late_rounds_become_what_the_table_says() -> None:
    """For two rhythms."""
    table = TEXT.partition(MARK)[2].partition("\n\n")[0]
    assert "\n".join(table.splitlines()[2:]) == late()


# --- the web server --------------------------------------------------------------------------------------------------


def test_the_proxy_passes_the_web_chat_and_nothing_else() -> None:
    """Every route of the chat fits the pattern of the page; health, readiness and metrics do not."""
    found = re.search(r"location ~ (\S+) \{", TEXT)
    assert found is not None
    pattern = re.compile(found[1])
    for route in chat_routes():
        assert pattern.match(route), route
    for path in ("/healthz", "/readyz", "/metrics", "/static/demo/demo.css", "/chats", "/demo"):
        assert not pattern.match(path), path


def chat_routes() -> Iterator[str]:
    """An address for each route of the web chat."""
    for route in WebChat(Memory(), zone=UTC).routes():
        assert isinstance(route, Route | Mount)
        yield re.sub(r"{[^}]+}", "x", route.path) + ("/x" if isinstance(route, Mount) else "")


if __name__ == "__main__":
    heading, _, _ = TEXT.partition(MARK)
    table, gap, rest = TEXT.partition(MARK)[2].partition("\n\n")
    PAGE.write_text(heading + MARK + "\n".join([*table.splitlines()[:2], late()]) + gap + rest, encoding="utf-8")
