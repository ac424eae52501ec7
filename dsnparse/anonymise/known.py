"""What is nobody's: words that servers say, hosts of large providers, mailboxes that every domain has, names reserved for examples.

The words are those of the rules themselves, so that a rule which needs a word keeps it.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import msgspec

from dsnparse.registry.tables import blocklists
from dsnparse.rules.catalogue import our_vendors


def words(text: str) -> frozenset[str]:
    """Return the words of a list."""
    return frozenset(text.split())


# Fields of a vendor file that are written for people.
PROSE: Final = frozenset(("title", "source", "meaning", "cause", "fix", "name", "detail", "own", "means", "hosts"))
# Not words: escapes, group names and flags of a pattern, and what examples name as addresses and hosts.
NOT_WORDS: Final = re.compile(
    r"\\x[0-9A-Fa-f]{2}|\\x\{[^}]*\}|\\[A-Za-z]|\(\?P<\w+>|\(\?[a-z]+[:)]|\{[a-z_]+\}|\b[\w-]+(?:\.[\w-]+)*\.(?:example|test)\b",
    re.ASCII,
)
EXAMPLES: Final = frozenset(("examples", "near"))
ADDRESS: Final = re.compile(r"\S*@\S*")
# A pattern spells a word with choices in it: `v[áa]lasz`, `v(?:á|a)lasz`, `Nachricht(?:en)?`.
CHOICE: Final = re.compile(r"\[([^\]\\^])[^\]\\]{0,2}\]\??|\(\?:(\w{1,12})(?:\|[^()]{0,30})?\)\??")
WORD: Final = re.compile(r"[^\W_]{2,}")
ROLES: Final = words(
    "abuse admin administrator autoreply bounce bounces confirm daemon delivery donotreply errors hostmaster imceaex imceasmtp "
    "ezmlm info leave list listmaster listserv mail mailer mailerdaemon mailman majordomo master mdaemon mlmmj no nobody noc noreply owner post "
    "postman postmaster prvs redacted reply request return root security service srs srs0 srs1 subscribe support sympa sysadmin system "
    "undisclosed unsubscribe uucp verp webmaster recipients microsoftexchange329e71ec88ae4615bbc36ab6ce41109e"
)
# Labels of hosts that tell nothing.
LABELS: Final = words(
    "a ac alt arpa aspmx autodiscover b bounce c central co com dns east edge edu email eu ex exch exchange feedback fallback ftp gate gateway "
    "gmail go gov gw help host hub id imap in inbound int l lists local localhost localdomain m mail mailer mailgate mailhost "
    "mailin mailout mailserver mta mx mxa mxb ne net ns or org out outbound pop pop3 post postmaster pro prod protection "
    "relay s secure server smtp smtpin smtpout srv support us web webmail west www x400 xn lab uk"
)
MIME: Final = words(
    "7bit 8bit alternative application ascii attachment aws base64 big5 binary boundary charset content delsp digest disposition "
    "encoding euc external feedback filename flowed format gb2312 gb18030 gbk global header headers html image inline iso jpeg "
    "koi8 mailfrom message mime mixed multipart name octet partial pdf plain png printable quoted related report rfc822 signed "
    "status stream text transfer type utf version windows x400 xml zip"
)
PUBLIC_SECOND: Final = words("ac co com edu gob gov go gv ltd ne net nom or org plc sch")
MANY_DIGITS: Final = 6
LONG_NAME: Final = 4
RESERVED_TLD: Final = frozenset(("example", "test", "invalid", "localhost"))
RESERVED: Final = frozenset(("example.com", "example.net", "example.org", "localhost", "localhost.localdomain"))
# Documents that notices and HTML point at.
DOCUMENTS: Final = words(
    "aka.ms dmarc.org dnsbl.info exim.org iana.org ietf.org microsoft.com mxtoolbox.com office.com office365.com open-spf.org "
    "openspf.org openspf.net postfix.org rfc-editor.org rspamd.com senderbase.org senderscore.net senderscore.org sendmail.org "
    "w3.org"
)
TLDS: Final = words(
    "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bv bw by bz ca cc cd cf cg ch "
    "ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm "
    "gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb "
    "lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu "
    "nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st su sv sx "
    "sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw "
    "aero agency app arpa art asia bank berlin bio biz blog business care cat center city click cloud club coffee company "
    "consulting coop com corp design dev digital direct domain edu education email energy events example expert family farm finance "
    "fitness foundation fun fund gallery global gmbh gov group guru health help holdings home host house info international internal "
    "int intra invalid jobs lan law legal life link live local localdomain localhost ltd management market marketing media mil mobi "
    "money museum name net network news one online org page partners photos plus post press pro academy school science "
    "services shop site social software solutions space store studio support swiss systems team tech tel test tips today tools top "
    "tours town trade training travel tube university vip website wiki win work works world wtf xxx xyz zone"
)


PROGRAMS: Final = words("md pl py sh")


@cache
def vocabulary() -> frozenset[str]:
    """Return every word of the rules and of the replies they show, in lower case."""
    found = {run for name in provider_domains() for run in WORD.findall(name)} | MIME
    for vendor in our_vendors()[0]:
        for text in _texts(msgspec.to_builtins(vendor)):
            bare = NOT_WORDS.sub(" ", text).lower()
            found.update(WORD.findall(bare))
            if "[" in bare or "(?:" in bare:
                found.update(WORD.findall(CHOICE.sub(lambda match: match[1] or match[2], bare)))
    return frozenset(word for word in found if not word.isdigit())


@cache
def vendor_names() -> frozenset[str]:
    """Return the names of vendors that are long enough to be told by."""
    return frozenset(vendor.name for vendor in our_vendors()[0] if len(vendor.name) > LONG_NAME)


@cache
def provider_domains() -> frozenset[str]:
    """Return the domains of hosts that a rule is about, of block lists, and of documents."""
    hosts = {host.lower().lstrip(".") for vendor in our_vendors()[0] for host in vendor.hosts}
    zones = {zone for entry in blocklists() for zone in (entry.zone, *entry.zones)}
    sites = {".".join(zone.split(".")[-2:]) for zone in zones}
    return frozenset({name for name in hosts | zones | sites if not is_reserved(name)} | DOCUMENTS)


def provider_suffix(host: str) -> str:
    """Return the longest end of a host name that is a provider's domain, empty if there is none."""
    labels = host.lower().rstrip(".").split(".")
    names = (".".join(labels[start:]) for start in range(max(0, len(labels) - 8), len(labels)))
    return next((name for name in names if name in provider_domains()), "")


