"""What the readers make of single fields, seen through a whole message."""

import pytest

from dsnparse import Limits, Recipient, parse
from dsnparse.message import open_message
from dsnparse.readers.output import read_output

MESSAGE = (
    "From: MAILER-DAEMON@mx.example\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
    "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
    "--b\r\n\r\n{words}\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n{groups}\r\n--b--\r\n"
)
GROUP = "\r\nFinal-Recipient: rfc822; {address}\r\nAction: failed\r\nStatus: 5.0.0\r\n"
NOTICE = "From: MAILER-DAEMON@mx.example\r\nSubject: Returned mail\r\n\r\n{words}"


def recipients(words: str, *groups: str) -> tuple[Recipient, ...]:
    """Return what a report with these words and these groups of status fields names."""
    return parse(MESSAGE.format(words=words, groups="".join(groups)).encode()).recipients


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("ada+2Blists@dest.example", "ada+lists@dest.example"),
        ("ada+3Dx@dest.example", "ada=x@dest.example"),
        ("ada+lists@dest.example", "ada+lists@dest.example"),
        ("ada+2b@dest.example", "ada+2b@dest.example"),
    ],
)
def test_original_recipient_loses_its_xtext(sent: str, expected: str) -> None:
    group = f"{GROUP.format(address='ada@dest.example')}Original-Recipient: rfc822;{sent}\r\n"
    assert [item.original_recipient for item in recipients("", group)] == [expected]


def test_each_recipient_has_the_command_behind_its_name() -> None:
    names = [f"u{number}@dest.example" for number in range(6)]
    words = "".join(
        f"<{name}>: host mx.dest.example said: 550 no (in reply to {command} command)\r\n"
        for name, command in zip(names, ["RCPT TO", "MAIL FROM", "", "end of DATA"], strict=False)
    )
    got = recipients(words.replace(" (in reply to  command)", ""), *(GROUP.format(address=name) for name in names))
    assert [item.command for item in got] == ["RCPT", "MAIL", "", "EOM", "", ""]


@pytest.mark.parametrize(
    "fold", ["end of\r\n    DATA command", "end\r\n    of DATA command", "end of DATA\r\n    command"]
)
def test_command_is_the_same_wherever_its_name_is_folded(fold: str) -> None:
    words = f"<ada@dest.example>: host mx.dest.example[192.0.2.1] said: 550 no (in reply to {fold})\r\n"
    (item,) = recipients(words, GROUP.format(address="ada@dest.example"))
    assert item.command == "EOM"


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        ("550 HELO is an IP address (See RFC2821 4.1.3)", "5.0.0"),
        ("550 Too long, RFC 5321 section 4.5.3", "5.0.0"),
        ("550 Too long, RFC 5321, section 4.5.3 (5.6.0)", "5.6.0"),
        ("550 See RFC-2821 sec. 4.1.4", "5.0.0"),
        ("550 Refused by \u00a7 4.2.1 of our terms", "5.0.0"),
        ("550 Line as in 4.5.3 of RFC 5321", "5.0.0"),
        ("550 This message is not RFC 5322 compliant: 5.6.0", "5.6.0"),
        ("550 This message is not RFC 5322 compliant. 5.6.0", "5.6.0"),
        ("550 Try again in 30 sec. 5.7.1", "5.7.1"),
    ],
)
def test_a_section_of_an_rfc_is_no_status(reply: str, status: str) -> None:
    (item,) = recipients("It failed.", f"{GROUP.format(address='ada@dest.example')}Diagnostic-Code: smtp;{reply}\r\n")
    assert (item.status, item.reply_code) == (status, 550)


