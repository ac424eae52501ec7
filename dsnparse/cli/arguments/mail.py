"""The arguments of the commands about mailboxes: all settings of `watch` are options as well."""

from argparse import ArgumentParser, _ArgumentGroup
from typing import Final

from dsnparse.cli.arguments.command import Commands, add_command

NAMES: Final = ("watch", "fetch", "undo", "doctor", "pipe", "lmtp")

WATCH: Final = """\
Read bounces as they arrive in a mailbox, keep a record of each recipient in a
store, and hand the records on. URL is imaps://USER@HOST[/FOLDER], imap://
(with STARTTLS), pop3s://USER@HOST, pop3:// (with STLS), maildir:PATH or
mbox:PATH; ?tls=none is possible for a server on this machine.

Messages stay where they are, unread, unless an --action says otherwise, and
mail that is no bounce always does. An action is done after the records are on
the disk and every output has them. CATEGORY is a kind of report, `unreadable`,
or `any` for all that are not named; ACTION is keep, seen, flag:NAME,
move:FOLDER or delete.

Each option may stand in the file that --config names, and in the environment
as DSNPARSE_<OPTION>. Passwords come from --password-file, DSNPARSE_PASSWORD or
--token-command, never from an argument.
"""
FETCH: Final = """\
Do once what `dsnparse watch` does all the time: look into a mailbox, read what
is new, and leave. With --dry-run nothing is stored and nothing is touched; the
records and what would be done are printed as JSON Lines.
"""
EXAMPLES: Final = """\
examples:
  dsnparse watch --config /etc/dsnparse.toml
  dsnparse watch imaps://bounces@mail.example.com --password-file secret
  dsnparse fetch maildir:/var/mail/bounces --action any=move:Processed
  dsnparse fetch --dry-run mbox:/var/mail/bounces --jsonl events.jsonl
"""

UNDO: Final = """\
Bring messages back to where they were before a run of `watch` or `fetch`: what
was moved is moved back, flags are taken away. What was deleted is gone. The
records stay, and later runs leave these messages alone.
"""
UNDO_EXAMPLES: Final = """\
examples:
  dsnparse undo 20250602T100000Z-a1b2c3 --config /etc/dsnparse.toml
"""
DOCTOR: Final = """\
Try everything that `dsnparse watch` would need with these settings: secrets,
store, outputs, login, folders, what the server can do. Prints one line each;
exit status 1 if something is wrong. No message is stored or touched.
"""
DOCTOR_EXAMPLES: Final = """\
examples:
  dsnparse doctor --config /etc/dsnparse.toml
"""
PIPE: Final = """\
Store the message on standard input, and leave with status 0; or with 75, the
reason on standard error, so that the mail server keeps it and tries again.
There is no other status, and nothing is printed.
"""
PIPE_EXAMPLES: Final = """\
examples:
  dsnparse pipe --config /etc/dsnparse.toml --recipient ines@example.com < mail

dsnparse/examples/postfix.md tells what Postfix and Exim need to be told.
"""
LMTP: Final = """\
Take messages over LMTP: one reply for each recipient, 250 when the records are
on the disk, 451 when they cannot be. Whoever can reach PLACE can make records.
"""
LMTP_EXAMPLES: Final = """\
examples:
  dsnparse lmtp --listen unix:/run/dsnparse/lmtp
  transport of Postfix: bounces.example.com lmtp:unix:/run/dsnparse/lmtp
"""
LISTEN: Final = "127.0.0.1:2424"


