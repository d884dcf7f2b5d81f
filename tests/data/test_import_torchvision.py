"""The guard around torchvision's import, with operators that load and with some that do not."""

import os
import subprocess
import sys
import textwrap

import pytest

from slfkit.data import torchvision_sets
from slfkit.errors import DataError

# As torchvision does: describe an operator that its C++ library should have brought.
DESCRIBE = """
    from torch import library

    @library.register_fake("torchvision::nms")
    def fake_nms(dets, scores, iou_threshold):
        return scores
"""
BRING = """
    from torch import library

    operators = library.Library("torchvision", "DEF")
    operators.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    operators.impl("nms", lambda dets, scores, iou_threshold: scores + 1, "CPU")
"""


def run_beside(folder, torchvision: str | None, code: str) -> subprocess.CompletedProcess:
    """Run `code` in a fresh Python, with the given source as its torchvision (None: the real)."""
    if torchvision is not None:
        (folder / "torchvision.py").write_text(textwrap.dedent(torchvision))
    path = os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )


def test_without_operators_a_plain_import_fails_and_the_guard_succeeds(tmp_path):
    code = """
        import slfkit.data.torchvision_sets as guard
        try:
            import torchvision
        except RuntimeError as error:
            print(error)
        module = guard.import_torchvision()
        print(module.__name__, len(guard._declarations))
        print(guard.import_torchvision() is module, len(guard._declarations))
    """
    result = run_beside(tmp_path, DESCRIBE, code)
    assert result.stdout.splitlines() == [
        "operator torchvision::nms does not exist",
        "torchvision 1",
        "True 1",
    ], result.stderr


def test_a_declared_operator_has_no_made_up_result(tmp_path):
    code = """
        import torch
        from slfkit.data.torchvision_sets import import_torchvision
        import_torchvision()
        try:
            torch.ops.torchvision.nms(torch.zeros(1, 4), torch.zeros(1), 0.5)
        except NotImplementedError:
            print("refused")
    """
    result = run_beside(tmp_path, DESCRIBE, code)
    assert result.stdout == "refused\n", result.stderr


def test_operators_that_load_are_left_alone(tmp_path):
    code = """
        import torch
        import slfkit.data.torchvision_sets as guard
        guard.import_torchvision()
        print(torch.ops.torchvision.nms(torch.zeros(1, 4), torch.zeros(1), 0.5).item())
        print(hasattr(torch.ops.torchvision, "qnms"), guard._declarations)
    """
    result = run_beside(tmp_path, BRING + DESCRIBE, code)
    assert result.stdout.splitlines() == ["1.0", "False []"], result.stderr


def test_the_installed_torchvision_gives_its_data_sets(tmp_path):
    code = """
        from slfkit.data.torchvision_sets import import_torchvision
        print(import_torchvision().datasets.MNIST.__name__)
    """
    result = run_beside(tmp_path, None, code)
    assert result.stdout == "MNIST\n", result.stderr


@pytest.mark.parametrize(
    "failure",
    [
        ModuleNotFoundError("No module named 'torchvision'"),
        OSError("libcudart.so.13: cannot open shared object file"),
        RuntimeError("compiled with different CUDA major versions"),
    ],
)
def test_any_other_failure_is_one_sentence_and_declares_nothing(monkeypatch, failure):
    def fail(name):
        raise failure

    monkeypatch.setattr(torchvision_sets, "_declare_operators", lambda: pytest.fail("declared"))
    monkeypatch.setattr(torchvision_sets.importlib, "import_module", fail)
    with pytest.raises(DataError) as caught:
        torchvision_sets.import_torchvision()
    assert str(failure) in str(caught.value)
    assert "install a torchvision that belongs to the installed torch" in str(caught.value)
    assert "\n" not in str(caught.value)
