"""Mail, where the operator named a server. What is mailed is one link; nothing is kept."""

from __future__ import annotations

import smtplib
import ssl
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import unquote, urlsplit

from infinite_scribe.core.logging import get_logger

log = get_logger(__name__)

SMTP_SECONDS = 10
_RESET = {
    "en": (
        "Your InfiniteScribe password",
        "Open this link within ten minutes to choose a new password:\n\n{link}\n\nIf you did not ask for it, do nothing.\n",
    ),
    "zh-CN": (
        "您的 InfiniteScribe 密码",
        "请在十分钟内打开此链接设置新密码:\n\n{link}\n\n如果不是您本人的请求,请忽略。\n",
    ),
}


class Mailer(Protocol):
    """Sends mail in the background; never tells the caller whether it arrived."""

    def send_reset(self, to: str, locale: str, link: str) -> None:
        """Mail the link that replaces a password."""
        ...


@dataclass
class SmtpMailer:
    """Mail through ``smtp://`` (STARTTLS where offered) or ``smtps://``; user and password stand in the address."""

    url: str
    sender: str
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "mail"), repr=False)

    def send_reset(self, to: str, locale: str, link: str) -> None:
        subject, body = _RESET.get(locale, _RESET["en"])
        message = EmailMessage()
        message["Subject"], message["From"], message["To"] = subject, self.sender, to
        message.set_content(body.format(link=link))
        self._pool.submit(self._deliver, message)

    def _deliver(self, message: EmailMessage) -> None:
        try:
            self._send(message)
        except (OSError, smtplib.SMTPException) as error:
            log.warning("mail.failed", error=type(error).__name__)

    def _send(self, message: EmailMessage) -> None:
        parts = urlsplit(self.url)
        host, context = parts.hostname or "localhost", ssl.create_default_context()
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, parts.port or 465, timeout=SMTP_SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(host, parts.port or 587, timeout=SMTP_SECONDS)
        with server:
            if parts.scheme != "smtps" and server.ehlo()[0] == 250 and server.has_extn("starttls"):
                server.starttls(context=context)
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(message)
