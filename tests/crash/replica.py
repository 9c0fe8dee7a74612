"""`klankbord`, with the two platforms of this folder: `python -m tests.crash.replica run`, settings in the environment.

KLANKBORD_ASKABLE_URL and KLANKBORD_MUTE_URL are the chat servers. CRASH_CLOCK names a file that holds by how many
seconds this Klankbord is ahead of the real time: whoever rewrites it moves the time of every process that runs.
It looks every second what is due, instead of every minute, and takes over what a dead replica did after two seconds
instead of twenty, so that a round of a week takes seconds.

With `nursery` instead of a command, each line of standard input is the port and the log file of a process that does
`klankbord run`; its id is printed. It has everything imported already: that takes longer than all else at a start.
"""

import os
import signal
import sys
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from importlib import import_module
from pathlib import Path

from bot import app
from bot.cli import main
from bot.platforms import PLATFORMS
from bot.store import leases

LATE = (
    "alembic.command",
    "alembic.ddl.postgresql",
    "bot.commands.run",
    "bot.platforms.webchat",
    "bot.store.postgresql",
    "bot.store.tables",
    "holidays.countries.netherlands",
    "logging.config",
    "mako.template",
    "tests.crash.adapter",
    "uvicorn.lifespan.off",
    "uvicorn.loops.auto",
    "uvicorn.protocols.http.auto",
)
"""What a replica imports no sooner than it needs it."""


def now() -> datetime:
    """The time that the file tells."""
    return app.system_now() + timedelta(seconds=float(Path(os.environ["CRASH_CLOCK"]).read_text(encoding="ascii")))


def nursery() -> None:
    """Fork a replica for each line, until there are no more."""
    for module in LATE:
        import_module(module)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are buried at once
    for line in sys.stdin:
        port, log = line.split()
        child = os.fork()
        if child == 0:
            replica(port, log)
        print(child, flush=True)  # noqa: T201  the protocol


def replica(port: str, log: str) -> None:
    """`klankbord run` in this process; never returns."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ["KLANKBORD_PORT"] = port
    written, nothing = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT), os.open(os.devnull, os.O_RDONLY)
    for old, new in ((0, nothing), (1, written), (2, written)):
        os.dup2(new, old)
    main(["run"], prog_name="klankbord")


if __name__ == "__main__":
    PLATFORMS["askable"] = "tests.crash.adapter:Askable"
    PLATFORMS["mute"] = "tests.crash.adapter:Mute"
    app.TICK_SECONDS = app.SEND_SECONDS = 1
    leases.KEEP, leases.LEASE = 0.5, timedelta(seconds=2.5)
    app.assembled = partial(app.assembled, now=now)
    if sys.argv[1:] == ["nursery"]:
        with suppress(KeyboardInterrupt):
            nursery()
    else:
        main(prog_name="klankbord")