@pytest.mark.parametrize(
    ("status", "more", "diagnostic"),
    [
        ("5.4.4 (Illegal host found)", "", "Illegal host found"),
        ("5.4.7 (delivery expired (message too old))", "", "delivery expired (message too old)"),
        ("5.1.2 (550 No host\r\n for this domain)", "", "550 No host for this domain"),
        ("5.1.2 (never closed", "", "never closed"),
        ("5.1.1 (bad mailbox)", "Diagnostic-Code: smtp; 550 No such user\r\n", "550 No such user"),
        ("5.1.1 ()", "", "It failed."),
        ("5.1.1", "", "It failed."),
    ],
)
def test_comment_behind_the_status_stands_in_for_a_diagnostic(status: str, more: str, diagnostic: str) -> None:
    group = GROUP.format(address="ada@dest.example").replace("5.0.0", status)
    (item,) = recipients("It failed.", group + more)
    assert (item.status, item.diagnostic) == (status[:5], diagnostic)


@pytest.mark.parametrize("name", ["X-Supplementary-Info", "X400-Supplementary-Info"])
@pytest.mark.parametrize(
    ("reply", "more", "reason"),
    [
        (
            "550 Requested action not taken: mailbox unavailable",
            "< #5.2.2 smtp;550 5.2.2 Quota exceeded>",
            "mailbox_full",
        ),
        ("552 5.2.2 Quota exceeded", "< #5.5.0 smtp;550 mailbox unavailable>", "mailbox_full"),
        ("550 5.1.1 User unknown", "", "user_unknown"),
    ],
)
def test_supplement_tells_the_cause_where_it_says_more(reply: str, more: str, reason: str, name: str) -> None:
    fields = f"{GROUP.format(address='ada@dest.example')}Diagnostic-Code: smtp;{reply}\r\n{name}: {more}\r\n"
    (item,) = recipients("It failed.", fields)
    assert item.reason == reason
    assert item.evidence["reason"].rule


def test_expired_says_what_was_in_the_way() -> None:
    fields = f"{GROUP.format(address='ada@dest.example')}Diagnostic-Code: smtp;550 4.4.7 message expired\r\n"
    (item,) = recipients("<ada@dest.example>: connect to mx.dest.example[192.0.2.1]:25: Connection refused\r\n", fields)
    assert (item.reason, item.diagnostic) == ("host_unreachable", "550 4.4.7 message expired")
    (item,) = recipients("It failed.", fields)
    assert item.reason == "expired"


TRANSCRIPT = "   ----- Transcript of session follows -----\r\n{}\r\n   ----- Unsent message follows -----\r\n"


def told(*lines: str) -> dict[str, tuple[str, str, str]]:
    """Return host, command and diagnostic of each recipient that a transcript of these lines names."""
    words = TRANSCRIPT.format("\r\n".join(lines))
    report = parse(NOTICE.format(words=words).encode())
    return {item.address: (item.remote_mta, item.command, item.diagnostic) for item in report.recipients}


def test_a_refusal_is_of_the_host_of_its_own_session() -> None:
    got = told(
        "While talking to mx.dest.example:",
        ">>> RCPT To:<ada@dest.example>",
        "<<< 550 <ada@dest.example>... User unknown",
        "550 <ada@dest.example>... User unknown",
        "While talking to mx.third.example:",
        ">>> MAIL From:<bob@origin.example>",
        "<<< 501 <bob@origin.example>... Sender domain must resolve",
        "554 <carl@third.example>... Remote protocol error",
        "While talking to mx.fourth.example:",
        ">>> DATA",
        "<<< 552 Message too large",
        "554 <dora@fourth.example>... Service unavailable",
    )
    assert got == {
        "ada@dest.example": ("mx.dest.example", "RCPT", "550 <ada@dest.example>... User unknown"),
        "carl@third.example": ("mx.third.example", "MAIL", "501 <bob@origin.example>... Sender domain must resolve"),
        "dora@fourth.example": ("mx.fourth.example", "DATA", "552 Message too large"),
    }


def test_a_refusal_of_nobody_by_name_is_lent_to_none_who_has_a_reply() -> None:
    got = told(
        "While talking to mx.third.example:",
        ">>> MAIL From:<bob@origin.example>",
        "<<< 501 <bob@origin.example>... Sender domain must resolve",
        "554 <carl@third.example>... Remote protocol error",
        "554 <ada@nx.example>... 550 Host unknown (Authoritative answer from name server)",
    )
    assert got["carl@third.example"][0] == "mx.third.example"
    assert got["ada@nx.example"] == ("", "", "550 Host unknown (Authoritative answer from name server)")


