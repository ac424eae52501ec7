"""A scripted SMTP host: aiosmtpd's server, with the moves of the shared table in place of good manners.

What its hooks can do is done by hooks (the greeting's extensions, the verdict on the content). Three commands are
replaced: MAIL and RCPT because aiosmtpd refuses DSN parameters, upper-cases ORCPT and parses addresses more strictly
than the oddest ones of the table allow, STARTTLS because ours never works. Before the greeting there is no hook at all.
"""

import asyncio
import collections
import hashlib
import logging
import re
from typing import Any, AnyStr, NoReturn

from aiosmtpd.smtp import SMTP, Session
from aiosmtpd.smtp import Envelope as Transaction

from .hosts import OVER_LIMIT, Host
from .replies import reply_to
from .script import Act, Reply, Stage
from .spool import Envelope, Spool

MAIL = re.compile(r"FROM:\s*<(?P<address>[^>]*)>\s*(?P<parameters>.*)", re.IGNORECASE)
RCPT = re.compile(r"TO:\s*<(?P<address>.*?)>\s*(?P<parameters>(?: .*)?)$", re.IGNORECASE)
SIZE = re.compile(r"\bSIZE=(\d+)", re.IGNORECASE)
LINE_LIMIT = 1 << 24
SILENCE = 600.0
CLOSING = b"421"  # RFC 5321 section 3.8: who says this closes the connection

log = logging.getLogger("lab.hop")


class Hop(SMTP):
    """One connection to a scripted host."""

    line_length_limit = LINE_LIMIT

    def __init__(self, host: Host, spool: Spool) -> None:
        super().__init__(
            Verdicts(self),
            loop=asyncio.get_running_loop(),
            hostname=host.name,
            ident="ESMTP",
            enable_SMTPUTF8=True,
            data_size_limit=None,
            timeout=SILENCE,
        )
        self.command_size_limits = collections.defaultdict(lambda: LINE_LIMIT)
        self.host = host
        self.spool = spool

    async def push(self, status: AnyStr) -> None:
        """Write a reply down before it goes out."""
        log.info("%s: %r", self.host.name, status)
        await super().push(status)

    async def say(self, reply: Reply, recipient: str = "") -> None:
        """Play a move of the script to its end."""
        await self.push(await self.words(reply, recipient))

    async def words(self, reply: Reply, recipient: str = "") -> bytes:
        """Play a move of the script as far as the words that it leaves to say."""
        if reply.act in (Act.HANG, Act.DROP):
            await asyncio.sleep(SILENCE if reply.act is Act.HANG else 0)
            self._hang_up(at_once=True)
        lines = reply.spoken(self.envelope.mail_from or "" if self.envelope else "", recipient)
        if lines[-1].startswith(CLOSING):
            await self.push(b"\r\n".join(lines))
            self._hang_up()
        return lines[0].removesuffix(b"\r\n") if reply.act is Act.RAW else b"\r\n".join(lines)

    async def smtp_STARTTLS(self, _argument: str) -> None:
        """Fail in the way of this host."""
        if reply := self.host.habit(Stage.STARTTLS):
            await self.say(reply)
        else:
            await self.push(b"502 5.5.1 Command not implemented")

    async def smtp_MAIL(self, argument: str | None) -> None:
        """Open a transaction."""
        found = MAIL.match(_readable(argument))
        transaction = self.envelope = self._create_envelope()
        if not found:
            await self.push(b"501 5.5.4 Syntax error")
            return
        transaction.mail_from = found["address"]
        transaction.mail_options = [found["parameters"]]
        size = SIZE.search(found["parameters"])
        if habit := self.host.habit(Stage.MAIL):
            await self.say(habit)
        elif size and self.host.too_big(int(size[1])):
            await self.say(OVER_LIMIT[0])
        else:
            await self.push(b"250 2.1.0 Ok")
            return
        transaction.mail_from = None

    async def smtp_RCPT(self, argument: str | None) -> None:
        """Take or refuse a recipient, by the name in the address."""
        found = RCPT.match(_readable(argument))
        transaction = self._transaction()
        if not found or transaction.mail_from is None:
            await self.push(b"503 5.5.1 Bad sequence of commands")
            return
        reply = self.reply_for(found["address"])
        if reply and reply.stage is Stage.RCPT:
            await self.say(reply, found["address"])
            return
        transaction.rcpt_tos.append(found["address"])
        transaction.rcpt_options.append(found["parameters"].strip())  # one text a recipient, in their order
        await self.push(b"250 2.1.5 Ok")

    async def smtp_DATA(self, argument: str) -> None:
        """Refuse before the content where the script says so."""
        refusals = [
            (reply, rcpt) for rcpt in self._transaction().rcpt_tos if (reply := self.reply_for(rcpt, Stage.DATA))
        ]
        if not self._transaction().rcpt_tos:
            await self.push(b"554 5.5.1 Error: no valid recipients")
        elif refusals:
            await self.say(*refusals[-1])
        else:
            await super().smtp_DATA(argument)

    def reply_for(self, recipient: str, stage: Stage | None = None) -> Reply | None:
        """Find what awaits this recipient, at that stage if one is given."""
        reply = None if self.host.takes_all else self.host.refuses_all or reply_to(recipient)
        return reply if reply and stage in (None, reply.stage) else None

    async def verdict(self, content: bytes) -> bytes:
        """Decide what to say to the end of the content: one reply for all recipients."""
        if self.host.too_big(len(content)):
            return await self.words(OVER_LIMIT[1])
        refusals = [
            (reply, rcpt) for rcpt in self._transaction().rcpt_tos if (reply := self.reply_for(rcpt, Stage.DOT))
        ]
        if refusals:
            return await self.words(*refusals[-1])
        for place in range(len(self._transaction().rcpt_tos)):
            self.keep(place, content)
        return b"250 2.0.0 Ok: queued as " + hashlib.sha256(content).hexdigest()[:10].upper().encode()

    def keep(self, place: int, content: bytes) -> None:
        """Store the message for the recipient at this place of the envelope."""
        transaction, session = self._transaction(), self.session
        helo = session.host_name if session else None
        envelope = Envelope(
            rcpt=transaction.rcpt_tos[place],
            rcpt_params=transaction.rcpt_options[place],
            mail_from=transaction.mail_from or "",
            mail_params=transaction.mail_options[0],
            helo=helo or "",
            proto=self.greeting(),
            at=self.host.address,
        )
        self.spool.keep(envelope, content)

    def greeting(self) -> str:
        """Name the command by which the client said who it is."""
        return "EHLO" if self.session and self.session.extended_smtp else "HELO"

    def _transaction(self) -> Transaction:
        if self.envelope is None:
            raise asyncio.CancelledError
        return self.envelope

    async def _handle_client(self) -> None:
        reply = self.host.habit(Stage.CONNECT)
        if reply is None:
            await super()._handle_client()
            return
        await self.say(reply)
        # RFC 5321 section 3.1: who greets with 554 answers 503 until the client leaves.
        while line := await self._reader.readline():
            if line.upper().startswith(b"QUIT"):
                break
            await self.push(b"503 5.0.0 Need to hang up")
        self._hang_up()

    def _hang_up(self, *, at_once: bool = False) -> NoReturn:
        transport: Any = self.transport
        if transport is not None:
            (transport.abort if at_once else transport.close)()
        # This is how aiosmtpd itself leaves its loop.
        raise asyncio.CancelledError


