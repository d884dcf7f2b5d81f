"""Buttons above a notebook's page: the text source always, Binder and Colab with a repository."""

import re
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
import yaml
from built_book import built_book
from slfbook.buttons import LAUNCH, configure, launch_options
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from slfkit.publish.notebooks import sources
from slfkit.records.store import project_root

ADDRESS = "https://github.com/someone/slfkit"


def theme_options(tmp_path, url):
    """Return the theme's options that _config.yml gives with this address of a repository."""
    from jupyter_book.config import get_final_config

    settings = yaml.safe_load((project_root() / "_config.yml").read_text())
    settings["repository"]["url"] = url
    (tmp_path / "_config.yml").write_text(yaml.safe_dump(settings))
    found, _ = get_final_config(
        user_yaml=tmp_path / "_config.yml",
        cli_config={"latex_individualpages": False},
        sourcedir=project_root(),
    )
    config = SimpleNamespace(html_theme_options=found["html_theme_options"])
    configure(None, config)
    return config.html_theme_options


def test_the_repository_is_set_in_one_place_and_unset_here():
    settings = yaml.safe_load((project_root() / "_config.yml").read_text())
    assert settings["repository"]["url"] == "" and settings["launch_buttons"] == {"thebe": False}


def test_the_setting_alone_brings_the_buttons(tmp_path):
    with_it = theme_options(tmp_path, ADDRESS + "/")
    assert with_it["launch_buttons"] == LAUNCH
    assert (with_it["repository_url"], with_it["repository_branch"]) == (ADDRESS, "main")
    without = theme_options(tmp_path, "")
    assert not [name for name in without if "launch" in name or name.startswith("repository_")]
    assert with_it["navbar_persistent"] == without["navbar_persistent"] == []


@pytest.mark.parametrize(
    "url", ["github.com/a/b", "https://github.com/a", "https://example.org/a/b"]
)
def test_an_address_binder_and_colab_do_not_know_is_refused(url):
    with pytest.raises(ExtensionError, match=f"is '{url}': expected https://github.com/OWNER"):
        launch_options({"repository_url": url})


@pytest.fixture(scope="module")
def small_books(tmp_path_factory):
    """Return the page of a tiny notebook, built without and with a repository."""
    root = tmp_path_factory.mktemp("small")
    (root / "notebooks").mkdir()
    cell = nbformat.v4.new_markdown_cell("# A page", id="one")
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata=kernel)
    nbformat.write(notebook, root / "notebooks" / "02_a.ipynb")
    (root / "notebooks" / "02_a.py").write_text("# %% [markdown]\n# # A page\n")
    return [page(root, url) for url in ("", ADDRESS)]


def page(root, url):
    settings = {
        "extensions": ["myst_nb", "slfbook.buttons"],
        "html_theme": "sphinx_book_theme",
        "html_theme_options": {"repository_url": url, "repository_branch": "main"},
        "root_doc": "notebooks/02_a",
        "nb_execution_mode": "off",
        "exclude_patterns": ["_*"],
    }
    out = root / f"_out{bool(url)}"
    Sphinx(root, None, out, out / "trees", "html", settings, status=None).build()
    return out / "notebooks" / "02_a.html"


def test_without_a_repository_nothing_is_launched(small_books):
    text = small_books[0].read_text()
    assert "mybinder" not in text and "colab" not in text and "launch-buttons" not in text


def test_with_one_the_buttons_open_the_notebook_of_the_page(small_books):
    links = re.findall(r'href="(https://[^"]*)"', small_books[1].read_text())
    path = "notebooks/02_a.ipynb"
    assert f"https://mybinder.org/v2/gh/someone/slfkit/main?urlpath=lab/tree/{path}" in links
    assert f"https://colab.research.google.com/github/someone/slfkit/blob/main/{path}" in links


def test_notebook_and_text_can_be_downloaded(small_books):
    for built in small_books:
        links = re.findall(r'href="([^"]*_sources/[^"]*)"', built.read_text())
        assert [Path(link).suffix for link in links] == [".ipynb", ".py"]
        assert all((built.parent / link).is_file() for link in links)
    text = (built.parents[1] / "_sources" / "notebooks" / "02_a.py").read_text()
    assert text == "# %% [markdown]\n# # A page\n"


@pytest.mark.slow
def test_the_book_offers_both_files_of_each_notebook_and_launches_none():
    for source in sources():
        text = (built_book() / "notebooks" / f"{source.stem}.html").read_text()
        for suffix in (".ipynb", ".py"):
            assert f"_sources/notebooks/{source.stem}{suffix}" in text
        copied = built_book() / "_sources" / "notebooks" / source.name
        assert copied.read_bytes() == source.read_bytes()
        assert "launch-buttons" not in text and "mybinder" not in text
