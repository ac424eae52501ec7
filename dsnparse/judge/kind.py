"""What a message is: failure, delay, success, feedback, disposition, auto_reply, challenge, list_request or other.

A delivery-status part decides by its actions. Without one the writer decides (a mail system, a responder, a person) together with
what the words say; a person's mail about a bounce is `other` whatever it quotes.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final, Protocol

from dsnparse.report import Action, Kind, Reading
from dsnparse.rules.catalogue import Catalogue

# A reply, or an enhanced code.
# Fields of mail that many get, or that answers somebody's.
OF_LETTERS: Final = frozenset((b"list-id", b"in-reply-to"))
CODE: Final = re.compile(r"[245](?:[0-9]{2}\b|\.[0-7]\.)", re.ASCII)


def kind_by_actions(actions: Iterable[Action | None]) -> Kind:
    """Return the kind of a report by what became of its recipients."""
    said = set(actions)
    if "failed" in said or None in said or not said:
        return "failure"
    return "delay" if "delayed" in said else "success"


def kind_by_codes(readings: Iterable[Reading]) -> Kind | None:
    """Return the kind of a report that states no action: by the class of its codes (RFC 3463 section 2)."""
    said = [reading.get("status") or reading.get("diagnostic") for reading in readings]
    classes = {str(found.value)[:1] for found in said if found and CODE.match(str(found.value))}
    if "5" in classes:
        return "failure"
    return "delay" if "4" in classes else "success" if "2" in classes else None


class Marks(Protocol):
    """The fields of a header that tell automatic mail (see readers/envelope)."""

    @property
    def fields(self) -> Mapping[bytes, object]:
        """Which of them are there, by lower-case name."""

    @property
    def return_path(self) -> str | None:
        """The envelope sender: empty for a bounce, None where nobody noted it."""

    def text(self, name: bytes) -> str:
        """Return the value of one, empty where it is missing."""


class Signs:
    """What tells a mail system's notice from a responder's answer and from a person's mail.

    `signed`: the words are those of a vendor's notice, `is_at_top`: from the beginning on; `says_report`: the type of the message is
    that of a report; `has_status`: there is a delivery-status part, though it may name nobody; `named`: somebody is named to whom
    mail did not go; `is_sent_back`: a message of the very reader's comes with it, or somebody else's, or none (None), asked only where
    nothing else tells.
    """

    def __init__(
        self,
        sender: str,
        subject: str,
        marks: Marks,
        known: Catalogue,
        *,
        signed: bool,
        says_report: bool,
        has_status: bool,
        is_at_top: Callable[[], bool] = lambda: True,
        is_sent_back: Callable[[], bool | None] = bool,
    ) -> None:
        self.subject = subject
        self.marks = marks
        self.signed = signed
        self.named = True
        self.failed = b"x-failed-recipients" in marks.fields
        self.daemon = known.senders.search(sender or marks.return_path or "")
        self.robot = known.robots.search(sender) and OF_LETTERS.isdisjoint(marks.fields)
        self.nobody = not sender
        self.late = known.late.search(subject)
        self.about = self.late or known.subjects.search(subject)
        self.null_path = marks.return_path == ""
        self.submitted = marks.text(b"auto-submitted").lower()
        self._is_at_top = is_at_top
        self._is_sent_back = is_sent_back
        self.personal = known.personal.search(subject)
        self.digest = known.digests.search(subject)
        self.reported = says_report or (has_status and not self.sends_on)

    @property
    def sends_on(self) -> bool:
        """Whether a person wrote the message: below the subject that people's mail has, parts of a report are sent on."""
        return self.personal and not (self.daemon or self.null_path)

    @property
    def machine(self) -> bool:
        """Whether a mail system wrote the message, by the name it gives itself or the empty return path (RFC 5321 section 6.1)."""
        return self.daemon or self.failed or (self.null_path and not self.personal)

    @property
    def open(self) -> bool:
        """Whether it depends on the words for people if the message is a notice: no words make one of a person's or a responder's."""
        if (self.responder and not (self.daemon or self.may_refuse)) or not self.marked:
            return False
        return self.failed or self._weight() + REFUSED >= ENOUGH

    @property
    def marked(self) -> bool:
        """Whether anything but words tells that a machine wrote it: people quote bounces, and write about them."""
        if self.machine or self.reported or self.nobody or self.submitted.startswith("auto-"):
            return True
        if self.signed and self._is_at_top() and b"list-unsubscribe-post" not in self.marks.fields:
            return True
        if not self.about or self.personal:
            return False
        own = self._is_sent_back()
        return bool(own) or (self.robot and own is None)

    def notice(self, told: "Told") -> bool:
        """Whether a message without a delivery-status part is a notice about mail all the same."""
        if self.failed:
            return True
        if self.digest and not (self.signed or self.reported):
            return False
        sure = self.signed or self.reported or self.null_path or self.submitted.startswith("auto-")
        if not self.marked or not (self.named or sure):  # a mail system's name is easily taken, as phishing does
            return False
        quotes = self.named and told.replies
        if self.robot and not (sure or self.daemon or self.nobody or quotes or self._is_sent_back()):
            return False  # anything may fail to be delivered; mail alone is refused with a reply
        weight = self._weight()
        if not (self.named or self.daemon or self.signed):
            weight -= 3
        if weight >= ENOUGH and (self.signed or self.about):
            # What a daemon sends without a return path under such a subject is a notice, though its words be unknown.
            certain = self.signed or self.reported or self.posts
            return self.named or certain or told.tells
        writes = self.machine or self.robot or self.signed
        may_quote = self.may_refuse or (self.about and writes)  # others get transcripts, too
        return weight + REFUSED >= ENOUGH and (told.tells or (may_quote and quotes))

    def _weight(self) -> int:
        weight = 3 * self.daemon - self.nobody + 2 * self.null_path + 2 * self.about + 2 * self.signed
        weight += self.submitted.startswith("auto-") + 3 * self.reported
        if self.personal and not (self.daemon and self.null_path):
            weight -= 4
        if not (self.daemon or self.null_path or self.signed) and (
            b"in-reply-to" in self.marks.fields or b"list-id" in self.marks.fields
        ):
            weight -= 3
        return weight

    @property
    def posts(self) -> bool:
        """Whether a mail system wrote to the sender of mail, by its name and the empty return path (RFC 5321 section 4.5.5)."""
        return self.daemon and self.null_path and not self.personal

    @property
    def may_refuse(self) -> bool:
        """Whether it is a notice if it quotes a reply: mail servers, too, call a notice an automatic answer (RFC 3834 section 5)."""
        return self.null_path and not self.personal and self.submitted.startswith("auto-") and not self._vacant

    @property
    def _vacant(self) -> bool:
        """Whether a responder for those who are away wrote the message, by marks that no mail server sets."""
        fields = self.marks.fields
        if b"x-autoreply" in fields or b"x-autorespond" in fields or "vacation" in self.submitted:
            return True
        return self.marks.text(b"precedence").lower() in ("auto_reply", "auto-reply")

    @property
    def responder(self) -> bool:
        """Whether a responder wrote the message: RFC 3834 section 5, and the marks from before it."""
        if self._vacant:
            return True
        fields = self.marks.fields
        # A mail system answers under its own name, or says what it is about and does not ask others for silence.
        is_about = self.about and b"x-auto-response-suppress" not in fields
        if self.submitted.startswith("auto-replied") and not (self.daemon or is_about or self.signed):
            return True
        if self.submitted.startswith("auto-generated") and not (self.daemon or self.about or self.signed):
            return (
                b"x-auto-response-suppress" in fields and b"in-reply-to" in fields
            )  # Exchange, and those who talk to it
        return False


