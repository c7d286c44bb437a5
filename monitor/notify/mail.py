"""Mail: Apprise reads the address and calls, the letter and the conversation are ours.

Apprise cannot set a Message-ID, hides the server's answers, and writes a text without links beside the HTML.
"""

# mypy: allow-untyped-calls
# Apprise types little of what is called here.

from dataclasses import replace
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from typing import Any, Literal

from apprise.plugins.email.base import NotifyEmail
from apprise.utils.parse import is_email, parse_emails

from monitor.core.route import Outcome
from monitor.notify.kind import Kind, Parsed, Plugin, is_loopback
from monitor.notify.redact import said
from monitor.notify.smtp import Letter, Server, post
from monitor.notify.terms import Errand, Terms

NOBODY = "vigie@localhost"
"""The sender where neither an address nor the settings name one."""

# 7bit: servers without 8BITMIME are still about.
_POLICY = SMTP.clone(cte_type="7bit")


class Mail(NotifyEmail):
    """Apprise's plugin with our letter and conversation."""

    errand: Errand
    outcome: Outcome

    def send(self, *_: Any, **__: Any) -> bool:  # Any: Apprise's own arguments; the errand has all that is told
        """Post the letter, and keep what came of it."""
        plugin: Plugin = self
        content = _subject(self.errand.message.subject) + written(self.errand, plugin).as_bytes()
        letter = Letter(plugin.from_addr[1], plugin.targets[0][1], content)
        self.outcome = Outcome("ambiguous", "nobody knows how the conversation ended")  # if it breaks down
        outcome = post(server_of(plugin), letter, self.errand.left)
        self.outcome = replace(outcome, reason=said(outcome.reason, self.errand.address))
        return self.outcome.result == "sent"


def server_of(plugin: Plugin) -> Server:
    """Say where mail is handed in, as Apprise read it."""
    return Server(
        plugin.smtp_host,
        plugin.port,
        plugin.secure_mode,
        plugin.user or "",
        plugin.password or "",
        plugin.verify_certificate,
    )


def written(errand: Errand, plugin: Plugin) -> EmailMessage:
    """Write the letter but for its subject: text and HTML.

    Its Message-ID is the same at every attempt, so a mailbox may drop a second copy.
    """
    delivery, message = errand.delivery, errand.message
    sender = _mailbox(plugin.from_addr)
    # With the time: a new ledger counts from 1 again, and its mail must not pass for what was had before.
    name = f"delivery-{delivery.id}.{delivery.created:%Y%m%d%H%M%S}"
    letter = EmailMessage(policy=_POLICY)
    letter["From"] = sender
    letter["To"] = _mailbox(plugin.targets[0])
    if plugin.reply_to:
        letter["Reply-To"] = ", ".join(sorted(plugin.reply_to))
    letter["Date"] = format_datetime(errand.now)
    letter["Message-ID"] = f"<{name}@{sender.domain}>"
    letter["List-Id"] = f"<{delivery.channel}.vigie.{sender.domain}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter["X-Vigie-Delivery"] = str(delivery.id)
    letter.set_content(message.text)
    if message.html:
        letter.add_alternative(message.html, subtype="html")
    return letter


def _subject(subject: str) -> bytes:
    """Write the subject in the old way: the new one loses spaces where it folds what is not ASCII (Python 3.11)."""
    folded = Header(" ".join(subject.split()), header_name="Subject").encode(linesep="\r\n")
    return f"Subject: {folded}\r\n".encode()


def _mailbox(named: tuple[str | Literal[False], str]) -> Address:
    name, address = named
    return Address(name or "", addr_spec=address)


def _read(address: str, terms: Terms) -> Parsed | None:
    parsed: Parsed | None = Mail.parse_url(address)
    if parsed:
        parsed["from_addr"] = _sender(parsed, terms)
    return parsed


def _sender(parsed: Parsed, terms: Terms) -> str:
    """Say who sends: whom the address names, else its user if that makes a mail address, else the settings' sender."""
    given = str(parsed["from_addr"])
    user = str(parsed["user"] or "").partition("@")[0]
    if is_email(given) or is_email(f"{user}@{parsed['host']}"):
        return given
    return formataddr((given, terms.mail_from or NOBODY))


def _refused(parsed: Parsed, plugin: Plugin) -> str:
    return _nobody(parsed, plugin) or _nowhere(parsed, plugin)


def _nobody(parsed: Parsed, plugin: Plugin) -> str:
    recipients = parse_emails(parsed["targets"])
    if not recipients:
        return "no recipient: add ?to=NAME@HOST"
    if len(recipients) > 1:
        return "several recipients: write one channel for each"
    return "" if plugin.targets else "the recipient is no mail address"


def _nowhere(parsed: Parsed, plugin: Plugin) -> str:
    if not is_email(parsed["qsd"].get("from") or plugin.from_addr[1]):
        return "the sender is no mail address"
    if not plugin.smtp_host:
        return "no host: write mailtos://HOST/?to=NAME@HOST"
    if plugin.secure_mode == "insecure" and plugin.password and not is_loopback(plugin.smtp_host):
        return "the password would travel in clear - write mailtos://"
    return ""


KIND = Kind(
    Mail,
    "mailtos://USER:PASSWORD@HOST/?to=NAME@HOST, or mailto:// for a relay without password",
    frozenset({"to", "from", "name", "smtp", "mode", "user", "pass", "verify", "reply"}),
    _read,
    _refused,
)
