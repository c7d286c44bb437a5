"""How `vigie status` says times."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.cli.status import span

NOW = datetime(2022, 1, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-0.4, "0 s"), (-90, "0 s"), (0, "0 s"), (119, "119 s"), (120, "2 min"), (7199, "120 min"), (7200, "2 h")],
)
def test_a_span_is_said_in_short_and_is_never_less_than_nothing(seconds: float, said: str) -> None:
    assert span(NOW, NOW + timedelta(seconds=seconds)) == said
