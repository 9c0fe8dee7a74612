"""The homeserver that the tests of one module share."""

from collections.abc import Iterator

import pytest

from .synapse import Homeserver, homeserver


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Homeserver]:
    """It takes seconds to start; names are unique by `Homeserver.unique`."""
    with homeserver(tmp_path_factory.mktemp("synapse")) as started:
        yield started
