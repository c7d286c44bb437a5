"""Character references to halves of characters: some software writes an emoji as `&#55357;&#56832;`, no XML at all."""

import re

_HALF = rb"&#(?:[xX]0{0,8}[dD][89a-fA-F][0-9a-fA-F]{2}|0{0,8}5[5-7][0-9]{3});"
_HALVES = re.compile(rb"%b(?:%b)*" % (_HALF, _HALF))  # not `+`: what begins with `&#` is found forty times as quickly
_NUMBER = re.compile(rb"&#([xX]?)([0-9a-fA-F]+);")


def joined(body: bytes) -> bytes:
    """Write two halves as one character, and a half that is alone as U+FFFD, in a document that is ASCII beside."""
    return _HALVES.sub(_joined, body)


def _joined(run: re.Match[bytes]) -> bytes:
    numbers = [int(digits, 16 if sign else 10) for sign, digits in _NUMBER.findall(run[0])]
    units = "".join(map(chr, numbers)).encode("utf-16-le", "surrogatepass")
    return "".join(f"&#{ord(char)};" for char in units.decode("utf-16-le", "replace")).encode()
