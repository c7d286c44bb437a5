"""Whether an entry joins a story: it says the same as one of its entries, and contradicts none of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from monitor.core.entry import Entry, digest
from monitor.core.stories.claims import Claims, Statement, statement_of
from monitor.core.stories.contradiction import contradiction
from monitor.core.stories.lead import lead_of
from monitor.core.stories.signature import bands, signature
from monitor.core.stories.words import Token, language_of, tokens_of

HALF = 64
"""Bins by which headlines are found: they share half of their words, or are none."""

HEAD = 60
"""Words of headline and lead that are compared."""

LONG = 11
"""Stems from which on a text is more than a headline."""

ALIKE = 0.34
"""Part of all stems that two leads share if they say the same."""

WITHIN = 0.62
"""Part of the stems of the shorter lead that the longer one has if it is a cut copy."""

HEADLINES = 0.5
"""Part of all stems that two headlines share, of at least `FEWEST` in common."""

COVERED = 0.75
"""Part of a headline's stems that a lead has if they say the same."""

FEWEST = 3


@dataclass(frozen=True, slots=True)
class Profile:
    """All that a decision asks of an entry; `headline` and `head` are stems."""

    feed: str
    identity: str
    language: str
    digest: str
    headline: frozenset[str]
    head: frozenset[str]
    statement: Statement


@dataclass(frozen=True, slots=True)
class Story:
    """Entries that say the same; the first is its founder."""

    members: tuple[Profile, ...]

    @property
    def founder(self) -> Profile:
        """Give the entry that came first."""
        return self.members[0]


@dataclass(frozen=True, slots=True)
class Joined:
    """How an entry stands to a story: whether it joins, how alike they are (0 to 1), and why, in words."""

    story: Story | None
    joined: bool
    similarity: float
    reason: str


def profile_of(entry: Entry) -> Profile:
    """Read of an entry what decisions ask."""
    lead = lead_of(entry)
    parts = [[tokens_of(sentence) for sentence in part] for part in (lead.strong, lead.second, lead.weak)]
    sentences = [tokens for part in parts for tokens in part]
    language = language_of(entry.language, (token.folded for tokens in sentences for token in tokens))
    statement = statement_of(parts[0], parts[1], parts[2], language)
    return Profile(
        feed=entry.feed,
        identity=entry.identity,
        language=language,
        digest=digest(entry),
        headline=_stems(sentences[:1], statement.headline),
        head=_stems(sentences, statement.whole),
        statement=statement,
    )


def _stems(sentences: Sequence[Sequence[Token]], claims: Claims) -> frozenset[str]:
    """List the stems of the first words that say something, and the numbers."""
    stems = dict.fromkeys(token.stem for tokens in sentences for token in tokens if token.content)
    numbers = (f"{quantity.kind} {quantity.value}" for quantity in claims.quantities if not quantity.soft)
    return frozenset((*islice(stems, HEAD), *numbers))


def bands_of(profile: Profile) -> tuple[int, ...]:
    """Name the bands by which an entry is found: those of its headline and those of its lead."""
    headline = bands(signature(profile.headline)[:HALF], profile.language + "/headline")
    return headline + bands(signature(profile.head), profile.language + "/lead")


def joins(entry: Profile, story: Story) -> Joined:
    """Decide whether an entry joins a story."""
    for member in story.members:
        if entry.digest == member.digest:
            return Joined(story, joined=True, similarity=1.0, reason=f"the same text as {member.identity}")
    similarity, why = max(
        (_measured(entry, member) for member in story.members), key=lambda said: (bool(said[1]), said[0])
    )
    if not why:
        reason = f"too little in common with {story.founder.identity}"
        return Joined(story, joined=False, similarity=similarity, reason=reason)
    kept = next((kept for member in story.members if (kept := _kept(entry, member))), "")
    return Joined(story, not kept, similarity, kept or f"{why} {story.founder.identity}")


def _kept(entry: Profile, member: Profile) -> str:
    """Say what keeps an entry from a story, of which it is like one: a member of its feed, or a contradiction."""
    if entry.feed and entry.feed == member.feed:
        return f"{member.identity} is of the same feed and says it otherwise"
    kept = contradiction(entry.statement, member.statement)
    return kept and f"like {member.identity}, but {kept}"


def decide(entry: Profile, candidates: Sequence[Story]) -> Joined:
    """Decide which of some stories an entry joins; if none, what kept it apart from the nearest."""
    tried = [joins(entry, story) for story in candidates if story.founder.language == entry.language]
    if not tried:
        return Joined(None, joined=False, similarity=0.0, reason="nothing like it came before")
    return max(tried, key=lambda joined: (joined.joined, joined.similarity))


def _measured(entry: Profile, member: Profile) -> tuple[float, str]:
    """Say how alike two entries are, and, if they are alike enough, as what."""
    both = len(entry.head & member.head)
    short, long = sorted((len(entry.head), len(member.head)))
    alike = both / max(short + long - both, 1)
    within = both / max(short, 1)
    if short < LONG:
        return _headlines(entry, member, within)
    if alike >= ALIKE:
        return alike, "the same lead as"
    return (within, "part of the lead of") if within >= WITHIN else (alike, "")


def _headlines(entry: Profile, member: Profile, within: float) -> tuple[float, str]:
    """Measure entries of which one at least is a headline only."""
    both = len(entry.headline & member.headline)
    alike = both / max(len(entry.headline | member.headline), 1)
    if both >= FEWEST and alike >= HEADLINES:
        return alike, "the same headline as"
    if within >= COVERED and len(entry.head & member.head) > FEWEST:
        return within, "a headline of"
    return alike, ""
