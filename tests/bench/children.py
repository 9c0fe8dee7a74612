"""Work in a process of its own, so that its peak memory is nobody else's: start it here, and tell here what it took."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

STATUS = Path(
    "/proc/self/status"
)  # Linux; ru_maxrss would still hold the peak of the parent before it became the child


@dataclass(frozen=True)
class Took:
    """Processor seconds of each named piece of work, what they came to, and the memory of the process in MiB."""

    seconds: dict[str, float]
    found: dict[str, int]
    start: float  # after the imports
    peak: float

    @property
    def grown(self) -> float:
        """What the work took beyond the imports, in MiB."""
        return self.peak - self.start


class Work:
    """What a child does: `with work.timed(NAME): …`, then `work.tell()`."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = {}
        self.found: dict[str, int] = {}  # so that both sides can be held to the same outcome
        self.start = _peak()

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Time a piece of work, in seconds of the processor; of several with the same name the median counts."""
        begin = time.process_time()
        yield
        self.seconds.setdefault(name, []).append(time.process_time() - begin)

    def without(self, name: str, part: str) -> None:
        """Take a part out of a piece of work, run by run; the part was timed on its own just before."""
        self.seconds[name] = [all_ - some for all_, some in zip(self.seconds[name], self.seconds[part], strict=True)]

    def tell(self) -> None:
        """Write for the parent what it took."""
        seconds = {name: median(took) for name, took in self.seconds.items()}
        print(json.dumps({"seconds": seconds, "found": self.found, "start": self.start, "peak": _peak()}))  # noqa: T201


def _peak() -> float:
    return next(int(line.split()[1]) / 1024 for line in STATUS.read_text().splitlines() if line.startswith("VmHWM"))


def took(module: str, where: Path | str) -> Took:
    """Run one of the modules beside this one on a file or a URL. Raises CalledProcessError where it fails."""
    command = [sys.executable, "-m", f"tests.bench.{module}", str(where)]
    return Took(**json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout))


def median_of(runs: list[Took]) -> Took:
    """The median of each figure; all runs came to the same."""
    assert all(run.found == runs[0].found for run in runs)
    names = runs[0].seconds
    seconds = {name: median(run.seconds[name] for run in runs) for name in names}
    return Took(seconds, runs[0].found, median(run.start for run in runs), median(run.peak for run in runs))
