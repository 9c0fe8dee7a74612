"""What Prometheus may know: counts, ages and times, by platform, result and state; never by person, department or
question. Plain methods, so that who reports need not know Prometheus; a registry of our own, so that nothing else
reports with us.
"""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as CONTENT_TYPE

from bot.flow.delivery import Result
from bot.flow.figures import Figures, Queue

COMMIT_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

__all__ = ["CONTENT_TYPE", "Metrics"]

disable_created_metrics()  # type: ignore[no-untyped-call]  # else every counter brings a second series with the moment it began


class Metrics:
    """The metrics of one process. Counters begin at 0 with it; gauges are of the database, alike in every replica."""

    def __init__(self, platforms: Iterable[str]) -> None:
        self._platforms = tuple(platforms)
        self._registry = registry = CollectorRegistry()
        self._sent = Counter(
            "klankbord_sends",
            "Tries to send a message, by what came of them: sent, later (tried again), failed, unknown.",
            ("platform", "result"),
            registry=registry,
        )
        self._refused = Counter(
            "klankbord_refused_requests",
            "Requests that were forged or broken and had no effect, by reason.",
            ("platform", "reason"),
            registry=registry,
        )
        self._commits = Histogram(
            "klankbord_commit_seconds",
            "How long a writing transaction took, with its commit.",
            buckets=COMMIT_SECONDS,
            registry=registry,
        )
        self._database = Gauge(
            "klankbord_database_up",
            "1 when the database answers; without it the gauges below are left out.",
            registry=registry,
        )
        self._outbox = Gauge(
            "klankbord_outbox_messages", "Messages that still have to go out.", ("platform",), registry=registry
        )
        self._late = Gauge(
            "klankbord_outbox_late_seconds", "Age of the oldest message that is due.", ("platform",), registry=registry
        )
        self._rounds = Gauge("klankbord_rounds", "Rounds, by state.", ("state",), registry=registry)
        self._paused = Gauge(
            "klankbord_platform_paused",
            "1 while a platform is paused after failures.",
            ("platform",),
            registry=registry,
        )

    def sent(self, platform: str, result: Result) -> None:
        """A platform was asked to take a message, and this came of it."""
        self._sent.labels(platform, result).inc()

    def refused(self, platform: str, reason: str) -> None:
        """Something that came in was not what it should be."""
        self._refused.labels(platform, reason).inc()

    def committed(self, seconds: float) -> None:
        """A writing transaction took this long. May be called from any thread."""
        self._commits.observe(seconds)

    def exposition(self, figures: Figures | None) -> bytes:
        """Everything as text; `figures` are None where the database does not answer."""
        for gauge in (self._outbox, self._late, self._rounds, self._paused):
            gauge.clear()
        self._database.set(figures is not None)
        if figures is not None:
            self._show(figures)
        return generate_latest(self._registry)

    def _show(self, figures: Figures) -> None:
        for platform in {*self._platforms, *figures.outbox}:
            queue = figures.outbox.get(platform, Queue(0, 0.0))
            self._outbox.labels(platform).set(queue.messages)
            self._late.labels(platform).set(queue.late)
            self._paused.labels(platform).set(platform in figures.paused)
        for state, rounds in figures.rounds.items():
            self._rounds.labels(state).set(rounds)
