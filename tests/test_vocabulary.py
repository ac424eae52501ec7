"""The reasons in the words of other products."""

import json
from pathlib import Path

import pytest

from dsnparse import Recipient, parse, vocabularies, with_labels
from dsnparse.cli import main
from dsnparse.registry import reasons
from dsnparse.registry import vocabularies as entries

SAMPLE = "imail/mailbox-too-big.eml"


def test_all_thirteen_are_there() -> None:
    assert vocabularies() == (
        "sisimai",
        "ses",
        "postmark",
        "mailgun",
        "sendgrid",
        "sparkpost",
        "powermta",
        "kumomta",
        "postalsys",
        "flowmailer",
        "mailjet",
        "phpmailer_bmh",
        "mail_bounceparser",
    )


@pytest.mark.parametrize("name", vocabularies())
def test_vocabulary_knows_our_reasons_and_details(name: str) -> None:
    entry, known = entries()[name], reasons()
    assert entry.labels.keys() <= known.keys()
    assert len(entry.labels) >= 55
    for special in entry.special:
        assert special.reason in known
        assert special.detail or special.permanence
        assert all(entry.labels.values())


@pytest.mark.parametrize(
    ("recipient", "vocabulary", "expected"),
    [
        (Recipient(reason="user_unknown", permanence="permanent"), "sisimai", "userunknown"),
        (Recipient(reason="user_unknown", permanence="permanent"), "ses", "Permanent/NoEmail"),
        (Recipient(reason="suppressed", detail="complained"), "mailgun", "suppress-complaint"),
        (Recipient(reason="suppressed", detail="manual"), "mailgun", "suppress-bounce"),
        (Recipient(reason="undetermined", detail="no_diagnostic"), "sisimai", "undefined"),
        (Recipient(reason="undetermined", detail="text_present", permanence="temporary"), "postmark", "SoftBounce"),
        (Recipient(reason="undetermined", detail="no_diagnostic", permanence="temporary"), "postmark", "Transient"),
        (Recipient(reason="mailbox_disabled", permanence="temporary"), "flowmailer", "mailbox-temp-disabled"),
        (Recipient(reason="delivered"), "kumomta", ""),
    ],
)
def test_label(recipient: Recipient, vocabulary: str, expected: str) -> None:
    assert recipient.label(vocabulary) == expected


def test_unknown_vocabulary() -> None:
    with pytest.raises(KeyError, match="esperanto"):
        Recipient(reason="user_unknown").label("esperanto")


def test_report_with_labels(corpus: Path) -> None:
    report = with_labels(parse((corpus / SAMPLE).read_bytes()), ("sisimai", "ses"))
    assert report.recipients[0].labels == {"sisimai": "mailboxfull", "ses": "Transient/MailboxFull"}


def test_command_adds_labels(corpus: Path, capfd: pytest.CaptureFixture[str]) -> None:
    options = ["--vocabulary", "sisimai", "--vocabulary", "postmark", str(corpus / SAMPLE)]
    assert main(["parse", "--format", "jsonl", *options]) == 0
    (item,) = json.loads(capfd.readouterr().out)["recipients"]
    assert item["labels"] == {"sisimai": "mailboxfull", "postmark": "SoftBounce"}
    assert main(["parse", "--format", "csv", *options]) == 0
    head, row = (line.split(",") for line in capfd.readouterr().out.splitlines())
    assert (head[-3:], row[-3:]) == (["label_sisimai", "label_postmark", "error"], ["mailboxfull", "SoftBounce", ""])
    assert main(["parse", "--format", "table", *options]) == 0
    head, row = (line.split() for line in capfd.readouterr().out.splitlines())
    assert (head[-2:], row[-2:]) == (["SISIMAI", "POSTMARK"], ["mailboxfull", "SoftBounce"])


def test_command_knows_the_vocabularies(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["parse", "--vocabulary", "esperanto", "x.eml"]) == 2
    assert "esperanto" in capfd.readouterr().err
