"""The directive of a folded answer: its code and what it prints, or an error in the build."""

from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.parsers.rst import DirectiveError
from slfbook import answers


def directive(folder, name, noted):
    settings = SimpleNamespace(env=None)
    environment = SimpleNamespace(srcdir=str(folder), docname="page", metadata={"page": {}},
                                  note_dependency=noted.append)  # fmt: skip
    settings.env = environment
    document = SimpleNamespace(settings=settings)
    state = SimpleNamespace(document=document)
    made = answers.Answer("answer", [name], {}, [], 1, 0, "", state,
                                SimpleNamespace(reporter=None))  # fmt: skip
    return made, environment


@pytest.fixture
def folder(tmp_path):
    (tmp_path / answers.FOLDER).mkdir(parents=True)
    return tmp_path


def test_an_answer_is_its_code_and_what_it_prints_in_one_fold(folder):
    path = folder / answers.FOLDER / "01_sum.py"
    path.write_text("total = 1 + 2\nprint(f'{total} <b>')\n")
    noted = []
    made, environment = directive(folder, "01_sum", noted)
    opened, code, output, closed = made.run()
    assert opened.astext().startswith("<details") and closed.astext() == "</details>"
    assert isinstance(code, nodes.literal_block) and code["language"] == "python"
    assert code.astext() == "total = 1 + 2\nprint(f'{total} <b>')"
    assert output.astext() == "3 <b>" and output["language"] == "text"
    assert environment.metadata["page"] and noted == [str(path)]


def test_an_unknown_exercise_fails_the_build(folder):
    made, _ = directive(folder, "01_none", [])
    with pytest.raises(DirectiveError) as raised:
        made.run()
    assert "there is no exercise 01_none in book/exercises" in raised.value.msg


def test_an_answer_that_is_wrong_fails_the_build(folder):
    (folder / answers.FOLDER / "01_wrong.py").write_text("assert 1 + 1 == 3\n")
    made, _ = directive(folder, "01_wrong", [])
    with pytest.raises(AssertionError):
        made.run()


def test_the_directive_has_its_name():
    added = {}
    app = SimpleNamespace(add_directive=added.__setitem__)
    assert answers.setup(app)["parallel_read_safe"]
    assert added == {"answer": answers.Answer}
