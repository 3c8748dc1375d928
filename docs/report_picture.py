"""Make ``docs/pictures/report.png``, the picture of a report in the README: ``python docs/report_picture.py``.

It is drawn by Chromium from the report that a notebook would show. The file keeps the report's text, so that a test can
tell when the picture is out of date.
"""

from __future__ import annotations

import shutil
from io import BytesIO
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo
from playwright.sync_api import sync_playwright

import course
from course.checking.report import Report

PICTURE = Path(__file__).parent / "pictures" / "report.png"
EXERCISE = "conv2d"
ANSWER = """\
def conv2d(input, weight, bias=None):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=(2, 3))
    output = np.einsum("nchwij,ocij->nohw", windows, weight[:, :, ::-1, ::-1])
    return output if bias is None else output + bias[:, None, None]
"""
_PAGE = """\
<!DOCTYPE html><meta charset="utf-8"><style>
body { margin: 0; padding: 14px; width: 820px; background: #fff; color: rgba(0, 0, 0, 0.87);
  font: 14px/1.5 system-ui, "DejaVu Sans", sans-serif; }
pre { margin: 0 0 10px; padding: 8px 10px; background: #f5f5f5; border: 1px solid #e0e0e0; border-radius: 3px;
  font: 12.5px/1.45 "DejaVu Sans Mono", Menlo, monospace; }
</style>"""


def report() -> Report:
    """Check the wrong answer of the picture."""
    names: dict[str, object] = {"np": __import__("numpy")}
    exec(compile(ANSWER, "answer", "exec"), names)  # noqa: S102  the text above
    return course.assess(names[EXERCISE], EXERCISE)


def main() -> None:
    """Draw the report and keep the picture."""
    seen = report()
    page_text = f"{_PAGE}<pre>check({EXERCISE})</pre>{seen._repr_html_()}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 848, "height": 100}, device_scale_factor=1.5)
        page.set_content(page_text)
        drawn = page.screenshot(full_page=True)
        browser.close()
    kept = PngInfo()
    kept.add_text("report", str(seen).encode("unicode_escape").decode("ascii"))
    PICTURE.parent.mkdir(exist_ok=True)
    # 128 colours halve the file, and no difference can be seen
    Image.open(BytesIO(drawn)).convert("RGB").quantize(128).save(PICTURE, pnginfo=kept, optimize=True)
    print(f"{PICTURE}: {PICTURE.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
