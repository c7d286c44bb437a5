import json
import logging
from datetime import timedelta
from pathlib import Path
from time import monotonic

import pytest
import requests

from monitor.core.route import Outcome
from monitor.notify import wire
from monitor.notify.terms import Terms
from tests.notify.post import DELIVERY, NOW, SECRETS, SLACK, TELEGRAM, message, sent, slow_resolver
from tests.servers.internet import HangUp, Internet, Reply, Webhook

HOOKS, API = "hooks.slack.com", "api.telegram.org"


def said(status: int, description: str, **parameters: object) -> Reply:
    """Answer as Telegram does."""
    answer = {"ok": False, "error_code": status, "description": description, "parameters": parameters}
    return Reply(status, {"Content-Type": "application/json"}, json.dumps(answer))


def odd(status: int, parameters: object) -> Reply:
    """Answer nearly as Telegram does."""
    return Reply(status, body=json.dumps({"ok": False, "description": "odd", "parameters": parameters}))


def seconds(outcome: Outcome) -> float | None:
    return None if outcome.retry_after is None else outcome.retry_after.total_seconds()


SLACK_SAYS = [
    (Reply(200, body="ok"), "sent", None, ""),
    (Reply(200, body="no_text"), "ambiguous", None, "no ok in the answer: no_text"),
    (Reply(400, body="invalid_payload"), "message broken", None, "400 invalid_payload"),
    (Reply(400, body="user_not_found"), "channel broken", None, "400 user_not_found"),
    (Reply(403, body="action_prohibited"), "channel broken", None, "403 action_prohibited"),
    (Reply(404, body="no_service"), "channel broken", None, "404 no_service"),
    (Reply(410, body="channel_is_archived"), "channel broken", None, "410 channel_is_archived"),
    (Reply(429, {"Retry-After": "7"}, "rate_limited"), "limited", 7, "429 rate_limited"),
    (Reply(429, body=""), "limited", 30, "429"),
    (Reply(500, body="rollup_error"), "ambiguous", None, "500 rollup_error"),
    (Reply(503, {"Retry-After": "3"}, ""), "failed", 3, "503"),
    (Reply(502, body=""), "ambiguous", None, "502"),
    (Reply(504, {"Retry-After": "9"}, ""), "ambiguous", 9, "504"),
    (Reply(302, {"Location": "https://evil.example/"}, ""), "channel broken", None, "302"),
    (Reply(500, body="<html>" + "x " * 500), "ambiguous", None, "500 <html>x x"),
    (
        Reply(500, body="/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7 \x1b[31m"),
        "ambiguous",
        None,
        "500 /services/***",
    ),
]


@pytest.mark.parametrize(("reply", "result", "retry", "reason"), SLACK_SAYS)
def test_what_slack_says_becomes_an_outcome(
    internet: Internet, reply: Reply, result: str, retry: float | None, reason: str
) -> None:
    internet.say(HOOKS, reply, reply)
    outcome = sent(SLACK)
    assert (outcome.result, seconds(outcome)) == (result, retry)
    assert outcome.reason.startswith(reason)
    assert len(outcome.reason) < 200
    assert "\x1b" not in outcome.reason


TELEGRAM_SAYS = [
    (Reply(200, body='{"ok": true, "result": {"message_id": 7}}'), "sent", None, ""),
    (Reply(200, body="<html>Welcome to the airport</html>"), "ambiguous", None, "no ok in the answer: 200 <html>"),
    (Reply(200, body="[]"), "ambiguous", None, "no ok in the answer: 200 []"),
    (said(400, "Bad Request: chat not found"), "channel broken", None, "400 Bad Request: chat not found"),
    (said(400, "Bad Request: message is too long"), "message broken", None, "400"),
    (said(401, "Unauthorized"), "channel broken", None, "401 Unauthorized"),
    (said(403, "Forbidden: bot was blocked by the user"), "channel broken", None, "403 Forbidden"),
    (said(404, "Not Found"), "channel broken", None, "404"),
    (said(429, "Too Many Requests: retry after 7", retry_after=7), "limited", 7, "429 Too Many Requests"),
    (Reply(429, {"Retry-After": "9"}, "slow down"), "limited", 9, "429 slow down"),
    (Reply(429, body=""), "limited", 30, "429"),
    (said(502, "Bad Gateway"), "ambiguous", None, "502"),
    (said(503, "Service Unavailable"), "failed", None, "503"),
    (odd(429, []), "limited", 30, "429 odd"),
    (odd(429, None), "limited", 30, "429 odd"),
    (odd(429, {"retry_after": None}), "limited", 30, "429 odd"),
    (odd(429, {"retry_after": "7"}), "limited", 30, "429 odd"),
    (odd(429, {"retry_after": -7}), "limited", 30, "429 odd"),
    (odd(429, {"retry_after": 10**40}), "limited", 86400, "429 odd"),
    (odd(400, []), "message broken", None, "400 {"),
    (odd(400, {"migrate_to_chat_id": ["x"]}), "message broken", None, "400 {"),
    (Reply(429, body="[" * 60_000), "limited", 30, "429 [[["),
]


