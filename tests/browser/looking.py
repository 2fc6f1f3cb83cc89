"""A page as it is seen: by a program that knows the rules of accessibility, and then by us."""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

#: Pictures of every page, made anew by each run.
SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"

#: A phone, a tablet, a screen.
WIDTHS = (360, 820, 1440)

_HEIGHTS = {360: 740, 820: 1180, 1440: 900}

#: WCAG 2.2, A and AA, and what is good practice besides.
_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_RULES = {"runOnly": list(_TAGS), "resultTypes": ["violations"]}

#: The narrowest page that WCAG asks for, and a screen of 1280 at 200 %.
_NARROW, _ZOOMED = (320, 640), (640, 512)

_TOO_WIDE = """() => [...document.querySelectorAll("body *")]
    .filter(each => each.getBoundingClientRect().right > innerWidth + 1 && !each.closest(".hidden"))
    .map(each => each.outerHTML.slice(0, 120))"""


def faults_for_anyone(page: Page) -> list[str]:
    """Return what the rules of accessibility have against a page, in both colour schemes."""
    page.wait_for_load_state()  # there are headings before there are styles
    axe = Axe()
    found: list[str] = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for violation in axe.run(page, options=_RULES).response["violations"]:
            nodes = "; ".join(f"{node['html'][:120]}" for node in violation["nodes"])
            found.append(f"{scheme}: {violation['id']}, {violation['help']}: {nodes}")
    page.emulate_media(color_scheme="light")
    return found


def what_runs_out_of(page: Page) -> list[str]:
    """Return what cannot be seen without scrolling sideways, on a narrow page and zoomed in."""
    page.wait_for_load_state()
    found: list[str] = []
    for width, height in (_NARROW, _ZOOMED):
        page.set_viewport_size({"width": width, "height": height})
        if page.evaluate("() => document.documentElement.scrollWidth > innerWidth"):
            found.extend(f"{width}: {each}" for each in page.evaluate(_TOO_WIDE))
    return found


def picture(name: str) -> Path:
    """Return the file that a picture is kept in."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    return SCREENSHOTS / f"{name}.png"


def take_pictures(page: Page, name: str) -> None:
    """Keep pictures of a page: in each width, and dark on a phone."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": _HEIGHTS[width]})
        page.screenshot(path=picture(f"{name}-{width}"), full_page=True)
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": WIDTHS[0], "height": _HEIGHTS[WIDTHS[0]]})
    page.screenshot(path=picture(f"{name}-{WIDTHS[0]}-dark"), full_page=True)
