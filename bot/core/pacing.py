"""When to try a message again: arithmetic on datetimes, without a clock."""

from datetime import datetime, timedelta

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=1)
MOST_TRIES = 22  # about half a day, then the admin channel is told


def next_try(tries: int, now: datetime, retry_after: timedelta | None = None) -> datetime | None:
    """When to send again after `tries` failures, or None when it has been tried often enough.

    The wait doubles each time; a platform that says how long to wait is obeyed, whatever we would have done.
    """
    if tries >= MOST_TRIES:
        return None
    wait = min(FIRST_WAIT * (1 << (tries - 1)), LONGEST_WAIT)
    return now + max(wait, retry_after or timedelta())