class LmtpHop(Hop):
    """The same by LMTP (RFC 2033): LHLO, and one reply for each recipient after the content."""

    async def smtp_LHLO(self, argument: str) -> None:
        """Greet as EHLO does."""
        await super().smtp_EHLO(argument)

    def greeting(self) -> str:
        """Name the command by which the client said who it is."""
        return "LHLO"

    async def verdict(self, content: bytes) -> bytes:
        """Say all replies but the last, which the caller says."""
        verdicts = []
        for place, recipient in enumerate(self._transaction().rcpt_tos):
            if reply := self.reply_for(recipient, Stage.DOT):
                verdicts.append(await self.words(reply, recipient))
            else:
                self.keep(place, content)
                verdicts.append(f"250 2.1.5 <{recipient}> Saved".encode())
        return b"\r\n".join(verdicts)


class Verdicts:
    """The hooks that aiosmtpd offers, for one connection."""

    def __init__(self, hop: Hop) -> None:
        self._hop = hop

    async def handle_EHLO(
        self, _server: SMTP, session: Session, _envelope: Transaction, hostname: str, _responses: list[str]
    ) -> list[bytes]:
        """Offer the extensions of this host."""
        host = self._hop.host
        if not host.knows_ehlo:
            return [b"502 5.5.1 Command not implemented"]
        if habit := host.habit(Stage.HELLO):
            return [await self._hop.words(habit)]
        session.host_name = hostname
        lines = [host.name, *host.extensions]
        return [f"250{'-' if number < len(lines) else ' '}{line}".encode() for number, line in enumerate(lines, 1)]

    async def handle_HELO(self, _server: SMTP, session: Session, _envelope: Transaction, hostname: str) -> str:
        """Greet without extensions."""
        host = self._hop.host
        if habit := host.habit(Stage.HELLO):
            return (await self._hop.words(habit)).decode()
        session.host_name = hostname
        return f"250 {host.name}"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Transaction) -> bytes:
        """Decide about the content."""
        return await self._hop.verdict(envelope.original_content or b"")


def _readable(argument: str | None) -> str:
    """Addresses in bytes that are not UTF-8 are stored with replacement characters."""
    return (argument or "").encode("utf-8", "surrogateescape").decode("utf-8", "replace")
