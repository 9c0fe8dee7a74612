"""Lists of Slack's, a page at a time, for whoever has the time to wait when Slack says so.

docs.slack.dev/apis/web-api/pagination and /rate-limits.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

from bot.core.platform import SendFailed
from bot.platforms.slack.errors import read

TIMES = 10  # that Slack may say later; with pages twenty a minute pass it seldom says so once

T = TypeVar("T")
Page = Callable[[str | None], Awaitable[Any]]  # from where -> the answer of a method


async def pages(method: Page) -> AsyncIterator[Any]:
    """Every page of a method that takes a cursor and changes nothing. Raises SendFailed."""
    cursor: str | None = None
    while True:
        page = await patiently(lambda at=cursor: read(method(at)))  # type: ignore[misc]
        yield page
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or None
        if cursor is None:
            return


async def patiently(call: Callable[[], Awaitable[T]]) -> T:
    """The answer, after as long as Slack asks to wait. Raises SendFailed and ReplyLost."""
    for _ in range(TIMES - 1):
        try:
            return await call()
        except SendFailed as failed:
            if failed.retry_after is None:
                raise
            await asyncio.sleep(failed.retry_after.total_seconds())
    return await call()
