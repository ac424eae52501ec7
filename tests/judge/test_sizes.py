"""Bytes of messages and mailboxes, and their limits."""

import pytest

from dsnparse.judge.sizes import mailbox_sizes, message_sizes

K = 1024
M = K * K


@pytest.mark.parametrize(
    ("text", "limit", "actual"),
    [
        ("message size 9000000 exceeds size limit 5000000 of server mx.dest.example[192.0.2.9]", 5_000_000, 9_000_000),
        ("552 Message size exceeds fixed maximum message size: 1048576 bytes", 1_048_576, None),
        ("552 5.2.3 Message size exceeds fixed maximum message size (10485760)", 10_485_760, None),
        ("554 Rejected Class=size limit=15728640 Subclass=reject size=18571048", 15_728_640, 18_571_048),
        ("552 Message size of 20480K exceeds the maximum allowed size of 10240K", 10_240 * K, 20_480 * K),
        ("552 message size 20MB exceeds limit 10485760", 10_485_760, 20 * M),
        ("552 limit exceeded: 30 MB > 25 MB", 25 * M, 30 * M),
        ("552 Maximum message size exceeded: message is 30000000 bytes, limit 25000000", 25_000_000, 30_000_000),
        ("552 exceeds limit: 25 MB (your message: 30 MB)", 25 * M, 30 * M),
        ("552 too big: 10,485,760 bytes, max 9.5 MB", round(9.5 * M), 10_485_760),
        ("Message body is too big: 1417336 bytes with a limit of 400 KB", 400 * K, 1_417_336),
        ("its size (5120 Kbytes) exceeded the maximum size allowed (4096 Kbytes)", 4096 * K, 5120 * K),
        ("The message is larger than the 40 KB maximum size", 40 * K, None),
        ("Sorry, I don't accept messages larger than 50000 bytes (#5.2.3)", 50_000, None),
        ("552 Die Nachricht ist zu groß (25 MB), erlaubt sind maximal 20 MB", 20 * M, 25 * M),
        ("552 la taille du message (25 Mo) dépasse la limite de 20 Mo", 20 * M, 25 * M),
        ("552 размер письма 25 МБ превышает допустимый 20 МБ", 20 * M, 25 * M),
        ("550 5.2.3 RESOLVER.RST.RecipSizeLimit; message too large for this recipient", None, None),
        ("552 5.3.4 Your message exceeded our limits. https://support.dest.example/?p=1234567 98765432 - gsmtp", None, None),
        ("it exceeds the maximum allowed size for messages to the list (4000 lines)", None, None),
        ("552 mail size limit of 99999999999999 MB", None, None),
    ],
)  # fmt: skip
def test_message(text: str, limit: int | None, actual: int | None) -> None:
    assert message_sizes(text) == (limit, actual)


@pytest.mark.parametrize(
    ("text", "limit", "used"),
    [
        ("552 5.2.2 mailbox over quota (quota 1024 MB, used 1030 MB)", 1024 * M, 1030 * M),
        ("552 Mailbox quota exceeded: 51200K/51000K", 51_000 * K, 51_200 * K),
        ("552 5.2.2 mailbox full: 512 MB of 500 MB used", 500 * M, 512 * M),
        ("552 mailbox full, 103% of 500 MB", 500 * M, None),
        ("552 user mailbox exceeds quota, 102400 Kb max", 102_400 * K, None),
        ("552 the mailbox size limit of 50 MB is reached; current size 51 MB", 50 * M, 51 * M),
        ("552 message of 30 MB would exceed the mailbox quota of 500 MB", 500 * M, None),
        ("552 the quota is full, 49.5 GB used", None, round(49.5 * K * M)),
        ("452 4.2.2 Over quota SESSIONID=<imap1-12345>", None, None),
        ("552 5.2.2 Over quota", None, None),
    ],
)
def test_mailbox(text: str, limit: int | None, used: int | None) -> None:
    assert mailbox_sizes(text) == (limit, used)
