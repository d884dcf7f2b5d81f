"""What the buttons above a notebook's page offer.

- The text source lies beside the executed notebook, and both can be downloaded.
- Binder and Colab are offered only where ``repository: url`` of _config.yml names a public copy:
  that is the one place to set.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError

from slfkit.records.store import project_root

ADDRESS = re.compile(r"https://github\.com/[\w.-]+/[\w.-]+")
LAUNCH = {
    "notebook_interface": "jupyterlab",
    "binderhub_url": "https://mybinder.org",
    "colab_url": "https://colab.research.google.com",
}
TEXT = {
    "type": "link",
    "text": ".py",
    "icon": "fas fa-file-code",
    "tooltip": "Download text source",
    "label": "download-text-button",
}


def launch_options(options: dict[str, Any]) -> dict[str, Any]:
    """Return the theme's options with launch buttons, or without where no repository is named.

    Raises:
        ExtensionError: an address that Binder and Colab would not find.
    """
    url = (options.get("repository_url") or "").rstrip("/")
    kept = {name: value for name, value in options.items() if name != "launch_buttons"}
    if not url:
        return {name: value for name, value in kept.items() if not name.startswith("repository_")}
    if not ADDRESS.fullmatch(url):
        raise ExtensionError(
            f"repository: url in _config.yml is {url!r}: expected https://github.com/OWNER/NAME, "
            'or "" for a book without launch buttons'
        )
    return kept | {"repository_url": url, "launch_buttons": LAUNCH}


def configure(app: Sphinx, config: Config) -> None:
    """Set the launch buttons of the whole book."""
    config.html_theme_options = launch_options(config.html_theme_options)


def offer_text(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Copy a notebook's text source into the book, and add it to the downloads of its page."""
    texts = [Path(folder, f"{page}.py") for folder in (app.srcdir, project_root())]
    text = next(filter(Path.is_file, texts), None)  # a book of another profile has no text beside
    if doctree is None or text is None:
        return
    target = Path(app.outdir, "_sources", f"{page}.py")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(text, target)
    for group in context.get("header_buttons", ()):
        if group.get("label") == "download-buttons":
            url = f"{context['pathto']('_sources', 1)}/{page}.py"
            group["buttons"].insert(1, {**TEXT, "url": url})


def setup(app: Sphinx) -> None:
    """Set the options before the theme reads them, and the downloads after it has made them."""
    app.connect("config-inited", configure, priority=100)
    app.connect("html-page-context", offer_text, priority=700)
