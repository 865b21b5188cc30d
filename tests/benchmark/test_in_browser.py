"""The report in a real browser: sorted by a click, questioned by pointer and keyboard, silent and offline."""

import shutil

import pytest

from iqametrics import metrics
from tests.benchmark.trees import EVIL_FILE

playwright = pytest.importorskip("playwright.sync_api", reason="playwright drives the browser")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER = next(filter(None, map(shutil.which, BROWSERS)), None)
pytestmark = pytest.mark.skipif(BROWSER is None, reason=f"no browser: none of {', '.join(BROWSERS)}")


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(browser):
    """Open the page of a run; at the end nothing must have been fetched or complained about."""
    noises, opened = [], []

    def call(run, **context):
        assert run.result.exit_code == 0, run.result.output
        page = browser.new_page(**{"viewport": {"width": 1400, "height": 900}, **context})
        address = (run.folder / "report.html").as_uri()
        page.on("request", lambda request: request.url.startswith("data:") or opened.append(request.url))
        page.on("console", lambda message: noises.append(message.text))
        page.on("pageerror", lambda error: noises.append(str(error)))
        page.goto(address)
        opened.remove(address)
        return page

    yield call
    assert opened == []
    assert noises == []


def column(page, number):
    return page.locator(f"#table-agreement tbody tr > :nth-child({number})").all_inner_texts()


def place_of(page, plot, point):
    """Where a point of a plot is on the screen."""
    page.locator(f"#plot-{plot}").scroll_into_view_if_needed()
    script = """([plot, point]) => {
        const svg = document.querySelector(`svg[data-plot="${plot}"]`);
        const [x, y] = JSON.parse(document.getElementById("data").textContent).plots[plot].dots[point];
        const at = new DOMPoint(x, y).matrixTransform(svg.getScreenCTM());
        return [at.x, at.y];
    }"""
    return page.evaluate(script, [plot, point])


def test_clicks_sort_a_table_both_ways(visit, tid):
    page = visit(tid)
    before = column(page, 1)
    heading = page.locator("#table-agreement thead th", has_text="SROCC")
    heading.locator("button").click()
    assert heading.get_attribute("aria-sort") == "descending"
    values = [float(text.split()[0].replace("\N{MINUS SIGN}", "-")) for text in column(page, 2)]
    assert values == sorted(values, reverse=True)
    assert column(page, 1) != before
    heading.locator("button").focus()
    page.keyboard.press("Enter")
    assert heading.get_attribute("aria-sort") == "ascending"
    values = [float(text.split()[0].replace("\N{MINUS SIGN}", "-")) for text in column(page, 2)]
    assert values == sorted(values)
    page.locator("#table-agreement thead th", has_text="Metric").locator("button").click()
    assert column(page, 1) == sorted(column(page, 1))


def test_pointing_at_a_dot_shows_pair_map_and_figures(visit, tid):
    page = visit(tid)
    inspector = page.locator("#inspector")
    assert inspector.locator(".inspector-body").is_hidden()
    page.mouse.move(*place_of(page, 1, 2))
    name = metrics(task="fr")[1]
    assert inspector.locator("h3").inner_text() == "distorted_images/i04_18_5.bmp"
    images = inspector.locator("img")
    assert [images.nth(k).get_attribute("alt") for k in range(3)] == ["Reference", "Distorted", f"{name} map"]
    shown = images.evaluate_all("all => all.map((image) => image.complete && image.naturalWidth)")
    assert min(shown) > 200
    sources = images.evaluate_all("all => all.map((image) => image.src)")
    assert len(set(sources)) == 3
    assert all(source.startswith("data:image/webp;base64,") for source in sources)
    text = inspector.inner_text()
    assert "saturation change" in text
    assert "3.9268" in text
    assert inspector.locator("tr.now th").inner_text() == name
    assert page.locator("circle.chosen:not([hidden])").count() == page.locator("svg[data-plot]").count()


def test_keyboard_goes_from_dot_to_dot(visit, tid):
    page = visit(tid)
    page.locator("svg[data-plot='0']").focus()
    page.keyboard.press("Home")
    names = [page.locator("#inspector-name").inner_text()]
    for _ in range(5):
        page.keyboard.press("ArrowRight")
        names.append(page.locator("#inspector-name").inner_text())
    assert len(set(names)) == 6
    page.keyboard.press("Enter")
    page.mouse.move(*place_of(page, 0, 0))
    assert page.locator("#inspector-name").inner_text() == names[-1]  # kept
    page.keyboard.press("Escape")
    page.mouse.move(*[each + 2 for each in place_of(page, 0, 1)])
    assert page.locator("#inspector-name").inner_text() == "distorted_images/i03_11_5.bmp"


def test_outliers_show_their_pictures_and_lead_to_the_plots(visit, tid):
    page = visit(tid)
    page.locator("[data-switch='outliers-of']").select_option(label="gmsd")
    cards = page.locator("ol.outliers:not([hidden]) li")
    assert cards.count() == 6
    residuals = [abs(float(text.replace("\N{MINUS SIGN}", "-"))) for text in page.locator(
        "ol.outliers:not([hidden]) dt:text-is('Residual') + dd").all_inner_texts()]  # fmt: skip
    assert residuals == sorted(residuals, reverse=True)
    cards.first.scroll_into_view_if_needed()
    playwright.expect(cards.first.locator("img[src]")).to_have_count(3)
    name = cards.first.locator("h3").inner_text()
    cards.first.locator("button").click()
    assert page.locator("#inspector-name").inner_text() == name


def test_types_and_tests_are_switched(visit, tid):
    page = visit(tid)
    page.locator("[data-switch='test']").select_option(label="Williams' test: PLCC")
    assert page.locator("#table-williams-plcc").is_visible()
    assert page.locator("#table-bootstrap-srocc").is_hidden()
    page.locator("[data-switch='statistic']").select_option(label="RMSE by type of distortion")
    assert page.locator("#table-types-rmse").is_visible()
    page.locator(".chip").first.click()
    assert page.locator(".marks path.lit").count() == page.locator("svg[data-plot]").count()


@pytest.mark.parametrize("width", [360, 800, 1400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_fits_every_window(visit, evil, width, scheme):
    page = visit(evil, viewport={"width": width, "height": 800}, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    light = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert light == (scheme == "light")


def test_names_that_are_markup_are_shown_and_do_nothing(visit, evil):
    page = visit(evil)
    page.mouse.move(*place_of(page, 0, 0))
    assert page.locator("#inspector-name").inner_text() == f"1/0{EVIL_FILE}"
    assert page.evaluate("window.hacked") is None


def test_browser_itself_refuses_to_fetch_anything(browser, tid):
    page = browser.new_page()
    page.goto((tid.folder / "report.html").as_uri())
    fetched = page.evaluate("fetch('data:text/plain,x').then(() => true, () => false)")
    assert fetched is False
