"""Which roles this replica has: the clock, sending to a platform, fetching from a platform.

On SQLite all of them, for nobody else runs. On PostgreSQL those of which it keeps the lease.
"""

import secrets
import time
from collections.abc import Sequence

from bot.logs import Log
from bot.store import leases
from bot.store.database import Database
from bot.store.leases import Duty

log = Log("roles")


class Roles:
    """The roles that this replica wants, and those that it has."""

    def __init__(self, database: Database, wanted: Sequence[str]) -> None:
        self.database, self.wanted = database, tuple(wanted)
        self.holder = secrets.token_hex(8)
        self._kept: dict[str, float] = {}  # role -> when it was kept last, by our own steady clock

    def has(self, role: str) -> bool:
        """Whether this replica has a role now. One that could not be renewed in time is another's by now."""
        if not self.database.shared:
            return True
        kept = self._kept.get(role)
        return kept is not None and time.monotonic() - kept < leases.LEASE.total_seconds()

    def duty(self, role: str) -> Duty:
        """The database, for work that only who has the role may do."""
        return Duty(self.database, role, self.holder)

    async def keep(self) -> None:
        """Renew what is ours and take what is free."""
        if self.database.shared:
            for role in self.wanted:
                await self._keep(role)

    async def _keep(self, role: str) -> None:
        before, asked = self.has(role), time.monotonic()
        if await self.database.write(leases.take, role, self.holder):
            self._kept[role] = asked
        else:
            self._kept.pop(role, None)
        if self.has(role) and not before:
            log.info("role taken", role=role)
        if before and not self.has(role):
            log.warning("role lost", role=role)

    async def elsewhere(self, role: str) -> bool:
        """Whether another replica has a role."""
        return self.database.shared and await self.database.read(leases.held_by_another, role, self.holder)

    async def give_up(self) -> None:
        """Let another replica take over at once."""
        if self.database.shared and self._kept:
            self._kept.clear()
            await self.database.write(leases.give_up, self.holder)
