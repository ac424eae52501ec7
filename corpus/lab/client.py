"""The SMTP client that hands the mails of the scenarios to a server, several at once.

`python -m corpus.lab.client HOST PORT CONNECTIONS` reads mails as JSON and prints an outcome as JSON on each line.
Not smtplib: parameters and addresses have to go over the wire as the table has them, wrong or not.
"""

import asyncio
import contextlib
import json
import sys
from dataclasses import asdict

from .mails import Mail, Outcome, from_json

HELLO = "client.origin.example"
LIMIT = 30.0
# The extension that a server must offer before a parameter of MAIL or RCPT may be used.
NEEDS = {"RET": "DSN", "ENVID": "DSN", "NOTIFY": "DSN", "ORCPT": "DSN", "BODY": "8BITMIME", "SMTPUTF8": "SMTPUTF8"}


class RefusedError(Exception):
    """The server did not take the mail."""


class Session:
    """One connection that sends one mail."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._extensions: set[str] = set()

    async def deliver(self, mail: Mail) -> str:
        """Send a mail to those of its recipients that the server takes; return its last reply."""
        await self._reply()
        self._extensions = {line[4:].split(" ")[0].upper() for line in (await self._say(f"EHLO {HELLO}")).splitlines()}
        if "SMTPUTF8" in mail.parameters.split() and "SMTPUTF8" not in self._extensions:
            msg = "the server does not offer SMTPUTF8"
            raise RefusedError(msg)
        await self._say(f"MAIL FROM:<{mail.sender}>{self._offered(mail.parameters)}")
        await self._recipients(mail)
        await self._say("DATA")
        said = await self._content(mail.content)
        self._writer.write(b"QUIT\r\n")
        return said

    async def _recipients(self, mail: Mail) -> None:
        refusals = []
        for address, parameters in mail.recipients:
            try:
                await self._say(f"RCPT TO:<{address}>{self._offered(parameters)}")
            except RefusedError as refusal:
                refusals.append(str(refusal))
        if len(refusals) == len(mail.recipients):
            raise RefusedError(refusals[0])

    def _offered(self, parameters: str) -> str:
        words = parameters.split()
        usable = [word for word in words if NEEDS.get(word.partition("=")[0], "") in self._extensions]
        return "".join(f" {word}" for word in usable)

    async def _content(self, content: bytes) -> str:
        # Dot-stuffing (RFC 5321 section 4.5.2), of the first line too.
        stuffed = (b"\r\n" + content).replace(b"\r\n.", b"\r\n..")[2:]
        self._writer.write(stuffed + (b"" if stuffed.endswith(b"\r\n") else b"\r\n") + b".\r\n")
        return await self._reply()

    async def _say(self, command: str) -> str:
        self._writer.write(command.encode() + b"\r\n")
        return await self._reply()

    async def _reply(self) -> str:
        lines: list[str] = []
        while not lines or lines[-1][3:4] == "-":
            line = await self._reader.readline()
            if not line:
                msg = "the server closed the connection"
                raise RefusedError(msg)
            lines.append(line.decode(errors="replace").rstrip())
        said = "\n".join(lines)
        if said.startswith(("4", "5")):
            raise RefusedError(said)
        return said


async def send(mail: Mail, host: str, port: int) -> Outcome:
    """Send one mail over a connection of its own."""
    try:
        async with asyncio.timeout(LIMIT):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                return Outcome(mail.name, accepted=True, said=await Session(reader, writer).deliver(mail))
            finally:
                writer.close()
                with contextlib.suppress(OSError):
                    await writer.wait_closed()
    except TimeoutError:
        return Outcome(mail.name, accepted=False, said=f"no end within {LIMIT:.0f} s")
    except (RefusedError, OSError) as error:
        return Outcome(mail.name, accepted=False, said=str(error))


async def send_all(mails: list[Mail], host: str, port: int, connections: int) -> None:
    """Send all, with that many connections at a time."""
    free = asyncio.Semaphore(connections)

    async def one(mail: Mail) -> None:
        async with free:
            print(json.dumps(asdict(await send(mail, host, port))), flush=True)

    await asyncio.gather(*(one(mail) for mail in mails))


if __name__ == "__main__":
    asyncio.run(send_all(from_json(sys.stdin.buffer.read()), sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
