"""The DNS server of the scripted network: the zone's answers in wire format, over UDP and TCP."""

import asyncio
import struct
from collections.abc import Callable
from typing import Any

from dnslib import AAAA, CNAME, MX, PTR, RR, SOA, TXT, A, DNSError, DNSRecord

from .zone import Record, Type, resolve

TTL = 60
# Resolvers take an empty answer for a broken one unless it names the authority (RFC 2308 section 2.2).
AUTHORITY = RR("example", 6, ttl=TTL, rdata=SOA("ns.example", "hostmaster.example", (1, TTL, TTL, TTL, TTL)))

RDATA: dict[Type, Callable[[Record], Any]] = {
    Type.A: lambda record: A(record.value),
    Type.AAAA: lambda record: AAAA(record.value),
    Type.CNAME: lambda record: CNAME(record.value),
    Type.PTR: lambda record: PTR(record.value),
    Type.MX: lambda record: MX(record.value, record.preference),
    Type.TXT: lambda record: TXT(record.value),
}


def answer(question: bytes) -> bytes | None:
    """Answer one message in wire format; `None` means silence, which is also what nonsense gets."""
    try:
        request = DNSRecord.parse(question)
    except DNSError:
        return None
    found = resolve(str(request.q.qname), request.q.qtype)
    if found is None:
        return None
    reply = request.reply()
    reply.header.rcode = int(found.code)
    for record in found.records:
        reply.add_answer(RR(record.name, int(record.type), ttl=TTL, rdata=RDATA[record.type](record)))
    if not found.records:
        reply.add_auth(AUTHORITY)
    packed: bytes = reply.pack()
    return packed


class UdpServer(asyncio.DatagramProtocol):
    """DNS over UDP."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where answers go out."""
        self._transport: Any = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:  # noqa: ANN401 (an address is what the family says)
        """Answer, or not."""
        if reply := answer(data):
            self._transport.sendto(reply, addr)


async def serve_tcp(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """DNS over TCP (RFC 1035 section 4.2.2): each message behind its length."""
    try:
        while True:
            (length,) = struct.unpack("!H", await reader.readexactly(2))
            if reply := answer(await reader.readexactly(length)):
                writer.write(struct.pack("!H", len(reply)) + reply)
                await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def serve(address: str = "127.0.0.1", port: int = 53) -> None:
    """Start answering."""
    await asyncio.get_running_loop().create_datagram_endpoint(UdpServer, local_addr=(address, port))
    await asyncio.start_server(serve_tcp, address, port)
