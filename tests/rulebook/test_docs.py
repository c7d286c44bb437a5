"""The page for analysts says what is so: its folder checks, and its tables name every key."""

import re
from pathlib import Path

from monitor.rulebook import read
from monitor.rulebook.grammar import ENTITY, FEED, ROUTE, RULE

PAGE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")


def test_the_folder_on_the_page_has_no_fault() -> None:
    blocks = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    reading = read({f"{number}.yaml": block for number, block in enumerate(blocks)})
    assert len(blocks) == 4
    assert reading.faults == ()


def test_the_page_names_every_key() -> None:
    keys = {*FEED.keys, *ENTITY.keys, *RULE.keys, *ROUTE.keys, *RULE.later, *ROUTE.later}
    assert {key for key in keys if not re.search(rf"`{key}\b|\b{key}:", PAGE)} == set()
