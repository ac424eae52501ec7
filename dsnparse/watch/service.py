"""A mailbox watched for as long as the process lives, or looked into once: sessions that end are begun anew."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, nullcontext
from datetime import UTC, datetime
from secrets import token_hex

from dsnparse.errors import LoginError, SinkError, UnreachableError, UsageError
from dsnparse.mailbox import Mailbox, open_mailbox
from dsnparse.mailbox.address import Address, read_address
from dsnparse.store import Store, open_store
from dsnparse.store.journal import Journal
from dsnparse.store.url import state_folder
from dsnparse.watch.backoff import Backoff
from dsnparse.watch.handover import Handover
from dsnparse.watch.intake import Intake, Look
from dsnparse.watch.log import Log
from dsnparse.watch.metrics import Metrics
from dsnparse.watch.notify import notify
from dsnparse.watch.outputs import Outputs
from dsnparse.watch.plan import read_plan
from dsnparse.watch.quarantine import Quarantine
from dsnparse.watch.reader import open_reader
from dsnparse.watch.settings import Settings
from dsnparse.watch.sinks import sinks
from dsnparse.watch.undo import undo

INBOX = "INBOX"
Shield = Callable[[], AbstractContextManager[None]]


@contextmanager
def open_handover(settings: Settings) -> Iterator[Handover]:
    """Open what takes messages that are handed over."""
    log = Log(as_json=settings.log == "json")
    with (
        open_state(settings) as store,
        open_reader(settings) as reader,
        closing(Outputs(store, sinks(settings), log)) as outputs,
    ):
        yield Handover(store, reader, Quarantine(settings.quarantine_folder()), outputs)


class Service:
    """One account, its store and its outputs, opened once."""

    def __init__(self, settings: Settings, shield: Shield = nullcontext) -> None:
        self.settings = settings
        self.shield = shield
        self.address = read_address(settings.url)
        self.folders = folders(settings, self.address)
        self.plan = read_plan(settings.actions)
        self.log = Log(as_json=settings.log == "json")
        self.metrics = Metrics()
        self.run = run_name()

    def fetch(self) -> int:
        """Look into each folder once and return the exit status."""
        with self._ready() as intake, self._session() as mailbox:
            looks = [self._look(intake, mailbox, folder) for folder in self.folders]
        if any(look.waiting for look in looks):
            return 3
        return 1 if any(look.unreadable for look in looks) else 0

    def undo(self, run: str) -> int:
        """Bring back what a run moved or flagged; 1 where some of it could not come back."""
        with open_state(self.settings) as store, store.lock(self.address.account), self._session() as mailbox:
            undone = undo(Journal(store.database), mailbox, run, self.address.account)
        self.log.say("undone", run=run, back=undone.back, lost=undone.lost)
        return 1 if undone.lost else 0

    def watch(self) -> int:
        """Look whenever there may be something new, for ever; a session that breaks is begun anew after a while."""
        backoff = Backoff()
        with self._ready() as intake, ExitStack() as served:
            if self.settings.metrics:
                from dsnparse.watch.metrics_server import serve  # noqa: PLC0415 - http.server takes long to import

                server = served.enter_context(serve(self.metrics, self.settings.metrics))
                served.callback(server.shutdown)
            is_first = True
            while True:
                try:
                    with self._session() as mailbox:
                        is_first = False
                        self._stay(intake, mailbox, backoff)
                except UnreachableError as error:
                    if is_first and isinstance(error, LoginError):
                        raise
                    self.metrics.failed()
                    wait = backoff.wait()
                    self.log.say("session lost", retry_in=round(wait), text=str(error))
                    notify(f"STATUS={error}")
                    time.sleep(wait)

    def _stay(self, intake: Intake, mailbox: Mailbox, backoff: Backoff) -> None:
        while True:
            waiting = False
            for folder in self.folders:
                waiting |= self._look(intake, mailbox, folder).waiting
            backoff.reset()
            notify("READY=1\nWATCHDOG=1\nSTATUS=waiting for mail")
            mailbox.wait(self.folders[0], min(self.settings.interval, 5.0) if waiting else self.settings.interval)

    def _look(self, intake: Intake, mailbox: Mailbox, folder: str) -> Look:
        look = intake.look(mailbox, folder, tick=lambda _: notify("WATCHDOG=1"))
        self.metrics.add(look)
        if look.new or look.acted or look.unreadable or look.held:
            self.log.say(
                "looked",
                run=self.run,
                folder=folder,
                new=look.new,
                events=look.events,
                acted=look.acted,
                unreadable=look.unreadable,
                held=look.held,
                **look.kinds,
            )
        return look

    @contextmanager
    def _session(self) -> Iterator[Mailbox]:
        mailbox = open_mailbox(self.address, self.settings.credentials(), self.settings.caps())
        try:
            self.plan.refuse_impossible(mailbox.verbs, self.folders, self.address.account)
            yield mailbox
        finally:
            mailbox.close()

    @contextmanager
    def _ready(self) -> Iterator[Intake]:
        """Open the store, take the account for ourselves, and bring the outputs to where a crash left them."""
        with (
            open_state(self.settings) as store,
            store.lock(self.address.account),
            open_reader(self.settings) as reader,
            closing(Outputs(store, sinks(self.settings), self.log)) as outputs,
        ):
            yield Intake(
                account=self.address.account,
                store=store,
                plan=self.plan,
                outputs=outputs,
                quarantine=Quarantine(self.settings.quarantine_folder()),
                reader=reader,
                run=self.run,
                shield=self.shield,
            )


def open_state(settings: Settings) -> Store:
    """Open the store; the folder of the default one is made."""
    if not settings.store:
        try:
            state_folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            reason = f"{state_folder()}: {(error.strerror or 'cannot be made').lower()}"
            raise SinkError(reason) from None
    return open_store(settings.store_url(), policy=settings.belief()[1])


def folders(settings: Settings, address: Address) -> tuple[str, ...]:
    """Return the folders to watch: those that are set, else the one in the address, else the inbox."""
    named = settings.folders or ((address.folder,) if address.folder else (INBOX,))
    if address.scheme in {"pop3", "pop3s", "mbox"} and named != (INBOX,):
        message = f"{address.scheme}: has no folders"
        raise UsageError(message)
    return tuple(dict.fromkeys(named))


def run_name() -> str:
    """Return the name of a run: when it began, and something that tells two of one second apart."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{token_hex(3)}"
