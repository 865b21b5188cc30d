"""Take the picture of a report for its page: `python docs/_ext/report_figure.py`. Needs playwright and a Chromium."""

import shutil
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import sync_playwright

from iqametrics.cli import main
from iqametrics.report.atomic import replacing

FIGURE = Path(__file__).parents[1] / "_static" / "report.webp"
SIZE = {"width": 1320, "height": 900}
PLOT = 4  # ssim


def draw() -> None:
    """The plots of the demonstration, the worst outlier of one chosen."""
    with TemporaryDirectory() as folder:
        main(["benchmark", "demo", "-o", folder], standalone_mode=False)
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            page = browser.new_page(viewport=SIZE)
            page.goto(Path(folder, "report.html").as_uri())
            page.evaluate("document.getElementById('plots').scrollIntoView({behavior: 'instant'})")
            page.locator(f"svg[data-plot='{PLOT}']").evaluate("svg => svg.focus({preventScroll: true})")
            page.keyboard.press("PageDown")
            page.wait_for_timeout(500)
            taken = Image.open(BytesIO(page.screenshot()))
            browser.close()
    with replacing(FIGURE) as unfinished:
        taken.convert("RGB").save(unfinished, "WEBP", quality=80, method=6)


if __name__ == "__main__":
    draw()
