"""The names at hand in a case: address, domains, hosts, IP addresses. They come from mail, so that each is checked before it is shown.

In a sentence a name that is not known is a word for it; in a command it is a word in capitals to fill in.
"""

import re
from ipaddress import IPv4Address, ip_address
from typing import Final

from dsnparse.report import NO_FACTS, Original, Recipient, Report

LONGEST_DOMAIN: Final = 253
DOMAIN: Final = re.compile(
    r"(?=[^.])(?:(?!-)[A-Za-z0-9_-]{1,63}(?<!-)\.){1,30}[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])", re.ASCII
)
ADDRESS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.][A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{0,63}", re.ASCII)
SOMEWHERE: Final = re.compile(r"<([^<>]+)>|([^\s<>\"@]{1,64}@[^\s<>\"]{1,255})")
ANY_IP: Final = re.compile(
    r"(?<![0-9A-Za-z.:])([0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7})(?![0-9A-Za-z:]|\.[0-9])",
    re.ASCII,
)
TAG: Final = re.compile(r"(?:\A|;)\s*([sd])\s*=\s*([A-Za-z0-9._-]{1,253})\s*(?=;|\Z)", re.ASCII)

WORDS: Final = {
    "recipient": "the recipient",
    "domain": "the recipient's domain",
    "server": "the receiving server",
    "reporter": "the sending server",
    "ip": "the sending server's address",
    "sender": "",
    "envelope_domain": "the sender's domain",
    "from_domain": "the domain in From",
}  # fmt: skip
BLANKS: Final = {
    "recipient": "RECIPIENT",
    "domain": "RECIPIENT-DOMAIN",
    "mx": "MAIL-SERVER",
    "server_host": "SUBMISSION-SERVER",
    "ip": "SENDING-IP",
    "reversed_ip": "REVERSED-SENDING-IP",
    "zone": "LIST-ZONE",
    "sender": "SENDER",
    "envelope_domain": "RETURN-PATH-DOMAIN",
    "from_domain": "FROM-DOMAIN",
    "helo": "HELO-NAME",
    "selector": "SELECTOR",
    "dkim_domain": "SIGNING-DOMAIN",
    "url_domain": "LINK-DOMAIN",
    "message": "MESSAGE.eml",
}

Places = dict[str, str]


def places(recipient: Recipient, report: Report | None) -> Places:
    """Return the names of a case that are sound."""
    address = _address(recipient.address) or _address(recipient.original_recipient)
    found = {
        "recipient": address,
        "domain": address.rpartition("@")[2],
        "mx": _host(recipient.remote_mta),
        "server": _host(recipient.remote_mta),
        "zone": recipient.blocklist if _host(recipient.blocklist) else "",
        **_sender(recipient, report),
        **_client(recipient, report),
    }
    return {name: value for name, value in found.items() if value}


def fill_sentence(text: str, known: Places) -> str:
    """Return a sentence about this case."""
    said = re.sub(r"\{(\w+)\}", lambda match: known.get(match[1]) or WORDS[match[1]], text, flags=re.ASCII)
    said = said.replace(" .", ".")
    return said if text.startswith("{") and text[1 : text.index("}")] in known else said[:1].upper() + said[1:]


def fill_word(text: str, known: Places) -> tuple[str, list[str]]:
    """Return a word of a command, and what in it is left to fill in."""
    missing = [name for name in re.findall(r"\{(\w+)\}", text, re.ASCII) if name not in known]
    filled = re.sub(r"\{(\w+)\}", lambda match: known.get(match[1]) or BLANKS[match[1]], text, flags=re.ASCII)
    return filled, [BLANKS[name] for name in missing]


def _sender(recipient: Recipient, report: Report | None) -> Places:
    """Return who sent the message, as far as the report tells."""
    original = report.original if report else Original()
    path, author = _address(original.return_path), _address(original.from_)
    checked = {check.method: check.domain for check in (recipient.facts or NO_FACTS).auth if check.domain}
    signature = next((value for name, value in original.headers if name.lower() == "dkim-signature"), "")
    tags = dict(reversed([(match[1], match[2]) for match in TAG.finditer(signature)]))
    return {
        "sender": path or author,
        "envelope_domain": _host(checked.get("spf", "")) or (path or author).rpartition("@")[2],
        "from_domain": _host(checked.get("dmarc", "")) or (author or path).rpartition("@")[2],
        "selector": tags.get("s", "").strip("."),
        "dkim_domain": _host(tags.get("d", "")) or _host(checked.get("dkim", "")),
    }


def _client(recipient: Recipient, report: Report | None) -> Places:
    """Return the sending server: its name, and its address where the reply tells it."""
    reporter = _host(report.reporting_mta) if report else ""
    ip = _client_ip(recipient)
    reverse = ".".join(reversed(ip.split("."))) if ip and isinstance(ip_address(ip), IPv4Address) else ""
    return {"reporter": reporter, "helo": reporter, "server_host": reporter, "ip": ip, "reversed_ip": reverse}


def _client_ip(recipient: Recipient) -> str:
    """Return the first IP address in a reply that is not the server's own nor one of a laboratory."""
    for match in ANY_IP.finditer(recipient.diagnostic):
        ip = _ip(match[1])
        if ip and ip != recipient.remote_ip and not ip_address(ip).is_loopback:
            return ip
    return ""


def _ip(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        return ""


def _host(text: str) -> str:
    """Return a domain name in ASCII, or nothing where the text is none."""
    name = text.strip().rstrip(".")
    if not name.isascii():
        try:
            name = name.encode("idna").decode()
        except UnicodeError:
            return ""
    return name if len(name) <= LONGEST_DOMAIN and DOMAIN.fullmatch(name) else ""


def _address(text: str) -> str:
    """Return a plain address, its domain in ASCII, or nothing where the text is none that a command could take."""
    match = SOMEWHERE.search(text)
    local, _, domain = (match[1] or match[2]).rpartition("@") if match else ("", "", "")
    host = _host(domain)
    return f"{local}@{host}" if host and ADDRESS.fullmatch(local) else ""