def add(commands: Commands) -> None:
    """Add the commands."""
    watch = add_command(commands, "watch", "read bounces from a mailbox as they arrive", WATCH, EXAMPLES)
    _add_mailbox(watch)
    _add_state(watch)
    watch.add_argument("--interval", metavar="SECONDS", help="how often to look where nothing tells of new mail")
    watch.add_argument("--metrics", metavar="HOST:PORT", help="serve counters for Prometheus there")
    fetch = add_command(commands, "fetch", "read what is new in a mailbox, once", FETCH, EXAMPLES)
    _add_mailbox(fetch)
    _add_state(fetch)
    fetch.add_argument("--dry-run", action="store_true", help="print what would be done, and do nothing")
    undo = add_command(commands, "undo", "bring back what a run moved or flagged", UNDO, UNDO_EXAMPLES)
    undo.add_argument("run", metavar="RUN", help="the name of the run, which the log tells")
    _add_mailbox(undo)
    _add_state(undo)
    doctor = add_command(commands, "doctor", "hold a configuration against the live mailbox", DOCTOR, DOCTOR_EXAMPLES)
    _add_mailbox(doctor)
    _add_state(doctor)
    pipe = add_command(commands, "pipe", "take one message from a mail server", PIPE, PIPE_EXAMPLES)
    _add_state(pipe)
    pipe.add_argument(
        "--recipient", action="append", metavar="ADDRESS", help="to whom it was delivered; may be given several times"
    )
    lmtp = add_command(commands, "lmtp", "take messages from mail servers over LMTP", LMTP, LMTP_EXAMPLES)
    _add_state(lmtp)
    lmtp.add_argument("--listen", default=LISTEN, metavar="PLACE", help=f"HOST:PORT or unix:PATH; default: {LISTEN}")
    lmtp.add_argument("--rate", type=float, default=500.0, metavar="N", help="messages a second at most; default: 500")


def _add_mailbox(parser: ArgumentParser) -> None:
    parser.add_argument("url", nargs="?", metavar="URL", help="the mailbox; may stand in the configuration")
    parser.add_argument(
        "--folder", dest="folders", action="append", metavar="NAME", help="a folder; may be given several times"
    )
    parser.add_argument(
        "--action", dest="actions", action="append", metavar="CATEGORY=ACTION", help="what to do with messages"
    )
    parser.add_argument("--password-file", metavar="FILE", help="its first line is the password")
    parser.add_argument("--timeout", metavar="SECONDS", help="how long a server may be silent; default: 60")
    parser.add_argument("--token-command", metavar="COMMAND", help="prints an access token, for XOAUTH2")


def _add_state(parser: ArgumentParser) -> None:
    parser.add_argument("--config", default="", metavar="FILE", help="settings as TOML")
    parser.add_argument("--store", metavar="URL", help="sqlite:///PATH or postgresql://HOST/DATABASE")
    parser.add_argument("--quarantine", metavar="DIR", help="where messages go that cannot be read")
    parser.add_argument("--rules", action="append", metavar="DIR", help="vendor files of your own")
    parser.add_argument(
        "--isolate",
        action="store_true",
        default=None,
        help="parse in other processes, with limits and without a network: a message that kills one costs no other",
    )
    parser.add_argument("--log", metavar="text|json", help="the form of the log on standard error")
    _add_outputs(parser.add_argument_group("outputs"))


def _add_outputs(group: _ArgumentGroup) -> None:
    group.add_argument("--jsonl", metavar="FILE", help="append each event as a line of JSON")
    group.add_argument("--webhook", metavar="URL", help="post each event")
    group.add_argument("--webhook-secret-file", metavar="FILE", help="its first line is the key of the signatures")
    group.add_argument("--redis", metavar="URL", help="add each event to a stream: rediss://HOST or unix:PATH")
    group.add_argument("--redis-stream", metavar="NAME", help="the key of the stream; default: dsnparse")
    group.add_argument("--redis-maxlen", metavar="N", help="how many entries to keep, about; default: all")
    group.add_argument("--redis-password-file", metavar="FILE", help="its first line is the password")
    group.add_argument("--nats", metavar="URL", help="publish each event into a stream of JetStream: tls://HOST")
    group.add_argument("--nats-subject", metavar="NAME", help="the subject; default: dsnparse.events")
    group.add_argument("--nats-password-file", metavar="FILE", help="its first line is the password, or a token")
    group.add_argument("--nats-credentials-file", metavar="FILE", help="the .creds file of a user")
    group.add_argument("--syslog", metavar="URL", help="send each event to syslog: tls://HOST or unix:/dev/log")
