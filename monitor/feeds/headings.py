"""Posts that have no headline of their own but begin with one."""

import re

from monitor.feeds import html

_HEADING = re.compile(
    r"\s*(?:<(?:div|article|section|header)\b[^<>]*>\s*)*<(h[1-6])\b[^<>]*>(.*?)</\1\s*>", re.DOTALL | re.IGNORECASE
)


def headed(title: str, markup: str) -> tuple[str, str]:
    """Part a post's HTML into title and text: without a title, a heading at the very beginning is it."""
    if not title and (found := _HEADING.match(markup)):
        title = html.line(found[2], is_html=True)
        if title:
            markup = markup[found.end() :]
    return title, html.text(markup)
