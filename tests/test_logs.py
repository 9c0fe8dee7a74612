"""What a log may say: a planted answer is logged in every way there is, and comes out in none."""

import ast
import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.logs import LONGEST, WITHHELD, Fields, Log, formatter

from .commands.desk import surroundings

ROOT = Path(__file__).parents[1]
SOURCES = sorted(path for floor in ("config", "analysis", "bot") for path in (ROOT / floor).rglob("*.py"))
LOGS = ROOT / "bot" / "logs.py"
LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "log"}
PLANTED = "wespenwaterval"


@pytest.fixture(params=["json", "console"])
def written(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """What two loggers write, ours and a library's."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter(json=request.param == "json"))
    loggers = (logging.getLogger("klankbord.planted"), logging.getLogger("library"))
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
    yield stream
    for logger in loggers:
        logger.removeHandler(handler)


def raised() -> ValueError:
    """An exception with an answer in its message, in the message of its cause, and in a variable."""
    answer = PLANTED
    try:
        try:
            dict[str, str]()[answer]
        except KeyError as error:
            raise ValueError(f"{answer} is wrong") from error
    except ValueError as error:
        return error
    raise AssertionError


# --- ours --------------------------------------------------------------------------------------------------------


def calls(path: Path) -> Iterator[ast.Call]:
    """Every call in a file that looks like an event of a log."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LEVELS:
            name = node.func.value
            if (isinstance(name, ast.Name) and "log" in name.id) or (
                isinstance(name, ast.Attribute) and "log" in name.attr
            ):
                yield node


def test_an_event_is_a_literal_with_listed_fields() -> None:
    """No event is put together of values, and no field is one that bot/logs.py does not list."""
    wrong = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in SOURCES
        if path not in {LOGS, *QUIET}
        for call in calls(path)
        if not (call.args and isinstance(call.args[0], ast.Constant))
        or any(field.arg not in Fields.__annotations__ for field in call.keywords)
    ]
    assert wrong == []


QUIET = {ROOT / "bot" / "platforms" / one / "api.py" for one in ("telegram", "matrix")}
"""They keep quiet the libraries that write the token, or what is said."""


def test_there_is_one_way_to_log() -> None:
    """Only bot/logs.py knows the standard library's logging and structlog."""
    others = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in SOURCES
        if path not in {LOGS, *QUIET}
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Import) and {one.name for one in node.names} & {"logging", "structlog"})
        or (isinstance(node, ast.ImportFrom) and node.module in ("logging", "structlog"))
    ]
    assert others == []


def test_a_field_that_is_not_listed_is_left_out(written: io.StringIO) -> None:
    """mypy refuses it; where nobody asked mypy, it is not written down, and what happens goes on."""
    Log("planted").info("answered", survey="staff", answer=PLANTED)  # type: ignore[call-arg]
    assert "answered" in written.getvalue()
    assert "staff" in written.getvalue()
    assert PLANTED not in written.getvalue()


def test_a_field_is_short_and_on_one_line(written: io.StringIO) -> None:
    """A reason of a platform cannot look like an event of its own."""
    Log("planted").warning("not sent", reason="bad\n2026-11-25 all is well" + "!" * 1000)
    assert written.getvalue().count("\n") == 1
    assert "bad 2026-11-25 all is well" in written.getvalue()
    assert len(written.getvalue()) < 200 + LONGEST


def test_an_exception_is_its_type_its_code_and_its_places(written: io.StringIO) -> None:
    """Not its message, not its cause's, and no variable; all on one line."""
    Log("planted").error("failed", raised())
    Log("planted").error("failed", OSError(28, PLANTED))
    Log("planted").error("failed", ExceptionGroup(PLANTED, [raised()]))
    said = written.getvalue()
    assert said.count("\n") == 3
    for words in ("ValueError", "KeyError", "tests.test_logs:", "OSError (ENOSPC)", "ExceptionGroup"):
        assert words in said
    assert PLANTED not in said


# --- libraries ---------------------------------------------------------------------------------------------------


def test_the_words_of_a_library_are_written_and_its_values_are_not(written: io.StringIO) -> None:
    """Words that stand in its source, with numbers; whatever it puts together is withheld."""
    library = logging.getLogger("library")
    library.warning("Job %s took %d seconds for %s", PLANTED, 12, {PLANTED: PLANTED})
    library.warning("a mapping %(answer)s", {"answer": PLANTED})
    library.warning(f"put together: {PLANTED} {len(PLANTED)}")
    library.warning(raised())
    library.error("it failed", exc_info=raised())
    said = written.getvalue()
    assert PLANTED not in said
    assert said.count("\n") == 5
    assert "Job … took 12 seconds for …" in said
    assert said.count(WITHHELD) == 2
    assert "test_logs:" in said
    assert "it failed" in said


UNCAUGHT = f"""
import asyncio, gc, logging, sys, threading, warnings
import httpx, uvicorn
from starlette.routing import Route
from bot.logs import Log, configure
from bot.web.server import application, listening, server

configure(json=sys.argv[1] == "json")

def fails(*_):
    raise ValueError("{PLANTED}")

class Unraisable:
    __del__ = fails

class Part:
    def routes(self):
        return [Route("/", fails)]

async def main():
    bound = listening("127.0.0.1", 0)
    serving = server(application([Part()]))
    task = asyncio.create_task(serving.serve(sockets=[bound]))
    async with httpx.AsyncClient() as client:
        await client.get(f"http://127.0.0.1:{{bound.getsockname()[1]}}/?{PLANTED}")
    serving.should_exit = True
    await task
    asyncio.get_running_loop().call_soon(fails)
    lost = asyncio.create_task(asyncio.to_thread(fails))
    await asyncio.sleep(0.1)
    del lost
    gc.collect()

asyncio.run(main())
warnings.warn("{PLANTED}")
thread = threading.Thread(target=fails)
thread.start()
thread.join()
Unraisable()
logging.getLogger("library").warning("broken %d %d", "{PLANTED}")
fails()
"""


@pytest.mark.parametrize("how", ["json", "console"])
def test_an_error_that_nobody_caught_tells_no_answer(how: str) -> None:
    """In a request, a callback, a task, a thread, a destructor, a warning, and at the end: one line of each."""
    done = subprocess.run(
        [sys.executable, "-c", UNCAUGHT, how], env=surroundings(), cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert PLANTED not in done.stderr
    lines = done.stderr.splitlines()
    assert len(lines) == 8, done.stderr
    assert sum("ValueError" in line for line in lines) == 6
    if how == "json":
        assert [json.loads(line)["logger"] for line in lines] == [
            *("uvicorn.error", "asyncio", "asyncio", "py.warnings"),
            *("klankbord.program", "klankbord.program", "library", "klankbord.program"),
        ]
