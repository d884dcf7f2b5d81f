"""What a classifier takes a run's stored example images for."""

from __future__ import annotations

from functools import cache

import torch

from slfkit.data.sources import class_names
from slfkit.errors import RecordError
from slfkit.images import normalise
from slfkit.models import Classifier
from slfkit.records.spec import ClassifierSpec, classifier_for
from slfkit.records.store import Record, Store
from slfkit.records.thumbnails import decode
from slfkit.runs.workplace import Workplace


@torch.no_grad()
def recognised(record: Record, store: Store) -> list[int]:
    """Return the class that the run's classifier gives to each of its decoded example images.

    Newer records hold it under "predicted". Here the classifier looks at the stored pictures, which
    are clamped to what a screen shows and rounded to 8 bits.

    Raises:
        RecordError: the classifier has no record, its weights are absent, or its classes unknown.
    """
    images = torch.tensor(decode(record.results["examples"]["reconstruction"]))  # (n, 3, 32, 32)
    return _classifier(classifier_for(record.spec), store)(normalise(images)).argmax(1).tolist()


@cache
def _classifier(spec: ClassifierSpec, store: Store) -> Classifier:
    classes = class_names(spec.sources)
    if not classes:
        raise RecordError(
            f"the classes of {' and '.join(spec.sources)} have no known names: delete the run's "
            "record and run it again, so that it holds them"
        )
    return Workplace(store).classifier(spec, len(classes))
