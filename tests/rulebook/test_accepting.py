"""What is accepted of a changed folder, and goes live."""

from monitor.rulebook import Accepted, accept

ENTITIES = "vigie: entities/1\notan: {name: Otan, type: org}\n"
ONE = "vigie: rules/1\none: {any_of: [$otan]}\n"
TWO = "vigie: rules/1\ntwo: {any_of: [Genève]}\n"
ROUTES = """vigie: routes/1
channels: {t: {address: terminal}}
routes: {fallback: {to: [t], when: at once}, operator: {to: [t], when: at once}}
"""
GOOD = {"e.yaml": ENTITIES, "one.yaml": ONE, "two.yaml": TWO, "t.yaml": ROUTES}
BROKEN = "vigie: rules/1\none: {any_of: [$otan\n"


def edited(last_good: dict[str, str] = GOOD, **files: str | None) -> Accepted:
    """Change files of a good folder (None: removed) and see what goes live."""
    changed = {**GOOD, **{f"{name}.yaml": text for name, text in files.items() if text is not None}}
    return accept({name: text for name, text in changed.items() if files.get(name[:-5], "") is not None}, last_good)


def live(new: Accepted) -> set[str]:
    assert new.book is not None
    return set(new.book.rules)


def test_a_sound_edit_goes_live_whole() -> None:
    new = edited(two=TWO.replace("two", "three"))
    assert live(new) == {"one", "three"}
    assert (new.kept, new.faults) == ((), ())


def test_a_faulty_rules_file_keeps_its_last_good_content_and_the_others_go_live() -> None:
    new = edited(one=BROKEN, two=TWO.replace("two", "three"))
    assert live(new) == {"one", "three"}
    assert new.kept == ("one.yaml",)
    assert new.sources["one.yaml"] == ONE
    assert [fault.place.file for fault in new.faults] == ["one.yaml"]


def test_a_faulty_new_rules_file_is_left_out() -> None:
    new = edited(new="vigie: rules/1\nthree: {any_of: Otan}\n")
    assert live(new) == {"one", "two"}
    assert new.kept == ("new.yaml",)
    assert "new.yaml" not in new.sources


def test_a_fault_elsewhere_keeps_the_last_good_book() -> None:
    new = edited(e="vigie: entities/1\notan: {name: Otan}\n", two=TWO.replace("two", "three"))
    assert live(new) == {"one", "two"}
    assert new.sources == GOOD
    assert new.kept == ("e.yaml", "two.yaml")
    assert new.because == {"e.yaml": ("e.yaml",), "two.yaml": ("e.yaml",)}


def test_an_entity_that_is_taken_away_from_under_a_rule_keeps_the_last_good_book() -> None:
    new = edited(e=None)
    assert new.sources == GOOD
    assert new.because == {"e.yaml": ("one.yaml",)}
    assert [fault.code for fault in new.faults] == ["unknown_entity"]


def test_a_rule_that_moves_to_another_file_while_its_own_is_faulty_is_not_doubled() -> None:
    new = edited(one=BROKEN.replace("one", "other"), two=TWO + "one: {any_of: [Otan]}\n")
    assert live(new) == {"one", "two"}
    assert new.because == {"one.yaml": ("one.yaml",), "two.yaml": ("one.yaml",)}


def test_a_file_that_no_longer_says_what_it_holds_keeps_the_last_good_book() -> None:
    new = edited(one="one: {any_of: [Otan]}\n")
    assert new.sources == GOOD


def test_a_routes_file_that_turns_into_faulty_rules_keeps_the_last_good_book() -> None:
    assert edited(t=BROKEN).sources == GOOD


def test_a_failing_example_keeps_its_file_back() -> None:
    new = edited(two="vigie: rules/1\ntwo: {any_of: [Genève], examples: {match: [Vienne]}}\n")
    assert new.kept == ("two.yaml",)
    assert [fault.code for fault in new.faults] == ["failing_example"]


def test_without_a_last_good_book_a_fault_anywhere_keeps_everything_back() -> None:
    new = edited(last_good={}, one=BROKEN)
    assert (new.book, new.sources) == (None, {})
    assert new.because == dict.fromkeys(GOOD, ("one.yaml",))


def test_a_removed_file_is_an_edit_like_any() -> None:
    assert live(edited(one=None)) == {"two"}


def test_a_fault_that_one_of_two_files_has_is_not_laid_on_the_other() -> None:
    new = edited(one=BROKEN, two="vigie: rules/1\ntwo: {any_of: Genève}\n")
    assert new.because == {"one.yaml": ("one.yaml",), "two.yaml": ("two.yaml",)}


def test_a_rule_that_retires_fails_no_example_and_a_draft_that_fails_one_goes_live() -> None:
    examples = "examples: {match: [Vienne]}"
    new = edited(two=f"vigie: rules/1\ntwo: {{any_of: [Genève], status: draft, {examples}}}\n")
    assert (live(new), new.kept) == ({"one", "two"}, ())
    assert [(fault.code, fault.level) for fault in new.faults] == [("failing_example", "warning")]
    assert edited(two=f"vigie: rules/1\ntwo: {{any_of: [Genève], status: retired, {examples}}}\n").faults == ()


def test_a_warning_of_what_comes_later_keeps_nothing_back() -> None:
    new = edited(two="vigie: rules/1\ndefaults: {on_edit: correct}\ntwo: {any_of: ['/Gen[eè]ve/']}\n")
    assert (live(new), new.kept) == ({"one", "two"}, ())
    assert [fault.code for fault in new.faults] == ["not_yet"]
