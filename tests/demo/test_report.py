"""The summary names every number that was promised, and every difference with its why."""

from dataclasses import replace

from monitor.demo.report import Report, report_lines
from monitor.demo.sinks import HOOK, MAIL
from monitor.demo.tree import Tree
from monitor.demo.verdict import Channel, Difference, Doubled, Verdict

GOOD = Verdict(3, 3, (), (), {HOOK: Channel(1, 1, 1), MAIL: Channel(2, 2, 2)}, (), (), 0, (0.2, 0.3))
REPORT = Report(GOOD, Tree((("a", 150 * 2**20), ("b", 50 * 2**20))), 4.04, 46.2, {"fil": 1.2, "ufer": 1.1}, 0)


def said(report: Report) -> list[str]:
    return [line.plain for line in report_lines(report)]


def test_a_demo_that_agrees_says_so_in_numbers() -> None:
    assert said(REPORT) == [
        "alerts    3 expected, 3 delivered, 0 missing, 0 surplus",
        "hook      1 of 1 told, in 1 messages",
        "mail      2 of 2 told, in 2 messages",
        "twice     0 messages, 0 of them marked uncertain",
        "latency   fetch to the mail server's 250: median 0.25 s, longest 0.30 s (n = 2)",
        "polls     every 1.2 s a feed, which comes on top: 0.6 s in the mean",
        "memory    at most 200 MB (PSS) in 2 processes",
        "time      first alert after 4.0 s, the whole 46 s",
        "result    agrees with the gold list",
    ]


def test_every_difference_is_named() -> None:
    bad = replace(
        GOOD,
        missing=(Difference("fr-1", 1, "talks", MAIL, "expected because: both"),),
        surplus=(Difference("fr-2", 2, "arms", HOOK, "a trap: a newspaper"),),
        doubled=(Doubled(7, MAIL, 2, uncertain=True),),
        untrue=(9,),
        strays=1,
    )
    lines = said(replace(REPORT, verdict=bad, peak=Tree(), restarts=1))
    assert lines[6:] == [
        "time      first alert after 4.0 s, the whole 46 s",
        "service   was killed and started again: 1 times",
        "missing   fr-1 revision 1, rule talks, demo_mail: expected because: both",
        "surplus   fr-2 revision 2, rule arms, demo_hook: a trap: a newspaper",
        "twice     delivery 7 to demo_mail 2 times, marked uncertain",
        "untrue    delivery 9 is sent, says the ledger, and no server accepted it",
        "stray     1 messages name no delivery of the ledger",
        "result    DIFFERS from the gold list",
    ]
