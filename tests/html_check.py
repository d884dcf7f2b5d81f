"""Checks a built book without a browser: links and anchors, images, captions, remote assets.

`check(folder)` returns the problems as sentences, an empty list when there are none. Scripts are
checked where a page loads or inlines them, not by running them.
"""

import re
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup, NavigableString

# Relations of <link> for which a browser fetches or connects at once.
LOADING = {"stylesheet", "icon", "preload", "prefetch", "modulepreload", "manifest", "preconnect"}
LOADING |= {"dns-prefetch", "apple-touch-icon", "mask-icon"}
SOURCES = {
    "src": {"script", "img", "iframe", "embed", "audio", "video", "source", "track", "input"},
    "poster": {"video"},
    "data": {"object"},
    "href": {"image", "use"},
    "xlink:href": {"image", "use"},
}
CSS_URL = re.compile(r"""url\(\s*['"]?([^'")]+)|@import\s+['"]([^'"]+)""")
OPTION = re.compile(r"\s–[a-z]\w+")  # a dash and a word: "--link" once a page has made it pretty
SCRIPT_URL = re.compile(r"""(?:import\s*\(?|from|src\s*=|fetch\()\s*['"]((?:https?:)?//[^'"]+)""")


class Page:
    """What one page refers to: anchors, links, assets, and images with their figures."""

    def __init__(self, text):
        soup = BeautifulSoup(text, "html.parser")
        self.anchors = {tag.get(name) for name in ("id", "name") for tag in soup.find_all(True)}
        self.links = [tag["href"] for tag in soup.select("a[href]")]
        refreshed = soup.select("meta[http-equiv=refresh i]")
        self.links += [tag.get("content", "").partition("=")[2] for tag in refreshed]
        loading = [
            tag
            for tag in soup.select("link[href]")
            if LOADING & {*map(str.lower, tag.get("rel", ()))}
        ]
        self.styles = [tag["href"] for tag in loading if "stylesheet" in tag["rel"]]
        self.assets = [tag["href"] for tag in loading] + [*_loaded(soup)]
        self.images = soup.find_all("img")
        self.figures = soup.find_all("figure")
        self.typeset = [*_typeset(soup)]  # what it makes of texts that were meant to the letter


def _loaded(soup):
    """Yield the addresses of what elements, styles and scripts of a page load."""
    for name, tags in SOURCES.items():
        yield from (tag[name] for tag in soup.find_all(tags, {name: True}) if tag[name])
    for tag in soup.select("[srcset]"):
        yield from (part.split()[0] for part in tag["srcset"].split(",") if part)
    for text in [tag["style"] for tag in soup.select("[style]")] + soup.select("style"):
        yield from css_urls(getattr(text, "string", text) or "")
    for tag in soup.select("script"):
        yield from SCRIPT_URL.findall(tag.string or "")


def _typeset(soup):
    if soup.select("ol[class^=upper], ol[class^=lower]"):
        yield "a lone letter as a list"
    for text in soup.find_all(string=OPTION):
        if type(text) is NavigableString and text.find_parent("article"):  # no script, no comment
            yield from (f"an option as{option}" for option in OPTION.findall(text))


def check(folder):
    """Return the problems of the HTML files under `folder`, as sentences naming page and target."""
    folder = Path(folder).resolve()
    paths = [path for path in sorted(folder.rglob("*.html")) if "_static" not in path.parts]
    if not paths:
        return [f"{folder.name} holds no page"]
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in paths}
    problems = []
    for path, page in pages.items():
        found = [*_links(path, page, pages, folder), *_images(page), *_captions(page)]
        found += _assets(path, page, folder)
        found += [f"it shows {text}" for text in page.typeset]
        problems += [f"{path.relative_to(folder)}: {problem}" for problem in dict.fromkeys(found)]
    return problems


def css_urls(text):
    """Return the addresses a piece of CSS refers to, those of @import included."""
    return [first or second for first, second in CSS_URL.findall(text)]


def _remote(url):
    parts = urlsplit(url.strip())
    return parts.scheme in ("http", "https", "ftp") or bool(parts.netloc)


def _target(path, url):
    """Return the file that a local address on the page `path` means, and the anchor in it."""
    parts = urlsplit(url.strip())
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    return (target / "index.html" if target.is_dir() else target), unquote(parts.fragment)


def _links(path, page, pages, folder):
    for url in page.links:
        if _remote(url) or urlsplit(url).scheme in ("mailto", "javascript", "data", "tel"):
            continue
        target, anchor = _target(path, url)
        if not target.is_file() or not target.is_relative_to(folder):
            yield f"the link {url} leads nowhere"
        elif anchor and target in pages and anchor not in pages[target].anchors:
            yield f"the link {url} leads to an anchor that is not there"


def _images(page):
    for image in page.images:
        source, alt = image.get("src", ""), image.get("alt", "").strip()
        name = PurePosixPath(unquote(urlsplit(source).path))
        if not alt:
            yield f"the image {source[:80]} has no alternative text"
        elif alt in (source, name.name, name.stem, str(name)) or alt.startswith("_images/"):
            yield f"the alternative text of {source[:80]} is its file name"
        if image.find_parent("article") and not image.find_parent("figure"):
            yield f"the image {source[:80]} stands outside a figure, without a caption"


def _captions(page):
    for figure in page.figures:
        if not "".join(caption.text.strip() for caption in figure.select("figcaption")):
            yield f"the figure {figure.get('id', 'without a name')} has no caption"


def _assets(path, page, folder):
    for url in page.assets:
        yield from _asset(path, url, folder)
    seen, waiting = set(), [(path, url) for url in page.styles]
    while waiting:
        sheet = _target(*waiting.pop())[0]
        if sheet in seen or not sheet.is_file():
            continue
        seen.add(sheet)
        for url in css_urls(sheet.read_text(encoding="utf-8")):
            yield from _asset(sheet, url, folder, f" (by {sheet.name})")
            waiting += [(sheet, url)] if urlsplit(url).path.endswith(".css") else []


def _asset(path, url, folder, where=""):
    """Yield the problem of one thing a page loads: remote, or not in the book."""
    if _remote(url):
        yield f"the remote asset {url} is loaded{where}"
    elif not urlsplit(url).scheme and not url.startswith("#"):
        target = _target(path, url)[0]
        if not target.is_file() or not target.is_relative_to(folder):
            yield f"the asset {url} is missing{where}"
