import asyncio
import io
import runpy
import zipfile
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec import json
from starlette.testclient import TestClient

import dsnparse
from dsnparse.errors import UsageError
from dsnparse.report import Report
from dsnparse.store import Store
from dsnparse.web.settings import is_local, read_token

Serve = Callable[..., TestClient]
ZIP = {"Content-Type": "application/zip"}
RFC822 = {"Content-Type": "message/rfc822"}
TOKEN = "correct-horse-battery"  # noqa: S105 - of the tests
KINDS = runpy.run_path(str(Path(__file__).parent.parent / "hostile" / "make.py"))["KINDS"]


def test_a_message_becomes_its_report(client: TestClient, bounce: bytes) -> None:
    answer = client.post("/v1/parse", content=bounce, headers=RFC822)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert json.decode(answer.content, type=Report) == dsnparse.parse(bounce)


def test_a_long_message_becomes_the_same_report_in_a_thread(client: TestClient, bounce: bytes) -> None:
    long = bounce + b"x" * 100_000
    assert client.post("/v1/parse", content=long, headers=RFC822).content == dsnparse.to_json(dsnparse.parse(long))


def test_an_mbox_becomes_reports(serve: Serve, bounce: bytes) -> None:
    box = b"".join(b"From MAILER-DAEMON Mon Jun  2 10:00:00 2025\n" + bounce + b"\n" for _ in range(3))
    headers = {"Content-Type": "application/mbox"}
    found = serve().post("/v1/parse", content=box, headers=headers).json()
    assert [len(each["recipients"]) for each in found["reports"]] == [4, 4, 4]
    assert found["complete"] is True
    found = serve(max_messages=2).post("/v1/parse", content=box, headers=headers).json()
    assert (len(found["reports"]), found["complete"]) == (2, False)


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.eml", content)
    return file.getvalue()


def test_an_archive_becomes_reports(client: TestClient, bounce: bytes) -> None:
    archive = zipped(one=bounce, two=bounce, deep=zipped(three=bounce))
    found = client.post("/v1/parse", content=archive, headers=ZIP).json()
    assert [each["source"] for each in found["reports"]] == ["body!one.eml", "body!two.eml", "body!deep.eml!three.eml"]
    assert (found["unread"], found["complete"]) == ([], True)


def test_an_archive_that_grows_without_bounds_is_stopped(serve: Serve) -> None:
    bomb = zipped(one=b"Subject: x\n\n" + b" " * 60_000_000)
    answer = serve().post("/v1/parse", content=bomb, headers=ZIP)
    assert "more than 200 times as long" in answer.text
    many = zipped(**{f"m{number}": bytes(1_000) for number in range(30)})
    found = serve(max_bytes=20_000).post("/v1/parse", content=many, headers=ZIP).json()
    assert (len(found["reports"]), found["complete"]) == (20, False)


def test_a_broken_archive_is_told(client: TestClient, bounce: bytes) -> None:
    answer = client.post("/v1/parse", content=zipped(one=bounce)[:-30], headers=ZIP)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_message_is_explained(client: TestClient, bounce: bytes) -> None:
    found = client.post("/v1/explain", content=bounce, headers=RFC822).json()
    assert [finding["reason"] for finding in found["findings"]][:2] == ["host_unknown", "ip_blocklisted"]


def test_a_pasted_reply_is_explained(client: TestClient) -> None:
    answer = client.post("/v1/explain", content="550 5.1.1 User unknown", headers={"Content-Type": "text/plain"})
    assert answer.json()["findings"][0]["reason"] == "user_unknown"


def test_a_code_is_explained(client: TestClient) -> None:
    assert client.get("/v1/explain/5.7.1").json()["findings"][0]["subject"] == "5.7.1"
    missing = client.get("/v1/explain/no-such-code")
    assert missing.status_code == 404
    assert missing.headers["content-type"] == "application/problem+json"
    assert missing.json() == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "nobody knows this code",
    }


