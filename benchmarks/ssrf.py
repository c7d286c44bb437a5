"""The forms of an address that is not global, and what becomes of each: `python -m benchmarks.ssrf`.

Each is tried by a real request: as the address of a feed, as where a server at a global address redirects to (in a
network of its own, on Linux), and through a proxy. A server of ours waits wherever they may lead to. Exit code 1 if
it was reached.
"""

import asyncio
import sys
from collections import Counter

from rich.console import Console
from rich.table import Table

from tests.feeds.forms import FORMS, Form, Tried, asked_for, in_a_network_of_our_own, through_a_proxy

WAYS = ("asked for", "redirected to", "through a proxy")


def main() -> int:
    """Try all forms in all ways, and print what became of them."""
    tried = [*asyncio.run(asked_for(FORMS)), *(in_a_network_of_our_own() or ()), *asyncio.run(through_a_proxy(FORMS))]
    found = {(one.group, one.name, one.way): one for one in tried}
    table = Table("form", "address", *WAYS, "reason", box=None)
    for form in FORMS:
        table.add_row(*_row(form, found))
    Console(width=200, highlight=False).print(table)
    reached, counts = [one for one in tried if one.reached], Counter(one.way for one in tried)
    said = ", ".join(f"{counts[way]} {way}" for way in WAYS)
    print(f"{len(FORMS)} forms; {said}; {len(reached)} got through")
    return 1 if reached else 0


def _row(form: Form, found: dict[tuple[str, str, str], Tried]) -> tuple[str, ...]:
    all_ways = [found.get((form.group, form.name, way)) for way in WAYS]
    marks = ["not tried" if one is None else "THROUGH" if one.reached else "refused" for one in all_ways]
    said = next(one.said for one in all_ways if one is not None)
    url = form.url.replace("\r\n", "\\r\\n").replace("\t", "\\t").replace("[", "\\[")
    return f"{form.group}: {form.name}", url, *marks, said.partition(" - ")[0].replace("[", "\\[")


if __name__ == "__main__":
    sys.exit(main())
