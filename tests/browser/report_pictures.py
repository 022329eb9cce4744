"""The pictures of a report in docs/pictures: `python -m tests.browser.report_pictures` takes them anew.

They need Chromium, LibreOffice, poppler, and a font like Times New Roman with Vietnamese letters (fonts-croscore).
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
PLACES = (".", "tests", "tests/fakes", "tests/portal", "tests/notifications", "tests/browser")
sys.path[:0] = [str(ROOT / place) for place in PLACES]

import a_province  # noqa: E402
from looking import opened, serving  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

from reports.beside.pdf import write_pdf  # noqa: E402
from services.operations.tick import tick  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
CHROMIUM = "/usr/bin/chromium"


def take(folder: Path) -> None:
    context = a_province.a_context(folder)
    context = replace(context, office=replace(context.office, folder=folder), clock=lambda: a_province.AFTER_CUTOFF)
    tick(context.engine, context.office, a_province.AFTER_CUTOFF)
    (document,) = folder.rglob("BC-*-2014-Q1.docx")
    page_of(write_pdf(document, folder / "report.pdf"), PICTURES / "report-page.png")
    with sync_playwright() as playwright, serving(context) as house:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        with opened(browser, house, width=1100) as page:
            page.goto("/bao-cao")
            page.locator("main ul.entries a").first.click()
            page.get_by_role("link", name="Số liệu và danh sách").click()
            page.get_by_role("heading", level=1).wait_for()
            page.screenshot(path=PICTURES / "report-desk.png")
        browser.close()


def page_of(pdf: Path, picture: Path, page: str = "1") -> None:
    wanted = ["-f", page, "-l", page, "-r", "80", "-png", "-singlefile"]
    subprocess.run(["pdftoppm", *wanted, str(pdf), str(picture.with_suffix(""))], check=True)


if __name__ == "__main__":
    with TemporaryDirectory(prefix="kyhan-pictures-") as name:
        take(Path(name))
