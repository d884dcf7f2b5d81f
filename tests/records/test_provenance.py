"""Where a record comes from: a hash of the code that layout does not change, and the machine."""

import ast
import gc
import re
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch

import slfkit
from slfkit.records import provenance
from slfkit.records.provenance import source_hash

HERE = Path(slfkit.__file__).parent


@pytest.fixture
def copy(tmp_path):
    """Return a folder with the files that decide the numbers."""
    for name in provenance.NUMERIC_FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(HERE / name, tmp_path / name)
    return tmp_path


def rewrite(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_comments_docstrings_layout_and_imports_do_not_count(copy):
    before = source_hash(copy)
    assert re.fullmatch("[0-9a-f]{12}", before) and source_hash() == before
    rng = copy / "rng.py"
    rewrite(rng, "    text = ", "    # a comment\n\n    text = ")
    rewrite(rng, "Return a generator seeded by what it is for", "Say it otherwise")
    rewrite(rng, "import hashlib", "import hashlib\nimport math")
    rewrite(rng, "torch.Generator(device=device)", "torch.Generator(\n        device=device\n    )")
    assert source_hash(copy) == before
    # neither does the file a definition stands in
    recovery = copy / "recovery.py"
    tree = ast.parse(rng.read_text())
    recovery.write_text(recovery.read_text() + "\n\n" + ast.unparse(tree.body[-1]))
    rng.write_text(ast.unparse(ast.Module(tree.body[:-1], [])))
    assert source_hash(copy) == before


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("rng.py", "[:7]", "[:6]"),
        ("models.py", "rounds: int = 20", "rounds: int = 21"),
        ("objective.py", "self.commitment", "self.codebook"),
        ("images.py", "SIDE = 32", "SIDE = 64"),
    ],
)
def test_code_counts(copy, name, old, new):
    before = source_hash(copy)
    rewrite(copy / name, old, new)
    assert source_hash(copy) != before


def test_files_of_one_kind_of_run_count_for_that_kind_alone(copy):
    own = copy / "own.py"
    own.write_text("FACTOR = 2\n")
    before = source_hash(copy, ["own.py"])
    assert before.startswith(source_hash(copy) + "+")
    own.write_text("FACTOR = 3\n")
    after = source_hash(copy, ["own.py"])
    assert after != before and after.split("+")[0] == before.split("+")[0]


def test_the_hash_does_not_depend_on_the_version_of_python():
    source = "def f(a, *, b=None):\n class C: pass\n return [], (), f'{a:>3}{b!r}', lambda: -1j"
    expected = (  # as ast.dump of Python 3.11 puts it
        "FunctionDef(name='f', args=arguments(posonlyargs=[], args=[arg(arg='a')], "
        "kwonlyargs=[arg(arg='b')], kw_defaults=[Constant(value=None)], defaults=[]), "
        "body=[ClassDef(name='C', bases=[], keywords=[], body=[Pass()], decorator_list=[]), "
        "Return(value=Tuple(elts=[List(elts=[], ctx=Load()), Tuple(elts=[], ctx=Load()), "
        "JoinedStr(values=[FormattedValue(value=Name(id='a', ctx=Load()), conversion=-1, "
        "format_spec=JoinedStr(values=[Constant(value='>3')])), "
        "FormattedValue(value=Name(id='b', ctx=Load()), conversion=114)]), "
        "Lambda(args=arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], "
        "defaults=[]), body=UnaryOp(op=USub(), operand=Constant(value=1j)))], ctx=Load()))], "
        "decorator_list=[])"
    )
    assert provenance._dump(ast.parse(source).body[0]) == expected


def test_the_files_that_train_and_measure_are_covered():
    modules = ("channel", "evaluation", "models", "slf", "training", "runs/execution")
    assert {f"{name}.py" for name in modules} <= set(provenance.NUMERIC_FILES)
    assert all((HERE / name).is_file() for name in provenance.NUMERIC_FILES)


def test_a_description_names_code_library_device_data_and_date():
    found = provenance.describe("cpu", {"glyphs/test": "abc"})
    assert found["slfkit"] == slfkit.__version__ and found["torch"] == torch.__version__
    assert found["source"] == source_hash()
    assert found["threads"] == torch.get_num_threads()
    assert found["data"] == {"glyphs/test": "abc"}
    assert found["device"] == provenance.device_name("cpu") != ""
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", found["date"])


def test_threads_may_ask_at_once():
    """Where garbage collection calls back, threads take turns within Python 3.11's parser."""

    def give_way(phase, info):
        time.sleep(0)

    before = gc.get_threshold()
    gc.callbacks.append(give_way)
    gc.set_threshold(100)
    try:
        with ThreadPoolExecutor(4) as pool:
            hashes = {asked.result() for asked in [pool.submit(source_hash) for _ in range(4)]}
    finally:
        gc.set_threshold(*before)
        gc.callbacks.remove(give_way)
    assert hashes == {source_hash()}
