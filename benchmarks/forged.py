"""Forged hard bounces about real subscribers, and how many of these are suppressed (none may be).

    python benchmarks/forged.py [NUMBER]

The forger knows all addresses, our domain, our return path and what our reports look like, and is a subscriber: there are genuine
tokens and logged messages for their own address. The flood lasts thirty days. Each report is parsed, assessed and stored, once where
tokens are used, once where there is a log of sent mail.
"""

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import sha256

import dsnparse
from dsnparse.policy import Policy
from dsnparse.store import Processed, Store, open_store
from dsnparse.tokens import make_message_id, make_return_path, new_key, parse_keys
from dsnparse.trust import TrustRules, assess

START = 1_750_000_000.0
DAY = 86_400
FORGER = "forger@stranger.example"
MAILBOX = "bounces@origin.example"
KEYS = parse_keys(new_key())
FOREIGN = parse_keys(new_key())
BATCH = 500
REPORT = """\
Return-Path: <>
Received: from mx.dest.example (mx.dest.example [192.0.2.7]) by mail.origin.example; Sun, 15 Jun 2025 10:00:06 +0000
Authentication-Results: mail.origin.example; dkim=pass header.d=dest.example
From: MAILER-DAEMON@mx.dest.example
To: {to}
Subject: Undelivered Mail Returned to Sender
Date: Sun, 15 Jun 2025 10:00:05 +0000
Message-ID: <{number}@mx.dest.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

<{victim}>: host mx.dest.example said: 550 5.1.1 User unknown

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.dest.example

Final-Recipient: rfc822; {victim}
{more}Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--b
Content-Type: text/rfc822-headers

From: News <news@origin.example>
To: {went_to}
Subject: hello
Date: Sun, 15 Jun 2025 10:00:00 +0000
Message-ID: {message_id}

--b--
"""


def path(address: str, at: float) -> str:
    """Return a genuine return path."""
    return make_return_path(KEYS, address, mailbox=MAILBOX, at=at)


def plain(number: int, victim: str, _: float) -> dict[str, str]:
    """Forge a report without any token."""
    return {"to": MAILBOX, "message_id": f"<{number}@origin.example>", "went_to": victim}


def foreign(number: int, victim: str, at: float) -> dict[str, str]:
    """Put in a token of the forger's own key."""
    to = make_return_path(FOREIGN, victim, mailbox=MAILBOX, at=at)
    return {
        **plain(number, victim, at),
        "to": to,
        "message_id": make_message_id(FOREIGN, victim, domain="origin.example", at=at),
    }


def own(number: int, victim: str, at: float) -> dict[str, str]:
    """Put in a genuine token, of the forger's own subscription."""
    return {**plain(number, victim, at), "to": path(FORGER, at)}


def own_forwarded(number: int, victim: str, at: float) -> dict[str, str]:
    """Do the same, as if the forger's mail were forwarded to the victim."""
    return {**own(number, victim, at), "went_to": f"{victim}, {FORGER}"}


def own_group(number: int, victim: str, at: float) -> dict[str, str]:
    """Do the same, in a report that names both."""
    more = f"Action: failed\nStatus: 5.1.1\n\nFinal-Recipient: rfc822; {FORGER}\n"
    return {**own(number, victim, at), "more": more}


def own_original(number: int, victim: str, at: float) -> dict[str, str]:
    """Do the same, in a report that says the forger's address stands for the victim's."""
    original = f"Original-Recipient: rfc822; {victim}\n"
    return {**own(number, victim, at), "victim": FORGER, "more": original, "went_to": FORGER}


def own_id(number: int, victim: str, at: float) -> dict[str, str]:
    """Put in a genuine Message-ID, of the forger's own mail."""
    return {**plain(number, victim, at), "message_id": make_message_id(KEYS, FORGER, domain="origin.example", at=at)}


def cut(number: int, victim: str, at: float) -> dict[str, str]:
    """Put in a genuine token with its end changed."""
    return {**plain(number, victim, at), "to": path(FORGER, at).replace("@", f"{number}@")}


def logged(number: int, victim: str, at: float) -> dict[str, str]:
    """Put in the Message-ID of a message that went to the forger, as the log knows."""
    went_to = victim if number % 3 else f"{victim}, {FORGER}"
    return {**plain(number, victim, at), "message_id": "<logged@origin.example>", "went_to": went_to}


KINDS: tuple[Callable[[int, str, float], dict[str, str]], ...] = (
    plain,
    foreign,
    own,
    own_forwarded,
    own_group,
    own_original,
    own_id,
    cut,
    logged,
)


def forged(number: int) -> tuple[bytes, float]:
    """Return one forged report, and when it arrives."""
    at = START + number % 30 * DAY
    victim = f"user{number % 40_000}@dest.example"
    forge = KINDS[number // 30 % len(KINDS)]
    fields = {"more": "", "victim": victim, "number": str(number), **forge(number, victim, at)}
    return REPORT.format(**fields).encode(), at


def processed(number: int, rules: TrustRules, levels: Counter[str]) -> Iterator[Processed]:
    """Yield the reports, read and assessed."""
    for each in range(number):
        raw, at = forged(each)
        report = dsnparse.parse(raw)
        trust = assess(report, raw, rules, received=at)
        levels.update(each.level for each in trust)
        yield Processed(digest=sha256(raw).hexdigest(), report=report, trust=trust, received=at)


def flood(store: Store, number: int, rules: TrustRules) -> tuple[int, Counter[str]]:
    """Return how many others than the forger are suppressed or held in the end, and the levels of trust."""
    levels: Counter[str] = Counter()
    batch: list[Processed] = []
    for message in processed(number, rules, levels):
        batch.append(message)
        if len(batch) == BATCH:
            store.commit(batch)
            batch = []
    store.commit(batch)
    hit = {each.address for standing in ("suppressed", "held") for each in store.suppressions.all(standing)}
    return len(hit - {FORGER}), levels


def main() -> None:
    """Print one table."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    ours = frozenset(("origin.example",))
    ways = {
        "tokens": TrustRules(keys=KEYS, domains=ours, authserv_id="mail.origin.example"),
        "sent log": TrustRules(
            was_sent=lambda message_id, recipient, _: (message_id, recipient) == ("logged@origin.example", FORGER),
            domains=ours,
            authserv_id="mail.origin.example",
        ),
    }
    total = 0
    for name, rules in ways.items():
        with tempfile.TemporaryDirectory() as folder:
            with open_store(f"sqlite:///{folder}/store.db", policy=Policy(unproven="never", active=40_000)) as store:
                start = time.perf_counter()
                hit, levels = flood(store, number, rules)
            rate = number / (time.perf_counter() - start)
        total += hit
        print(
            f"{name:9} {number} forged, {hit} subscribers suppressed; {rate:.0f} a second; {dict(levels.most_common())}"
        )
    sys.exit(total > 0)


if __name__ == "__main__":
    main()
