"""How servers word the causes that they find themselves, where no reply of another host is quoted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .script import Facts


@dataclass(frozen=True)
class Wording:
    """Words of one server, and what a person takes them to mean."""

    pattern: re.Pattern[str]
    facts: Facts


def find(server: str, text: str) -> Wording | None:
    """Return the first wording of a server that a text holds."""
    return next((wording for wording in WORDINGS.get(server, ()) if wording.pattern.search(text)), None)


def _of(*rows: tuple[str, str, tuple[str, ...]]) -> tuple[Wording, ...]:
    return tuple(Wording(re.compile(pattern), Facts(reason, also)) for pattern, reason, also in rows)


LOST = ("connection_lost",)

WORDINGS: dict[str, tuple[Wording, ...]] = {
    "postfix": _of(
        ("Host not found, try again", "dns_failure", ()),
        ("Host or domain name not found", "host_unknown", ()),
        (r"does not accept mail \(nullMX\)", "null_mx", ()),
        ("loops back to myself", "routing_loop", ()),
        ("Connection refused", "host_unreachable", ()),
        ("(?:lost connection|timed out).* while receiving the initial server greeting", "host_unreachable", LOST),
        ("lost connection|timed out", "connection_lost", ()),
        (r"message size \d+ exceeds size limit", "message_too_big", ()),
        ("SMTPUTF8 is required", "encoding_unsupported", ()),
    ),
    "exim": _of(
        ("indicated no SMTP service", "null_mx", ()),
        ("retry timeout exceeded", "expired", ("host_unreachable",)),
        ("host lookup did not complete", "dns_failure", ()),
        ("^(?!.*SMTP error from remote)", "undetermined", ()),
    ),
    "courier": _of(
        ("No such domain", "host_unknown", ()),
        ("mail loops back to myself", "routing_loop", ("config_error",)),
        ("Domain does not receive mail", "null_mx", ()),
        ("Connection refused", "host_unreachable", ()),
        ("DNS lookup failed", "dns_failure", ()),
        ("This domain's DNS violates RFC 1035", "dns_failure", ("host_unknown", "config_error", "routing_error")),
        ("Network connection shut down by the remote", "connection_lost", ()),
        ("Connection timed out", "connection_lost", ("host_unreachable",)),
        ("does not support E-mail 553-messages with international", "encoding_unsupported", ()),
        (r"HTTP/1.1 400|\(initial greeting\) <<< \W", "protocol_error", ("undetermined", "host_unreachable")),
        ("^(?!.*<<<)", "undetermined", ()),
    ),
    "sendmail": _of(
        ("MX list for .* points back", "routing_loop", ("config_error", "routing_error")),
        ("Host does not accept mail", "null_mx", ()),
        ("Host unknown", "host_unknown", ()),
        ("Name server timeout|Name server: .*host name lookup failure", "dns_failure", ()),
        ("Connection refused", "host_unreachable", ()),
        ("TLS handshake failed", "tls_failed", ()),
        ("Too many hops", "routing_loop", ()),
        ("Message size exceeds fixed limit", "message_too_big", ()),
        ("read error from|Connection reset by|Connection timed out with", "connection_lost", ("host_unreachable",)),
        ("could not be delivered for", "expired", ()),
        (r"\.\.\. Deferred Warning: ", "undetermined", ()),
    ),
    "opensmtpd": _of(
        ("Domain does not exist", "host_unknown", ()),
        ("No MX found for domain", "host_unknown", ("dns_failure", "routing_error")),
        ("Domain does not accept mail", "null_mx", ()),
        ("Network error on destination MXs", "host_unreachable", ("connection_lost",)),
        ("Temporary failure in MX lookup", "dns_failure", ()),
        ("message too large for peer", "message_too_big", ()),
        ("Connection closed unexpectedly", "connection_lost", ()),
        ("reply code out of range", "protocol_error", ()),
        ("Envelope expired", "expired", ()),
    ),
    "dma": _of(
        (r"DNS lookup failure: host \S+ not found", "host_unknown", ("dns_failure",)),
        ("Could not deliver for the last", "expired", ()),
        ("unknown bounce reason", "undetermined", ()),
    ),
    "chasquid": _of(
        ("no such host", "host_unknown", ()),
        ("i/o timeout|server misbehaving", "dns_failure", ()),
        ("contained records which contain invalid names", "dns_failure", ()),
        ("connection refused", "host_unreachable", ()),
        ("Error creating client: EOF", "host_unreachable", LOST),
        ("short response: ", "protocol_error", ()),
        ("tls: first record does not look like", "tls_failed", ()),
        (r"(?:MAIL\+RCPT|DATA|DATA closing) EOF", "connection_lost", ()),
        ("Relay not allowed", "relay_denied", ()),
        ("does not support SMTPUTF8", "encoding_unsupported", ()),
        (r"timed out, last error: (?:original|final)-recipient", "expired", ()),
    ),
    "haraka": _of(
        (r"Nowhere to deliver mail to|queryMx ENOTFOUND", "host_unknown", ()),
        ("NULL MX", "null_mx", ()),
        ("DNS lookup failure", "dns_failure", ()),
        ("possible mail loop", "routing_loop", ()),
        ("Unrecognized response from upstream server", "protocol_error", ()),
        ("Tried all MXs", "host_unreachable", ("connection_lost", "undetermined")),
    ),
    "zonemta": _of(
        ("queryMx ESERVFAIL", "dns_failure", ()),
        ("Can't find an MX server for", "host_unknown", ("dns_failure",)),
        ("Can't connect to any MX server|connect ECONNREFUSED", "host_unreachable", ()),
        ("Unexpected socket close|closed unexpectedly", "connection_lost", ("host_unreachable",)),
        ("Message size larger than allowed", "message_too_big", ()),
        ("not smtp|HTTP/1.1 400|this is not TLS", "protocol_error", ("undetermined",)),
    ),
    "slimta": _of(
        ("No usable DNS records found", "host_unknown", ()),
        ("DNS lookup failed", "dns_failure", ()),
        ("Connection was closed prematurely", "connection_lost", ()),
        ("Bad SMTP reply from server", "protocol_error", ()),
        ("Connection timed out", "connection_lost", ("host_unreachable",)),
        ("Connection failed", "host_unreachable", ("connection_lost", "undetermined")),
        ("Conversion not allowed", "encoding_unsupported", ()),
        ("Command not implemented", "protocol_error", ()),
        ("Invalid SMTP reply code", "protocol_error", ()),
    ),
    "masqmail": _of(
        ("Unknown host|No address associated with name", "host_unknown", ("dns_failure",)),
        ("Host name lookup failure", "dns_failure", ()),
        ("Connection refused", "host_unreachable", ()),
        ("Message size exceeds limit", "message_too_big", ()),
        ("Connection terminated prematurely", "connection_lost", ()),
        ("HTTP/1.1 400|connected to mx.garbage", "protocol_error", ("undetermined",)),
        # Of several outcomes it quotes one, or the last, which may have been none.
        (r"failure:\)? (?:If you need|Für weitere|Si vous|In caso)", "undetermined", ()),
    ),
    "nullmailer": _of(("^(?!.*SMTP; \\d)", "undetermined", ())),
    "qmail": _of(
        ("couldn't find any host named", "host_unknown", ()),
        ("couldn't find a mail exchanger or IP address", "host_unknown", ("routing_error", "dns_failure")),
        (r"couldn't find any host by that name\. \(#4\.1\.2\)", "dns_failure", ("host_unknown",)),
        ("listed as a best-preference MX", "routing_loop", ("routing_error", "config_error")),
        ("but connection died", "connection_lost", ()),
        ("but greeting failed", "protocol_error", ()),
        ("wasn't able to establish an SMTP connection", "host_unreachable", ()),
    ),
}


# A reply that stands in these words was not understood: what counts is that.
MISUNDERSTOOD = {"slimta": "Bad SMTP reply from server", "chasquid": "short response: "}


def is_misunderstood(server: str, text: str) -> bool:
    """Tell whether a server says of a reply only that it makes no sense."""
    return server in MISUNDERSTOOD and MISUNDERSTOOD[server] in text


def every() -> Iterator[Wording]:
    """Yield the wordings of all servers."""
    for wordings in WORDINGS.values():
        yield from wordings
