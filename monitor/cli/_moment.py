"""Times as people type them: how long ago, or when, by the clock of this machine."""

import re
from datetime import UTC, datetime, timedelta

import click

_AGO = re.compile(r"([0-9]{1,6})([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class Moment(click.ParamType[datetime]):
    """A time, as `7d` or `6h` (so long ago), `2022-01-10` or `2022-01-10 17:52` (in the zone of this machine)."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read a time; as it is where it was read before."""
        if isinstance(value, datetime):
            return value
        written = str(value)
        ago = _AGO.fullmatch(written)
        try:
            if ago:
                return datetime.now(UTC) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
            return datetime.fromisoformat(written).astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail(f"{written!r} is no time - as 7d, 6h, 2022-01-10 or 2022-01-10T17:52.", param, ctx)
