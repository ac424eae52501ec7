"""The scenarios that every server runs: who writes to whom, with which parameters, and which message.

The prefix of a name says what is varied: `r-` the reply of the next hop, `d-` the domain or its host, `dsn-` what the
sender asks to be told, `m-` several recipients, `b-` the message, `a-` addresses, `u-` addresses in UTF-8. The sender
of a scenario is its name at `origin.example`, so a notice shows by the address it comes to what provoked it.
"""

from dataclasses import dataclass

from .replies import REPLIES


@dataclass(frozen=True)
class Recipient:
    """One recipient and the parameters of its RCPT command."""

    address: str
    parameters: str = ""

    @property
    def notify(self) -> frozenset[str]:
        """Return the words of NOTIFY; without it a sender is told of failures, and of delays if the server likes."""
        for word in self.parameters.split():
            if word.startswith("NOTIFY="):
                return frozenset(word.removeprefix("NOTIFY=").split(","))
        return frozenset(("FAILURE", "DELAY"))


@dataclass(frozen=True)
class Scenario:
    """One message to send; `parameters` are those of its MAIL command, `message` is a key of `messages.MESSAGES`."""

    name: str
    recipients: tuple[Recipient, ...]
    parameters: str = ""
    message: str = "plain"
    sender: str = ""

    @property
    def message_id(self) -> str:
        """Return the Message-ID that the message gets unless it has one of its own."""
        return f"{self.name}@mail.origin.example"


def scenario(
    name: str,
    *recipients: str | Recipient,
    parameters: str = "",
    message: str = "plain",
    sender: str | None = None,
) -> Scenario:
    """Make a scenario whose sender is its name, unless told otherwise."""
    people = tuple(Recipient(who) if isinstance(who, str) else who for who in recipients)
    return Scenario(name, people, parameters, message, f"{name}@origin.example" if sender is None else sender)


def to(address: str, notify: str, original: str = "") -> Recipient:
    """Make a recipient with NOTIFY and perhaps ORCPT."""
    return Recipient(address, f"NOTIFY={notify} ORCPT={original}" if original else f"NOTIFY={notify}")


UNKNOWN = "unknown@dest.example"
EVERYTHING = "SUCCESS,FAILURE,DELAY"
UTF8 = "SMTPUTF8 BODY=8BITMIME"
EIGHT_BIT = "BODY=8BITMIME"


def _replies() -> list[Scenario]:
    return [scenario(f"r-{name}", f"{name}@dest.example") for name in REPLIES]


FAILING = (
    "nxdomain nodata nullmx servfail dnstimeout mxnx mxip loop banner554 banner421 refused hang drop helo550 tls454"
    " tlsgarbage garbage http mail550 mail552 mail451"
)
WORKING = "v6 multi heloonly aonly mxcname"  # the way there is odd, the recipient is unknown


def _domains() -> list[Scenario]:
    return [
        *(scenario(f"d-{name}", f"user@{name}.example") for name in FAILING.split()),
        *(scenario(f"d-{name}", f"unknown@{name}.example") for name in WORKING.split()),
        scenario("d-literal", "unknown@[127.0.0.2]"),
        scenario("d-literal6", "unknown@[IPv6:::1]"),
        scenario("d-idn", "unknown@xn--bcher-kva.example"),
        scenario("d-sub", "unknown@sub.corp.example.org"),
        scenario("d-small", "user@small.example", message="attach"),
        scenario("d-nxsub", "user@no-such-host.nxdomain.example"),
        scenario("d-tldless", "user@nosuchtld"),
    ]


def _notifications() -> list[Scenario]:
    ours = "rfc822;ok@nodsn.example"
    return [
        scenario("dsn-success", to("ok@dest.example", "SUCCESS,FAILURE")),
        scenario("dsn-relayed", to("ok@nodsn.example", "SUCCESS,FAILURE", ours), parameters="RET=HDRS ENVID=env-1234"),
        scenario("dsn-relayed-full", to("ok@nodsn.example", "SUCCESS"), parameters="RET=FULL", message="html"),
        scenario("dsn-rethdrs", to(UNKNOWN, "FAILURE"), parameters="RET=HDRS", message="attach"),
        scenario("dsn-retfull", to(UNKNOWN, "FAILURE"), parameters="RET=FULL", message="attach"),
        scenario("dsn-never", to(UNKNOWN, "NEVER")),
        scenario(
            "dsn-envid",
            to(UNKNOWN, EVERYTHING, "rfc822;Original+2BAddr@first.example"),
            parameters="RET=FULL ENVID=QQ314159+2Bcamp+3D7",
        ),
        scenario("dsn-orcptx", to(UNKNOWN, "FAILURE", "x-lab;just+20some+20thing"), parameters="ENVID=<weird>id"),
        scenario(
            "dsn-never-mix",
            to(UNKNOWN, "NEVER"),
            to("gmail-nouser@dest.example", "FAILURE"),
            to("ok@nodsn.example", "SUCCESS"),
        ),
        scenario(
            "dsn-delay",
            to("greylist@dest.example", "DELAY,FAILURE", "rfc822;greylist@dest.example"),
            parameters="ENVID=delay-1 RET=HDRS",
        ),
        scenario("dsn-delayonly", to("greylist@dest.example", "DELAY"), parameters="ENVID=delay-2"),
    ]


