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


def printed(folder, torchvision: str, code: str) -> list[str]:
    """Run code in a fresh Python, with the given source as its torchvision; return what it says."""
    (folder / "torchvision.py").write_text(textwrap.dedent(torchvision))
    path = os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-c", textwrap.dedent(code)]
    environment = {**os.environ, "PYTHONPATH": path}
    return subprocess.check_output(command, text=True, env=environment).splitlines()


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
        import torch
        try:
            torch.ops.torchvision.nms(torch.zeros(1, 4), torch.zeros(1), 0.5)
        except NotImplementedError:
            print("no made-up result")
    """
    refused, *guarded = printed(tmp_path, DESCRIBE, code)
    assert refused == "operator torchvision::nms does not exist"
    assert guarded == ["torchvision 1", "True 1", "no made-up result"]


def test_operators_that_load_are_left_alone(tmp_path):
    code = """
        import torch
        import slfkit.data.torchvision_sets as guard
        guard.import_torchvision()
        print(torch.ops.torchvision.nms(torch.zeros(1, 4), torch.zeros(1), 0.5).item())
        print(hasattr(torch.ops.torchvision, "qnms"), guard._declarations)
    """
    assert printed(tmp_path, BRING + DESCRIBE, code) == ["1.0", "False []"]


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