@pytest.mark.parametrize(
    ("client", "server"), [(">>>", "<<<"), ("C:", "S:"), ("=>", "<="), ("-->", "<--"), ("SEND:", "RECV:")]
)
@pytest.mark.parametrize("is_refused", [False, True])
def test_whom_a_server_took_did_not_fail_unless_it_refused_the_message(
    client: str, server: str, is_refused: bool
) -> None:
    last = "554 5.7.1 Message refused" if is_refused else "250 2.0.0 Queued"
    lines = (
        f"{client} RCPT TO:<ada@dest.example>", f"{server} 550 5.1.1 <ada@dest.example>... User unknown",
        f"{client} RCPT TO:<bo@dest.example>", f"{server} 250 2.1.5 Recipient ok",
        f"{client} DATA", f"{server} 354 Go on", f"{server} {last}",
    )  # fmt: skip
    report = parse(NOTICE.format(words="Your message could not be delivered.\r\n\r\n" + "\r\n".join(lines)).encode())
    expected = [("ada@dest.example", 550), ("bo@dest.example", 554)] if is_refused else [("ada@dest.example", 550)]
    assert [(item.address, item.reply_code) for item in report.recipients] == expected


def test_the_same_reply_in_notice_and_transcript_has_one_host() -> None:
    words = (
        "The original message was received at Tue, 11 Mar 2025 09:41:22 +0100\r\n\r\n"
        "   ----- The following addresses had permanent fatal errors -----\r\n"
        "<ada@dest.example>\r\n    (reason: 552-5.2.2 The inbox of this recipient is full. Please)\r\n"
        "<bob@nx.example>\r\n    (reason: 550 Host unknown)\r\n\r\n"
        "   ----- Transcript of session follows -----\r\n... while talking to mx.dest.example.:\r\n>>> DATA\r\n"
        "<<< 552-5.2.2 The inbox of this recipient is full. Please\r\n<<< 552 5.2.2 try later\r\n"
    )
    report = parse(NOTICE.format(words=words).encode())
    assert {item.address: item.remote_mta for item in report.recipients} == {
        "ada@dest.example": "mx.dest.example",
        "bob@nx.example": "",
    }


def test_a_header_that_lists_who_failed_takes_the_first_refusal() -> None:
    words = (
        "While talking to mx.dest.example:\r\n>>> DATA\r\n<<< 552 Message too large\r\n"
        "While talking to mx2.dest.example:\r\n>>> DATA\r\n<<< 450 Later\r\n"
    )
    listed = "X-Failed-Recipients: ada@dest.example, bob@dest.example\r\n"
    report = parse((listed + NOTICE.format(words=words)).encode())
    assert [(item.address, item.remote_mta) for item in report.recipients] == [
        ("ada@dest.example", "mx.dest.example"),
        ("bob@dest.example", "mx.dest.example"),
    ]


@pytest.mark.parametrize(
    "below",
    [
        "421 nx.example (smtp)... Deferred: Connection timed out during user open with nx.example",
        "554 nx.example (ddn)... Service unavailable",
        "550 nx.example... Host unknown",
    ],
)
def test_a_reply_about_a_host_is_no_part_of_the_one_above_it(below: str) -> None:
    got = told("550 <ada@dest.example>... User unknown", below, "554 <bob@nx.example>... 550 Host unknown")
    assert {address: said for address, (_, _, said) in got.items()} == {
        "ada@dest.example": "550 <ada@dest.example>... User unknown",
        "bob@nx.example": "550 Host unknown",
    }


