"""What a run needs around it: its images, their checksums, and trained networks."""

import pytest
import tiny
import torch

from slfkit.data import loading
from slfkit.errors import RecordError
from slfkit.records.spec import classifier_for
from slfkit.runs.workplace import Workplace


@pytest.fixture
def workplace(store):
    return Workplace(store)


def test_held_out_images_are_training_images_and_each_split_leaves_its_checksum(workplace):
    spec = tiny.transceiver()
    train, held_out = workplace.training_images(spec)
    assert (len(train.labels), len(held_out.labels)) == (64, 32)
    whole = loading.load("glyphs", "train", spec.train)
    both = torch.cat([train.pixels, held_out.pixels]).flatten(1)
    assert torch.equal(both.sum(1).sort()[0], whole.pixels.flatten(1).sum(1).sort()[0])
    # every split that was used leaves its checksum
    images = workplace.test_images(tiny.transceiver(source="scenes"))
    checksums = {"glyphs/train": whole.checksum(), "scenes/test": images.checksum()}
    assert workplace.checksums == checksums


def test_a_mixture_is_of_both_sources_and_a_classifier_sees_all_of_both(workplace):
    mixed = tiny.alignment(other="scenes", alpha=0.25)
    images = workplace.test_images(mixed)
    assert len(images.labels) == 32
    assert int((images.labels >= 10).sum()) == 8  # the second source's classes come after ten
    joined = workplace.test_images(classifier_for(mixed))
    assert len(joined.labels) == 64


def test_a_network_that_was_not_trained_is_asked_for_by_name(workplace):
    spec = tiny.transceiver()
    with pytest.raises(RecordError, match=f"{spec.stem} must be trained before it is used"):
        workplace.transceiver(spec)
