import re
import runpy
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from dsnparse.store import Store

Serve = Callable[..., TestClient]
KINDS = runpy.run_path(str(Path(__file__).parent.parent / "hostile" / "make.py"))["KINDS"]
NASTY = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
FIELD = b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\n5.1.1\r\n'
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Seen(HTMLParser):
    """What a page is made of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        for name, value in attrs:
            self.attributes.append((name, value or ""))
            self.ids += [value or ""] if name == "id" else []
            self.links += [value or ""] if name == "href" else []


def sound(page: str) -> Seen:
    """Return what a page is made of, after looking for what no page of ours has."""
    seen = Seen(page)
    assert {"script", "img", "iframe", "object", "style", "b"}.isdisjoint(seen.elements)
    assert [name for name, _ in seen.attributes if name.startswith("on") or name == "style"] == []
    assert len(set(seen.ids)) == len(seen.ids)
    assert not UNSEEN.search(page)
    return seen


def paste(client: TestClient, text: str, *, file: bytes = b"", follow: bool = True) -> Response:
    """Send the form as a browser does."""
    files = {"text": (None, text), "file": ("bounce.eml" if file else "", file)}
    return client.post("/explain", files=files, follow_redirects=follow)


def test_the_form_works_without_a_script(client: TestClient) -> None:
    answer = client.get("/")
    seen = Seen(answer.text)
    assert {"form", "textarea", "button"} <= set(seen.elements)
    assert ("enctype", "multipart/form-data") in seen.attributes
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "<script>" not in answer.text


def test_a_pasted_bounce_is_explained_and_marked(client: TestClient, bounce: bytes) -> None:
    page = paste(client, bounce.decode()).text
    seen = sound(page)
    assert "unknown@dest.example: No such mailbox" in page
    assert re.search(r'<mark id="read-0-[0-9]+" title="[a-z_, ]*address[a-z_, ]*">unknown@dest\.example</mark>', page)
    anchors = [link[1:] for link in seen.links if link.startswith("#read-")]
    assert anchors
    assert set(anchors) <= set(seen.ids)


def test_a_file_goes_before_what_was_pasted(client: TestClient, bounce: bytes) -> None:
    assert "quotadot@example.com" in paste(client, "554", file=bounce).text


def test_a_code_is_explained(client: TestClient) -> None:
    assert "<code>5.7.1</code>" in paste(client, "550 5.7.1").text


def test_what_nobody_knows_is_said_so(client: TestClient) -> None:
    answer = paste(client, "an umbrella")
    assert answer.status_code == 200
    sound(answer.text)


def test_a_long_paste_is_read(client: TestClient) -> None:
    answer = paste(client, "550 5.1.1 User unknown\n" + "a b c\n" * 500_000)
    assert answer.status_code == 200
    assert len(answer.content) < 200_000


def test_nothing_leads_back(client: TestClient) -> None:
    answer = paste(client, " ", follow=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Content-Type": "multipart/form-data"}, b"x", 400),
        ({"Content-Type": "multipart/form-data; boundary=b"}, b"--b\r\nContent-Disposition: form-data\r\n\r\nx", 400),
        ({"Content-Type": "multipart/form-data; boundary=b"}, FIELD * 3 + b"--b--\r\n", 400),
        ({"Content-Type": "multipart/form-data; boundary=b; charset=none-such"}, FIELD + b"--b--\r\n", 200),
        ({"Content-Type": "application/json"}, b"{}", 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"a=&" * 100_000, 415),
    ],
)
def test_a_form_that_no_browser_sends_is_answered_with_a_page(
    client: TestClient, headers: dict[str, str], body: bytes, status: int
) -> None:
    answer = client.post("/explain", content=body, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_messages_make_sound_pages(client: TestClient, kind: str) -> None:
    answer = client.post("/explain", files={"file": ("x.eml", KINDS[kind](300).raw)})
    assert answer.status_code == 200
    sound(answer.text)
    assert len(answer.content) < 2_000_000


def test_markup_in_a_message_is_text(client: TestClient, bounce: bytes) -> None:
    raw = bounce.replace(b"unknown@dest.example", b"unknown@dest.example").replace(b"User unknown", NASTY.encode())
    raw = raw.replace(b"Subject: ", b"Subject: " + NASTY.encode())
    page = client.post("/explain", files={"file": (NASTY, raw)}).text
    sound(page)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_the_store_is_browsed(serve: Serve, store: Store) -> None:
    client = serve(store=store)
    page = client.get("/store").text
    sound(page)
    assert page.count('<th scope="row">') == 4
    assert 'href="/store/report"' in client.get("/").text


def test_an_address_is_searched(serve: Serve, store: Store) -> None:
    page = serve(store=store).get("/store", params={"address": "unknown@dest.example"}).text
    sound(page)
    assert "<strong>Suppressed</strong> as manual" in page
    assert "asked by telephone" in page
    assert page.count('<th scope="row">') == 1


def test_a_search_is_text(serve: Serve, store: Store) -> None:
    page = serve(store=store).get("/store", params={"address": NASTY}).text
    sound(page)
    assert "It may be mailed." in page


def test_the_store_comes_in_pages(serve: Serve, store: Store) -> None:
    page = serve(store=store).get("/store", params={"before": 3}).text
    assert page.count('<th scope="row">') == 2
    assert serve(store=store).get("/store", params={"before": "x"}).status_code == 422


def test_the_report_of_the_store(serve: Serve, store: Store) -> None:
    answer = serve(store=store).get("/store/report")
    assert "Bounce report" in answer.text
    assert re.search(r"style-src 'sha256-[^']+'", answer.headers["content-security-policy"])


def test_without_a_store_there_is_no_page_of_it(client: TestClient) -> None:
    assert client.get("/store").status_code == 404
    assert "/store" not in client.get("/").text
