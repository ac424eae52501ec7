"""What a watched mailbox remembers: SQLite by default, PostgreSQL by URL.

Every statement is written once, in the SQL that both databases share, with `:name` parameters. SQLite takes them through the standard
library, so that its users install nothing; PostgreSQL takes the same text through SQLAlchemy Core, which brings the pool and the
driver (the extra `postgresql`). A second set of statements for each database, or SQLAlchemy for everybody (0.3 s at each start of
`pipe`), was the alternative.

    rules, policy = believe({"keys_file": "/etc/dsnparse/keys"}, {"active": 120_000})
    store = open_store("sqlite:////var/lib/dsnparse/store.db", policy=policy)
    with store.lock("imaps://bounces@mail.example.com"):
        attempts = store.begin_attempt(digest)
        report = dsnparse.parse(raw)
        trust = assess(report, raw, rules, received=received)
        result = store.commit([Processed(digest=digest, report=report, trust=trust, place=place, received=received)])
    for event in store.feed("webhook"):
        ...
        store.confirm("webhook", event.offset)
    to_mail = addresses - store.suppressions.among(addresses)
"""

from dsnparse.store.belief import Belief, believe
from dsnparse.store.event import CommitResult, Event, Place, Processed, event_id
from dsnparse.store.retain import Retained
from dsnparse.store.sent import SentLog, SentTable, open_sent_log
from dsnparse.store.store import Store
from dsnparse.store.suppressions import Step, Suppression, Suppressions
from dsnparse.store.url import default_url, open_store

__all__ = [
    "Belief",
    "CommitResult",
    "Event",
    "Place",
    "Processed",
    "Retained",
    "SentLog",
    "SentTable",
    "Step",
    "Store",
    "Suppression",
    "Suppressions",
    "believe",
    "default_url",
    "event_id",
    "open_sent_log",
    "open_store",
]
