import csv
import io
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from dsnparse.report import Original, Recipient, Report
from dsnparse.store import Processed, open_store
from dsnparse.tokens import make_token, new_key, parse_keys
from dsnparse.trust import Level, Trust

Run = Callable[..., tuple[int, bytes, str]]
INES, ADA, ZOE = "ines@dest.example", "ada@dest.example", "zoe@dest.example"


def failure(number: int, address: str, level: Level = "verified") -> Processed:
    person = Recipient(address=address, action="failed", reason="user_unknown", permanence="permanent", confidence=1.0)
    report = Report(kind="failure", recipients=(person,), original=Original(message_id=f"m{number}@origin.example"))
    return Processed(
        digest=f"{number:064x}", report=report, trust=(Trust(level=level),), received=1_750_000_000.0 + number
    )


@pytest.fixture(autouse=True)
def _nothing_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("DSNPARSE_STORE", "DSNPARSE_STORE_FILE", "DSNPARSE_KEYS", "DSNPARSE_KEYS_FILE", "STATE_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of a store with one suppressed address, one held, and one that counts; the environment names it."""
    url = f"sqlite:///{tmp_path}/store.db"
    with open_store(url) as store:
        store.commit([failure(1, INES), failure(2, "bob@dest.example", "unverified")])
        store.commit([failure(number, f"u{number:02}@dest.example") for number in range(10, 60)])
    monkeypatch.setenv("DSNPARSE_STORE", url)
    return url


def records(out: bytes) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.decode().split("\n") if line]


def test_list(url: str, run: Run) -> None:
    status, out, err = run("suppressions", "list", "--store", url)
    found = records(out)
    assert (status, err, len(found)) == (0, "", 50)
    assert found[0] == {
        "address": INES,
        "standing": "suppressed",
        "category": "hard",
        "since": "2025-06-15T15:06:41+00:00",
        "expires": None,
        "because": "hard failure (user_unknown), verified",
    }
    assert [each["address"] for each in found] == sorted(each["address"] for each in found)  # type: ignore[type-var]


