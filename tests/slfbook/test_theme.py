"""What is put right in every page: scripts that nobody uses, a role that is deprecated."""

from types import SimpleNamespace

from slfbook import theme


def asset(name, body=None):
    return SimpleNamespace(filename=name, attributes={"body": body} if body else {})


def repaired(**context):
    """Return the context of a page, put right."""
    theme.repair(None, "page", "page.html", context, None)
    return context


def test_scripts_for_live_code_are_left_out_and_others_stay():
    own = asset("recovery.js")
    inline = asset(None, "const DOCUMENTATION = 1")
    thebe = [asset("sphinx-thebe.js"), asset(None, 'const THEBE_JS_URL = "https://x.invalid"')]
    context = repaired(
        script_files=[thebe[0], own, thebe[1], inline],
        css_files=["sphinx-thebe.css", "slfkit.css"],
    )
    assert context["script_files"] == [own, inline]
    assert context["css_files"] == ["slfkit.css"]


def test_entries_of_a_list_have_the_role_of_one():
    body = '<div role="list"><div class="citation" role="doc-biblioentry">x</div></div>'
    context = repaired(body=body)
    assert context["body"] == '<div role="list"><div class="citation" role="listitem">x</div></div>'


def test_what_folds_the_navigation_has_a_name():
    def toctree(kind, **options):
        return f"<summary>{kind}{options}"

    make = repaired(generate_toctree_html=toctree)["generate_toctree_html"]
    assert make("sidebar", depth=1) == f"{theme.FOLD}sidebar{{'depth': 1}}"
    assert make("raw") == "<summary>raw{}"


def test_a_page_without_scripts_or_body_passes():
    assert repaired() == {"script_files": [], "css_files": [], "body": ""}


def test_a_signature_of_several_lines_is_no_list():
    line = '<dd><em class="sig-param">a</em>,</dd>\n'
    other = "<dl class='simple'>\n<dd>b</dd>\n</dl>"
    body = repaired(body=f"<dt>f(\n<dl>\n{line}{line}</dl>\n)</dt>\n{other}")["body"]
    assert body.count('<span class="sig-line"><em class="sig-param">a</em>,</span>') == 2
    assert body.count("<dl") == 1 and "<dd>b</dd>" in body


def test_the_columns_of_the_index_are_no_table_of_data(tmp_path):
    page = tmp_path / "genindex.html"
    page.write_text('<table style="width: 100%" class="indextable genindextable"><tr>')
    app = SimpleNamespace(outdir=tmp_path)
    for _ in range(2):  # a second build may keep the page
        theme.repair_index(app, None)
        role = '<table role="presentation" style="width: 100%" class="indextable'
        assert page.read_text() == f'{role} genindextable"><tr>'
    page.unlink()
    theme.repair_index(app, None)
    assert not page.exists()


def test_pages_are_repaired_after_all_else():
    seen = {}
    app = SimpleNamespace(connect=lambda event, call, priority=0: seen.update({event: priority}))
    theme.setup(app)
    assert seen["html-page-context"] > 500  # Sphinx's default
