import sys
from hashlib import sha256

import pytest

import dsnparse
from dsnparse.limits import DEFAULT_LIMITS
from dsnparse.message import open_message
from dsnparse.report import DiagnosticFacts

MODULE = sys.modules["dsnparse.parse"]
# As it is: tests are collected before conftest takes the net away.
UNEXPECTED = MODULE.UNEXPECTED


@pytest.mark.parametrize("error", [ValueError, KeyError, RecursionError, UnicodeDecodeError("utf-8", b"", 0, 1, "odd")])
def test_fault_of_ours_costs_one_message(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(MODULE, "UNEXPECTED", UNEXPECTED)
    monkeypatch.setattr(MODULE, "open_message", fail)
    report = dsnparse.parse(b"From: a@b.example\n\n", source="x.eml")
    assert (report.source, report.kind, report.complete, report.recipients) == ("x.eml", "other", False, ())
    assert [defect.kind for defect in report.defects] == ["internal-error"]


@pytest.mark.parametrize("error", [MemoryError, OSError, KeyboardInterrupt, SystemExit])
def test_memory_and_interrupts_pass_through(error: type[BaseException], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(MODULE, "UNEXPECTED", UNEXPECTED)
    monkeypatch.setattr(MODULE, "open_message", fail)
    with pytest.raises(error):
        dsnparse.parse(b"From: a@b.example\n\n")


def test_the_short_way_with_an_empty_message_is_the_long_one() -> None:
    read = MODULE.read_report(open_message(b"", DEFAULT_LIMITS), source="x.eml", id_=sha256(b"").hexdigest())
    assert dsnparse.parse(b"", source="x.eml") == read


def test_everything_is_in_the_schema() -> None:
    schema = dsnparse.schema()
    names = schema["$defs"]["Report"]["properties"].keys()
    assert {"source", "id", "kind", "from", "recipients", "original", "defects", "complete"} <= names
    assert {"facts", "blocklist_lookup"} <= schema["$defs"]["Recipient"]["properties"].keys()
    assert schema["$defs"]["DiagnosticFacts"]["properties"].keys() == set(DiagnosticFacts.__struct_fields__)
    assert "certificate_expired" in str(schema["$defs"]["DiagnosticFacts"]["properties"]["tls"])