def test_held_addresses_are_released_or_let_go(url: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert url
    (held,) = records(run("suppressions", "list", "--held")[1])
    address = str(held["address"])
    assert (held["standing"], run("suppressions", "check", address)[0]) == ("held", 0)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{address}\n\n"))
    assert run("suppressions", "release", "-") == (0, b"", "dsnparse: 1 suppressed\n")
    assert run("suppressions", "check", address)[0] == 1
    assert run("suppressions", "release", address) == (1, b"", "dsnparse: 0 suppressed; 1 were not held\n")


def test_check_tells_the_history(url: str, run: Run) -> None:
    status, out, _ = run("suppressions", "check", "INES@dest.example", ZOE)
    ines, zoe = records(out)
    assert (status, ines["standing"], ines["verb"], ines["because"]) == (
        1,
        "suppressed",
        "suppress",
        "hard failure (user_unknown), verified",
    )
    assert (zoe["standing"], zoe["verb"], zoe["at"]) == ("clear", "", None)
    assert run("suppressions", "check", "bob@dest.example", "--store", url)[0] == 0


def test_add_and_remove(url: str, run: Run) -> None:
    assert url
    assert run("suppressions", "add", ZOE, "--because", "by telephone", "--days", "2") == (
        0,
        b"",
        "dsnparse: 1 suppressed\n",
    )
    (step,) = records(run("suppressions", "check", ZOE)[1])
    assert (step["verb"], step["because"]) == ("add", "by telephone")
    assert run("suppressions", "remove", ZOE, INES, ADA) == (
        1,
        b"",
        "dsnparse: 2 may be mailed again; 1 were not suppressed\n",
    )
    assert run("suppressions", "check", ZOE, INES)[0] == 0


def test_export_into_a_file(url: str, run: Run, tmp_path: Path) -> None:
    assert url
    run("suppressions", "add", "=cmd@dest.example", "--because", "odd, \x1b[31m")
    target = tmp_path / "out.csv"
    assert run("suppressions", "export", "--format", "csv", "--output", target) == (0, b"", "")
    rows = list(csv.DictReader(io.StringIO(target.read_text("utf-8"))))
    assert (len(rows), rows[0]["address"]) == (51, "'=cmd@dest.example")
    assert run("suppressions", "export", "--output", tmp_path / "none" / "x")[0] == 3


def test_table_is_safe_and_aligned(url: str, run: Run) -> None:
    assert url
    run("suppressions", "add", "a@dest.example", "--because", "odd \x1b[31m")
    _, out, _ = run("suppressions", "list", "--format", "table")
    lines = out.decode().split("\n")
    assert lines[0].split() == ["ADDRESS", "STANDING", "CATEGORY", "SINCE", "EXPIRES", "BECAUSE"]
    assert "odd \\x1b[31m" in lines[1]
    assert len({line.index("suppressed") for line in lines[1:] if line}) == 1


def test_long_tables_come_in_pieces(url: str, run: Run) -> None:
    with open_store(url) as store:
        store.suppressions.add([f"x{number:04}@dest.example" for number in range(1000)], "x")
    _, out, _ = run("suppressions", "list", "--format", "table")
    assert out.count(b"\n") == 1051
    _, out, _ = run("suppressions", "list", "--format", "csv")
    assert out.count(b"\n") == 1051
    assert len(records(run("suppressions", "list")[1])) == 1050


def test_events(url: str, run: Run) -> None:
    _, out, _ = run("store", "export", "--store", url)
    events = records(out)
    assert (len(events), events[0]["offset"], events[0]["decision"]) == (52, 1, "suppress")
    assert records(run("store", "export", "--after", "50")[1]) == events[50:]
    _, out, _ = run("store", "export", "--format", "csv", "--after", "51")
    (row,) = csv.DictReader(io.StringIO(out.decode()))
    assert (row["address"], row["trust"], row["decision"]) == ("u59@dest.example", "verified", "hold")
    _, out, _ = run("store", "export", "--format", "table")
    assert out.split(b"\n")[0].split()[:3] == [b"OFFSET", b"RECEIVED", b"ADDRESS"]


def test_retention_and_migration(url: str, run: Run) -> None:
    assert run("store", "migrate", "--store", url) == (0, b"", "dsnparse: the store is up to date\n")
    assert run("store", "retain", "--days", "30") == (
        0,
        b"",
        "dsnparse: 52 messages emptied, 0 suppressions had ended\n",
    )
    assert run("store", "export") == (0, b"", "")
    assert len(records(run("suppressions", "list")[1])) == 50


@pytest.mark.parametrize(
    ("argv", "status", "said"),
    [
        (["suppressions", "list", "--store", "mysql://x"], 2, "mysql: a store is sqlite:///PATH or postgresql://"),
        (["suppressions", "list", "--store", "sqlite:////none/x.db"], 1, "/none/x.db: there is no store"),
        (["suppressions", "list"], 1, "/state/dsnparse/store.db: there is no store"),
        (["suppressions", "list", "--store", "postgresql://a:canary@h/x"], 2, "everybody on this machine can read"),
        (["tokens", "verify", "x", INES], 2, "no keys: name their file"),
        (["tokens", "make", "--keys", "/none", "--domain", "a.example", INES], 2, "/none: no such file"),
    ],
)
def test_what_goes_wrong(argv: list[str], status: int, said: str, run: Run) -> None:
    got, out, err = run(*argv)
    assert (got, out, said in err, "canary" in err, err.count("\n")) == (status, b"", True, False, 1)


def test_addresses_must_be_addresses(url: str, run: Run) -> None:
    assert url
    assert run("suppressions", "add", "ines") == (2, b"", "dsnparse: ines: is no address\n")
    assert run("store", "retain", "--days", "0")[0] == 2
    assert run("store", "retain", "--days", "soon")[0] == 2


def test_a_store_in_use(url: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dsnparse.cli.records.open_store", partial(open_store, patience=0.1))
    with open_store(url) as store, store.database.writing():
        assert run("suppressions", "list")[0] == 0
        status, _, err = run("suppressions", "add", ZOE)
        assert (status, "has been writing to the store for too long" in err) == (75, True)


def test_the_url_may_stand_in_a_file(url: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "url").write_text(f"{url}\n")
    monkeypatch.delenv("DSNPARSE_STORE")
    monkeypatch.setenv("DSNPARSE_STORE_FILE", str(tmp_path / "url"))
    assert len(records(run("suppressions", "list")[1])) == 50
    monkeypatch.setenv("DSNPARSE_STORE_FILE", str(tmp_path / "none"))
    assert run("suppressions", "list")[0] == 1


def test_the_store_of_a_service(url: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert url
    monkeypatch.delenv("DSNPARSE_STORE")
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path))
    assert len(records(run("suppressions", "list")[1])) == 50


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "keys"
    path.write_text(f"{new_key()}\n")
    path.chmod(0o600)
    monkeypatch.setenv("DSNPARSE_KEYS_FILE", str(path))
    return path


def test_tokens(keys: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    status, out, _ = run("tokens", "make", "--mailbox", "bounces@example.com", "--id", "m1", INES)
    path = out.decode().strip()
    assert (status, path.startswith("bounces+"), path.endswith("m1@example.com")) == (0, True, True)
    assert run("tokens", "verify", path.upper(), ADA, INES)[:2] == (
        0,
        b'{"outcome":"verified","recipient":"ines@dest.example","id":"m1"}\n',
    )
    assert records(run("tokens", "verify", path, ADA)[1])[0]["outcome"] == "other-recipient"
    assert run("tokens", "verify", path, ADA)[0] == 1
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{INES}\n{ADA}\n"))
    _, out, _ = run("tokens", "make", "--keys", keys, "--domain", "example.com", "-")
    first, second = out.decode().split()
    assert run("tokens", "verify", first, INES)[0] == run("tokens", "verify", second, ADA)[0] == 0
    assert run("tokens", "verify", make_token(parse_keys(new_key()), INES), INES)[0] == 1


def test_new_keys_are_keys(run: Run) -> None:
    _, out, _ = run("tokens", "new-key")
    assert parse_keys(out.decode()).signing.id == out.decode()[:2]


@pytest.mark.parametrize(
    "argv",
    [
        ["tokens", "make", INES],
        ["tokens", "make", "--mailbox", "a@b.example", "--domain", "b.example", INES],
        ["tokens", "make", "--mailbox", "bounces", INES],
        ["tokens", "make", "--mailbox", "a@b.example", "--id", "NO", INES],
        ["tokens", "make", "--mailbox", "a@b.example", "--delimiter", ".", INES],
        ["tokens", "make", "--domain", "b.example", "ines"],
    ],
)
def test_what_no_token_is_made_of(argv: list[str], keys: Path, run: Run) -> None:
    assert keys
    status, out, err = run(*argv)
    assert (status, out, bool(err)) == (2, b"", True)
