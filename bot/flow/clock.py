"""What time makes happen: one tick a minute, in the order of the walk."""

from datetime import datetime
from random import Random

from bot.flow import counting, digests, freshness, promises, rounds, selfimage
from bot.logs import Log
from bot.store import chats, early, inbox, joining, signin
from bot.store.ballots import Keyring
from bot.store.leases import Duty
from bot.store.rounds import Round

log = Log("clock")


async def tick(duty: Duty, now: datetime, rng: Random, keyring: Keyring) -> list[Round]:
    """Do everything that is due: count, ask leads, tell, open, remind, forget. Returns the rounds opened.

    Telling goes before opening, because a round's draw looks at what was released. Raises NotOurs when another
    replica keeps the clock now.
    """
    database = duty.database
    await duty.write(counting.close_due, now)
    said = await counting.open_due(database, now, keyring)
    if await duty.write(counting.count_due, now, keyring, said) or database.unscrubbed:
        await database.scrub()
    await duty.write(selfimage.ask_due, now)
    await duty.write(digests.tell_due, now)
    opened = await duty.write(rounds.open_due, now, rng, keyring)
    for round_ in opened:
        log.info("round opened", survey=round_.survey, number=round_.number, invited=round_.invited)
    gone = await duty.write(early.destroy_closed, now)
    if (gone or opened) and database.kind.scrubs_replies:
        await database.scrub()
    await duty.write(rounds.remind_due, now)
    await duty.write(promises.remind_due, now)
    await duty.write(promises.forget, now)
    await duty.write(freshness.ask_due, now)
    await duty.write(rounds.forget, now)
    await duty.write(inbox.forget, now.date())
    await duty.write(joining.forget, now)
    await duty.write(signin.forget, now)
    await duty.write(chats.forget_orphans, now)
    return opened