def test_the_lines_of_one_reply_stay_together() -> None:
    got = told("550-<ada@dest.example>... is not", "550-known", "550 here,", "so it is")
    assert got["ada@dest.example"][2] == "550 <ada@dest.example>... is not known here, so it is"


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("配送できませんでした\uff1ataro@dest.example様", "taro@dest.example"),
        ("could not deliver to 您的min@dest.example\uff0c", "min@dest.example"),
        (f"could not deliver to 您的min@dest.example\uff0c{' x' * 150}", "min@dest.example"),
        ("Письмо не доставлено: «ivan@dest.example»: нет такого", "ivan@dest.example"),
        ("Delivery to jürgen@bücher.example failed", "jürgen@bücher.example"),
        ("<用户@例え.テスト>: user unknown", "用户@例え.テスト"),
        ("δοκιμή@παράδειγμα.example: user unknown", "δοκιμή@παράδειγμα.example"),
    ],
)
def test_words_and_quotes_beside_an_address_are_none_of_it(words: str, address: str) -> None:
    header = "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
    report = parse((header + NOTICE.format(words=f"{words}\r\n")).encode())
    assert [item.address for item in report.recipients] == [address]


REASON = "   ----- The following addresses had permanent fatal errors -----\r\n{}\r\n   ----- Transcript of session follows -----\r\n"
PIPELINED = (
    "... while talking to mx.dest.example.:\r\n>>> DATA\r\n"
    "<<< 550 5.2.1 <ada@dest.example>: this mailbox is disabled\r\n550 5.1.1 <ada@dest.example>... User unknown\r\n"
    "<<< 550 5.1.1 <bob@dest.example>: no such user\r\n550 5.1.1 <bob@dest.example>... User unknown\r\n"
    "<<< {follow_up}\r\n"
)


@pytest.mark.parametrize(
    "follow_up",
    [
        "554 5.5.1 Error: no valid recipients",
        "503 5.5.1 Error: need RCPT command",
        "503 valid RCPT command must precede DATA",
        "554 5.5.1 DATA command rejected: No valid recipients",
    ],
)
def test_a_reply_that_only_follows_from_another_yields_to_it(follow_up: str) -> None:
    groups = [
        f"{GROUP.format(address=f'{name}@dest.example')}Diagnostic-Code: smtp; {follow_up}\r\n"
        for name in ("ada", "bob")
    ]
    words = REASON.format("<ada@dest.example>\r\n<bob@dest.example>\r\n") + PIPELINED.format(follow_up=follow_up)
    expected = [
        ("550 5.2.1 <ada@dest.example>: this mailbox is disabled", "mailbox_disabled"),
        ("550 5.1.1 <bob@dest.example>: no such user", "user_unknown"),
    ]
    assert [(item.diagnostic, item.reason) for item in recipients(words, *groups)] == expected
    names = [f"<{name}@dest.example>\r\n    (reason: {follow_up})\r\n" for name in ("ada", "bob")]
    report = parse(NOTICE.format(words=REASON.format("".join(names)) + PIPELINED.format(follow_up=follow_up)).encode())
    assert [(item.diagnostic, item.reason) for item in report.recipients] == expected


def test_a_reply_that_follows_from_none_that_is_quoted_stays() -> None:
    group = f"{GROUP.format(address='ada@dest.example')}Diagnostic-Code: smtp; 554 5.5.1 Error: no valid recipients\r\n"
    (item,) = recipients("<ada@dest.example>: not delivered\r\n>>> DATA\r\n<<< 503 need RCPT\r\n", group)
    assert (item.diagnostic, item.reason) == ("554 5.5.1 Error: no valid recipients", "protocol_error")


def test_a_reply_to_data_that_names_the_sender_is_of_all_recipients() -> None:
    words = (
        "... while talking to mx.dest.example.:\r\n>>> DATA\r\n<<< 550 5.7.1 <bob@origin.example>: Sender rejected\r\n"
        "<<< 503 Bad sequence of commands\r\n"
    )
    groups = [
        f"{GROUP.format(address=f'{name}@dest.example')}Diagnostic-Code: smtp; 503 Bad sequence of commands\r\n"
        for name in ("ada", "carl")
    ]
    assert [item.diagnostic for item in recipients(words, *groups)] == [
        "550 5.7.1 <bob@origin.example>: Sender rejected"
    ] * 2


