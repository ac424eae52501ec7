"""The pages in a real browser: what is clicked, dropped and read there, that nothing is asked for from elsewhere, and accessibility.

With DSNPARSE_SCREENSHOTS=DIR the pictures of the documentation are made anew.
"""

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright")
pytest.importorskip("axe_playwright_python")
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from dsnparse import parse
from dsnparse.pages.report import html
from dsnparse.store import Store
from dsnparse.summary import Tally
from dsnparse.web.app import application
from dsnparse.web.settings import Settings

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")
SCREENSHOTS = os.environ.get("DSNPARSE_SCREENSHOTS")
SCHEMES = ("light", "dark")
DROP = """([name, text]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name, {type: "message/rfc822"}));
  document.querySelector("[data-drop]").dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));
}"""
SHIFT = """() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => list.getEntries().forEach(entry => sum += entry.hadRecentInput ? 0 : entry.value)).observe({type: "layout-shift", buffered: true});
  setTimeout(() => done(sum), 200);
})"""
SHAPE = """() => {
  const deep = node => 1 + Math.max(0, ...[...node.children].map(deep));
  return [document.querySelectorAll("*").length, deep(document.documentElement)];
}"""
PATHS = ["/", "/store", "/store/report"]
FORMS = {"/": {"label", "button-name"}, "/store": {"label", "button-name"}}
# What Lighthouse calls good, and the page, its style sheet, its script and its picture: bytes and numbers, no times.
LARGEST_SHIFT = 0.1
MOST_BYTES = 60_000
MOST_REQUESTS = 4
MOST_ELEMENTS = 1_400
DEEPEST = 32


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def site(store: Store) -> Iterator[str]:
    """The service on a port of its own."""
    server = uvicorn.Server(uvicorn.Config(application(Settings(store=store)), port=0, log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture(params=SCHEMES)
def scheme(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


Open = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[Open]:
    """A page of the site; it must write nothing to the console and ask nobody else."""
    said: list[str] = []
    asked: list[str] = []
    contexts = []

    def make(path: str = "/", **options: Any) -> Page:  # noqa: ANN401 - of any option of a context
        context = browser.new_context(viewport={"width": 1000, "height": 800}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path if path.startswith("file:") else site + path)
        return page

    yield make
    for context in contexts:
        context.close()
    assert said == []
    assert [url for url in asked if not url.startswith((site, "data:", "file:"))] == []


def accessible(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def picture(page: Page, name: str, scheme: str) -> None:
    if SCREENSHOTS and scheme == "light":
        Path(SCREENSHOTS).mkdir(parents=True, exist_ok=True)
        page.evaluate("document.activeElement.blur()")
        page.screenshot(path=Path(SCREENSHOTS) / f"{name}.png")


def judged(page: Page) -> set[str]:
    """Return the rules of axe that the page keeps; one that axe could not make up its mind about is none of them.

    Of a text of one sign, such as the 0 of a chart, axe never says whether it is text; its colour is that of its neighbours.
    """
    response = Axe().run(page).response
    assert [rule["id"] for rule in response["violations"]] == []
    unsure = {
        rule["id"] for rule in response["incomplete"] for node in rule["nodes"] if "too short" not in str(node["any"])
    }
    return {rule["id"] for rule in response["passes"]} - unsure


def explained(open_page: Open, bounce: bytes, **options: Any) -> Page:  # noqa: ANN401 - of any option of a context
    """The page about a bounce."""
    page = open_page("/", **options)
    page.get_by_label("Or paste its source").fill(bounce.decode())
    page.get_by_role("button", name="Explain").click()
    expect(page.get_by_role("heading", name="unknown@dest.example: No such mailbox")).to_be_visible()
    return page


def test_a_bounce_is_pasted_and_its_evidence_marked(open_page: Open, bounce: bytes, scheme: str) -> None:
    page = open_page("/", color_scheme=scheme)
    accessible(page)
    page.get_by_label("Or paste its source").fill(bounce.decode())
    page.get_by_role("button", name="Explain").click()
    expect(page.get_by_role("heading", name="unknown@dest.example: No such mailbox")).to_be_visible()
    picture(page, "explained", scheme)
    page.get_by_text("All values of unknown@dest.example").click()
    row = page.get_by_role("row", name="address unknown@dest.example").or_(
        page.get_by_role("row").filter(has_text="unknown@dest.example")
    )
    row.get_by_role("link").first.click()
    target = page.locator("mark:target")
    expect(target).to_have_text("unknown@dest.example")
    expect(target).to_be_in_viewport()
    accessible(page)
    picture(page, "marked", scheme)


def test_it_works_without_scripts(open_page: Open, bounce: bytes) -> None:
    page = open_page("/", java_script_enabled=False)
    page.get_by_label("A message as a file").set_input_files(
        {"name": "bounce.eml", "mimeType": "message/rfc822", "buffer": bounce}
    )
    page.get_by_role("button", name="Explain").click()
    expect(page.get_by_role("heading", name="unknown@dest.example: No such mailbox")).to_be_visible()


def test_a_file_is_dropped(open_page: Open, bounce: bytes) -> None:
    page = open_page("/")
    page.evaluate(DROP, ["bounce.eml", bounce.decode()])
    expect(page.get_by_role("status")).to_have_text("bounce.eml is ready: choose Explain.")
    page.get_by_role("button", name="Explain").click()
    expect(page.get_by_role("heading", name="unknown@dest.example: No such mailbox")).to_be_visible()


def test_the_keyboard_is_enough(open_page: Open) -> None:
    page = open_page("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="To the content")).to_be_focused()
    page.get_by_label("Or paste its source").focus()
    page.keyboard.type("5.1.1")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bad destination mailbox")


def test_an_address_is_searched_in_the_store(open_page: Open, scheme: str) -> None:
    page = open_page("/store", color_scheme=scheme)
    accessible(page)
    picture(page, "store", scheme)
    page.get_by_label("Search an address").fill("unknown@dest.example")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("Suppressed as manual")).to_be_visible()
    accessible(page)


def test_the_report_draws_charts(open_page: Open, scheme: str, tmp_path: Path, corpus: Path) -> None:
    tally = Tally()
    for path in sorted((corpus / "postfix").glob("*.eml")):
        tally.add(parse(path.read_bytes()))
    file = tmp_path / "report.html"
    file.write_bytes(html(tally.summary()))
    page = open_page(file.as_uri(), color_scheme=scheme)
    bars = page.locator("svg.chart rect")
    assert bars.count() > 3
    boxes = [bars.nth(number).bounding_box() for number in range(3)]
    assert all(box and box["height"] > 0 and box["width"] > 1 for box in boxes)
    colours = page.evaluate(
        "[...new Set([...document.querySelectorAll('svg.chart rect')].map(r => getComputedStyle(r).fill))]"
    )
    assert len(colours) > 1
    with page.expect_download() as download:
        page.get_by_role("link", name="Download them as CSV").click()
    assert download.value.suggested_filename == "suppress.csv"
    assert Path(download.value.path()).read_text("utf-8").startswith("address,reason,status,last\n")
    page.get_by_text("The numbers", exact=True).click()
    accessible(page)
    page.get_by_role("heading", name="Delivery health").scroll_into_view_if_needed()
    picture(page, "report", scheme)


def test_the_report_prints(open_page: Open) -> None:
    page = open_page("/store/report")
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="Download them as CSV")).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.documentElement).color") == "rgb(0, 0, 0)"
    assert page.pdf().startswith(b"%PDF")


@pytest.mark.parametrize("path", PATHS)
def test_nothing_moves_and_nothing_overflows(open_page: Open, path: str) -> None:
    page = open_page(path)
    assert page.evaluate(SHIFT) == 0
    page.set_viewport_size({"width": 360, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_nothing_moves_when_a_bounce_is_explained(open_page: Open, bounce: bytes) -> None:
    page = explained(open_page, bounce)
    assert page.evaluate(SHIFT) < LARGEST_SHIFT


@pytest.mark.parametrize("path", PATHS)
def test_contrast_labels_and_names_are_looked_at_and_good(open_page: Open, scheme: str, path: str) -> None:
    page = open_page(path, color_scheme=scheme)
    assert judged(page) >= {"color-contrast", "document-title", "html-has-lang", "link-name"} | FORMS.get(path, set())


def test_contrast_of_an_explanation_is_looked_at_and_good(open_page: Open, scheme: str, bounce: bytes) -> None:
    page = explained(open_page, bounce, color_scheme=scheme)
    assert "color-contrast" in judged(page)


@pytest.mark.parametrize("path", PATHS)
def test_pages_are_light(open_page: Open, path: str) -> None:
    page = open_page(path)
    sizes: list[int] = []
    page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    page.reload(wait_until="networkidle")
    assert len(sizes) <= MOST_REQUESTS
    assert sum(sizes) <= MOST_BYTES


def test_a_page_is_small_and_flat(open_page: Open, bounce: bytes) -> None:
    page = explained(open_page, bounce)
    count, depth = page.evaluate(SHAPE)
    assert count < MOST_ELEMENTS
    assert depth < DEEPEST
