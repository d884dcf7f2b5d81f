"""What a second build may skip: nothing at first, and nothing whose inputs have changed."""

import pytest

from slfkit.publish.freshness import Freshness


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("SLFKIT_RESULTS", str(tmp_path / "results"))
    pairs = [f"notebooks/{name}.{kind}" for name in ("01_a", "02_b") for kind in ("py", "ipynb")]
    for name in (*pairs, "slfkit/x.py", "results/paper/r.json", "_config.yml", "book/index.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("1")
    return tmp_path


def stale(root):
    return [path.stem for path in Freshness(root).stale(sorted(root.glob("notebooks/*.py")))]


def built(root):
    fresh = Freshness(root)
    fresh.executed(root.glob("notebooks/*.py"))
    fresh.rendered(True)


def test_at_first_all_is_stale_and_after_a_build_nothing(root):
    assert stale(root) == ["01_a", "02_b"] and not Freshness(root).same_frame()
    built(root)
    assert stale(root) == [] and Freshness(root).same_frame()


@pytest.mark.parametrize(
    ("name", "notebooks", "same"),
    [
        ("notebooks/01_a.py", ["01_a"], True),
        ("notebooks/02_b.ipynb", ["02_b"], True),
        ("results/paper/r.json", ["01_a", "02_b"], True),
        ("results/paper/new.json", ["01_a", "02_b"], True),
        ("slfkit/x.py", ["01_a", "02_b"], False),
        ("_config.yml", [], False),
        ("book/index.md", [], True),
    ],
)
def test_a_changed_file_makes_stale_what_it_goes_into(root, name, notebooks, same):
    built(root)
    (root / name).write_text("another")
    assert stale(root) == notebooks and Freshness(root).same_frame() is same


def test_a_bad_build_is_not_kept_and_a_damaged_note_holds_nothing(root):
    built(root)
    Freshness(root).rendered(False)
    assert not Freshness(root).same_frame() and stale(root) == []
    (root / "_build" / "fresh.json").write_text("{")
    assert stale(root) == ["01_a", "02_b"]
