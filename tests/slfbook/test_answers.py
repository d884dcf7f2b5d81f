"""The directive of a folded answer: its code and what it prints, or an error in the build."""

import pytest
import small_book
from slfbook import answers


@pytest.fixture
def page(tmp_path):
    """Return a function that builds a page with the answer of an exercise, and its HTML."""
    (tmp_path / answers.FOLDER).mkdir(parents=True)

    def build(name, code=None):
        if code is not None:
            (tmp_path / answers.FOLDER / f"{name}.py").write_text(code)
        text = f"# Page\n\n```{{answer}} {name}\n```\n"
        return small_book.build(tmp_path, text, "sphinx_design", "slfbook.answers")[0]

    return build


def test_an_answer_is_its_code_and_what_it_prints_in_one_fold(page):
    text = page("01_sum", "total = 1 + 2\nprint(f'{total} <b>')\n")
    fold = text.partition("<details")[2].partition("</details>")[0]
    assert "answer" in fold.partition(">")[0] and "Answer</span>" in fold
    assert "total" in fold and "highlight-python" in fold
    assert "3 &lt;b&gt;" in fold.partition("printed")[2]


def test_an_unknown_exercise_fails_the_build(page):
    text = page("01_none")
    assert "System Message: ERROR" in text
    assert "there is no exercise 01_none in book/exercises" in text


def test_an_answer_that_is_wrong_fails_the_build(page):
    with pytest.raises(AssertionError):
        page("01_wrong", "assert 1 + 1 == 3\n")
