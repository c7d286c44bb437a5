"""Case endings of names in Cyrillic."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.naming.endings import nominatives, stems

CYRILLIC = st.text(st.sampled_from("абвгдежзийклмнопрстуфхцчшщьыэюяіїєё"), min_size=1, max_size=9)


def forms(name: str) -> set[str]:
    return {form for stem in stems(name) for form in stem.forms}


@pytest.mark.parametrize(
    ("name", "declined"),
    [
        ("Рябков", "рябкова рябкову рябковым рябкове"),
        ("Путін", "путіна путіну путіним путінові"),
        ("Женева", "женевы женеве женеву женевой"),
        ("Москва", "москвы москве москву москвой"),
        ("Київ", "києва києву києвом києві"),
        ("Харків", "харкова харкову харковом харкові"),
        ("Киев", "киева киеву киевом киеве"),
        ("Захарова", "захаровой захарову"),
        ("Тихановская", "тихановской тихановскую"),
        ("Зеленский", "зеленского зеленскому зеленским зеленском"),
        ("Зеленський", "зеленського зеленському зеленським"),
        ("Навальный", "навального навальному навальным"),
        ("Толстой", "толстого толстому толстым толстом"),
        ("Нижний", "нижнего нижнему нижним нижнем"),
        ("Сергей", "сергея сергею сергеем сергее"),
        ("Юрий", "юрия юрию юрием юрии"),
        ("Сергій", "сергія сергію сергієм"),
        ("Россия", "россии россию россией"),
        ("Сибіга", "сибіги сибізі сибігу"),
        ("Авдіївка", "авдіівки авдіівці"),  # ї is folded
        ("Вучич", "вучича вучичу вучичем вучиче"),
        ("Чернобыль", "чернобыля чернобылю чернобылем чернобыле"),
        ("Керчь", "керчи керчью"),
        ("Кравец", "кравца кравцу кравцом кравца"),
        ("Павел", "павла павлу павлом павле"),
        ("Порошенко", "порошенка порошенку порошенком"),
        ("Домодедово", "домодедова домодедове"),
        ("Сумы", "сум сумам сумах"),
        ("Лев", "льва льву львом льве"),
        ("Королев", "королева королеву королевым королеве"),
        ("Молдова", "молдовы молдове молдову"),
        ("Министерство", "министерства министерству министерством министерстве"),
        ("Міністерство", "міністерства міністерству міністерством міністерстві"),
        ("Управление", "управления управлению управлением управлении"),
        ("Управління", "управлінню управлінням управлінні"),
        ("Приднестровье", "приднестровья приднестровью приднестровьем"),
        ("Заволжское", "заволжского заволжскому заволжским заволжском"),
        ("Среднее", "среднего среднему средним среднем"),
        ("Косово", "косова косову косовом косове"),
        ("Сараево", "сараева сараеву сараевом сараеве"),
    ],
)
def test_a_name_takes_the_endings_of_its_class(name: str, declined: str) -> None:
    assert set(declined.split()) <= forms(name)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Захарова", "захаров"),
        ("Захарова", "захарове"),
        ("Рябков", "рябковой"),
        ("Рябков", "рябковы"),
        ("Женева", "женев"),
    ],
)
def test_a_name_takes_no_ending_of_another_class(name: str, other: str) -> None:
    assert other not in forms(name)


@pytest.mark.parametrize(
    "name",
    ["НАТО", "Минобороны", "Госдумы", "Осло", "Токио", "Гюльче", "Тбилиси", "Баку", "Riabkov", "Ли", "", "12", "北约"],
)
def test_what_is_not_declined_has_no_stems(name: str) -> None:
    assert stems(name) == ()


def test_a_short_word_is_declined_beside_others() -> None:
    assert forms("Ким Чен Ын") >= {"ына", "ыну", "ыном", "ыне"}
    assert forms("Ван И") & {"и", "иа"} == {"и"}
    assert [stem.endings for stem in stems("Катар из Дохи")][1] == ("",)
    assert stems("Ын") == ()


def test_every_word_of_a_name_has_its_stem() -> None:
    first, last = stems("Сергей Рябков")
    assert (first.stem, last.stem) == ("серге", "рябков")
    assert (first.endings[0], last.endings[0]) == ("й", "")
    assert [stem.forms[0] for stem in stems("Нью-Йорк")] == ["нью", "йорк"]
    assert stems("Нью-Йорк")[0].endings == ("",)


@pytest.mark.parametrize(
    ("form", "nominative"),
    [("Рябковым", "рябков"), ("Києва", "киів"), ("Захаровой", "захарова"), ("Хрущёва", "хрущёв"), ("СУМАХ", "сумы")],
)
def test_a_form_leads_back_to_its_nominative(form: str, nominative: str) -> None:
    assert nominative in nominatives(form)


@given(CYRILLIC)
def test_every_form_of_a_word_leads_back_to_it(word: str) -> None:
    for stem in stems(word):
        for form in stem.forms[1:]:
            assert stem.forms[0] in nominatives(form)


@given(CYRILLIC)
def test_a_nominative_has_the_form_that_led_to_it(form: str) -> None:
    for nominative in nominatives(form):
        assert form.replace("ё", "е").replace("ї", "і") in {found.replace("ё", "е") for found in forms(nominative)}
