"""The scripted hosts: each has a loopback address of its own, a list of extensions, and perhaps a bad habit."""

from dataclasses import dataclass

from .script import Act, Facts, Reply, Stage, says

FULL = ("PIPELINING", "SIZE 10485760", "8BITMIME", "ENHANCEDSTATUSCODES", "DSN", "SMTPUTF8")
PORT = 25
LMTP_PORT = 24  # at the address of mx.dest.example, with one reply for each recipient after the content


@dataclass(frozen=True)
class Host:
    """One scripted host.

    `habits` are its replies to the moments before RCPT. `takes_all` marks the hosts of the senders, which refuse
    nobody; `refuses_all` is its opposite. All others answer RCPT by the name in the address.
    """

    name: str
    address: str
    extensions: tuple[str, ...] = FULL
    habits: tuple[Reply, ...] = ()
    listens: bool = True
    knows_ehlo: bool = True
    takes_all: bool = False
    refuses_all: Reply | None = None

    def habit(self, stage: Stage) -> Reply | None:
        """Return what this host always does at that moment."""
        return next((reply for reply in self.habits if reply.stage is stage), None)

    @property
    def size_limit(self) -> int | None:
        """Return the number of bytes that it announces to take."""
        sizes = [word.removeprefix("SIZE ") for word in self.extensions if word.startswith("SIZE ")]
        return int(sizes[0]) if sizes else None

    def too_big(self, size: int) -> bool:
        """Tell whether a message of so many bytes is over the limit of this host."""
        return self.size_limit is not None and size > self.size_limit

    @property
    def trouble(self) -> Facts | None:
        """Return what is wrong with this host whoever the recipient is."""
        return REFUSED if not self.listens else self.habits[-1].facts if self.habits else None


REFUSED = Facts("host_unreachable")
NO_GREETING = Facts("host_unreachable", ("connection_lost",))
NOT_SMTP = Facts("protocol_error", ("host_unreachable", "connection_lost", "system_unavailable", "undetermined"))
WANTS_TLS = says(Stage.MAIL, "tls_required", "530 5.7.0 Must issue a STARTTLS command first", also=("tls_failed",))

# To MAIL with SIZE, and to the content where the client gave no SIZE.
OVER_LIMIT = (
    says(Stage.MAIL, "message_too_big", "552 5.3.4 Message size exceeds fixed limit"),
    says(Stage.DOT, "message_too_big", "552 5.3.4 Error: message file too big"),
)
HTTP_ERROR = (
    b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"
    b"<html><body><h1>400 Bad Request</h1></body></html>\r\n"
)

HOSTS: tuple[Host, ...] = (
    Host("mx.dest.example", "127.0.0.2"),
    Host("mx.origin.example", "127.0.0.3", takes_all=True),
    Host(
        "mx.banner554.example",
        "127.0.0.4",
        habits=(
            says(
                Stage.CONNECT,
                "poor_reputation",
                "554-mx.banner554.example",
                "554 5.7.1 Your access to this mail system from 127.0.0.1 has been rejected due to the sending MTA's poor"
                " reputation. If you believe that this failure is in error, please contact the intended recipient via"
                " alternate means.",
            ),
        ),
    ),
    Host(
        "mx.banner421.example",
        "127.0.0.5",
        habits=(
            says(
                Stage.CONNECT,
                "system_unavailable",
                "421 4.3.2 mx.banner421.example Service not available, closing transmission channel",
            ),
        ),
    ),
    Host("mx.refused.example", "127.0.0.6", listens=False),
    Host("mx.hang.example", "127.0.0.7", habits=(Reply(Stage.CONNECT, NO_GREETING, act=Act.HANG),)),
    Host("mx.drop.example", "127.0.0.8", habits=(Reply(Stage.CONNECT, NO_GREETING, act=Act.DROP),)),
    Host(
        "mx.helo550.example",
        "127.0.0.9",
        habits=(
            says(
                Stage.HELLO,
                "helo_rejected",
                "550 5.7.1 Access denied: HELO name is forged (see https://helo550.example/why?ip=127.0.0.1)",
            ),
        ),
    ),
    Host(
        "mx.tls454.example",
        "127.0.0.10",
        (*FULL, "STARTTLS"),
        habits=(
            says(Stage.STARTTLS, "tls_failed", "454 4.7.0 TLS not available due to local problem"),
            WANTS_TLS,
        ),
    ),
    Host(
        "mx.tlsgarbage.example",
        "127.0.0.11",
        (*FULL, "STARTTLS"),
        habits=(
            WANTS_TLS,
            Reply(
                Stage.STARTTLS,
                Facts("tls_failed", ("tls_required",)),
                (b"220 2.0.0 Ready to start TLS\r\nthis is not TLS at all, sorry\r\n",),
                Act.RAW,
            ),
        ),
    ),
    Host("mx.nodsn.example", "127.0.0.12", tuple(word for word in FULL if word != "DSN")),
    Host("mx.ascii.example", "127.0.0.13", ("SIZE 10485760",)),
    Host("mx.small.example", "127.0.0.14", ("PIPELINING", "SIZE 2000", "8BITMIME", "DSN")),
    Host("mx.heloonly.example", "127.0.0.15", knows_ehlo=False),
    Host(
        "mx.garbage.example",
        "127.0.0.16",
        habits=(Reply(Stage.CONNECT, NOT_SMTP, (b"\xff\xfe\x00garbage \xe9\xe8 not smtp\r\n",), Act.RAW),),
    ),
    Host(
        "http.example",
        "127.0.0.18",
        habits=(
            Reply(
                Stage.CONNECT,
                NOT_SMTP,
                (HTTP_ERROR,),
                Act.RAW,
            ),
        ),
    ),
    Host(
        "mx.mail550.example",
        "127.0.0.20",
        habits=(says(Stage.MAIL, "sender_rejected", "550 5.1.8 <{from}>: Sender address rejected: Domain not found"),),
    ),
    Host(
        "mx.mail552.example",
        "127.0.0.21",
        habits=OVER_LIMIT[:1],
    ),
    Host(
        "mx.badorigin.example",
        "127.0.0.22",
        refuses_all=says(Stage.RCPT, "user_unknown", "550 5.1.1 <{rcpt}>: Recipient address rejected: User unknown"),
    ),
    Host("mx.origin7.example", "127.0.0.23", ("SIZE 10485760",), takes_all=True),
    Host(
        "mx.mail451.example",
        "127.0.0.24",
        habits=(says(Stage.MAIL, "sender_rejected", "451 4.1.8 Domain of sender address {from} does not resolve"),),
    ),
    Host(
        "mx1.multi.example",
        "127.0.0.25",
        habits=(
            says(
                Stage.CONNECT,
                "too_many_connections",
                "421 4.7.0 mx1.multi.example Too many connections, try again later",
            ),
        ),
    ),
    Host("mx2.multi.example", "127.0.0.26"),
    Host("mx.v6.example", "::1"),
)
