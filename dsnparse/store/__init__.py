"""What a watched mailbox remembers: SQLite by default, PostgreSQL by URL.

Every statement is written once, in the SQL that both databases share, with `:name` parameters. SQLite takes them through the standard
library, so that its users install nothing; PostgreSQL takes the same text through SQLAlchemy Core, which brings the pool and the
driver (the extra `postgresql`). A second set of statements for each database, or SQLAlchemy for everybody (0.3 s at each start of
`pipe`), was the alternative.

    store = open_store("sqlite:////var/lib/dsnparse/store.db")
    with store.lock("imaps://bounces@mail.example.com"):
        attempts = store.begin_attempt(digest)
        report = dsnparse.parse(raw)
        result = store.commit([Processed(digest=digest, report=report, trust=trust, place=place, received=received)])
    for event in store.feed("webhook"):
        ...
        store.confirm("webhook", event.offset)
"""

from dsnparse.store.event import CommitResult, Event, Place, Processed, event_id
from dsnparse.store.store import Store
from dsnparse.store.url import open_store

__all__ = ["CommitResult", "Event", "Place", "Processed", "Store", "event_id", "open_store"]