@pytest.mark.parametrize(("reply", "result", "retry", "reason"), TELEGRAM_SAYS)
def test_what_telegram_says_becomes_an_outcome(
    internet: Internet, reply: Reply, result: str, retry: float | None, reason: str
) -> None:
    internet.say(API, reply, reply)
    outcome = sent(TELEGRAM)
    assert (outcome.result, seconds(outcome)) == (result, retry)
    assert outcome.reason.startswith(reason)


HOOK_SAYS = [
    (Reply(204, body=""), "sent", None),
    (Reply(200, body="whatever"), "sent", None),
    (Reply(307, {"Location": "http://127.0.0.1:1/"}, ""), "channel broken", None),
    (Reply(401), "channel broken", None),
    (Reply(413), "message broken", None),
    (Reply(408), "failed", None),
    (Reply(409), "failed", None),
    (Reply(429, {"Retry-After": "Mon, 10 Jan 2022 16:54:05 GMT"}), "limited", 60),
    (Reply(429, {"Retry-After": "Mon, 10 Jan 2022 16:54:05 -0000"}), "limited", 60),
    (Reply(429, {"Retry-After": "Mon, 10 Jan 2022 16:00:00 GMT"}), "limited", 30),
    (Reply(429, {"Retry-After": "soon"}), "limited", 30),
    (Reply(429, {"Retry-After": "9" * 20}), "limited", 86400),
    (Reply(429, {"Retry-After": "9" * 5000}), "limited", 86400),
    (Reply(429, {"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"}), "limited", 86400),
    (Reply(429, {"Retry-After": "-5"}), "limited", 30),
    (Reply(503, {"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"}), "failed", 86400),
    (Reply(500), "ambiguous", None),
]


@pytest.mark.parametrize(("reply", "result", "retry"), HOOK_SAYS)
def test_what_a_webhook_says_becomes_an_outcome(
    webhook: Webhook, reply: Reply, result: str, retry: float | None
) -> None:
    webhook.say("", reply)
    outcome = sent(f"json://127.0.0.1:{webhook.port}/wall")
    assert (outcome.result, seconds(outcome)) == (result, retry)
    assert len(webhook.heard) == 1


@pytest.mark.parametrize(
    ("where", "result"), [("connect", "failed"), ("tls", "failed"), ("request", "ambiguous"), ("answer", "ambiguous")]
)
@pytest.mark.parametrize(("host", "address"), [(HOOKS, SLACK), (API, TELEGRAM)])
def test_a_lost_connection_is_no_delivery_before_the_request_and_uncertain_after_it(
    internet: Internet, host: str, address: str, where: HangUp, result: str
) -> None:
    internet.say(host, Reply(hang_up=where))
    outcome = sent(address)
    assert outcome.result == result
    assert outcome.reason.startswith("no connection: " if result == "failed" else "no answer: ")


def test_an_answer_that_does_not_come_is_uncertain(internet: Internet) -> None:
    internet.say(HOOKS, Reply(delay=60))
    outcome = sent(SLACK, seconds=0.5)
    assert outcome.result == "ambiguous"
    assert outcome.reason.startswith("no answer: ")
    assert len(internet.heard) == 1


