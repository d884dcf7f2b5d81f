"""What the tests in a browser share: the system's Chromium, driven by playwright, and the book.

Nothing is installed and nothing fetched: without a Chromium these tests are skipped.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import cache

import pytest
from built_book import built_book
from playwright.sync_api import Browser, Page, expect, sync_playwright

from slfkit.publish.pdf import find_browser

NO_NAMES = "--host-resolver-rules=MAP * ~NOTFOUND"  # so that whatever is asked for outside fails

Window = Callable[..., AbstractContextManager[Page]]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A headless Chromium.

    Its scope is the module and not the session: while it runs, so does playwright's event loop,
    and tests of other modules that start their own would find it in their way.
    """
    program = find_browser()
    if program is None:
        pytest.skip("no Chromium: install Debian's package chromium, or set SLFKIT_CHROMIUM")
    expect.set_options(timeout=20_000)  # milliseconds; a busy machine is slow
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[NO_NAMES])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def window(chromium: Browser) -> Window:
    """A function that opens a window of a width, in a theme, at an address.

    Below 600 pixels it is a phone's.
    """

    @contextmanager
    def opened(
        width: int = 1280, scheme: str = "light", at: str = "about:blank", **options: bool
    ) -> Iterator[Page]:
        phone = width < 600
        with chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            is_mobile=phone,
            has_touch=phone,
            **options,
        ) as context:
            page = context.new_page()
            page.goto(at)
            yield page

    return opened


@pytest.fixture(scope="module")
def site(chromium: Browser) -> str:
    """The address of the built book on disk, as a reader opens it without a server.

    It asks for the browser first, so that without one no book is built.
    """
    return built_book().as_uri()


@pytest.fixture(scope="module")
def reading(window: Window, site: str) -> Iterator[Callable[..., Page]]:
    """A function that gives a page of the book to look at; it is loaded once for each width."""
    with ExitStack() as windows:

        @cache
        def loaded(name: str, width: int = 1280) -> Page:
            return windows.enter_context(window(width, at=f"{site}/{name}.html"))

        yield loaded
