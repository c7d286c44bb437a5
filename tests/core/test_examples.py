"""What is shown where an example fails: one line, with what is highlighted."""

import pytest

from monitor.core.book import Book
from monitor.core.critique.examples import ROOM, example_faults
from monitor.core.match import Matcher
from monitor.core.rule import Example, Rule, Term


def fault(example: Example) -> str:
    rule = Rule("r", any_of=(Term("Otan", "plain", "Otan"), Term("Genève", "plain", "Genève")), examples=(example,))
    ((number, message),) = example_faults(Matcher(Book(rules={"r": rule})), rule)
    assert number == 0
    return message


@pytest.mark.parametrize(
    ("example", "shown"),
    [
        (Example("l'Otan\nà  Genève.\n", met=False), "l'[[Otan]] à [[Genève]]."),
        (Example("rien", met=False, title="L'Otan"), "L'[[Otan]] / rien"),
        (Example("", met=False, title="L'Otan"), "L'[[Otan]] / "),
    ],
)
def test_a_text_that_is_met_and_should_not_be_is_one_line(example: Example, shown: str) -> None:
    assert fault(example) == f"should not match, but does: {shown}"


def test_of_a_long_text_what_is_around_the_highlights_is_shown() -> None:
    long = "Rien de neuf ici. " * 200
    shown = fault(Example(f"{long}L'Otan. {long}", met=False))
    assert "… " in shown
    assert "L'[[Otan]]." in shown
    assert len(shown) < ROOM + 50


def test_a_rule_that_names_no_terms_is_shown_without_highlights() -> None:
    message = fault(Example("x " * 400 + "Otan", met=True, spans=((0, 1),)))
    assert message.startswith("highlights otherwise: … x")
    assert message.endswith("[[Otan]] …")
