from collections.abc import Iterator

import pytest

from tests.feeds.site import Site


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as running:
        yield running