def test_a_message_refused_for_its_markup_goes_once_more_within_the_same_time(internet: Internet) -> None:
    internet.say(HOOKS, Reply(400, body="invalid_blocks", delay=1.5), Reply(delay=60))
    began = monotonic()
    assert sent(SLACK, seconds=2).result == "ambiguous"
    assert monotonic() - began < 3
    assert len(internet.heard) == 2


def test_a_request_whose_time_is_over_is_not_made(webhook: Webhook) -> None:
    with wire.watched(monotonic() - 1) as exchanges, pytest.raises(requests.ConnectionError):
        requests.post(f"http://127.0.0.1:{webhook.port}/", data="x", timeout=5)
    assert [(exchange.status, exchange.begun) for exchange in exchanges] == [(0, False)]
    assert webhook.heard == []


def test_a_connection_that_stands_too_late_is_not_used(webhook: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    slow_resolver(monkeypatch, 0.6)
    outcome = sent(f"json://localhost:{webhook.port}/", seconds=0.4)
    assert outcome == Outcome("failed", "no connection: its time was over")
    assert all(heard.body == b"" for heard in webhook.heard)


def test_an_answer_without_end_is_not_waited_for(webhook: Webhook) -> None:
    webhook.say("", Reply(200, body="x" * 200, pace=0.1))
    outcome = sent(f"json://127.0.0.1:{webhook.port}/", seconds=0.6)
    assert outcome.result == "ambiguous"


def test_an_answer_of_any_size_is_read_in_part_only(webhook: Webhook) -> None:
    webhook.say("", Reply(500, body="x" * 5_000_000))
    assert len(sent(f"json://127.0.0.1:{webhook.port}/").reason) < 200


def test_a_host_that_is_not_there_was_surely_not_reached() -> None:
    assert sent("json://127.0.0.1:9/").result == "failed"
    assert sent("jsons://nowhere.invalid/").result == "failed"


def test_a_certificate_of_nobody_we_know_ends_the_send(internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    outcome = sent(SLACK)
    assert outcome.result == "failed"
    assert "certificate verify failed" in outcome.reason
    assert internet.heard == []


def test_slack_gets_rich_text_in_which_nothing_is_markup_and_a_text_beside_it(internet: Internet) -> None:
    assert sent(SLACK) == Outcome("sent")
    (heard,) = internet.heard
    assert heard.path == "/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7"
    ((section,),) = [block["elements"] for block in heard.json["blocks"]]
    assert section["elements"][:6] == [
        {"type": "text", "text": "[urgent] ", "style": {"bold": True}},
        {"type": "text", "text": "Riabkov & <b>", "style": {"bold": True}},
        {"type": "text", "text": "\n"},
        {"type": "text", "text": "L'"},
        {"type": "text", "text": "Otan", "style": {"bold": True}},
        {"type": "text", "text": " <!channel> répond."},
    ]
    assert section["elements"][-2:] == [
        {"type": "link", "url": "https://example.org/?a=1&b=2", "text": "example.org"},
        {"type": "text", "text": "\n"},
    ]
    assert heard.json["text"].startswith("[urgent] Riabkov &amp; &lt;b&gt;\nL'**Otan** &lt;!channel&gt; répond.")
    assert heard.json["mrkdwn"] is False


def test_telegram_gets_our_html_untouched(internet: Internet) -> None:
    assert sent(TELEGRAM) == Outcome("sent")
    (heard,) = internet.heard
    assert heard.path == "/bot123456789:abcdefg_hijklmnop/sendMessage"
    assert heard.json["text"] == message(TELEGRAM).html
    assert (heard.json["parse_mode"], heard.json["chat_id"]) == ("HTML", -100123)
    assert heard.json["disable_web_page_preview"] is True


def test_a_webhook_gets_text_for_people_and_fields_for_programs(webhook: Webhook) -> None:
    assert sent(f"json://127.0.0.1:{webhook.port}/wall?+X-Token=abc&:team=russia") == Outcome("sent")
    (heard,) = webhook.heard
    assert (heard.path, heard.headers["X-Token"], heard.json["team"]) == ("/wall", "abc", "russia")
    told = message("json://x")
    assert (heard.json["title"], heard.json["message"]) == (told.subject, told.text)
    assert (heard.json["delivery"], heard.json["channel"], heard.json["severity"]) == (17, "desk", "urgent")
    (alert,) = heard.json["alerts"]
    assert (alert["id"], alert["identity"], alert["rules"]) == (5, "e17", ["geneva"])
    assert alert["published"] == "2022-01-10T16:53:05+00:00"
    assert alert["hits"][0]["start"] == 2


@pytest.mark.parametrize(
    ("host", "address", "refusal"),
    [
        (HOOKS, SLACK, Reply(400, body="invalid_blocks")),
        (API, TELEGRAM, said(400, "Bad Request: can't parse entities")),
    ],
)
def test_a_message_refused_for_its_markup_goes_once_more_without(
    internet: Internet, host: str, address: str, refusal: Reply
) -> None:
    internet.say(host, refusal)
    assert sent(address) == Outcome("sent")
    rich, plain = (heard.json for heard in internet.heard)
    assert "blocks" in rich or "<b>" in rich["text"]
    assert "blocks" not in plain
    assert "<" not in plain["text"]
    assert "**Otan**" in plain["text"]


def test_a_message_refused_twice_is_broken(internet: Internet) -> None:
    internet.say(API, *2 * [said(400, "Bad Request: message text is empty")])
    assert sent(TELEGRAM).result == "message broken"
    assert len(internet.heard) == 2


def test_a_group_that_moved_is_followed(internet: Internet) -> None:
    internet.say(API, said(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-100999))
    assert sent(TELEGRAM) == Outcome("sent")
    assert [heard.json["chat_id"] for heard in internet.heard] == [-100123, -100999]


def test_no_password_of_a_netrc_is_sent_along(
    webhook: Webhook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("default login someone password else\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert sent(f"json://127.0.0.1:{webhook.port}/").result == "sent"
    assert "Authorization" not in webhook.heard[0].headers


def test_a_password_of_the_address_is_sent(webhook: Webhook) -> None:
    assert sent(f"json://someone:s3cret-Passw0rd@127.0.0.1:{webhook.port}/").result == "sent"
    assert webhook.heard[0].headers["Authorization"].startswith("Basic ")


@pytest.mark.usefixtures("internet")
def test_a_message_that_is_sent_often_is_not_held_up() -> None:
    assert [sent(SLACK).result for _ in range(5)] == ["sent"] * 5  # Apprise would wait 1.2 s between two
    assert [sent(TELEGRAM).result for _ in range(5)] == ["sent"] * 5


def test_no_log_names_a_secret(internet: Internet, webhook: Webhook, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        internet.say(HOOKS, Reply(404, body="no_service"), Reply(hang_up="tls"))
        internet.say(API, said(401, "Unauthorized"), Reply(hang_up="answer"))
        for address in (
            SLACK,
            SLACK,
            TELEGRAM,
            TELEGRAM,
            "tgram://abcdefg_hijklmnop/",
            "slack://TIiajkdnlazkcOXrIdevi7",
        ):
            sent(address)
        sent(f"json://a:s3cret-Passw0rd@127.0.0.1:{webhook.port}/TIiajkdnlazkcOXrIdevi7")
    assert not any(secret in caplog.text for secret in SECRETS)


def test_outside_of_a_send_requests_is_as_it_was(webhook: Webhook) -> None:
    sent(f"json://127.0.0.1:{webhook.port}/")
    assert requests.post(f"http://127.0.0.1:{webhook.port}/", data="x", timeout=5).status_code == 204
    assert wire.last() is None


def test_a_request_without_a_body_counts_as_begun(webhook: Webhook) -> None:
    webhook.say("", Reply(200, body="fine"), Reply(hang_up="answer"))
    with wire.watched(monotonic() + 20) as exchanges:
        assert requests.get(f"http://127.0.0.1:{webhook.port}/", timeout=5).text == "fine"
        with pytest.raises(requests.ConnectionError):
            requests.get(f"http://127.0.0.1:{webhook.port}/", timeout=5)
    assert [(exchange.status, exchange.begun) for exchange in exchanges] == [(200, True), (0, True)]


def test_the_longest_send_is_shorter_than_a_claim() -> None:
    assert timedelta(seconds=wire.CONNECT + wire.ANSWER) < Terms().lasts
    assert DELIVERY.created < NOW
