"""What a supervisor and Prometheus are told, over a real application and a real database."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from alembic import command
from httpx import ASGITransport, AsyncClient, Response
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from bot.app import assembled
from bot.flow import rounds
from bot.flow.figures import figures
from bot.simulation.run import Simulation
from bot.store import schema
from bot.store.ballots import Keyring
from bot.store.database import alembic_config
from bot.store.rounds import RoundState
from bot.web.health import CLOCK, DATABASE, TABLES, TICK_WITHIN, Health
from bot.web.metrics import Metrics
from bot.web.server import application
from config.settings import Settings
from tests.flow.town import ORGANISATION, round_of, town

RESULTS = {"sent", "later", "failed", "unknown"}
ALLOWED = {
    "klankbord_sends": {"platform", "result"},
    "klankbord_refused_requests": {"platform", "reason"},
    "klankbord_commit_seconds": {"le"},
    "klankbord_database_up": set(),
    "klankbord_outbox_messages": {"platform"},
    "klankbord_outbox_late_seconds": {"platform"},
    "klankbord_rounds": {"state"},
    "klankbord_platform_paused": {"platform"},
}
VALUES = {"platform": {"webchat"}, "result": RESULTS, "state": {state.value for state in RoundState}}

Samples = dict[tuple[str, ...], float]


@dataclass
class Site:
    """A simulated organisation whose health can be asked."""

    simulation: Simulation
    metrics: Metrics = field(default_factory=lambda: Metrics(["webchat"]))
    held_elsewhere: bool = False
    hang: bool = False
    asked: int = 0

    def __post_init__(self) -> None:
        database = self.simulation.database

        async def current() -> bool:
            self.asked += 1
            if self.hang:
                await asyncio.sleep(3600)
            return await database.read(schema.is_current)

        async def elsewhere() -> bool:
            return self.held_elsewhere

        self.health = Health(
            self.metrics,
            lambda: self.simulation.now,
            figures=lambda: database.read(figures, self.simulation.now),
            current=current,
            elsewhere=elsewhere,
        )

    async def get(self, *paths: str) -> list[Response]:
        """Ask these, all at once."""
        transport = ASGITransport(application([self.health]))
        async with AsyncClient(transport=transport, base_url="http://test") as client:
            return await asyncio.gather(*(client.get(path) for path in paths))

    def ask(self, path: str) -> Response:
        """Ask one."""
        return asyncio.run(self.get(path))[0]

    def reason(self) -> str | None:
        """Why it is not ready, or None."""
        response = self.ask("/readyz")
        told = response.json()
        assert told["ready"] is (response.status_code == 200)
        assert response.status_code == (503 if "reason" in told else 200)
        reason: str | None = told.get("reason")
        return reason

    def samples(self) -> Samples:
        """What Prometheus reads, by name and label values."""
        families = text_string_to_metric_families(self.ask("/metrics").text)
        return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Eighty people before their first round."""
    simulation = town(tmp_path / "klankbord.sqlite3")
    asyncio.run(simulation.begin())
    yield Site(simulation)
    simulation.database.close()


# --- alive and ready ---------------------------------------------------------------------------------------------


def test_it_is_alive_as_soon_as_it_answers(site: Site) -> None:
    """Whatever the database does: a process that answers need not be started anew."""
    site.hang = True
    assert site.ask("/healthz").status_code == 200


def test_it_is_ready_once_its_clock_ticks(site: Site) -> None:
    """And no longer when the clock has stood still for three minutes."""
    assert site.reason() == CLOCK
    site.health.ticked()
    assert site.reason() is None
    site.simulation.now += TICK_WITHIN - timedelta(seconds=1)
    assert site.reason() is None
    site.simulation.now += timedelta(seconds=1)
    assert site.reason() == CLOCK


def test_a_replica_that_stands_by_is_ready(site: Site) -> None:
    """Where another holds the clock, this one serves taps."""
    site.held_elsewhere = True
    assert site.reason() is None


@pytest.mark.parametrize("version", ["-1", "base"])
def test_it_is_not_ready_before_every_migration_was_run(site: Site, version: str) -> None:
    """Not with the tables of an older version, and not without any."""
    site.health.ticked()
    with site.simulation.database.engine.connect() as connection:
        command.downgrade(alembic_config(connection), version)
        connection.commit()
    assert site.reason() == TABLES


def test_it_is_not_ready_with_the_tables_of_a_newer_version(site: Site) -> None:
    """Somebody went back to an older program."""
    site.health.ticked()
    with site.simulation.database.transaction() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    assert site.reason() == TABLES


