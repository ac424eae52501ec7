"""What a caller gets: Report, Recipient, Original and their kin, all frozen and ready for JSON.

Names are the RFCs' own words. A field that is empty is left out of the JSON unless all fields are asked for.
"""

from typing import Any, Literal

from msgspec import Struct, field

Kind = Literal[
    "failure", "delay", "success", "feedback", "disposition", "auto_reply", "challenge", "list_request", "other"
]
Action = Literal["failed", "delayed", "delivered", "relayed", "expanded"]
Permanence = Literal["permanent", "temporary"]
Fault = Literal["recipient", "sender", "content", "system", "none"]
Advice = Literal["suppress", "retry", "fix_sender", "fix_content", "review", "none"]
Agreement = Literal["agree", "single_source", "conflict"]
Extent = Literal["full", "headers", "none"]
Source = Literal[
    "status", "notice", "transcript", "returned", "envelope", "feedback", "disposition", "rule", "registry"
]

AuthMethod = Literal["spf", "dkim", "dmarc", "arc", "iprev"]
AuthResult = Literal["fail", "none", "softfail", "permerror", "temperror", "unaligned"]
TlsFault = Literal[
    "certificate_expired",
    "certificate_name",
    "certificate_untrusted",
    "handshake",
    "no_starttls",
    "sts_policy",
    "dane",
]


class Found(Struct, frozen=True, gc=False):
    """A value and the bytes it was read from.

    `part` 0: `start` and `end` are offsets into the raw message; n: into the text of decoded part n.
    `rule` names the line or reason that spoke, such as `exim.reasons[3]`.
    """

    value: Any
    source: Source
    start: int
    end: int
    part: int = 0
    rule: str = ""


Reading = dict[str, Found]


class Evidence(Struct, frozen=True, gc=False, omit_defaults=True):
    """Where a value was read: bytes `start` to `end` of the raw message (`part` 0) or of decoded part `part`."""

    source: Source
    part: int
    start: int
    end: int
    rule: str = ""


class Defect(Struct, frozen=True, gc=False, omit_defaults=True):
    """Something odd in the message: `limit:<name>`, `truncated:<field>`, `charset`, `cut`, …; offsets are into the raw bytes."""

    kind: str
    start: int = 0
    end: int = 0
    detail: str = ""


class Original(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the report tells of the message it speaks of; `headers` are all fields of the returned copy, in order."""

    message_id: str = ""
    from_: str = field(name="from", default="")
    to: str = ""
    subject: str = ""
    date: str = ""
    return_path: str = ""
    list_id: str = ""
    feedback_id: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    extent: Extent = "none"


class Feedback(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The fields of a feedback report (RFC 5965, 6591); `fields` holds every field as sent, in order."""

    type: str = ""
    user_agent: str = ""
    version: str = ""
    source_ip: str = ""
    source_port: int | None = None
    incidents: int | None = None
    original_envelope_id: str = ""
    original_mail_from: str = ""
    original_rcpt_to: tuple[str, ...] = ()
    arrival_date: str = ""
    reporting_mta: str = ""
    reported_domain: tuple[str, ...] = ()
    reported_uri: tuple[str, ...] = ()
    authentication_results: tuple[str, ...] = ()
    auth_failure: str = ""
    delivery_result: str = ""
    identity_alignment: str = ""
    dkim_domain: str = ""
    dkim_identity: str = ""
    dkim_selector: str = ""
    dkim_adsp_dns: str = ""
    spf_dns: str = ""
    fields: tuple[tuple[str, str], ...] = ()


class Disposition(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The fields of a disposition notification (RFC 8098), such as a read receipt."""

    reporting_ua: str = ""
    mdn_gateway: str = ""
    original_recipient: str = ""
    final_recipient: str = ""
    original_message_id: str = ""
    action_mode: str = ""
    sending_mode: str = ""
    type: str = ""
    modifiers: tuple[str, ...] = ()
    error: str = ""
    fields: tuple[tuple[str, str], ...] = ()


class AuthCheck(Struct, frozen=True, gc=False, omit_defaults=True):
    """One check of the sender that a server says was not passed (RFC 8601), and the domain that it was made for."""

    method: AuthMethod
    result: AuthResult
    domain: str = ""


class DiagnosticFacts(Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """What a diagnostic states beyond its reason; sizes are in bytes (a kilobyte is 1024), `queue_left` is in seconds.

    Each is read only where the reason is about it: `size_limit` and `message_size` of a message too big, `mailbox_limit` and
    `mailbox_used` of a full mailbox, `new_address` of one that moved, `tls` and `auth` of failures of these.
    """

    new_address: str = ""
    size_limit: int | None = None
    message_size: int | None = None
    mailbox_limit: int | None = None
    mailbox_used: int | None = None
    queue_left: int | None = None
    tls: TlsFault | None = None
    auth: tuple[AuthCheck, ...] = ()


NO_FACTS = DiagnosticFacts()


class Recipient(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One address and its fate.

    `status` is only ever what the message states; `status_field` keeps a generic Status field that the diagnostic bettered.
    `own_reason` is the name that a rule of the user's own has for the reason.
    `labels` holds what other products call the reason, by the name of their vocabulary, where `with_labels` was asked for them.
    `retry_after` is in seconds; `blocklist_lookup` is the page where the one who is listed looks it up; dates are ISO 8601 with offset, or the text as sent where it is no date.
    """

    address: str = ""
    original_recipient: str = ""
    aliases: tuple[str, ...] = ()
    action: Action | None = None
    status: str = ""
    status_field: str = ""
    reply_code: int | None = None
    diagnostic: str = ""
    diagnostic_type: str = ""
    remote_mta: str = ""
    remote_ip: str = ""
    command: str = ""
    last_attempt_date: str = ""
    will_retry_until: str = ""
    final_log_id: str = ""
    reason: str = ""
    own_reason: str = ""
    detail: str = ""
    permanence: Permanence | None = None
    fault: Fault = "none"
    advice: Advice = "none"
    retry_after: int | None = None
    blocklist: str = ""
    blocklist_lookup: str = ""
    urls: tuple[str, ...] = ()
    facts: DiagnosticFacts = NO_FACTS
    extensions: tuple[tuple[str, str], ...] = ()
    confidence: float = 0.0
    agreement: Agreement = "single_source"
    evidence: dict[str, Evidence] = {}
    labels: dict[str, str] = {}

    def label(self, vocabulary: str) -> str:
        """Return what another product calls the reason, empty where it has no word for it; KeyError: no such vocabulary.

        The vocabularies are those of Sisimai, Amazon SES, Postmark, …: `dsnparse.vocabularies()` lists them.
        """
        from dsnparse.registry import label  # noqa: PLC0415 - few ask for it

        return label(vocabulary, self.reason, self.detail, self.permanence)


class Report(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One parsed message."""

    source: str | None = None
    id: str = ""
    kind: Kind
    vendor: str | None = None
    standard: bool = False
    reporting_mta: str = ""
    arrival_date: str = ""
    original_envelope_id: str = ""
    message_id: str = ""
    from_: str = field(name="from", default="")
    subject: str = ""
    date: str = ""
    original: Original = Original()
    recipients: tuple[Recipient, ...] = ()
    feedback: Feedback | None = None
    disposition: Disposition | None = None
    defects: tuple[Defect, ...] = ()
    complete: bool = True