def test_replies_of_one_code_are_two_where_the_first_is_whole() -> None:
    words = (
        "<ada@dest.example>\r\n>>> RCPT TO:<ada@dest.example>\r\n<<< 550-no\r\n<<< 550 such user\r\n<<< 550 again\r\n"
    )
    (item,) = recipients(words, f"{GROUP.format(address='ada@dest.example')}Diagnostic-Code: x-unix; 67\r\n")
    assert item.diagnostic == "550 no such user"


OVER_QUOTA = "maildrop: maildir over quota."
VERDICT = "554 5.3.0 unknown mailer error 1"


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([OVER_QUOTA, VERDICT], "mailbox_full"),
        ([OVER_QUOTA, "550 5.0.0 <ada@dest.example>... Insufficient permission"], "mailbox_full"),
        ([OVER_QUOTA, "", '550 5.0.0 "|/usr/bin/maildrop"... Insufficient permission'], "mailbox_full"),
        (["second line", OVER_QUOTA, "third line", VERDICT], "mailbox_full"),
        (["vacation: cannot write", VERDICT], "mailer_error"),
        ([OVER_QUOTA, "250 2.0.0 <bob@dest.example>... Sent", VERDICT], "mailer_error"),
        ([OVER_QUOTA, "... while talking to mx.dest.example.:", VERDICT], "mailer_error"),
        ([VERDICT, OVER_QUOTA], "mailer_error"),
        ([VERDICT], "mailer_error"),
    ],
)
def test_what_a_program_wrote_tells_the_cause(lines: list[str], reason: str) -> None:
    words = REASON.format("<ada@dest.example>\r\n") + "\r\n".join(lines) + "\r\n"
    (item,) = recipients(words, f"{GROUP.format(address='ada@dest.example')}Diagnostic-Code: x-unix; 1\r\n")
    assert item.reason == reason


@pytest.mark.parametrize(("most", "kinds"), [(20, ["limit:max_notice_lines"]), (42, [])])
def test_no_more_lines_of_output_are_read_than_the_limit_allows(most: int, kinds: list[str]) -> None:
    words = REASON.format("<ada@dest.example>\r\n") + f"{OVER_QUOTA}\r\n" * 40 + f"{VERDICT}\r\n"
    message = open_message(NOTICE.format(words=words).encode(), Limits(max_notice_lines=most))
    found = read_output(message.text, message.text.end, message.tree)
    assert (len(found), [item.kind for item in message.tree.defects]) == (0 if kinds else 1, kinds)


def test_a_heading_alone_has_no_output_below_it() -> None:
    message = open_message(NOTICE.format(words="Transcript of session follows").encode(), Limits())
    assert read_output(message.text, message.text.end, message.tree) == []


@pytest.mark.parametrize(
    "reply",
    [
        "554 5.4.7 [internal] exceeded max time without delivery - last transfail: 452 4.2.2 over quota",
        "554 4.4.7 Message expired: unable to deliver in 840 minutes.<452 4.2.2 over quota>",
        "550 4.4.7 QUEUE.Expired; message expired [Server at mx.dest.example (192.0.2.1) returned '452 4.2.2 over quota']",
    ],
)
def test_reply_is_the_last_one_met_where_a_server_gave_up(reply: str) -> None:
    fields = f"{GROUP.format(address='ada@dest.example')}Diagnostic-Code: smtp; {reply}\r\n"
    (item,) = recipients("It failed.", fields)
    assert (item.reply_code, item.reason, item.permanence, item.diagnostic) == (452, "mailbox_full", "temporary", reply)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [("|/usr/bin/vacation", "|/usr/bin/vacation"), ("/var/mail/archive", "/var/mail/archive"), ("/", "")],
)
def test_program_or_file_that_an_alias_leads_to(sent: str, expected: str) -> None:
    assert [item.address for item in recipients("It failed.", GROUP.format(address=sent))] == [expected] * bool(
        expected
    )