def broken(site: Site) -> None:
    """The file is overwritten."""
    site.simulation.database.close()
    for file in site.simulation.database.path.parent.iterdir():
        file.write_bytes(b"no database" * 1000)


def hanging(site: Site) -> None:
    """It does not answer."""
    site.hang = True


@pytest.mark.parametrize("happens", [broken, hanging])
def test_it_is_not_ready_without_its_database(site: Site, happens: Callable[[Site], None]) -> None:
    """It says so within seconds."""
    site.health.ticked()
    happens(site)
    assert site.reason() == DATABASE


def test_a_database_that_hangs_is_asked_once(site: Site) -> None:
    """However many probes come: each would keep a thread that taps need."""
    site.hang = True
    responses = asyncio.run(site.get("/readyz", "/readyz", "/readyz"))
    assert [one.status_code for one in responses] == [503] * 3
    assert site.asked == 1


# --- metrics -----------------------------------------------------------------------------------------------------


def test_metrics_of_a_round_under_way(site: Site) -> None:
    """Twenty messages wait, the oldest for ten minutes; then they are sent."""
    simulation = site.simulation
    platforms, simulation.platforms = simulation.platforms, {}
    times = round_of(0)

    opening = simulation.database.write(rounds.open_due, times.opens_at, simulation.rng, simulation.keyring)
    asyncio.run(opening)
    simulation.now, simulation.platforms = times.opens_at + timedelta(minutes=10), platforms
    samples = site.samples()
    assert samples["klankbord_outbox_messages", "webchat"] == 20
    assert samples["klankbord_outbox_late_seconds", "webchat"] == 600
    assert samples["klankbord_rounds", "open"] == 1
    assert samples["klankbord_rounds", "told"] == 0
    asyncio.run(simulation.to(simulation.now))
    assert site.samples()["klankbord_outbox_messages", "webchat"] == 0
    assert site.samples()["klankbord_outbox_late_seconds", "webchat"] == 0


def test_what_is_reported_is_counted(site: Site) -> None:
    """Sends by platform and result; commits by how long they took."""
    for result in ("sent", "sent", "later"):
        site.metrics.sent("webchat", result)
    site.metrics.committed(0.003)
    site.metrics.committed(0.3)
    samples = site.samples()
    assert samples["klankbord_sends_total", "webchat", "sent"] == 2
    assert samples["klankbord_sends_total", "webchat", "later"] == 1
    assert samples[("klankbord_commit_seconds_count",)] == 2
    assert samples["klankbord_commit_seconds_bucket", "0.005"] == 1


def test_without_the_database_counters_are_still_told(site: Site) -> None:
    """Prometheus sees that the database is away, and no figure that is no longer true."""
    site.metrics.sent("webchat", "sent")
    assert site.samples()[("klankbord_database_up",)] == 1
    broken(site)
    samples = site.samples()
    assert samples[("klankbord_database_up",)] == 0
    assert samples["klankbord_sends_total", "webchat", "sent"] == 1
    assert not any(name.startswith(("klankbord_outbox", "klankbord_rounds")) for name, *_ in samples)


def test_no_metric_is_of_a_person_a_department_or_a_question(site: Site) -> None:
    """Whoever adds a metric or a label has to add it here, and to say why nobody can be known by it."""
    simulation = site.simulation

    async def a_round() -> None:
        await simulation.to(round_of(0).opens_at)
        await simulation.let_answer(late=False)
        await simulation.to(round_of(0).digests_at)

    asyncio.run(a_round())
    for result in RESULTS:
        site.metrics.sent("webchat", result)  # type: ignore[arg-type]
    site.metrics.committed(0.01)
    text = site.ask("/metrics").text
    families = list(text_string_to_metric_families(text))
    assert {family.name for family in families} == set(ALLOWED)
    for family in families:
        for sample in family.samples:
            assert set(sample.labels) <= ALLOWED[family.name], sample
            for label in set(sample.labels) - {"le"}:
                assert sample.labels[label] in VALUES[label], sample
    assert not any(colleague.key in text for colleague in simulation.colleagues.values())
    assert not any(f'"{department.key}"' in text for department in ORGANISATION.departments)


def test_beside_the_web_chat(site: Site) -> None:
    """The routes of both are found in one application."""
    settings = Settings(keys=SecretStr(Keyring.new_key()))
    made = assembled(settings, site.simulation.database, lambda: site.simulation.now, Random(1))

    async def ask() -> list[int]:
        whole = application([*made.platforms.values(), site.health])
        async with AsyncClient(transport=ASGITransport(whole), base_url="http://test") as client:
            return [(await client.get(path)).status_code for path in ("/chat", "/healthz", "/readyz", "/metrics")]

    assert asyncio.run(ask()) == [401, 200, 503, 200]
