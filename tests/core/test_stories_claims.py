from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.core.entry import Entry
from monitor.core.stories.contradiction import contradiction
from monitor.core.stories.decide import profile_of

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "cases" / "claims.yaml").read_text())


def entry(title: str, language: str) -> Entry:
    return Entry("", title, title=title, language=language)


@pytest.mark.parametrize("case", CASES, ids=[f"{case['one']} - {case['other']}" for case in CASES])
def test_what_contradicts_is_said_from_either_side(case: dict[str, Any]) -> None:
    one, other = (profile_of(entry(case[key], case["language"])).statement for key in ("one", "other"))
    assert contradiction(one, other).partition(":")[0] == case["apart"]
    assert contradiction(other, one).partition(":")[0] == case["apart"]
