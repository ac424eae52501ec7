"""Replies as they are met every day: the recipient, the quota, the sender, the content, and the ones that say 'not now'.

The wordings are our own after those of well-known servers and services, each named in its key; hosts and links are
reserved names, so a vendor's special meaning of a code is never claimed by them.
"""

from .script import Reply, refuses, rejects

RECIPIENT: dict[str, Reply] = {
    "unknown": refuses(
        "user_unknown", "550 5.1.1 <{rcpt}>: Recipient address rejected: User unknown in virtual mailbox table"
    ),
    "gmail-nouser": refuses(
        "user_unknown",
        "550-5.1.1 The email account that you tried to reach does not exist. Please try",
        "550-5.1.1 double-checking the recipient's email address for typos or",
        "550-5.1.1 unnecessary spaces. For more information, go to",
        "550 5.1.1  https://support.example.com/mail/?p=NoSuchUser af79cd13be357-7c5ffe8b6f3si123456785a.100 - gsmtp",
    ),
    "noenh": refuses("user_unknown", "550 No such user here"),
    "mailboxunavail": refuses(
        "user_unknown", "550 Requested action not taken: mailbox unavailable", also=("mailbox_disabled", "undetermined")
    ),
    "qmailstyle": refuses("user_unknown", "550 sorry, no mailbox here by that name (#5.1.1 - chkuser)"),
    "ciscostyle": refuses("user_unknown", "550 #5.1.0 Address rejected.", also=("policy", "undetermined")),
    "yahoo-nouser": refuses(
        "user_unknown",
        "554 delivery error: dd This user doesn't have a mail.example account ({rcpt}) [0] - mta4203.mail.example",
    ),
    "ms-nouser": refuses(
        "user_unknown",
        "550 5.4.1 Recipient address rejected: Access denied. For more information see https://aka.example/EXOSmtpErrors"
        " [AM5EUR03FT012.eop-EUR03.prod.protection.example 2025-01-01T00:00:00.000Z 08DD25]",
        also=("policy",),
    ),
    "exch-nouser": refuses(
        "user_unknown", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient {rcpt} not found by SMTP address lookup"
    ),
    "disabled": refuses(
        "mailbox_disabled",
        "550 5.2.1 The email account that you tried to reach is inactive."
        " Learn more at https://support.example.com/mail/?p=DisabledUser",
    ),
    "moved551": refuses("mailbox_moved", "551 5.1.6 User not local; please try <new.address@dest2.example>"),
    "badsyntax": refuses("address_syntax", "553 5.1.3 <{rcpt}>: Recipient address rejected: bad address syntax"),
    "ambiguous": refuses("user_unknown", "553 5.1.4 Recipient address is ambiguous"),
    "nohost": refuses("host_unknown", "550 5.1.2 Host unknown (Name server: {dom}: host not found)"),
    "quota552": refuses(
        "mailbox_full", "552 5.2.2 <{rcpt}>: Recipient address rejected: Mailbox is full / Boite pleine"
    ),
    "quota452": refuses(
        "mailbox_full", "452 4.2.2 <{rcpt}>: Recipient address rejected: Mailbox over quota, try again later"
    ),
    "gmail-full": refuses(
        "mailbox_full",
        "552-5.2.2 The recipient's inbox is out of storage space. Please direct the",
        "552-5.2.2 recipient to",
        "552 5.2.2  https://support.example.com/mail/?p=OverQuotaPerm 5b1f17b1804b1-4364b0c4d3bsi2345. - gsmtp",
    ),
    "quotadot": rejects(
        "mailbox_full",
        "554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException.MapiExceptionShutoffQuotaExceeded;"
        " Failed to process message due to a permanent exception",
    ),
    "quotanoenh": refuses(
        "mailbox_full", "552 Requested mail action aborted: exceeded storage allocation", also=("message_too_big",)
    ),
    "grouprestrict": refuses(
        "recipient_restricted",
        "550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required; Delivery restriction check"
        " failed because the sender was not authenticated when sending to this group",
        also=("auth_required",),
    ),
    "auth550": refuses(
        "recipient_restricted",
        "550 5.7.1 Authentication credentials invalid (restricted group: sender not allowed)",
        also=("auth_required",),
    ),
}

