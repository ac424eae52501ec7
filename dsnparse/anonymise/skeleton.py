"""What stands beside a sample of the corpus: its truth and its entry in the manifest, with blanks where a person must judge.

A truth is never what a parser says, so all that is a judgement stays blank, and tests fail until somebody has filled it in. What can be
read in the message itself is filled in to be looked at.
"""

import json
from typing import Any, Final

from dsnparse.report import Recipient, Report

READ: Final = ("status", "reply_code", "diagnostic")
FIELDS: Final = ("origin", "server", "system", "scenario")


def truth(report: Report) -> bytes:
    """Return the truth of a message to be judged."""
    judged: dict[str, Any] = {"kind": "", "recipients": [_recipient(item) for item in report.recipients]}
    if report.vendor:
        judged["vendor"] = report.vendor
    return (json.dumps(judged, indent=2, ensure_ascii=False) + "\n").encode()


def _recipient(item: Recipient) -> dict[str, Any]:
    read = {name: value for name in READ if (value := getattr(item, name))}
    return {"address": item.address, "action": "", **read, "reason": "", "permanence": ""}


def entry(name: str, *, server: str, system: str, scenario: str) -> bytes:
    """Return the table of a sample in manifest.toml."""
    values = zip(FIELDS, ("captured", server, system, scenario), strict=True)
    lines = [f"[{json.dumps(name)}]", *(f"{key} = {_quoted(value)}" for key, value in values)]
    return ("\n".join(lines) + "\n").encode()


def _quoted(text: str) -> str:
    """Return a basic string of TOML, which is written like one of JSON but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
