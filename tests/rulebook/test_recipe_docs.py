"""The page for analysts shows a page, a recipe and what it reads: so it is."""

import re
from pathlib import Path

from monitor.feeds import Fetched, read
from monitor.rulebook import read as read_rules
from tests.feeds.documents import SEEN

PAGE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
SECTION = PAGE.partition("### Pages: recipes")[2].partition("\n## ")[0]


def test_the_recipe_on_the_page_reads_from_the_page_on_it_what_stands_below() -> None:
    markup, recipe = (
        re.findall(rf"^```{kind}\n(.*?)^```", SECTION, re.MULTILINE | re.DOTALL)[0] for kind in ("html", "yaml")
    )
    book = read_rules({"feeds.yaml": recipe}).book
    assert book is not None
    document = Fetched(f"<!doctype html>{markup}".encode(), "text/html", "", "", "https://example.org/direct", SEEN)
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in SECTION.splitlines() if line.startswith("| b")
    ]
    assert rows == [
        [entry.guid, f"{entry.published:%Y-%m-%d %H:%M}", entry.title, entry.text.replace("\n", " / ")]
        for entry in read(document, book.feeds["quai-direct"])
    ]
    assert len(rows) == 2