@pytest.mark.parametrize(
    ("reply", "status", "expected"),
    [
        ("554 go away", "4.0.0", "temporary"),
        ("554 5.7.1 go away", "4.0.0", "permanent"),
        ("554 4.7.1 go away", "4.7.1", "permanent"),
        ("554 go away", "5.0.0", "permanent"),
        ("454 go away", "5.0.0", "temporary"),
    ],
)
def test_server_that_tried_again_took_the_reply_for_temporary(reply: str, status: str, expected: str) -> None:
    fields = GROUP.format(address="ada@dest.example").replace("5.0.0", status) + f"Diagnostic-Code: smtp; {reply}\r\n"
    assert [item.permanence for item in recipients("It failed.", fields)] == [expected]


MOST = Limits().max_ds_fields


def test_what_is_too_much_of_one_group_costs_no_other() -> None:
    many = "".join(f"X-F{number}: v\r\n" for number in range(3 * MOST))
    names = [f"{name}@dest.example" for name in ("ada", "bo", "cy")]
    got = recipients("", *(GROUP.format(address=name) + many + "Status: 5.1.1\r\n" for name in names))
    assert [(item.address, item.status, len(item.extensions)) for item in got] == [
        (name, "5.0.0", MOST - 3) for name in names
    ]


def test_groups_without_an_empty_line_may_have_more_fields_together() -> None:
    names = [f"user{number}@dest.example" for number in range(MOST)]
    got = recipients("", "".join(GROUP.format(address=name).lstrip() for name in names))
    assert [item.address for item in got] == names


def test_a_group_of_no_known_field_is_of_nobody() -> None:
    (item,) = recipients("", "\r\nX-A: 1\r\n", GROUP.format(address="ada@dest.example"), "\r\nX-B: 2\r\n")
    assert (item.address, item.extensions) == ("ada@dest.example", ())


@pytest.mark.parametrize("places", range(16))
def test_empty_lines_within_a_group(places: int) -> None:
    fields = (
        "Original-Recipient: rfc822; bo@old.example\r\n",
        "Final-Recipient: rfc822; bo@dest.example\r\n",
        "Action: failed\r\n",
        "Status: 5.1.1\r\n",
        "Diagnostic-Code: smtp; 550 5.1.1 No such user\r\n",
    )
    between = ["\r\n" * (places >> number & 1) for number in range(4)]
    got = recipients("", "\r\n" + "".join(field + gap for field, gap in zip(fields, [*between, ""], strict=True)))
    assert [(item.address, item.original_recipient, item.action, item.status) for item in got] == [
        ("bo@dest.example", "bo@old.example", "failed", "5.1.1")
    ]


BO = "\r\nFinal-Recipient: rfc822; bo@dest.example\r\n"


@pytest.mark.parametrize(
    ("fields", "kind", "action"),
    [
        ("Status: 5.1.1", "failure", "failed"),
        ("Status: 4.4.1", "delay", "delayed"),
        ("Status: 2.0.0", "success", "delivered"),
        ("Action: \r\nStatus: 5.1.1", "failure", "failed"),
        ("Action: bounced\r\nStatus: 5.1.1", "failure", "failed"),
        ("Action: deferred\r\nStatus: 4.4.1", "delay", "delayed"),
        ("Diagnostic-Code: smtp; 550 5.1.1 User unknown", "failure", "failed"),
    ],
)
def test_report_that_states_no_known_action(fields: str, kind: str, action: str) -> None:
    got = parse(MESSAGE.format(words="Hello.", groups=BO + fields).replace("Undelivered", "Information").encode())
    assert (got.kind, [(item.address, item.action) for item in got.recipients]) == (kind, [("bo@dest.example", action)])


def test_one_of_several_without_an_action() -> None:
    got = recipients("Hello.", GROUP.format(address="ada@dest.example"), f"{BO}Status: 2.1.5\r\n")
    assert [(item.address, item.action) for item in got] == [
        ("ada@dest.example", "failed"),
        ("bo@dest.example", "delivered"),
    ]


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("553 Exceeded mailbox size", (553, "", "553 Exceeded mailbox size")),
        ("550 5.1.1 <bo@dest.example>... User unknown", (550, "5.1.1", "550 5.1.1 <bo@dest.example>... User unknown")),
        ('"5.1.1"', (None, "5.1.1", "Hello.")),
        ("smtp; 5.1.1", (None, "5.1.1", "Hello.")),
    ],
)
def test_status_in_odd_dress(field: str, expected: tuple[int | None, str, str]) -> None:
    (item,) = recipients("Hello.", f"{BO}Action: failed\r\nStatus: {field}\r\n")
    assert (item.reply_code, item.status, item.diagnostic) == expected


