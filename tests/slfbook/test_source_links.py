"""Links from the API pages to the source: the right line, and a page that shows it."""

import re
from html import unescape

import pytest
from slfbook import source_links

from slfkit.records.provenance import PACKAGE

LINK = re.compile(r"\.\./\.\./_static/source/([\w.]+)\.html#line-(\d+)")


@pytest.mark.parametrize(
    ("module", "fullname", "begins"),
    [
        ("slfkit.models", "Codebook.nearest", "    @torch.no_grad()"),
        ("slfkit.slf", "align", "def align("),
        ("slfkit.recovery", "Link", "@dataclass"),
        ("slfkit.experiments.choosing", "Need.link", "    @cached_property"),
        ("slfkit.experiments.choosing", "Choice.name", "    @property"),
        ("slfkit.experiments.sweeps", "channel_dissimilarity", "@experiment("),
    ],
)
def test_a_link_leads_to_the_first_line_of_a_definition(module, fullname, begins):
    link = source_links.link_to("py", {"module": module, "fullname": fullname})
    name, line = LINK.fullmatch(link).groups()
    text = (PACKAGE.parent / f"{name.replace('.', '/')}.py").read_text("utf-8").splitlines()
    assert name == module and text[int(line) - 1].startswith(begins)


@pytest.mark.parametrize(
    ("domain", "module", "fullname"),
    [
        ("py", "slfkit.recovery", "Link.power"),
        ("py", "slfkit.nowhere", "f"),
        ("py", "torch", "Tensor"),
        ("std", "", ""),
    ],
)
def test_data_and_strangers_have_no_link(domain, module, fullname):
    assert source_links.link_to(domain, {"module": module, "fullname": fullname}) is None


def test_a_page_shows_each_line_under_its_anchor_and_escapes_markup():
    shown = source_links.page("slfkit.x", 'a = "<b>"\n\nb = 2\n')
    lines = dict(re.findall(r'<span id="line-(\d+)">(.*)', shown))
    plain = {n: unescape(re.sub("<[^>]*>", "", text)) for n, text in lines.items()}
    assert plain["1"] == 'a = "<b>"' and plain["3"].startswith("b = 2") and "<b>" not in shown