@pytest.mark.parametrize(
    ("headers", "content", "status"),
    [
        (RFC822, b"", 400),
        ({"Content-Type": "image/png"}, b"x", 415),
        ({}, b"x", 415),
        (RFC822, b"x" * 2_001, 413),
        (RFC822 | {"Content-Length": "9" * 30}, b"x", 413),
    ],
)
def test_what_cannot_be_read_is_told(serve: Serve, headers: dict[str, str], content: bytes, status: int) -> None:
    answer = serve(max_body=2_000).post("/v1/parse", content=content, headers=headers)
    assert (answer.status_code, answer.json()["status"]) == (status, status)


def test_a_body_without_a_length_is_held_to_the_same_limit(serve: Serve) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(30):
            yield b"x" * 100

    answer = serve(max_body=2_000).post("/v1/parse", content=pieces(), headers=RFC822)
    assert answer.status_code == 413


def test_bodies_together_are_held_to_a_limit_that_is_given_back(serve: Serve, bounce: bytes) -> None:
    client = serve(max_bytes=len(bounce) + 10)
    assert client.post("/v1/parse", content=bounce + b"x" * 20, headers=RFC822).status_code == 503
    for _ in range(3):
        assert client.post("/v1/parse", content=bounce, headers=RFC822).status_code == 200
    assert client.app.state.ours.room.taken == 0  # type: ignore[attr-defined] # a Starlette


def test_a_body_that_does_not_come_is_given_up(serve: Serve) -> None:
    app = serve(seconds=0.05).app
    sent: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        await asyncio.sleep(60)
        return {}

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "path": "/v1/parse",
        "raw_path": b"/v1/parse",
        "query_string": b"",
        "headers": [(b"host", b"localhost"), (b"content-type", b"message/rfc822")],
    }
    asyncio.run(app(scope, receive, send))  # type: ignore[arg-type] # an ASGI application
    assert sent[0]["status"] == 408


@pytest.mark.parametrize("query", ["?limit=0", "?limit=x", "?after=-1", "?other=1", "?limit=1&limit=2"])
def test_wrong_queries_are_refused(serve: Serve, store: Store, query: str) -> None:
    assert serve(store=store).get(f"/v1/events{query}").status_code == 422


def test_events_come_in_pages(serve: Serve, store: Store) -> None:
    client, seen, after = serve(store=store), [], 0
    while after is not None:
        page = client.get("/v1/events", params={"after": after, "limit": 3}).json()
        seen += [event["recipient"]["address"] for event in page["events"]]
        after = page["next"]
    assert len(seen) == len(set(seen)) == 4
    one = client.get("/v1/events", params={"address": "unknown@dest.example"}).json()["events"]
    assert [event["recipient"]["address"] for event in one] == ["unknown@dest.example"]


def test_addresses_are_looked_up(serve: Serve, store: Store) -> None:
    client = serve(store=store)
    found = client.get("/v1/suppressions/Unknown@DEST.example").json()
    assert found["suppressed"] is True
    assert found["suppression"]["because"] == "asked by telephone"
    assert [step["because"] for step in found["history"]][-1:] == ["asked by telephone"]
    assert client.get("/v1/suppressions/nobody@dest.example").json()["suppressed"] is False


def test_without_a_store_there_is_none(client: TestClient) -> None:
    assert client.get("/v1/events").json()["detail"] == "this service has no store"


def test_a_store_that_fails_is_told_without_its_secrets(serve: Serve, store: Store) -> None:
    client = serve(store=store)
    store.close()
    answer = client.get("/v1/events")
    assert answer.status_code in (500, 503)
    assert set(answer.json()) == {"type", "title", "status", "detail"}
    assert "sqlite" not in answer.text.lower()


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ("", 401),
        ("Bearer wrong-wrong-wrong", 401),
        (f"Bearer {TOKEN}x", 401),
        (f"Digest {TOKEN}", 401),
        ("Basic !!!", 401),
        ("Basic /w==", 401),
        ("Bearer caf\u00e9", 401),
        (f"Bearer {TOKEN}", 200),
        (f"bearer {TOKEN}", 200),
        (f"Basic {b64encode(f'any:{TOKEN}'.encode()).decode()}", 200),
    ],
)
def test_a_token_is_asked_for(serve: Serve, given: str, status: int) -> None:
    headers = {"Authorization": given.encode("latin-1")} if given else {}
    answer = serve(token=TOKEN).get("/v1/explain/5.7.1", headers=headers)
    assert answer.status_code == status
    assert ("www-authenticate" in answer.headers) == (status == 401)