@pytest.mark.parametrize(
    "said", ["554-mx.dest.example ESMTP Exim 4.94.2 Tue, 12 May", "550 Sender verify failed (Exim 4.92.3)", "550 closed since 5.12.20"]
)  # fmt: skip
def test_versions_and_dates_are_no_status(said: str) -> None:
    (item,) = recipients("", f"{BO}Action: failed\r\nStatus: 5.2.2\r\nDiagnostic-Code: smtp; {said}\r\n")
    assert item.status == "5.2.2"


@pytest.mark.parametrize(
    ("field", "host", "ip"),
    [
        ("mx.dest.example (TCP|10.0.0.1|40123|192.0.2.9|25) (mx.dest.example ESMTP)", "mx.dest.example", "192.0.2.9"),
        ("mx.dest.example (TCP|192.0.2.10|40123|2001:db8::25|25)", "mx.dest.example", "2001:db8::25"),
        ("mx.dest.example:25", "mx.dest.example", ""),
        ("[2001:db8::25]", "", "2001:db8::25"),
    ],
)
def test_remote_server_with_its_address(field: str, host: str, ip: str) -> None:
    (item,) = recipients("", f"{BO}Action: failed\r\nStatus: 5.0.0\r\nRemote-MTA: dns;{field}\r\n")
    assert (item.remote_mta, item.remote_ip) == (host, ip)


def test_name_that_exchange_has_for_its_own_people() -> None:
    name = "IMCEAEX-_O=FIRST+20ORGANIZATION_OU=EXCHANGE+20ADMINISTRATIVE+20GROUP_CN=RECIPIENTS_CN=Bo@src.example"
    (item,) = recipients("", GROUP.format(address=name))
    assert item.address == name


def test_message_id_in_the_fields_where_no_message_came_back() -> None:
    groups = f"X-Original-Message-ID: <1@src.example>\r\n{GROUP.format(address='bo@dest.example')}"
    assert parse(MESSAGE.format(words="", groups=groups).encode()).original.message_id == "1@src.example"


def test_whoever_got_a_bounce_is_not_who_failed() -> None:
    """A gateway wraps a bounce that it could not scan: the message it returns was for the reader, and has reached him."""
    got = parse(
        b"Return-Path: <>\r\nFrom: MAILER-DAEMON@relay.example\r\nTo: ann@src.example\r\nSubject: Undelivered mail\r\n"
        b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nThis message could not be scanned. "
        b"Delivery failed.\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nFrom: MAILER-DAEMON@mx.example\r\nTo: ann@src.example\r\n"
        b"Subject: Returned mail\r\n\r\nbo@dest.example failed\r\n--b--\r\n"
    )
    assert "ann@src.example" not in [item.address for item in got.recipients]


COMPLAINT = (
    "From: fbl@isp.example\r\nSubject: complaint\r\nMIME-Version: 1.0\r\n"
    "Content-Type: multipart/report; report-type=feedback-report; boundary=b\r\n\r\n"
    "--b\r\n\r\nThis is an abuse report.\r\n--b\r\nContent-Type: {media}\r\n\r\n{fields}\r\n"
    "--b\r\nContent-Type: message/rfc822\r\n\r\nFrom: ann@src.example\r\nX-HmXmrOriginalRecipient: bo@hot.example\r\n\r\nHi\r\n--b--\r\n"
)
FIELDS = "Feedback-Type: abuse\r\nUser-Agent: FBL/1\r\nVersion: 1\r\n"


