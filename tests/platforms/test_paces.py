"""How fast each platform takes messages."""

import pytest

from bot.core.pacing import Rate, Schedule
from bot.platforms import PLATFORMS
from bot.platforms.paces import PACES

PUBLISHED = [
    ("slack", "kim", 1, 1),
    ("slack", "#ict", 1, 1),
    ("telegram", None, 30, 1),
    ("telegram", "kim", 1, 1),
    ("telegram", "#ict", 1, 1),
    ("telegram", "#ict", 20, 60),
]


@pytest.mark.parametrize(("platform", "chat", "most", "seconds"), PUBLISHED)
def test_within_what_is_published(platform: str, chat: str | None, most: int, seconds: float) -> None:
    """A sender that never rests puts no more into any stretch of time than is published, to one chat or to all."""
    schedule, now, sent = Schedule(PACES[platform]), 0.0, list[float]()
    for number in range(4 * most):
        to = chat or str(number)
        while wait := schedule.wait(to, channel=to.startswith("#"), now=now):
            now += wait
        schedule.take(to, channel=to.startswith("#"), now=now)
        sent.append(now)
    nearly = seconds - 1e-6  # a message exactly that much later belongs to the next stretch
    assert max(sum(first <= at < first + nearly for at in sent) for first in sent) <= most


@pytest.mark.parametrize("platform", ["slack", "telegram"])
def test_a_late_sender_does_not_drift(platform: str) -> None:
    """The platform as a whole has a burst, so that waking a little late costs nothing in the long run."""
    overall = PACES[platform].overall
    assert isinstance(overall, Rate)
    assert (overall.burst - 1) * overall.interval > 0.05  # seconds that a busy loop may be late


def test_every_platform_has_a_pace() -> None:
    """No platform is sent to without anybody having thought of how fast."""
    assert set(PLATFORMS) <= set(PACES)
