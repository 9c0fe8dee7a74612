"""What came by in the last few minutes, so that the same does not count twice."""

import time
from collections import OrderedDict
from collections.abc import Callable


class Lately:
    """Remembers names for a while; of this process alone."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._clock = seconds, clock
        self._seen: OrderedDict[str, float] = OrderedDict()  # oldest first

    def first_time(self, name: str) -> bool:
        """Whether it did not come by before; from now on it did."""
        now = self._clock()
        while self._seen and next(iter(self._seen.values())) <= now - self._seconds:
            self._seen.popitem(last=False)
        if name in self._seen:
            return False
        self._seen[name] = now
        return True

    def forget(self, name: str) -> None:
        """It had no effect, so it may come again."""
        self._seen.pop(name, None)
