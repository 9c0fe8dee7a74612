"""A real Klankbord, but for its clock: `python shifted.py CLOCK`, with the settings in the environment.

CLOCK is a file that holds by how many seconds this Klankbord is ahead of the real time; whoever rewrites it moves
the time of a process that runs. It looks every second, instead of every minute, whether something is due.
"""

import asyncio
import sys
from datetime import datetime, timedelta
from pathlib import Path

from bot import app, logs
from bot.store.database import Database
from bot.web.server import listening
from config.settings import Settings


def main(clock: Path) -> None:
    """Serve until told to stop."""

    def now() -> datetime:
        return app.system_now() + timedelta(seconds=float(clock.read_text(encoding="ascii")))

    settings = Settings()
    database = Database(settings.data / "klankbord.sqlite3")
    app.TICK_SECONDS = app.SEND_SECONDS = 1
    logs.configure(json=False)
    bound = listening(settings.host, settings.port)
    asyncio.run(app.serve(app.assembled(settings, database, now), bound))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