def is_reserved(host: str) -> bool:
    """Tell whether nobody can own a host name (RFC 2606)."""
    labels = host.lower().rstrip(".").split(".")
    return labels[-1] in RESERVED_TLD or ".".join(labels[-2:]) in RESERVED


def is_program(text: str, first: int, last: int) -> bool:
    """Tell whether dotted words are the last ones of a path, although they could be a host: `https://dest.example/bin/topic.py`."""
    return (
        text[first - 1 : first] == "/"
        and text[max(0, first - 2) : first] != "//"
        and text[first:last].rpartition(".")[2].lower() in PROGRAMS
    )


def is_role(local: str) -> bool:
    """Tell whether a local part is made only of words such as `mailer-daemon`."""
    found = WORD.findall(local.lower())
    return bool(found) and all(word in ROLES for word in found)


def is_providers_own(local: str, domain: str) -> bool:
    """Tell whether an address belongs to a provider's machines: mailer-daemon@googlemail.com, or what its hosts call a message."""
    suffix = provider_suffix(domain)
    return suffix != "" and (
        is_role(local) or (suffix != domain.lower() and sum(map(str.isdigit, local)) >= MANY_DIGITS)
    )


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - a vendor file as plain Python
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in PROSE:
                yield from (ADDRESS.sub(" ", text) if key in EXAMPLES else text for text in _texts(item))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
