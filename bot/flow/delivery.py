"""Step 3: outbox → platform. Claim, wait for a turn, send, mark each one.

For each platform one replica sends, `AT_ONCE` messages at a time, one to each chat. A message is in doubt from right
before it goes out until its answer is written down, so a crash leaves at most that many in doubt. A doubt is looked up
where the platform can be asked; where it cannot, a question is repeated and a digest is not. What comes of a refusal is
in `refusals.py`.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from bot.core.pacing import Schedule, next_try
from bot.core.platform import LooksUp, Outgoing, Platform, Postponed, ReplyLost, SendFailed
from bot.flow import composing, refusals
from bot.flow.composing import Mail
from bot.flow.pictures import with_picture
from bot.logs import Log
from bot.store import holds, outbox, pauses
from bot.store.ballots import Keyring
from bot.store.leases import Duty
from bot.store.outbox import SAID_ONCE, Kind, OutgoingRow, OutgoingState

AT_ONCE = 8  # messages on their way to one platform
CLAIMED = 100  # rows, at most
LOW = 25  # rows left when more are claimed
PATIENCE = 10.0  # seconds that a message waits for its turn before it gives way to others
AHEAD = 0.1  # seconds before its turn that a message is drawn, and written down as going out
IN_DOUBT = 1.0  # seconds that it may wait after that, where others took its turn
IN_A_ROW = 5  # failures, before a platform is left alone for a while
AGAIN = 0.5  # seconds before a database that is away is tried again
LOOK_AFTER = 1.0  # seconds that a platform gets to file what it took before it is asked about it
LOOK_AGAIN = 30.0  # seconds before it is asked once more, where it could not tell
SOONEST = timedelta(minutes=1)  # before a postponed message is looked at again

log = Log("delivery")

Now = Callable[[], datetime]
Result = Literal["sent", "later", "failed", "unknown"]
Report = Callable[[str, Result], None]


class Sender:
    """Sends what is due on one platform, one pass after another. `report` is told of each message: platform, result."""

    def __init__(
        self,
        duty: Duty,
        platform: Platform,
        keyring: Keyring,
        now: Now,
        report: Report = lambda _platform, _result: None,
    ) -> None:
        self._duty, self._platform, self._keyring, self._now, self._report = duty, platform, keyring, now, report
        self._schedule = Schedule(platform.pace)
        self._queue: dict[str, OutgoingRow] = {}  # by id, oldest first
        self._busy: set[str] = set()  # chats that a message is on its way to: what is due first stands first there
        self._choosing = asyncio.Condition()
        self._dry = False  # nothing more is due, or no more may be sent now
        self._most = CLAIMED
        self._failures = 0  # in a row
        self._left_alone = False  # from now on, for a while
        self._asked: dict[str, float] = {}  # messages in doubt, and when the platform may be asked about them again
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Begin no more; what is on its way is finished."""
        self._stopping.set()

    async def send_due(self) -> int:
        """Settle what is in doubt, then send everything that is due. Returns how many were sent.

        Raises NotOurs when another replica sends to this platform now.
        """
        paused = await self._duty.database.read(pauses.of, self._platform.name)
        if paused is not None and pauses.lasts(paused, self._now()):
            return 0
        self._most = 1 if paused else CLAIMED  # one message tells whether it is over
        self._dry, self._failures, self._left_alone = False, 0, False
        self._queue.clear()
        self._schedule.forget(time.monotonic())
        for row in await self._duty.write(outbox.recover, self._platform.name):
            if self._asked.get(row.id, 0.0) <= time.monotonic():
                await self._settle(row)
        return sum(await _all(self._work() for _ in range(AT_ONCE)))

    async def _work(self) -> int:
        sent = 0
        while (row := await self._next()) is not None:
            try:
                sent += await self._in_turn(row)
            finally:
                await self._freed(row.address)
        return sent

    async def _in_turn(self, row: OutgoingRow) -> int:
        if not await self._has_turn(row, AHEAD, PATIENCE):
            return 0
        mail = await self._duty.write(composing.begun, row.id, self._keyring, self._now())
        if mail is None or not await self._has_turn(row, 0.0, IN_DOUBT):
            return 0
        self._schedule.take(row.address, channel=row.about is None, now=time.monotonic())
        return await self._send(mail)

    async def _next(self) -> OutgoingRow | None:
        """The first message to a chat that none is on its way to; None where there is no more, or no more may go."""
        async with self._choosing:
            while not self._stopping.is_set():
                await self._claim()
                row = next(self._ready(), None)
                if row is not None:
                    self._busy.add(row.address)
                    return self._queue.pop(row.id)
                if not self._queue:
                    return None
                await self._choosing.wait()
        return None

    def _ready(self) -> Iterator[OutgoingRow]:
        return (row for row in self._queue.values() if row.address not in self._busy)

    async def _claim(self) -> None:
        while (ready := sum(1 for _ in self._ready())) < min(LOW, self._most) and not self._dry:
            claimed = await self._duty.write(outbox.claim, self._platform.name, self._now(), self._most - ready)
            if self._left_alone:  # meanwhile
                return
            self._queue |= {row.id: row for row in claimed}
            self._dry = not claimed or self._most == 1

    async def _freed(self, chat: str) -> None:
        async with self._choosing:
            self._busy.discard(chat)
            self._choosing.notify_all()

    async def _has_turn(self, row: OutgoingRow, ahead: float, patience: float) -> bool:
        """Wait until the platform's pace lets this message go in `ahead` seconds. False where it waits in the outbox.

        The turn is taken right before the message goes, and not before it is written down: else those that wait for
        a slow disk would all go at once after it.
        """
        channel = row.about is None
        while (seconds := self._schedule.wait(row.address, channel=channel, now=time.monotonic())) > ahead:
            if self._stopping.is_set() or seconds > patience:
                later = row.not_before if self._stopping.is_set() else self._now() + timedelta(seconds=seconds)
                await self._duty.write(outbox.put_off, row.id, later, tried=False)
                return False
            await asyncio.sleep(min(seconds - ahead, 1.0))
        return True

    async def _send(self, mail: Mail) -> int:
        database, row = self._duty.database, mail.row
        try:
            reference = await self._platform.send(await with_picture(database, mail.outgoing, mail.block, self._now()))
        except Postponed as postponed:
            until = self._now() + max(postponed.after, SOONEST)
            await self._written(lambda: self._duty.write(outbox.put_off, row.id, until, tried=False))
        except SendFailed as failed:
            await self._failed(row, failed)
        except ReplyLost as lost:
            await self._lost(row, lost.reason)
        except Exception as error:
            await self._lost(row, type(error).__name__)
        else:
            await self._sent(row, reference)
            return 1
        return 0

    async def _sent(self, row: OutgoingRow, reference: str) -> None:
        """Written down whoever sends now: it is true."""
        await self._written(lambda: self._duty.database.write(_arrived, row, reference))
        self._report(self._platform.name, "sent")
        await self._it_answers()

    async def _it_answers(self) -> None:
        """The platform is not down, also where it refuses one message. The next pass sends all the others."""
        self._failures = 0
        if self._most == 1:
            await self._duty.write(pauses.resume, self._platform.name)
            log.info("platform resumed", platform=self._platform.name)

    async def _written(self, write: Callable[[], Awaitable[None]]) -> None:
        """What a platform answered, kept in mind while the database is away or full, rather than left in doubt."""
        while True:
            try:
                return await write()
            except OperationalError:
                if self._stopping.is_set():
                    raise
            await asyncio.sleep(AGAIN)

    async def _failed(self, row: OutgoingRow, failed: SendFailed) -> None:
        name = self._platform.name
        log.warning("not sent", kind=row.kind.value, platform=name, reason=failed.reason)
        self._report(name, "failed" if failed.permanent else "later")
        if failed.permanent and failed.everywhere:
            await self._written(lambda: self._duty.write(outbox.put_off, row.id, self._now(), tried=False))
            await self._leave_alone(failed.reason)
            return
        if failed.retry_after is not None:
            until = time.monotonic() + failed.retry_after.total_seconds()
            self._schedule.hold(until, None if failed.everywhere else row.address)
        await self._try_again(row, failed)
        if failed.permanent or failed.retry_after is not None:
            await self._it_answers()
        else:
            await self._one_more_failure(failed.reason)

    async def _try_again(self, row: OutgoingRow, failed: SendFailed) -> None:
        """Later; and where that is in vain, what becomes of a refusal."""
        again = None if failed.permanent else next_try(row.tries + 1, self._now(), failed.retry_after)
        if again is None:
            await self._written(lambda: self._duty.write(refusals.refused, row, failed, self._now()))
        else:
            await self._written(lambda: self._duty.write(outbox.put_off, row.id, again, tried=True))

    async def _lost(self, row: OutgoingRow, reason: str) -> None:
        log.warning("reply lost", kind=row.kind.value, platform=self._platform.name, reason=reason)
        self._report(self._platform.name, "unknown")
        await self._one_more_failure(reason)
        await asyncio.sleep(LOOK_AFTER if isinstance(self._platform, LooksUp) else 0)
        await self._settle(row)

    async def _one_more_failure(self, reason: str) -> None:
        """A platform that fails again and again is left alone."""
        self._failures += 1
        if self._most == 1 or self._failures >= IN_A_ROW:
            await self._leave_alone(reason)

    async def _leave_alone(self, reason: str) -> None:
        """For a while; its messages wait and lose no tries."""
        if not self._left_alone:
            self._left_alone = self._dry = True
            self._queue.clear()
            await self._duty.write(refusals.pause, self._platform.name, reason, self._now())

    async def _settle(self, row: OutgoingRow) -> None:
        """What becomes of a message in doubt."""
        if isinstance(self._platform, LooksUp):
            try:
                reference = await self._platform.look_up(Outgoing(row.id, row.address, invitation=row.about))
            except SendFailed as failed:
                await self._cannot_tell(row, failed)
                return
            except Exception as error:
                await self._cannot_tell(row, SendFailed(type(error).__name__, permanent=False))
                return
            self._asked.pop(row.id, None)
            if reference is not None:
                await self._duty.database.write(_arrived, row, reference)
                return
        elif row.kind in SAID_ONCE:
            await self._duty.write(refusals.unknown, row, self._now())
            return
        await self._try_again(row, SendFailed("no answer", permanent=False))

    async def _cannot_tell(self, row: OutgoingRow, failed: SendFailed) -> None:
        """It stays in doubt and is asked about again, once the channel or the platform is mended where it has to be.

        A person whose chat can never be looked into is asked again, as where a platform cannot be asked at all.
        """
        log.warning("not looked up", kind=row.kind.value, platform=self._platform.name, reason=failed.reason)
        self._asked[row.id] = time.monotonic() + LOOK_AGAIN
        if failed.permanent and failed.everywhere:
            await self._leave_alone(failed.reason)
        elif failed.permanent and row.about is None:
            await self._duty.write(refusals.hold, row, failed.reason, self._now())
        elif failed.permanent:
            await self._try_again(row, SendFailed("no answer", permanent=False))


def _arrived(session: Session, row: OutgoingRow, reference: str) -> None:
    """A channel that took a message refuses them no more; of a test card nothing stays."""
    if row.kind is Kind.TEST:
        outbox.drop(session, row.id)
        return
    outbox.mark(session, row.id, OutgoingState.SENT, reference=reference)
    if row.about is None:
        holds.lift(session, row.channel)


async def _all(works: Iterable[Coroutine[Any, Any, int]]) -> list[int]:
    """All of them to their end, also when one fails: what is on its way must not meet the next pass."""
    found = await asyncio.gather(*works, return_exceptions=True)
    for one in found:
        if isinstance(one, BaseException):
            raise one
    return [one for one in found if isinstance(one, int)]
