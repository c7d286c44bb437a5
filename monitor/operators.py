"""Telling operators: by the route `operator` of the book in force."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from monitor.core.route import Route, Send, sends_by
from monitor.core.telling.notice import Notice

OPERATOR = "operator"
"""The route by which operators are told; every book has it."""


@dataclass(frozen=True, slots=True)
class Operators:
    """How operators are told by an edition of the book: its version, and their route; no route: nobody is told."""

    version: int = 0
    route: Route | None = None

    def told(self, notices: Iterable[Notice]) -> tuple[tuple[Notice, tuple[Send, ...]], ...]:
        """Give each notice with the sends that tell it."""
        routes = [] if self.route is None else [self.route]
        return tuple((replace(notice, version=self.version), sends_by(routes, notice.at)) for notice in notices)