TEN = "unknown gmail-nouser noenh quota552 spamhaus relaydenied disabled moved551 ms-nouser utf8"


def _several() -> list[Scenario]:
    return [
        scenario("m-two", UNKNOWN, "gmail-full@dest.example"),
        scenario(
            "m-mixed",
            "ok@dest.example",
            UNKNOWN,
            "user@nxdomain.example",
            "spamhaus@dest2.example",
            "greylist@dest.example",
            "quotadot@example.com",
        ),
        scenario("m-many", *(f"{name}@dest.example" for name in TEN.split())),
        scenario("m-samedomain50", *(f"unknown+{number:02}@dest.example" for number in range(50))),
        scenario("m-hundred", *(f"unknown+{number:03}@dest.example" for number in range(100))),
        scenario(
            "m-mixedactions",
            to("ok@nodsn.example", EVERYTHING),
            to(UNKNOWN, EVERYTHING),
            to("greylist@dest.example", EVERYTHING),
            parameters="ENVID=mixed-1",
        ),
    ]


def _messages() -> list[Scenario]:
    keys = "raw8 html attach big nested noheaders nobody longhdr folded mdnreq huge"
    return [
        *(scenario(f"b-{key}", UNKNOWN, message=key) for key in keys.split()),
        scenario("b-8bit", UNKNOWN, parameters=EIGHT_BIT, message="8bit"),
        scenario("b-mailerdaemon", UNKNOWN, message="bouncemsg"),
        scenario("b-hdrs-html", UNKNOWN, parameters="RET=HDRS", message="html"),
        scenario("b-hops", "ok@dest.example", message="hops"),
    ]


def _addresses() -> list[Scenario]:
    return [
        scenario("a-quoted", '"john doe"@dest.example'),
        scenario("a-quotedunknown", '"unknown"@dest.example'),
        scenario("a-percent", "user%nxdomain.example@dest.example"),
        scenario("a-plus", "unknown+tag=x/y@dest.example"),
        scenario("a-upper", "Unknown@DEST.Example"),
        scenario("a-long", f"unknown+{'x' * 50}@dest.example"),
        scenario("a-apos", "unknown+o'brien@dest.example"),
        scenario("a-slash", "/g=john/s=doe/@nxdomain.example"),
        scenario("a-bang", "host!unknown@nxdomain.example"),
        scenario("a-verp", UNKNOWN, sender="a-verp+bounces-7-user=dest.example@origin.example"),
        scenario("a-prvs", UNKNOWN, sender="prvs=1234ab=a-prvs@origin.example"),
        scenario("a-srs", UNKNOWN, sender="SRS0=a4Bc=TT=elsewhere.example=bob@origin.example"),
        scenario("a-origin7", UNKNOWN, parameters=EIGHT_BIT, message="8bit", sender="a-origin7@origin7.example"),
        scenario("a-origin7utf8reply", "utf8@dest.example", sender="a-origin7utf8reply@origin7.example"),
    ]


def _international() -> list[Scenario]:
    return [
        scenario("u-utf8rcpt", "unknown+用户@dest.example", parameters=UTF8, message="eai"),
        scenario(
            "u-utf8both",
            "unknown+δοκιμή@dest.example",
            parameters=UTF8,
            message="eai",
            sender="u-utf8both-jürgen@origin.example",
        ),
        scenario("u-noutf8hop", "пользователь@ascii.example", parameters=UTF8, message="eai"),
        scenario("u-utf8dom", "unknown@bücher.example", parameters=UTF8, message="eai"),
        scenario("u-utf8reply", "utf8@dest.example", parameters=UTF8, message="eai"),
        scenario("u-nxutf8", "пользователь@пример.nxdomain.example", parameters="SMTPUTF8", message="eai"),
        scenario(
            "u-orcpt",
            to("unknown+é@dest.example", "FAILURE", "utf-8;unknown\\x{E9}@dest.example"),
            parameters="SMTPUTF8",
            message="eai",
        ),
        scenario("u-8bitto7hop", "ok@ascii.example", parameters=EIGHT_BIT, message="8bit"),
        scenario("u-nodsnsuccess", to("ok+用户@nodsn.example", "SUCCESS"), parameters="SMTPUTF8", message="eai"),
    ]


def _bounces() -> list[Scenario]:
    return [
        scenario("double", UNKNOWN, sender="nobody@badorigin.example"),
        scenario("double-nx", UNKNOWN, sender="nobody@nxdomain.example"),
        scenario("nullsender", UNKNOWN, message="bouncemsg", sender=""),
    ]


SCENARIOS: dict[str, Scenario] = {
    one.name: one
    for group in (_replies, _domains, _notifications, _several, _messages, _addresses, _international, _bounces)
    for one in group()
}
