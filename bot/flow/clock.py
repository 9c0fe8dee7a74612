"""What time makes happen: one tick a minute, in the order of the walk."""

import logging
from datetime import datetime
from random import Random

from bot.flow import counting, digests, rounds
from bot.store import chats, inbox
from bot.store.ballots import Keyring
from bot.store.database import Database
from bot.store.rounds import Round

log = logging.getLogger("klankbord.clock")


async def tick(database: Database, now: datetime, rng: Random, keyring: Keyring) -> list[Round]:
    """Do everything that is due: count, tell, open, remind, forget. Returns the rounds opened.

    Telling goes before opening, because a round's draw looks at what was released.
    """
    if await database.write(counting.count_due, now, keyring) or database.unscrubbed:
        await database.scrub()
    await database.write(digests.tell_due, now)
    opened = await database.write(rounds.open_due, now, rng, keyring)
    for round_ in opened:
        log.info("round opened: survey=%s number=%d invited=%d", round_.survey, round_.number, round_.invited)
    await database.write(rounds.remind_due, now)
    await database.write(rounds.forget, now)
    await database.write(inbox.forget, now.date())
    await database.write(chats.forget_orphans)
    return opened