# What is answered for people, who have no name of a machine.
OF_PEOPLE: Final = frozenset(("auto_reply", "disposition"))
ENOUGH: Final = 5
REFUSED: Final = 3


class Told(Protocol):
    """What a reading of the words for people tells as a whole."""

    @property
    def delays(self) -> bool:
        """Whether they say that mail is late but not given up."""

    @property
    def delivers(self) -> bool:
        """Whether they say that mail has arrived, and nothing else."""

    @property
    def replies(self) -> bool:
        """Whether they quote the reply of a server that refused mail."""

    @property
    def tells(self) -> bool:
        """Whether they say any such thing, or that mail was refused."""


def kind_without_status(signs: Signs, told: Told, other: Callable[[], Kind | None]) -> Kind:
    """Return the kind of a message that has no delivery-status part; `other` tells what words say of other mail."""
    refuses = signs.may_refuse and signs.named and told.replies
    if signs.notice(told) and (signs.daemon or refuses or not signs.responder):
        if not (signs.signed or signs.failed or told.replies):
            kind = other()
            if kind == "challenge" or (kind in OF_PEOPLE and not (signs.daemon or signs.about)):
                return kind  # the mail waits, too, but for its sender; who is away may say that nobody reads it
        if told.delays or signs.late:
            return "delay"
        return "success" if signs.named and told.delivers else "failure"
    return kind_of_other(signs, other)


def kind_of_other(signs: Signs, other: Callable[[], Kind | None]) -> Kind:
    """Return the kind of a message that is no notice."""
    kind = other()
    if kind and kind != "list_request":
        return kind
    if signs.responder:
        return "auto_reply"
    if kind:
        return kind
    if signs.digest:
        return "other"
    if signs.null_path and not (signs.daemon or signs.about):
        return "auto_reply"  # RFC 3834 section 3.3: a person writes with a return path
    # A mail system that tells its own people something answers nobody's letter.
    answers = not signs.daemon or b"in-reply-to" in signs.marks.fields
    return "auto_reply" if signs.submitted.startswith("auto-replied") and answers else "other"
