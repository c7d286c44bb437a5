"""Signatures: what of a text is left to find the texts that share many of its words, without reading them.

One-permutation MinHash (Li, Owen, Zhang 2012): each word falls into one of 128 bins, and the least of a bin stands for
it. Where words are few, they fall again until the bins are full (Mai et al. 2020, "On densification for MinWise
hashing"): two sets agree in as many bins as they share words. Two bins that agree are a band, by which texts are found.
"""

from collections.abc import Collection
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

BINS = 128
ROWS = 2
"""Bins in a band: of two texts that share a fifth of their words 93 % have one band of the 64 in common."""

_FALLS = 4 * BINS
_SHIFT = np.uint64(57)  # the upper 7 bits are the bin
_VALUE = np.uint64(33)
_LOW = np.uint64((1 << 24) - 1)
_ROUND = np.uint64(24)
_EMPTY = np.uint64((1 << 64) - 1)

Signature = NDArray[np.uint64]

_SEEDS = (np.arange(1, _FALLS + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)) | np.uint64(1)
_ODD = _SEEDS ^ (_SEEDS >> np.uint64(29)) * np.uint64(0xBF58476D1CE4E5B8) | np.uint64(1)


def signature(words: Collection[str]) -> Signature:
    """Make the signature of a set of folded words; of none all bins are empty."""
    bins = np.full(BINS, _EMPTY, np.uint64)
    if not words:
        return bins
    hashes = np.array([crc32(word.encode("utf-8", "surrogatepass")) + 1 for word in words], np.uint64)
    falls = -(-_FALLS // len(hashes))
    mixed = (hashes * np.uint64(0xD6E8FEB86659FD93))[None, :] * _ODD[:falls, None]
    mixed ^= mixed >> np.uint64(32)
    mixed *= _ODD[:falls, None]
    rounds = np.arange(falls, dtype=np.uint64)[:, None] << _ROUND
    np.minimum.at(bins, (mixed >> _SHIFT).astype(np.intp).ravel(), (rounds + (mixed >> _VALUE & _LOW)).ravel())
    return bins


def bands(signed: Signature, space: str = "") -> tuple[int, ...]:
    """Name the bands of a signature by numbers of 64 bits; texts of another `space` share none."""
    pairs = signed.reshape(-1, ROWS)
    salt = np.arange(len(pairs), dtype=np.uint64) + np.uint64(crc32(space.encode()) << 16)
    keys = (pairs[:, 0] * np.uint64(0x9E3779B97F4A7C15) ^ pairs[:, 1]) * np.uint64(0xBF58476D1CE4E5B9)
    keys = (keys ^ (keys >> np.uint64(31)) ^ salt) * np.uint64(0x94D049BB133111EB)
    named: list[int] = keys.tolist()
    return tuple(named)


def likeness(one: Signature, other: Signature) -> float:
    """Estimate which part of all words two texts share, from 0 to 1."""
    return float((one == other).mean())
