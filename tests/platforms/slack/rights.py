"""A right that a test takes away on purpose: what is tried without it is no mistake of the adapter's."""

from collections.abc import Iterator
from contextlib import contextmanager

from .server import FakeSlack
from .workspace import SCOPES

WITHOUT = "missing_scope"


@contextmanager
def provoked(slack: FakeSlack) -> Iterator[None]:
    """Forgives calls without a right, where a right that the app always has is missing."""
    try:
        yield
    finally:
        space = slack.workspace
        if not space.scopes >= set(SCOPES) and any(WITHOUT in one for one in space.violations):
            space.forgive(WITHOUT)
