import pytest

from monitor.core.route import Outcome
from monitor.core.telling.rendering import Medium
from monitor.notify import medium, refused
from monitor.notify.redact import redacted, said
from tests.notify.post import SECRETS, SLACK, TELEGRAM, sent

NATIVE = "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7"


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("terminal", "terminal"),
        ("mailto://h/?to=a@b.org", "email"),
        ("MAILTOS://h/?to=a@b.org", "email"),
        (SLACK, "slack"),
        (NATIVE, "slack"),
        (TELEGRAM, "telegram"),
        ("jsons://h/p", "plain"),
        ("what is this", "plain"),
    ],
)
def test_an_address_tells_its_medium(address: str, kind: Medium) -> None:
    assert medium(address) == kind


@pytest.mark.parametrize(
    "address",
    [
        "terminal",
        SLACK,
        NATIVE,
        TELEGRAM,
        "tgram://123456789:abcdefg_hijklmnop/@channel?silent=yes&topic=7",
        "mailto://127.0.0.1:2525/?to=desk@example.org",
        "mailto://user:s3cret-Passw0rd@127.0.0.1:2525/?to=desk@example.org",
        "mailto://user:s3cret-Passw0rd@localhost/?to=desk@example.org",
        "mailto://user:s3cret-Passw0rd@[::1]/?to=desk@example.org",
        "mailtos://user:s3cret-Passw0rd@mail.example.org/?to=desk@example.org&from=a@example.org&name=La%20Vigie",
        "mailtos://user:s3cret-Passw0rd@gmail.com/desk@example.org",
        "json://127.0.0.1:8080/wall?+Authorization=Bearer%20x&method=put",
        "jsons://user:s3cret-Passw0rd@example.org/",
    ],
)
def test_a_good_address_is_taken(address: str) -> None:
    assert refused(address) == ""


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("", "no address of a kind that can be used - these are: json://, jsons://, mailto://"),
        (
            "slak://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7",
            "no address of a kind that can be used - did you mean slack://?",
        ),
        ("https://example.org/hook", "no address of a kind that can be used"),
        ("syslog://", "no address of a kind that can be used"),
        ("mailtos://user:s3cret-Passw0rd@mail.example.org", "no recipient: add ?to=NAME@HOST"),
        ("mailto://mail.example.org/?to=a@b.org,c@d.org", "several recipients: write one channel for each"),
        ("mailto://mail.example.org/?to=nobody", "the recipient is no mail address"),
        ("mailto://mail.example.org/nobody", "the recipient is no mail address"),
        ("mailto://mail.example.org/?to=a@b.org&cc=c@d.org", "the option cc is not heeded; these are: from, mode"),
        ("mailto://mail.example.org/?to=a@b.org&rto=9", "the option rto is not heeded"),
        ("mailto://mail.example.org/?to=a@b.org&pgp=sign", "the option pgp is not heeded"),
        ("mailto://mail.example.org/?to=a@b.org&+X-Header=1", "the option +x-header is not heeded"),
        ("mailto://mail.example.org/?to=a@b.org&name=x%0D%0ABcc:+c@d.org", "the address has a line break"),
        (
            "mailto://user:s3cret-Passw0rd@mail.example.org/?to=a@b.org",
            "the password would travel in clear - write mailtos://",
        ),
        (
            "mailtos://u:s3cret-Passw0rd@mail.example.org/?to=a@b.org&mode=insecure",
            "the password would travel in clear",
        ),
        (
            "mailtos://mail.example.org/?to=a@b.org&mode=tls13",
            "the address cannot be read; it should look like mailtos://",
        ),
        ("mailto://", "no recipient"),
        ("mailto:desk@example.org", "no recipient: add ?to=NAME@HOST"),
        ("mailto://h/?to=a@b.org&from=a@", "the sender is no mail address"),
        ("mailto://h:x/?to=a@b.org", "no host: write mailtos://HOST"),
        ("mailto://h:99999/?to=a@b.org", "the port is none: there are 65535"),
        ("mailto://?", "the address cannot be read; it should look like mailtos://"),
        ("tgram://123456789:abcdefg_hijklmnop/", "no chat: write tgram://BOT_TOKEN/CHAT_ID"),
        ("tgram://123456789:abcdefg_hijklmnop/1/2", "several chats: write one channel for each"),
        ("tgram://123456789:abcdefg_hijklmnop/*!", "the chat is neither a number nor a name"),
        ("tgram://abcdefg_hijklmnop/-100123", "the address cannot be read; it should look like tgram://"),
        ("tgram://123456789:", "the address cannot be read"),
        (
            "tgram://123456789:abcdefg_hijklmnop/1?template=/etc/passwd",
            "the option template is not heeded; these are: preview",
        ),
        ("slack://T1JJ3T3L2/A1BRTD4JD", "the address cannot be read; it should look like slack://TOKEN_A"),
        (SLACK + "/#general", "a webhook has its channel"),
        ("slack://xoxb-123456789012-123456789012-abc/#general", "only incoming webhooks can be used"),
        ("https://hooks.slack.com/workflows/T1JJ3T3L2/F1/X1/Y1", "the option mode is not heeded; these are: none"),
        ("json://user:s3cret-Passw0rd@example.org/", "the password would travel in clear - write jsons://"),
        ("json://127.0.0.1/?redirect=yes", "the option redirect is not heeded"),
        ("json://127.0.0.1/?retry=3", "the option retry is not heeded"),
    ],
)
def test_a_bad_address_is_refused_in_words_without_its_secrets(address: str, reason: str) -> None:
    words = refused(address)
    assert words.startswith(reason), words
    assert not any(secret in words for secret in SECRETS)
    assert sent(address) == Outcome("channel broken", words)


def test_what_a_server_says_is_one_short_line_without_parts_of_the_address() -> None:
    address = "mailtos://user%40example.org:s3cret-Passw0rd@mail.example.org/?to=desk@example.org"
    words = b"user@example.org:s3cret-Passw0rd\r\n\x1b[31m not accepted to \xff" + b"x " * 200
    assert said(words, address).startswith("***:*** [31m not accepted to \ufffdx x")
    assert len(said(words, address)) <= 160
    assert redacted("as it is", "terminal") == "as it is"
