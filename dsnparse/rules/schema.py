"""The vendor format: these Structs ARE the TOML files of vendors/, and there is no other description of it.

Patterns are written in RE2's dialect, so that none can be slow. Line patterns match a whole line with the blanks around it
removed; `recognise`, `reasons` and `replies` are searched for anywhere in their text.
"""

from typing import Literal

from msgspec import Struct

from dsnparse.report import Permanence


class ReasonRule(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A phrase and what it means. Every example must be won by this very rule; `near` lists texts it must leave alone.

    `match` is a pattern, or several of which one is enough.

    Where a vendor documents its phrase, `meaning` says what it states, `cause` what brings it about and `fix` what helps, each in a
    sentence of our own; `source` names the document where it is another than the vendor's. `own` is what users who write rules
    of theirs call it: the report says it beside the reason it is one of. `over` names reasons to which it does not yield although
    their rank is lower: where its words quote theirs.
    """

    means: str
    match: str | tuple[str, ...]
    examples: tuple[str, ...]
    near: tuple[str, ...] = ()
    detail: str = ""
    permanence: Permanence | None = None
    meaning: str = ""
    cause: str = ""
    fix: str = ""
    source: str = ""
    own: str = ""
    over: tuple[str, ...] = ()

    @property
    def pattern(self) -> str:
        """What is looked for, as one pattern."""
        return self.match if isinstance(self.match, str) else "|".join(self.match)


class Notice(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """How to read the words for people, and how to tell them from others.

    Lines, each matched as a whole:
    - `begins`: reading starts below it, at once where there is none. `ends`: reading stops. `skips`: passed over.
    - `spares`: whoever is named below it, up to a line of `skips`, got the mail. They are told where it reached everybody.
    - `lines`: a named group is a field of Recipient, or weaker: `candidate` (an address that counts only when no line has a plain
      `address`), `text` (a diagnostic, likewise), `alias`, `hidden` (stands for an address that is kept back). A line with `address`
      opens the next recipient.
    - `announces`: names follow, as below `begins`; it ends in a colon. `names` read the lines below it until one does not fit, so that
      a mailbox without its domain is known where it stands alone.

    Words, looked for anywhere in what was read:
    - `delays`: the mail has not been given up yet. `finals`: the failure is permanent. `refuses`: the mail was refused. `delivers`:
      it has arrived. `relays`: it went on to a server that tells nobody of its arrival. Whoever wrote them, they tell a notice
      about mail from other mail.
    - `waits`, `fails`, `reaches`: looked for in headings, and in the lines of several people: the mail may still reach those of whom it
      speaks, never reaches them, or has reached them. The first that occurs counts, in this order.

    Of `any` alone:
    - `senders`: names under which mail systems write. `robots`: those of other machines, which some people may have, too.
      `subjects`: those of notices. `late`: those of notices that mail is late. `personal`: those of people.
      `digests`: those of lists of what a gateway keeps, which are no notices though they say that mail was not delivered.
    - `forwards`: below such a line stand somebody else's words. `commands`: the very words before the SMTP command that was refused.
    - `warnings`: what gateways write above mail that came from outside, anywhere in a sentence. `marks`: what they put before a subject.
    - `closings`: whole lines with which letters end; who wrote stands below, and `contacts` are the lines there that have a label.
      `footers`: where what a mailing list adds to a message begins, up to four lines of it. `scanned`: how lines of scanners begin.

    `examples` are lines as they occur, each of which one of the line patterns must read: they show what no sample does.
    """

    begins: tuple[str, ...] = ()
    announces: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    spares: tuple[str, ...] = ()
    skips: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()
    robots: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    digests: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    forwards: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    closings: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    footers: tuple[str, ...] = ()
    scanned: tuple[str, ...] = ()
    delays: tuple[str, ...] = ()
    waits: tuple[str, ...] = ()
    fails: tuple[str, ...] = ()
    reaches: tuple[str, ...] = ()
    finals: tuple[str, ...] = ()
    refuses: tuple[str, ...] = ()
    delivers: tuple[str, ...] = ()
    relays: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()


class KindRule(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What tells a message that is no notice about mail: one match in each of those given of header, subject, words and text.

    The words are the first of those for people; the text is the subject, and the words as well: a match in either will do.

    Of several rules that fit the first counts, a vendor's before those for anybody. A rule by the header alone also holds where
    the words look like a notice, unless a vendor signed them; all others are asked when the message is no notice.
    """

    kind: Literal["feedback", "disposition", "auto_reply", "challenge", "list_request", "other"]
    header: tuple[str, ...] = ()
    subject: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    text: tuple[str, ...] = ()


class Recognise(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What gives a vendor away: any one match, in the header of the report or in its words for people, is enough."""

    header: tuple[str, ...] = ()
    notice: tuple[str, ...] = ()


class Vendor(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One MTA or service.

    `hosts`: domains whose hosts belong to it; its reasons count for replies of those hosts and for its own notices.
    `tags`: what no other host says, such as a marker at the end of its replies: it speaks where no host is named.
    `kind`: what its mail is that is no notice about mail, where its header recognises it. `kinds`: what else tells other mail.
    `replies`: patterns that unwrap the true reply, with groups named as fields of Recipient, from a sentence around it.
    `wrapped`: such sentences as they occur, each of which one of `replies` must unwrap.
    `before`: vendors that may also recognise its mail, and yield to it.
    """

    name: str
    title: str
    source: str = ""
    before: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    recognise: Recognise = Recognise()
    kind: Literal["", "challenge", "list_request", "auto_reply", "feedback"] = ""
    kinds: tuple[KindRule, ...] = ()
    notice: Notice | None = None
    replies: tuple[str, ...] = ()
    wrapped: tuple[str, ...] = ()
    reasons: tuple[ReasonRule, ...] = ()
