"""Checks a built book without a browser: links and anchors, images, captions, remote assets.

`check(folder)` returns the problems as sentences, an empty list when there are none. Scripts are
checked where a page loads or inlines them, not by running them.
"""

import re
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

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


class Page(HTMLParser):
    """What one page refers to: anchors, links, assets, and images with their figures."""

    def __init__(self, text):
        super().__init__()
        self.anchors, self.links, self.assets, self.styles = set(), [], [], []
        self.images, self.captions = [], []  # (source, alt, inside a figure); text of each figure
        self.typeset = []  # what a page makes of texts that were meant to the letter
        self._figures, self._inside, self._articles = [], None, 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        attrs = {name: value or "" for name, value in attrs}
        self.anchors |= {attrs[name] for name in ("id", "name") if attrs.get(name)}
        if tag == "a" and "href" in attrs:
            self.links.append(attrs["href"])
        if tag == "meta" and attrs.get("http-equiv", "").lower() == "refresh":
            self.links.append(attrs.get("content", "").partition("=")[2])
        if tag == "ol" and attrs.get("class", "").startswith(("upper", "lower")):
            self.typeset.append("a lone letter as a list")
        self._assets(tag, attrs)
        self._figure(tag, attrs)
        if tag in ("style", "script", "figcaption"):
            self._inside = tag

    def _assets(self, tag, attrs):
        for name, tags in SOURCES.items():
            if tag in tags and attrs.get(name):
                self.assets.append(attrs[name])
        if tag == "link" and LOADING & set(attrs.get("rel", "").lower().split()):
            self.assets.append(attrs.get("href", ""))
            if "stylesheet" in attrs["rel"]:
                self.styles.append(attrs.get("href", ""))
        self.assets += [part.split()[0] for part in attrs.get("srcset", "").split(",") if part]
        self.assets += css_urls(attrs.get("style", ""))

    def _figure(self, tag, attrs):
        if tag == "article":
            self._articles += 1
        elif tag == "figure":
            self._figures.append([attrs.get("id", "without a name"), ""])
        elif tag == "img":
            framed = bool(self._figures) or not self._articles
            self.images.append((attrs.get("src", ""), attrs.get("alt"), framed))

    def handle_endtag(self, tag):
        if tag == self._inside:
            self._inside = None
        if tag == "article":
            self._articles -= 1
        if tag == "figure" and self._figures:
            self.captions.append(tuple(self._figures.pop()))

    def handle_data(self, data):
        if self._inside == "style":
            self.assets += css_urls(data)
        elif self._inside == "script":
            self.assets += SCRIPT_URL.findall(data)
        elif self._inside == "figcaption" and self._figures:
            self._figures[-1][1] += data.strip()
        if self._articles and not self._inside:
            self.typeset += [f"an option as{option}" for option in OPTION.findall(data)]


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
    for source, alt, framed in page.images:
        name = PurePosixPath(unquote(urlsplit(source).path))
        if not (alt or "").strip():
            yield f"the image {source[:80]} has no alternative text"
        elif alt.strip() in (source, name.name, name.stem, str(name)) or alt.startswith("_images/"):
            yield f"the alternative text of {source[:80]} is its file name"
        if not framed:
            yield f"the image {source[:80]} stands outside a figure, without a caption"


def _captions(page):
    return [f"the figure {name} has no caption" for name, text in page.captions if not text]


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
