"""What goes wrong on the way: answers that are lost, slow or no answers at all. Used up one by one, per method."""

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass

from .refusals import Refused, too_many

ANY = "*"  # a fault of whatever is called next


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong with one call."""

    refused: Refused | None = None  # instead of doing it
    page: int = 0  # instead of doing it: a page of the proxy before the API, with this code; not JSON
    lost: bool = False  # done, and the connection breaks before the answer
    seconds: float = 0.0  # done, and the answer takes so long


LOST = Fault(lost=True)
BAD_GATEWAY = Fault(page=502)  # what the proxy of api.telegram.org says when the API behind it does not answer
SERVER_ERROR = Fault(Refused(500, "Internal Server Error"))


def slow(seconds: float) -> Fault:
    """Done, and the answer takes so long."""
    return Fault(seconds=seconds)


def failing(code: int, description: str, **parameters: int) -> Fault:
    """Refused with these words, for instance 403, "Forbidden: user is deactivated"."""
    return Fault(Refused(code, description, parameters))


def flooded(retry_after: int) -> Fault:
    """429, and the whole bot is held for so many seconds."""
    return Fault(too_many(retry_after))


class Faults:
    """The faults that are to come."""

    def __init__(self) -> None:
        self._coming: dict[str, deque[Fault]] = defaultdict(deque)

    def add(self, method: str, faults: Iterable[Fault]) -> None:
        """These, one for each of the next calls of this method."""
        self._coming[method.lower()].extend(faults)

    def take(self, method: str) -> Fault:
        """What goes wrong with this call; mostly nothing."""
        coming = self._coming[method.lower()] or self._coming[ANY]
        return coming.popleft() if coming else Fault()
