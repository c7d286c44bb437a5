"""What a word hides from the eye: letters of another alphabet that look alike, and characters that nobody sees."""

import re
import unicodedata

_ALPHABETS = frozenset({"Latin", "Cyrillic", "Greek", "Armenian", "Cherokee", "Coptic", "Lisu"})
"""Alphabets with letters that look like those of another one."""

_WORD = re.compile(r"\w+")
_ALIKE = re.compile("[\u0370-\u058f\u13a0-\u13ff\u1c80-\u1c8f\u1f00-\u1fff\u2c80-\u2cff\ua4d0-\ua4ff\ua640-\ua69f]")
_JOINERS = frozenset("\u200c\u200d")
"""Invisible, and part of writing Persian or Hindi."""

_INVISIBLE = {"Cc", "Cf", "Zl", "Zp", "Cs"}


def mixed(written: str) -> str:
    """Say which letters of a word are of another alphabet than the rest; nothing where each word has one alphabet."""
    if written.isascii() or not _ALIKE.search(written):
        return ""
    return next(filter(None, map(_odd_letters, _WORD.findall(written))), "")


def _odd_letters(single: str) -> str:
    """Name the letters of the alphabet that is the rarer in a word; empty where there is one alphabet."""
    alphabets: dict[str, str] = {}
    for letter in single if len(single) > 1 else "":
        alphabet = unicodedata.name(letter, "").split(" ")[0].title()
        if alphabet in _ALPHABETS:
            alphabets[alphabet] = alphabets.get(alphabet, "") + letter
    if len(alphabets) < 2:  # noqa: PLR2004 - one alphabet mixes with nothing
        return ""
    alphabet, letters = min(alphabets.items(), key=lambda found: len(found[1]))
    return f"{', '.join(dict.fromkeys(letters))} is {alphabet}"


def invisible(written: str) -> str:
    """Name the first character that nobody sees, as U+200B; nothing where all are seen."""
    if written.isascii() and written.isprintable():
        return ""
    unseen = (char for char in written if unicodedata.category(char) in _INVISIBLE and char not in _JOINERS)
    return next((f"U+{ord(char):04X}" for char in unseen), "")
