"""The pages in a real browser: they sort, show the image that is pointed at, fit every window, and fetch nothing."""

import shutil

import numpy as np
import pytest
from PIL import Image

from iqametrics.cnn_error import curate
from iqametrics.cnn_error.curation_files import write_findings

playwright = pytest.importorskip("playwright.sync_api", reason="playwright drives the browser")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER = next(filter(None, map(shutil.which, BROWSERS)), None)
pytestmark = pytest.mark.skipif(BROWSER is None, reason=f"no browser: none of {', '.join(BROWSERS)}")
#: A legal name of a file that would be markup if a page did not escape it.
EVIL = "<img src=x onerror=hacked=1>&amp;'\".png"


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(browser):
    """Open a page; at the end nothing must have been fetched or complained about."""
    noises, opened = [], []

    def call(path, **context):
        page = browser.new_page(**{"viewport": {"width": 1400, "height": 900}, **context})
        page.on("request", lambda request: request.url.startswith("data:") or opened.append(request.url))
        page.on("console", lambda message: noises.append(message.text))
        page.on("pageerror", lambda error: noises.append(str(error)))
        page.goto(path.as_uri())
        opened.remove(path.as_uri())
        return page

    yield call
    assert opened == []
    assert noises == []


@pytest.fixture(scope="module")
def curated(study, tmp_path_factory):
    """A folder with digits, one under a name that is markup, one that is no image; and its page."""
    folder = tmp_path_factory.mktemp("curated")
    versions = study.dataset.pixels.of_source("evaluation/000003")
    for place in (4, 9, 24, 34):
        Image.fromarray(versions.distorted[place]).save(folder / f"{place}.png")
    Image.fromarray(versions.clean).save(folder / EVIL)
    (folder / "broken.png").write_bytes(b"")
    page = folder / "page.html"
    write_findings(page, folder, curate(folder, study.metrifier), study.metrifier)
    return page


def test_report_leads_with_what_was_found(visit, study, study_folder):
    page = visit(study_folder / "report.html")
    said = page.locator("#headline").inner_text()
    assert "see how much damage there is but hardly which image fails" in said
    first = page.locator("#table-predictors tbody tr th").first.inner_text()
    assert first == study.evaluation.to_frame()["predictor"][0]


def test_tables_of_the_report_sort(visit, study_folder):
    page = visit(study_folder / "report.html")
    heading = page.locator("#table-predictors thead th", has_text="in type and level")
    heading.locator("button").click()
    cells = page.locator("#table-predictors tbody tr > :nth-child(7) .value").all_inner_texts()
    values = [float(text.replace("\N{MINUS SIGN}", "-")) for text in cells if text != "\N{EN DASH}"]
    assert values == sorted(values, reverse=True)
    assert cells[-3:] == ["\N{EN DASH}"] * 3  # the baselines have none


def test_pointing_at_a_dot_shows_the_image_and_where_error_is_expected(visit, study_folder):
    page = visit(study_folder / "report.html")
    assert page.locator("svg[data-plot]").count() == 4
    page.locator("svg[data-plot='3']").focus()
    page.keyboard.press("End")
    inspector = page.locator("#inspector")
    labels = inspector.locator("img").evaluate_all("all => all.map((image) => image.alt)")
    assert labels == ["Undistorted", "Distorted", "Metrifier's map"]
    inspector.locator("img").last.wait_for()
    page.wait_for_function(
        "[...document.querySelectorAll('#inspector img')].every((image) => image.naturalWidth >= 128)"
    )
    text = inspector.inner_text()
    assert "level" in text
    assert "Taken for" in text
    assert page.locator("circle.chosen:not([hidden])").count() == 4


def test_charts_have_their_lines(visit, study_folder):
    page = visit(study_folder / "report.html")
    assert page.locator("#lines-coverage .line path").count() == 2 * 5
    assert page.locator("#lines-movement svg[role='img'] .line").count() == 8
    assert page.locator("#lines-reliability circle").count() == 10


@pytest.mark.parametrize("width", [360, 800, 1400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_fit_every_window(visit, study_folder, curated, width, scheme):
    for path in (study_folder / "report.html", curated):
        page = visit(path, viewport={"width": width, "height": 800}, color_scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_curation_shows_pictures_and_reasons(visit, curated):
    page = visit(curated)
    cards = page.locator("ol.outliers:not([hidden]) li")
    assert cards.count() == 6
    assert "broken.png" in cards.first.inner_text()
    assert "unread" in cards.first.inner_text()
    second = cards.nth(1)
    second.scroll_into_view_if_needed()
    playwright.expect(second.locator("img[src]")).to_have_count(2)
    assert "expected error" in second.inner_text()
    page.locator("[data-switch='verdict']").select_option("drop")
    shown = page.locator("ol.outliers:not([hidden]) .badge").all_inner_texts()
    assert shown
    assert set(shown) == {"drop"}


def test_names_that_are_markup_are_shown_and_do_nothing(visit, curated):
    page = visit(curated)
    assert page.get_by_role("heading", name=EVIL).count() == 1
    assert page.evaluate("window.hacked") is None


def test_map_lies_over_the_image(study):
    from iqametrics.cnn_error.pictures import map_over

    image = study.dataset.pixels.of_source("evaluation/000003").distorted[4]
    picture = map_over(image, study.metrifier.map(image))
    assert picture.shape == (128, 128, 3)
    assert picture.dtype == np.uint8