@pytest.mark.parametrize("media", ["message/feedback-report", "text/plain", "application/octet-stream"])
@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("Original-Rcpt-To: <bo@isp.example> (envelope)\r\n", "bo@isp.example"),
        ("Original-Rcpt-To: rfc822;bo@isp.example\r\n", "bo@isp.example"),
        ("Original-Rcpt-To: redacted\r\n", "bo@hot.example"),
        ("", "bo@hot.example"),
    ],
)
def test_complaint_whatever_its_part_is_called(media: str, field: str, expected: str) -> None:
    got = parse(COMPLAINT.format(media=media, fields=FIELDS + field).encode())
    assert (got.kind, got.feedback and got.feedback.type) == ("feedback", "abuse")
    assert [item.address for item in got.recipients] == [expected]


def test_values_of_a_complaint_lose_what_is_around_them() -> None:
    fields = FIELDS + "Original-Mail-From: <ann@src.example> (envelope)\r\nSource-IP: [IPv6:2001:db8::5]\r\n"
    feedback = parse(COMPLAINT.format(media="message/feedback-report", fields=fields).encode()).feedback
    assert feedback is not None
    assert (feedback.original_mail_from, feedback.source_ip) == ("ann@src.example", "2001:db8::5")


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("451 4.4.7 message expired", "expired"),
        ("421 4.4.7 message timed out", "expired"),
        ("451 message expired", "system_error"),
    ],
)
def test_time_is_up_where_the_code_says_so(said: str, reason: str) -> None:
    (item,) = recipients("", f"{BO}Action: failed\r\nStatus: 4.0.0\r\nDiagnostic-Code: smtp; {said}\r\n")
    assert item.reason == reason


def test_receipt_with_a_comment_in_its_disposition() -> None:
    got = parse(
        b"From: ann@dest.example\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/report; report-type=disposition-notification; boundary=b\r\n\r\n--b\r\n\r\nRead.\r\n--b\r\n"
        b"Content-Type: message/disposition-notification\r\n\r\nFinal-Recipient: rfc822; ann@dest.example\r\n"
        b"Disposition: manual-action/MDN-sent-manually (she clicked); displayed\r\n--b--\r\n"
    )
    assert got.disposition is not None
    assert got.disposition.type == "displayed"


def test_copy_for_the_journal_is_no_notice() -> None:
    """Exchange hands each message to the journal with its envelope in words, bounces too: the one named has got it."""
    got = parse(
        b"Return-Path: <>\r\nFrom: MicrosoftExchange329e@src.example\r\nTo: journal@src.example\r\nSubject: Undeliverable: Hello\r\n"
        b"X-MS-Journal-Report:\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n"
        b"Sender: MAILER-DAEMON@mx.example\r\nSubject: Undeliverable: Hello\r\nRecipient: ann@src.example\r\n--b--\r\n"
    )
    assert (got.kind, got.recipients) == ("other", ())


def test_lines_that_only_look_like_a_dialogue_end_none() -> None:
    words = (
        "Your message could not be delivered.\r\n\r\n>>> RCPT TO:<ada@dest.example>\r\nSent: Monday\r\n> Hello there\r\n"
        "<<< 250 2.1.5 Recipient ok\r\n>>> RCPT TO:<bo@dest.example>\r\n<<< 550 5.1.1 User unknown\r\n"
    )
    assert [item.address for item in parse(NOTICE.format(words=words).encode()).recipients] == ["bo@dest.example"]


def test_letter_in_a_diagnostic_has_lines_of_blanks() -> None:
    letter = "smtp; Hello me@src.example,\r\n \r\n the group (bo) may not exist.\r\n \r\n  * You may need to join.\r\n"
    fields = f"{GROUP.format(address='bo@dest.example')}Diagnostic-Code: {letter}Final-Log-ID: 17\r\n"
    (item,) = recipients("", fields)
    assert item.diagnostic == "Hello me@src.example, the group (bo) may not exist. * You may need to join."
    assert item.final_log_id == "17"


def test_line_of_blanks_ends_a_group_that_is_indented() -> None:
    groups = [
        " ".join(("", *BO.splitlines(keepends=True))) + " Action: failed\r\n \r\n",
        GROUP.format(address="ada@dest.example"),
    ]
    assert "ada@dest.example" in [item.address for item in recipients("", *groups)]
