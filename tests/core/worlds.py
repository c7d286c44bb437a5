"""Books and entries made up for the oracle: names in many scripts, and texts full of their forms and near misses."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import NamedTuple

from monitor.core.book import Book
from monitor.core.entry import Entry
from monitor.core.feed import Feed
from monitor.core.naming.names import spellings, stems
from monitor.core.rule import Entity, EntityType, Form, Near, Rule, Status, Term, Variants, Weak, Where

PEOPLE = (
    ("Sergueï Riabkov", "Riabkov", "Ryabkov", "Рябков", "Сергей Рябков", "谢尔盖·里亚布科夫", "里亚布科夫"),
    ("Wendy Sherman", "Sherman", "Mme Sherman", "Шерман", "舍曼", "שרמן"),
    ("Sergueï Lavrov", "Lavrov", "Lawrow", "Лавров", "拉夫罗夫", "لافروف", "라브로프"),
    ("Volodymyr Zelensky", "Zelensky", "Зеленський", "Зеленский", "Володимир Зеленський"),
    ("Maria Zakharova", "Zakharova", "Sacharowa", "Захарова", "Мария Захарова"),
    ("Nikita Khrouchtchev", "Khrouchtchev", "Хрущёв", "Никита Хрущёв"),
    ("Jürgen Müller", "Müller", "Mueller"),
    ("Recep Tayyip Erdoğan", "Erdoğan", "İbrahim Kalın", "أردوغان"),
    ("Conor O'Brien", "O'Brien", "O’Brien"),
    ("Jean-Yves Le Drian", "Le Drian", "=Le Drian"),
    ("Νίκος Δένδιας", "Δένδιας", "Dendias"),
    ("محمد بن سلمان", "محمد", "MBS", "Mohammed ben Salmane"),
    ("김정은", "Kim Jong-un", "金正恩"),
    ("安倍晋三", "安倍", "Shinzō Abe"),
    ("ประยุทธ์ จันทร์โอชา", "ประยุทธ์"),
    ("Юрий Чайка", "Чайка", "Tchaïka"),
    ("Виктор Цой", "Цой", "Tsoi"),
    ("Levko Lukianenko", "Лук'яненко", "Левко Лук’яненко"),
)
THINGS = (
    ("Otan", "NATO", "НАТО", "北约", "الناتو", "ＮＡＴＯ", "O.T.A.N."),
    ("Genève", "Geneva", "Genf", "Женева", "日内瓦", "제네바", "جنيف", "ז'נבה", "เจนีวา", "Γενεύη", "ジュネーブ"),
    ("ONU", "ООН", "UNO", "UN"),
    ("US", "USA", "U.S.", "США", "États-Unis", "美国"),
    ("WHO", "OMS", "ВОЗ"),
    ("New START", "START", "START-3", "СНВ"),
    ("AT&T", "C++", "#Otan", "« Inc. »", "12.01.2022"),
    ("F-16", "Covid-19", "5G", "CO2"),
    ("Straße", "Weißrussland", "STRASSE"),
    ("cœur", "œuvre", "ﬁn", "Œuvre d'art"),
    ("印度", "印度尼西亚", "印"),
    ("インド", "インドネシア", "ｲﾝﾄﾞ"),
    ("10日", "5北约", "𠮷野", "𠮷野家"),
    ("Київ", "Киев", "Запоріжжя", "прем'єр", "Европа"),
    ("Russie-Otan", "Conseil Russie-Otan", "русско-американский"),
    ("Convention de Genève", "Geneva Convention*", "char Sherman", "日内瓦公约"),
    ("हिन्दी", "हिन्द", "北京"),
)
FILLERS = (
    *("un", "deux", "le", "The", "in", "der", "и", "на", "при", "με", "في", "של", "s", "l", "d", "x", "X", "5", "2022"),
    *("在", "峰会", "の", "は", "에서", "회담", "กับ", "ไทย", "🇫🇷", "❤️", "²", "ß", "Été", "\u0301", "\ud800", "и\u0306"),
    *("WARNS", "OF", "NEW", "négociations", "\u202eabc", "𝐎𝐭𝐚𝐧", "ａ", "٢٠٢٢", "o", "U.", "S."),
)  # fmt: skip
SEPARATORS = (
    *[" "] * 24, *["\n"] * 2, *["-"] * 2, "–", "‑", "_", "·", ", ", ". ", ".", "; ", " – ", "\u00a0", "'", "’", "’ ",
    "ʼ",    *["", "", "", "/", "&", "\0", "\u200b", "-\u200b", "\u200e", " \u00ad ", "’s ", "s’ ", "'s ", "'' ", "'-"],
)  # fmt: skip
UNSEEN = "\u00ad\u200b\u200d\u2060\ufeff\u200f"
ENDINGS = ("а", "у", "ом", "ым", "е", "ой", "ы", "ов", "ого", "ому", "ича", "и", "ю", "ем", "ские", "кин")
ROMANISED = (
    *(
        ("ia", "ya"),
        ("ia", "ja"),
        ("ya", "ia"),
        ("v", "w"),
        ("w", "v"),
        ("v", "ff"),
        ("ï", "y"),
        ("ueï", "ei"),
        ("kh", "h"),
    ),
    *(
        ("y", "i"),
        ("ch", "sh"),
        ("ou", "u"),
        ("tch", "ch"),
        ("k", "c"),
        ("s", "z"),
        ("o", "a"),
        ("kh", "ch"),
        ("z", "s"),
    ),
)


def upright(rnd: Random, text: str) -> str:
    """Give a text back as it is."""
    return text if rnd else ""


def _unseen(rnd: Random, text: str) -> str:
    place = rnd.randint(0, len(text))
    return text[:place] + rnd.choice(UNSEEN) + text[place:]


def _accented(rnd: Random, text: str) -> str:
    place = rnd.randint(1, len(text))
    return text[:place] + rnd.choice("\u0301\u0308\u0323\u0327\ufe0f\u064e") + text[place:]


def _bare(_: Random, text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))


def _wide(_: Random, text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


def _dotted(rnd: Random, text: str) -> str:
    return ".".join(text) + rnd.choice(("", ".")) if text.isupper() else text


def _joined(rnd: Random, text: str) -> str:
    return re.sub("[ -]", lambda _: rnd.choice((" ", "-", "–", "\n", "_", "  ", ", ", ".", "")), text)


def _quoted(rnd: Random, text: str) -> str:
    return re.sub("['’]", lambda _: rnd.choice("'’ʼ‘´ "), text)


def _spelt(_: Random, text: str) -> str:
    for letter, spelling in (("ü", "ue"), ("ö", "oe"), ("ß", "ss"), ("œ", "oe"), ("ﬁ", "fi"), ("ё", "е")):
        text = text.replace(letter, spelling)
    return text


def _romanised(rnd: Random, text: str) -> str:
    fitting = [pair for pair in ROMANISED if pair[0] in text]
    return text.replace(*rnd.choice(fitting)) if fitting else text


def _declined(rnd: Random, text: str) -> str:
    """Put a name in Cyrillic into another case; now and then with an ending that it does not take."""
    forms = [stem.forms for stem in stems(text)]
    if not forms or rnd.random() < 0.2:
        return text[: len(text) - rnd.choice((0, 0, 1, 2))] + rnd.choice(ENDINGS)
    gaps = re.split(r"\w+", text)
    words = [rnd.choice(of) for of in forms]
    written = "".join(gap + word for gap, word in zip(gaps, words, strict=False))
    return written.title() if text[0].isupper() and rnd.random() < 0.9 else written


def _longer(rnd: Random, text: str) -> str:
    return rnd.choice((text + "s", text + "x", "x" + text, text + "го", text[:-1], text[1:], text + "5", text + "日"))


MUTATIONS: tuple[Callable[[Random, str], str], ...] = (
    *(upright, upright, upright, _unseen, _accented, _bare, _wide, _dotted),
    *(_joined, _quoted, _spelt, _longer, _romanised, _romanised),
    lambda _, text: text.upper(),
    lambda _, text: text.lower(),
    lambda _, text: text.title(),
    lambda _, text: unicodedata.normalize("NFD", text),
    lambda rnd, text: rnd.choice("DLdl") + rnd.choice("'’") + text,
    lambda rnd, text: text + rnd.choice(("'s", "’s", "s’", "s'", "’S", "S’")),
)  # fmt: skip


def mutated(rnd: Random, text: str) -> str:
    """Write a name otherwise; often a form that counts, sometimes a near miss."""
    if re.search("[а-яіїь]$", text) and rnd.random() < 0.6:
        text = _declined(rnd, text)
    elif text[0].isupper() and rnd.random() < 0.2:
        text = rnd.choice(spellings(text))
    for _ in range(rnd.choice((0, 0, 1, 1, 1, 2))):
        text = rnd.choice(MUTATIONS)(rnd, text) or text
    return text


def term(written: str) -> Term:
    """Read a term as the rulebook does."""
    if len(written) > 2 and written[0] == written[-1] == "/":
        return Term(written, "regex", written[1:-1])
    forms: dict[str, Form] = {"=": "exact", "$": "entity"}
    if written[0] in forms:
        return Term(written, forms[written[0]], written[1:])
    return Term(written, "prefix", written[:-1]) if written.endswith("*") else Term(written, "plain", written)


def plain_text(written: str) -> str:
    """Give the text of a term without the mark of its form."""
    return term(written).text


class World(NamedTuple):
    """What a case is about: names by concept, the names of its entities, and where its chances come from."""

    rnd: Random
    concepts: list[tuple[str, ...]]
    entities: list[str]
    said: list[str]

    def name(self) -> str:
        return self.rnd.choice(self.rnd.choice(self.concepts))

    def term(self) -> Term:
        if self.entities and self.rnd.random() < 0.5:
            return term("$" + self.rnd.choice(self.entities))
        return self.word()

    def word(self) -> Term:
        """Make a term that is no entity."""
        name, chance = self.name(), self.rnd.random()
        if chance < 0.1 and re.search(r"\w{5}$", name):
            return term(name[: -self.rnd.randint(0, 1) or None] + "*")
        if chance < 0.2 and name[-1] != "*":
            return term("=" + name.removeprefix("="))
        if chance < 0.35 and re.fullmatch("[A-zÀ-ſΆ-ώА-яёїіґ]{4,}( [A-zÀ-ſΆ-ώА-яёїіґ]+)*", name):
            return term(f"/{_pattern(self.rnd, name)}/")
        return term(name)

    def terms(self, least: int, most: int) -> tuple[Term, ...]:
        return tuple(dict.fromkeys(self.term() for _ in range(self.rnd.randint(least, most))))

    def words(self, least: int, most: int) -> tuple[Term, ...]:
        return tuple(dict.fromkeys(self.word() for _ in range(self.rnd.randint(least, most))))

    def chance(self, share: float) -> bool:
        return self.rnd.random() < share


def _pattern(rnd: Random, name: str) -> str:
    """Make a regular expression of a name of letters, one that Python reads as well."""
    first, last = name.split(" ", maxsplit=1)[0], name.rsplit(" ", maxsplit=1)[-1]
    place = rnd.randint(1, len(first) - 1)
    return rnd.choice(
        (
            rf"\b{name}\b",
            rf"{first[:place]}\w*",
            rf"{first[:place]}\w+ \w+",
            f"{first[:place]}[{first[place]}xéß]{first[place + 1 :]}",
            f"{first[:place]}.{first[place + 1 :]}",
            f"({first}|{last})s?",
            f"{last}|{name}",
            rf"{first} (\w+ ){{0,2}}{last}",
            rf"(d'|l')?{name}",
            rf"\d+ {last}|{last} [0-9]{{1,4}}\b",
            f"{name[:-1]}({name[-1]}|zz)",
        )
    )


def case(rnd: Random) -> tuple[Book, Entry]:
    """Make up a book of a few entities and rules, and an entry that speaks of them."""
    people = rnd.sample(PEOPLE, rnd.randint(0, 3))
    concepts = [*people, *rnd.sample(THINGS, rnd.randint(1, 3))]
    world = World(rnd, concepts, [], [])
    for number, concept in enumerate(concepts):
        if rnd.random() < 0.7:
            world.entities.append(f"{'person' if concept in PEOPLE else 'thing'}{number}")
    entities = {name: _entity(world, name, concepts[int(name[-1])]) for name in world.entities}
    rules = {name: _rule(world, name) for name in ("one", "two", "three")[: rnd.randint(1, 3)]}
    feed = Feed("fil", "https://fil.example/", language="fr-CH", topic=("diplomatie",))
    world.said.extend(_said(entities, rules))
    return Book(feeds={"fil": feed}, entities=entities, rules=rules), _entry(world)


def _said(entities: dict[str, Entity], rules: dict[str, Rule]) -> list[str]:
    """List what the book names, for the text to speak of: what rules look for as often as all else."""
    asked = [one for rule in rules.values() for one in (*rule.any_of, *rule.any_of, *rule.all_of, *nears(rule))]
    used = [entities[one.text] for one in asked if one.form == "entity"]
    words = [one for one in asked if one.form in {"plain", "prefix", "exact"}]
    names = [name for entity in used for name in (term(entity.title), *entity.names)]
    others = [
        name for entity in entities.values() for name in (*(entity.weak.names if entity.weak else ()), *entity.never)
    ]
    return [one.text for one in (*words, *names, *others)]


def nears(rule: Rule) -> tuple[Term, ...]:
    """List the near terms of a rule."""
    return (*rule.near.any_of, *rule.near.all_of) if rule.near else ()


def _entity(world: World, name: str, concept: tuple[str, ...]) -> Entity:
    rnd = world.rnd
    type_: EntityType = "person" if name.startswith("person") else "place"
    modes: tuple[Variants, ...] = (
        ("translit", "translit", "off", "written")
        if type_ == "person"
        else ("off", "off", "off", "written", "translit")
    )
    names = rnd.sample(concept, rnd.randint(1, min(4, len(concept))))
    entity = Entity(name, plain_text(names[0]), type_, tuple(map(term, names[1:])), variants=rnd.choice(modes))
    if world.chance(0.15):
        others = tuple(one for one in world.words(1, 2) if one.form != "regex")  # which is no name
        entity = replace(entity, names=(*entity.names, *others))
    if world.chance(0.3):
        weak = tuple(map(term, rnd.sample(concept, min(2, len(concept)))))
        entity = replace(entity, weak=Weak(weak, world.terms(1, 2)))
    return replace(entity, never=world.words(1, 2)) if world.chance(0.2) else entity


def _rule(world: World, name: str) -> Rule:
    rnd = world.rnd
    if world.chance(0.03):
        return Rule(name, only_in=replace(_where(world, 0.6), feed=("fil",)))
    rule = Rule(name, any_of=world.terms(1, 4))
    if world.chance(0.25):
        rule = replace(rule, all_of=world.terms(1, 2), any_of=world.terms(0, 2))
    if world.chance(0.4):
        within = rnd.choice((0, 1, 2, 3, 5, 10))
        any_of = world.terms(1, 4) if world.chance(0.8) else ()
        all_of = world.terms(1, 2) if not any_of or world.chance(0.1) else ()
        rule = replace(rule, near=Near(within, any_of, all_of, rnd.choice(("any", "any", "before", "after"))))
    if world.chance(0.12):
        rule = replace(rule, none_near=Near(rnd.randint(1, 3), world.terms(1, 2)))
    if world.chance(0.1):
        rule = replace(rule, none_of=world.terms(1, 1))
    if world.chance(0.3):
        rule = replace(rule, only_in=_where(world, 0.6), not_in=_where(world, 0.15))
    statuses: tuple[Status, ...] = ("draft", "retired", "shadow", "shadow")
    return replace(rule, status=rnd.choice(statuses)) if world.chance(0.08) else rule


def _where(world: World, share: float) -> Where:
    """Ask for properties; mostly for those that `_entry` gives."""
    return Where(
        language=("fr", "de") if world.chance(share / 3) else (),
        feed=("fil",) if world.chance(share / 4) else (),
        topic=("Diplomatie",) if world.chance(share / 4) else (),
        author=("Anne Roy",) if world.chance(share / 5) else (),
        field=(world.rnd.choice(("title", "text", "text")),) if world.chance(share / 2) else (),
    )


def _entry(world: World) -> Entry:
    rnd = world.rnd
    return Entry(
        rnd.choice(("fil", "fil", "fil", "autre")),
        "entry",
        title=_text(world, 0, 6),
        text=_text(world, 2, 16),
        author=rnd.choice(("Par Anne ROY et Paul", "Paul", "")),
        categories=rnd.choice(((), ("DIPLOMATIE", "x"))),
        language=rnd.choice(("", "", "fr", "de_AT", "frr")),
        deleted=world.chance(0.01),
    )


def _text(world: World, least: int, most: int) -> str:
    rnd, pieces = world.rnd, []
    for _ in range(rnd.randint(least, most)):
        name = rnd.choice(world.said) if world.said and world.chance(0.8) else plain_text(world.name())
        piece = mutated(rnd, name) if world.chance(0.6) else rnd.choice(FILLERS)
        pieces += [piece, rnd.choice(SEPARATORS)]
    return "".join(pieces[:-1])