def test_health_needs_no_token(serve: Serve, store: Store) -> None:
    answer = serve(token=TOKEN, store=store).get("/health")
    assert answer.json() == {"status": "ok", "version": dsnparse.__version__}


@pytest.mark.parametrize("host", ["attacker.example", "", "localhost.attacker.example", "[::2]:80"])
def test_requests_by_another_name_are_refused(client: TestClient, host: str) -> None:
    assert client.get("/v1/explain/5.7.1", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8025", "127.0.0.1:1", "[::1]:8025"])
def test_requests_by_our_names_are_answered(client: TestClient, host: str) -> None:
    assert client.get("/v1/explain/5.7.1", headers={"Host": host}).status_code == 200


def test_every_answer_is_guarded(client: TestClient) -> None:
    for path in ("/health", "/v1/explain/5.7.1", "/nowhere", "/metrics"):
        headers = client.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"


def test_metrics_count(client: TestClient, bounce: bytes) -> None:
    client.post("/v1/parse", content=bounce, headers=RFC822)
    client.get("/v1/explain/nothing")
    text = client.get("/metrics").text
    assert 'dsnparse_requests_total{route="parse",status="200"} 1\n' in text
    assert 'dsnparse_requests_total{route="explain_code",status="404"} 1\n' in text
    assert 'dsnparse_messages_total{kind="failure"} 1\n' in text
    assert "dsnparse_request_seconds_count 2\n" in text


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_messages_are_answered(client: TestClient, kind: str) -> None:
    raw = KINDS[kind](300).raw
    for path in ("/v1/parse", "/v1/explain"):
        answer = client.post(path, content=raw, headers=RFC822)
        assert answer.status_code == (200 if raw else 400)
        assert not {"\u202e", "\x1b"} & set(answer.text)


def test_tokens_come_from_a_file_or_the_environment(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text(f"{TOKEN}\n")
    assert read_token(str(path), {}) == TOKEN
    assert read_token("", {"DSNPARSE_TOKEN": TOKEN}) == TOKEN
    assert read_token("", {}) == ""
    assert read_token("", {"DSNPARSE_TOKEN_FILE": str(path)}) == TOKEN
    path.write_text("short")
    for given, environment in ((str(path), {}), (str(tmp_path / "none"), {}), ("", {"DSNPARSE_TOKEN": "short"})):
        with pytest.raises(UsageError) as raised:
            read_token(given, environment)
        assert "short" not in str(raised.value)


def test_what_is_local() -> None:
    assert [is_local(host) for host in ("127.0.0.1", "::1", "localhost", "127.8.8.8")] == [True] * 4
    assert [is_local(host) for host in ("0.0.0.0", "::", "192.0.2.1", "mail.example")] == [False] * 4  # noqa: S104 - not bound


def test_a_fault_of_ours_is_told_and_logged_without_words_of_mail(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("words\nof mail")  # noqa: EM101, TRY003 - any words

    monkeypatch.setattr("dsnparse.parse", broken)
    answer = client.post("/v1/parse", content=b"x", headers=RFC822)
    assert (answer.status_code, answer.json()["detail"]) == (500, "this is our fault, please report it")
    ours = [record.getMessage() for record in caplog.records if record.name == "dsnparse.web"]
    assert len(ours) == 1
    assert ours[0].startswith("internal error, please report it: ValueError in ")
    assert "mail" not in ours[0].rpartition("/")[2]
