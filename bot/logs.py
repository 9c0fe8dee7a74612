"""Logs: one line per event on stderr, for people or as JSON, and no answer in any of them.

That is a property of this file, whoever logs. Of an event of ours: its words, which stand in the source, and the
fields listed below. Of an event of a library: its words where they stand in that library's source, and numbers; a
text that was put together may hold anything, so it is withheld. Of an exception: its type, its code, and where it was
raised; its message and the values of variables may be answers.
"""

import errno
import logging
import sys
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from inspect import currentframe
from traceback import walk_tb
from types import TracebackType
from typing import Any, TypedDict, Unpack

import structlog

WITHHELD = "(words withheld)"
LONGEST = 200  # characters of a field


class Fields(TypedDict, total=False):
    """All that an event of ours may carry beside its words: counts and opaque keys, and nothing that somebody said."""

    kind: str  # of a message
    platform: str
    reason: str  # of a platform; never holds content
    survey: str
    number: int  # of a round
    invited: int
    role: str  # of a replica
    replica: str
    count: int
    seconds: float


class Log:
    """What a part of the program says. `event` is always a literal."""

    def __init__(self, part: str) -> None:
        self._log = structlog.wrap_logger(
            logging.getLogger(f"klankbord.{part}"),
            processors=[structlog.stdlib.filter_by_level, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
            wrapper_class=structlog.stdlib.BoundLogger,
        )

    def info(self, event: str, **fields: Unpack[Fields]) -> None:
        """Something happened, as it should."""
        self._log.info(event, **fields)

    def warning(self, event: str, **fields: Unpack[Fields]) -> None:
        """Something went wrong, and the program goes on by itself."""
        self._log.warning(event, **fields)

    def error(self, event: str, error: BaseException | None = None, **fields: Unpack[Fields]) -> None:
        """Something went wrong that somebody has to look at."""
        self._log.error(event, exc_info=error, **fields)


def configure(*, json: bool) -> None:
    """From now on every event, also a library's, and every error that nobody caught is one line on stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(json=json, colours=sys.stderr.isatty()))
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(logging.WARNING)
    logging.getLogger("klankbord").setLevel(logging.INFO)
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # else an event that cannot be written is printed with all its values
    sys.excepthook = lambda _type, error, _trace: _log.error("ended by an error", error)
    sys.unraisablehook = lambda raised: _log.error("error while cleaning up", raised.exc_value)
    threading.excepthook = lambda raised: _log.error("error in a thread", raised.exc_value)


_log = Log("program")


def formatter(*, json: bool, colours: bool = False) -> logging.Formatter:
    """What makes a line of an event."""
    if json:
        written: list[Any] = [_line, structlog.processors.JSONRenderer(ensure_ascii=False)]
    else:
        written = [_line, _for_people, structlog.dev.ConsoleRenderer(colors=colours, sort_keys=False)]
    return structlog.stdlib.ProcessorFormatter(processors=written, use_get_message=False, pass_foreign_args=True)


def _line(_logger: object, _method: str, event: Mapping[str, Any]) -> dict[str, Any]:
    """All that is written down; what is not named here is left out."""
    record: logging.LogRecord = event["_record"]
    ours: bool = event["_from_structlog"]
    line = {
        "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "event": event["event"] if ours else _words(record, event["positional_args"]),
    }
    if ours:
        line |= {key: _plain(event[key]) for key in Fields.__annotations__ if key in event}
    error = _error(event.get("exc_info"))
    if error is not None:
        return line | {"error": list(_chain(error)), "at": list(_places(error.__traceback__))}
    return line | ({"at": [f"{record.module}:{record.lineno}"]} if line["event"] == WITHHELD else {})


def _for_people(_logger: object, _method: str, line: dict[str, Any]) -> dict[str, Any]:
    """Local time, and lists as a few words."""
    local = datetime.fromisoformat(line["timestamp"]).astimezone()
    line["timestamp"] = f"{local:%Y-%m-%d %H:%M:%S}"
    words = {key: between.join(line[key]) for key, between in (("error", " from "), ("at", " > ")) if key in line}
    return line | words


def _plain(value: object) -> object:
    """A value on one line."""
    return value if isinstance(value, int | float) else " ".join(str(value).split())[:LONGEST]


# --- libraries ---------------------------------------------------------------------------------------------------


def _words(record: logging.LogRecord, values: object) -> str:
    """What a library says: its literal words, with its numbers filled in and everything else withheld."""
    if not isinstance(record.msg, str) or not _is_literal(record.msg, record.funcName):
        return WITHHELD
    words = " ".join(record.msg.split())
    if not values or not isinstance(values, tuple):
        return words
    try:
        return words % tuple(value if isinstance(value, int | float) else "…" for value in values)
    except (TypeError, ValueError):  # "%x" of a text: the words alone
        return words


def _is_literal(words: str, function: str) -> bool:
    """Whether these words stand in the source of the function that says them now."""
    frame = currentframe()
    while frame is not None:
        if frame.f_code.co_name == function and words in frame.f_code.co_consts:
            return True
        frame = frame.f_back
    return False


# --- exceptions --------------------------------------------------------------------------------------------------


def _error(exc_info: object) -> BaseException | None:
    found = exc_info[1] if isinstance(exc_info, tuple) else exc_info
    return found if isinstance(found, BaseException) else None


def _chain(error: BaseException) -> Iterator[str]:
    """The exception, what it holds, and what it came from: types and codes."""
    code = _code(error)
    name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    yield f"{name} ({code})" if code else name
    for inner in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        yield from _chain(inner)
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _chain(before)


def _code(error: BaseException) -> str | None:
    """What SQLite, PostgreSQL or the operating system calls it: a word of theirs, never a value."""
    if isinstance(error, OSError) and error.errno is not None:
        return errno.errorcode.get(error.errno)
    return getattr(error, "sqlite_errorname", None) or getattr(error, "sqlstate", None)


def _places(trace: TracebackType | None) -> Iterator[str]:
    """From the outermost call to the line that raised."""
    for frame, line in walk_tb(trace):
        yield f"{frame.f_globals.get('__name__', '?')}:{line}"
