import pytest
from effort import SOON

from dsnparse import Recipient, Report
from dsnparse.report import AuthCheck, DiagnosticFacts
from dsnparse.summary import Tally
from dsnparse.summary.groups import WITHIN, Groups
from dsnparse.summary.periods import COLUMNS, day_of, periods
from dsnparse.summary.shape import Count, Period, Stopped
from dsnparse.summary.tally import ADDRESSES
from dsnparse.summary.unknown import LONGEST, shape


def failed(address: str, reason: str = "user_unknown", **more: object) -> Recipient:
    return Recipient(address=address, action="failed", reason=reason, **more)


def bounce(*recipients: Recipient, date: str = "2025-06-02T10:00:00+00:00") -> Report:
    return Report(kind="failure", vendor="postfix", date=date, recipients=recipients)


def test_counts_what_became_of_each_recipient() -> None:
    tally = Tally()
    tally.add(bounce(failed("a@one.example"), Recipient(address="b@one.example", action="delayed", reason="expired")))
    tally.add(Report(kind="success", recipients=(Recipient(address="c@one.example", action="relayed"),)))
    tally.add(Report(kind="feedback", recipients=(Recipient(address="d@two.example", reason="feedback"),)))
    tally.add(Report(kind="other"))
    found = tally.summary()
    assert (found.messages, found.recipients) == (4, 4)
    assert (found.failed, found.delayed, found.delivered, found.complaints) == (1, 1, 1, 1)
    assert found.periods == (Period("2025-06-02", 1, 1),)
    assert (found.undated, found.outside) == (2, 0)
    assert found.domains.rows == (Count("one.example", 2, (("expired", 1), ("user_unknown", 1))),)
    assert [row.name for row in found.vendors.rows] == ["(unknown)", "postfix"]


def test_tasks_are_on_the_senders_side_and_tell_what_helps() -> None:
    tally = Tally()
    tally.add(bounce(failed("a@one.example", "ip_blocklisted", advice="fix_sender", blocklist="zen.spamhaus.org")))
    tally.add(bounce(*[failed(f"{n}@two.example", "spf_fail", advice="fix_sender") for n in range(3)]))
    tally.add(bounce(*[failed(f"{n}@two.example", advice="suppress") for n in range(9)]))
    found = tally.summary()
    assert [(task.reason, task.count) for task in found.tasks] == [("spf_fail", 3), ("ip_blocklisted", 1)]
    assert all(task.helps and task.title != task.reason for task in found.tasks)
    assert found.blocklists.rows == (Count("zen.spamhaus.org", 1, (("one.example", 1),)),)


def test_failed_checks_are_filed_by_domain() -> None:
    facts = DiagnosticFacts(auth=(AuthCheck("spf", "fail", "our.example"), AuthCheck("dmarc", "none")))
    tally = Tally()
    tally.add(bounce(failed("a@one.example", "dmarc_fail", facts=facts)))
    rows = tally.summary().authentication.rows
    assert rows == (Count("(not said)", 1, (("dmarc none", 1),)), Count("our.example", 1, (("spf fail", 1),)))


def test_an_address_to_suppress_is_listed_once_as_of_its_last_report() -> None:
    tally = Tally()
    for date in ("2025-06-02", "2025-06-09", "2025-06-05"):
        tally.add(bounce(failed("a@one.example", status="5.1.1", advice="suppress"), date=date))
    assert [(each.address, each.last) for each in tally.summary().suppress] == [("a@one.example", "2025-06-09")]


def test_addresses_beyond_the_cap_are_counted() -> None:
    tally = Tally()
    people = [failed(f"u{n}@one.example", advice="suppress") for n in range(ADDRESSES + 5)]
    tally.add(bounce(*people))
    found = tally.summary()
    assert (len(found.suppress), found.more_suppress) == (ADDRESSES, 5)


def test_replies_that_differ_in_names_and_numbers_are_one() -> None:
    tally = Tally()
    for number in (1, 2):
        reply = f"550 <u{number}@one.example> odd, ticket 9F3A7C1E{number}"
        tally.add(bounce(failed("a@one.example", "undetermined", diagnostic=reply)))
    assert tally.summary().unknowns.rows == (Count("550 <<address>> odd, ticket #", 2, (("postfix", 2),)),)


def test_excerpts_name_nobody_and_are_short() -> None:
    assert "ines" not in shape("no such user: ines.marsh+x@dest.example, sorry")
    assert len(shape("word " * 1000)) == LONGEST


def test_frequent_names_survive_many_rare_ones() -> None:
    groups = Groups(names=10)
    for number in range(1_000):
        groups.add(f"rare{number}")
        groups.add("often")
    found = groups.ranking(1)
    assert found.rows == (Count("often", 1_000),)
    assert found.others == 1_000
    assert len(groups.groups) <= 20


def test_names_within_a_name_are_bounded_and_the_frequent_ones_stay() -> None:
    groups = Groups()
    for number in range(1_000):
        groups.add("one", f"rare{number}")
        if number > 500:
            groups.add("one", "often")
    assert len(groups.groups["one"]) <= 2 * WITHIN + 1
    [row] = groups.ranking(1).rows
    assert (row.count, row.with_[0]) == (1_499, ("often", 499))


def days(*names: str, each: int = 1) -> tuple[tuple[Period, ...], int]:
    groups = Groups()
    for name in names:
        for _ in range(each):
            groups.add(name, "failed")
    return periods(groups.groups)


def test_periods_have_no_holes_and_are_few() -> None:
    assert [each.name for each in days("2025-12-30", "2026-01-02")[0]] == [
        "2025-12-30",
        "2025-12-31",
        "2026-01-01",
        "2026-01-02",
    ]
    assert [each.name for each in days("2025-11-30", "2026-02-02")[0]] == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert [each.name for each in days("2001-11-30", "2004-02-02", "2025-01-01")[0]][::24] == ["2001", "2025"]
    long, outside = days("1200-01-01", "2025-01-01")
    assert (len(long), outside) == (COLUMNS, 1)


def test_a_forged_date_does_not_stretch_the_chart() -> None:
    groups = Groups()
    for number in range(300):
        groups.add(f"2025-06-{number % 30 + 1:02}", "failed")
    groups.add("1970-01-01", "failed")
    groups.add("9999-12-31", "failed")
    found, outside = periods(groups.groups)
    assert (found[0].name, found[-1].name, outside) == ("2025-06-01", "2025-06-30", 2)


def test_only_dates_are_days() -> None:
    assert day_of("2025-06-02T10:00:00+00:00") == "2025-06-02"
    assert [day_of(text) for text in ("", "yesterday", "2025-13-01", "Mon, 2 Jun 2025")] == [""] * 4


@SOON
def test_no_address_is_searched_for_among_all_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dsnparse.summary.tally.ADDRESSES", 100_000)
    tally = Tally()
    for number in range(100_000):
        tally.stop(Stopped(f"somebody.with.a.name.{number}@dest.example", "user_unknown", "5.1.1", ""))
    assert len(tally.suppress) == 100_000