SENDER: dict[str, Reply] = {
    "spamhaus": refuses(
        "ip_blocklisted",
        "554 5.7.1 Service unavailable; Client host [127.0.0.1] blocked using zen.dnsbl.example;"
        " https://www.dnsbl.example/query/ip/127.0.0.1",
    ),
    "ms-block": refuses(
        "ip_blocklisted",
        "550 5.7.1 Unfortunately, messages from [127.0.0.1] weren't sent. Please contact your Internet service provider"
        " since part of their network is on our block list (S3140). You can also refer your provider to"
        " http://mail.example/mail/troubleshooting.aspx#errors. [Name=Protocol Filter Agent][AGT=PFA][MxId=11B7E2A3C5F1D0B9]",
    ),
    "spf": refuses(
        "spf_fail",
        "550 5.7.23 <{rcpt}>: Recipient address rejected: Message rejected due to: SPF fail - not authorized."
        " Please see http://www.openspf.example/Why?s=mfrom;id={from};ip=127.0.0.1;r=<UNKNOWN>",
    ),
    "gmail-dmarc": rejects(
        "dmarc_fail",
        "550-5.7.26 Unauthenticated email from origin.example is not accepted due to",
        "550-5.7.26 domain's DMARC policy. Please contact the administrator of",
        "550-5.7.26 origin.example domain if this was a legitimate mail. To learn about the",
        "550-5.7.26 DMARC initiative, go to",
        "550 5.7.26  https://support.example.com/mail/?p=DmarcRejection ffacd0b85a97d-38a8c8 - gsmtp",
    ),
    "relaydenied": refuses("relay_denied", "554 5.7.1 <{rcpt}>: Relay access denied"),
    "ms-relay": refuses("relay_denied", "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain"),
    "rcpthosts": refuses("relay_denied", "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)"),
    "authreq": refuses("auth_required", "530 5.7.0 Authentication required"),
}

CONTENT: dict[str, Reply] = {
    "gmail-spam": rejects(
        "spam_content",
        "550-5.7.1 [127.0.0.1      12] Our system has detected that this message is",
        "550-5.7.1 likely unsolicited mail. To reduce the amount of spam sent to Gmail,",
        "550-5.7.1 this message has been blocked. Please visit",
        "550-5.7.1  https://support.example.com/mail/?p=UnsolicitedMessageError",
        "550 5.7.1  for more information. d2e1a72fcca58-72abd6 - gsmtp",
    ),
    "spamscore": rejects(
        "spam_content",
        "550 5.7.1 Message rejected as spam by Content Filtering. (score 15.2/5.0) [BAYES_99=3.5,HTML_MESSAGE=0.001]",
    ),
    "virus": rejects("virus", "554 5.6.0 Message contains a virus: Eicar-Test-Signature"),
    "attach": rejects(
        "attachment_rejected",
        "552-5.7.0 This message was blocked because its content presents a potential",
        "552-5.7.0 security issue. Please visit",
        "552-5.7.0  https://support.example.com/mail/?p=BlockedMessage to review our",
        "552 5.7.0 message content and attachment content guidelines. - gsmtp",
        also=("content_rejected",),
    ),
    "toolarge": rejects("message_too_big", "552 5.3.4 Error: message file too big"),
    "badheader": rejects("not_rfc_compliant", "550 5.6.0 Headers contain illegal BOM, or missing 'From:' header"),
    "many550": rejects("too_many_recipients", "550 5.5.3 RESOLVER.ADR.RecipLimit; too many recipients on this message"),
    "expiredremote": rejects("expired", "550 5.4.7 Delivery expired (message too old)"),
    "hops": rejects(
        "routing_loop", "554 5.4.6 Too many hops 26 (25 max): from <{from}> via mail.lab.example, to <{rcpt}>"
    ),
}

NOT_NOW: dict[str, Reply] = {
    "many452": refuses("too_many_recipients", "452 4.5.3 Error: too many recipients"),
    "greylist": refuses(
        "greylisted",
        "450 4.7.1 <{rcpt}>: Recipient address rejected: Greylisted, see http://postgrey.example/help/{dom}.html",
    ),
    "gmail-rate": refuses(
        "rate_limited",
        "421-4.7.28 Gmail has detected an unusual rate of unsolicited mail originating from",
        "421-4.7.28 your IP address. To protect our users from spam, mail sent from your",
        "421-4.7.28 IP address has been temporarily rate limited.",
        "421 4.7.28 https://support.example.com/mail/?p=UnsolicitedRateLimitError - gsmtp",
        also=("poor_reputation",),
    ),
    "yahoo-ts": refuses(
        "poor_reputation",
        "421 4.7.0 [TSS04] Messages from 127.0.0.1 temporarily deferred due to unexpected volume or user complaints"
        " - 4.16.55.1; see https://postmaster.mail.example/error-codes",
        also=("rate_limited",),
    ),
    "local451": refuses("system_error", "451 4.3.0 Error: queue file write error", also=("system_full",)),
    "temp450": refuses(
        "system_unavailable",
        "450 Requested mail action not taken: mailbox busy",
        also=("system_error", "mailbox_disabled", "undetermined"),
    ),
    "dot451": rejects("greylisted", "451 4.3.2 Please try again later (greylisting in action)"),
}
