"""What the schedule reaches on made-up feeds other than those that its numbers were found on."""

from benchmarks.schedule import adaptive, fixed, live_blog, polled, slow_feed


def test_entries_are_seen_as_soon_as_every_five_minutes_at_less_than_60_percent_of_the_requests() -> None:
    live = [live_blog(f"held out {number}") for number in range(20)]
    slow = [slow_feed(f"held out {number}") for number in range(3)]
    ours, theirs = polled(live + slow, adaptive, 1), polled(live + slow, fixed, 1)
    assert ours.share(0.5) <= theirs.share(0.5)
    assert ours.requests <= 0.6 * theirs.requests


def test_of_a_live_blog_nearly_all_entries_are_seen_within_ten_minutes() -> None:
    ours = polled([live_blog(f"held out {number}") for number in range(20)], adaptive, 3)
    assert ours.share(0.5) <= 1.5
    assert ours.share(0.99) <= 10
