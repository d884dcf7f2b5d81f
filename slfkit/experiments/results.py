"""Records as the rows of an experiment's table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slfkit.data.sources import class_names
from slfkit.early_stopping import rules
from slfkit.errors import RecordError
from slfkit.experiments.grid import Cell, differing
from slfkit.records.spec import AlignmentSpec, Spec, ceiling_for, classifier_for, judged_by_receiver
from slfkit.records.store import Record, Store
from slfkit.recovery import Link, RecoveryTime, recovery_time
from slfkit.reporting.rows import Row, draws_of, mean_of
from slfkit.sizes import download_bytes, upload_bytes

if TYPE_CHECKING:
    from slfkit.experiments.study import Study

PAPER_LINK = Link()  # 2 Mbit/s both ways, 30 TFLOP/s
_METRICS = ("mse", "psnr", "accuracy", "perplexity")
# what an alignment's row takes from its record as it is
_AS_STORED = ("flops_per_image", "training_images", "wall_seconds", "history", "old_held_out")
_MEASURED = ("message_bytes", "fit_flops", "words", "bits")


@dataclass
class Results:
    """An experiment's table and where it comes from.

    Attributes:
        study: what was asked for.
        rows: one per cell with a record: its labels, seed and metrics (means over the channel's
            draws), and under "cell" what tells it apart from all but its other seeds.
        missing: cells still to be computed.
        read, computed: how many records were read, and computed just now.
        records: the records of the rows, in the same order.
    """

    study: Study
    rows: list[Row]
    missing: list[Cell]
    read: int
    computed: int
    records: list[Record]

    @property
    def profile(self) -> str:
        """The profile of its study."""
        return self.study.profile

    def pictures(self, store: Store | None = None) -> list[Row]:
        """Return each row's labels with ``original`` and ``reconstruction``, uint8 (n, 3, 32, 32).

        The example images lie in the records, so no data set is needed to show them. Images of
        classes not yet shown come first. ``seen`` names the class that the classifier gives to each
        decoded image, with whether it is right; () where the classifier kept no weights.

        Args:
            store: of the classifiers that older records need; the profile's own by default.
        """
        store = store or Store(self.profile)
        return [
            {**row, **_pictures(record, _recognised(record, store))}
            for row, record in zip(self.rows, self.records, strict=True)
        ]

    def summary(self, *others: Results) -> str:
        """Return one line on how many numbers are there, and which settings are not the book's.

        Others of the same page are counted with these.
        """
        every = (self, *others)
        read, computed = sum(one.read for one in every), sum(one.computed for one in every)
        missing = sum(len(one.missing) for one in every)
        total = read + computed + missing
        parts = [f"profile {self.profile}", f"{read} of {total} records read"]
        counts = {"computed now": computed, "missing": missing}
        parts += [f"{count} {what}" for what, count in counts.items() if count > 0]
        if changed := differing(self.profile, self.study.settings):
            parts.append(f"settings that differ from the book's: {', '.join(changed)}")
            parts.append("claims stay judged by the book's own records")
        return "; ".join(parts) + "."


def row_of(cell: Cell, record: Record) -> Row:
    """Return one row of the table: each task at its own best epoch, means over the draws."""
    results = record.results
    row = {**cell.labels, "cell": cell.identity, "pixel_variance": results["pixel_variance"]}
    row |= {metric: mean_of(draws_of(results, metric), metric) for metric in _METRICS}
    if "tasks" in results:
        row |= {f"epochs_{name}": task["epochs"] for name, task in results["tasks"].items()}
        row |= _sizes(cell.spec, results)
        row |= {name: results[name] for name in _AS_STORED if name in results}
        row |= {name: getattr(cell.spec.david, name) for name in ("codewords", "dimension")}
        row |= _links(results) | {"capped": _capped(record.spec, results)}
    return row | _shares(results) | _aligners(results)


def _aligners(results: Mapping[str, Any]) -> Row:
    """Return what a run without training tested on several links; "own" is David's own pair.

    The entries of "aligners" and "links" keep the labels and costs of their record.
    """
    row: Row = {name: results[name] for name in _MEASURED if name in results}
    tests = (name for name in ("aligners", "links") if name in results)
    row |= {name: [_tested(**one) for one in results[name]] for name in tests}
    return row | ({"own": _means(results["matched"])} if "matched" in results else {})


def _tested(test: Sequence[Mapping[str, float]], **labels: Any) -> Row:
    """Return what tells a link from others of its run, with its metrics: means over the draws."""
    return labels | _means(test)


def _means(draws: Sequence[Mapping[str, float]]) -> Row:
    return {metric: mean_of(draws, metric) for metric in _METRICS}


def _sizes(spec: Spec, results: Mapping[str, Any]) -> Row:
    """Return the bytes of the messages: of SLF by their format, of other kinds as sent."""
    if type(spec) is not AlignmentSpec:
        return {name: results[name] for name in ("bytes_down", "bytes_up") if name in results}
    shape = spec.david.codewords, spec.david.dimension
    upload = upload_bytes(*shape, spec.frozen, spec.order)
    return {"bytes_down": download_bytes(*shape), "bytes_up": upload}


def _capped(spec: Spec, results: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the tasks whose rule had not stopped when training ended at its limit of epochs."""
    history = results.get("history", [])
    untrained = not hasattr(spec, "patience") or not getattr(spec, "passes", 1)
    if untrained or len(history) < spec.epochs:
        return ()
    both = rules(spec.patience)
    return tuple(
        rule.metric for rule in both if rule.epochs([each[rule.metric] for each in history]) is None
    )


def _links(results: Mapping[str, Any]) -> Row:
    """Return means over the draws of David's old link and, from averaging, of Alice's own."""
    return {
        name: {
            side: {m: mean_of(draws, m) for m in ("mse", "accuracy")}
            for side, draws in results[name].items()
        }
        for name in ("old_link", "own_link")
        if name in results
    }


def _shares(results: Mapping[str, Any]) -> Row:
    """Return the metrics of each source's images where there are several, means over the draws."""
    sources = draws_of(results, "mse")[0].get("shares", {})
    shares = {
        source: {
            metric: mean_of((draw["shares"][source] for draw in draws_of(results, metric)), metric)
            for metric in ("mse", "psnr", "accuracy")
        }
        for source in sources
    }
    return {"shares": shares} if shares else {}


def _pictures(record: Record, recognised: Sequence[int]) -> dict[str, Any]:
    """Return the sent and the received images of a record, first of each class first."""
    from slfkit.records.thumbnails import decode  # loads numpy, which verdicts do without

    examples, names = record.results["examples"], class_names(record.spec.sources)
    labels = examples["labels"]
    order = sorted(range(len(labels)), key=lambda i: labels.index(labels[i]) != i)
    shown = {name: decode(examples[name])[order] for name in ("original", "reconstruction")}
    told = [(recognised[i], recognised[i] == labels[i]) for i in order] if recognised else ()
    return shown | {"seen": [(names[k] if names else str(k), right) for k, right in told]}


def _recognised(record: Record, store: Store) -> list[int]:
    """Return the classes given to the decoded images, as stored or found again; [] without."""
    if "predicted" in record.results["examples"]:
        return record.results["examples"]["predicted"]
    from slfkit.runs.recognising import recognised  # loads torch, which other rows do without

    try:
        return recognised(record, store)
    except RecordError:
        return []


def ceiling_of(record: Record, store: Store) -> Row:
    """Return the classifier's own accuracy on the same test images, clean: ``ceiling``.

    None if it has no record. For several sources also ``ceilings``: that on each one's images.
    """
    mixed = ceiling_for(record.spec)
    judged = store.load(mixed or classifier_for(record.spec))
    test = judged.results["test"] if judged else {}
    ceiling: Row = {"ceiling": test.get("accuracy")}
    if mixed and judged:
        shares = test["shares"].items()
        ceiling["ceilings"] = {source: share["accuracy"] for source, share in shares}
    return ceiling


def judgement_of(record: Record, store: Store) -> Row:
    """Return a pair's accuracy as its receiver's classifier judges it: ``accuracy_receiver``.

    Of foreign images it knows no class: it can be right by a class's number only.
    """
    foreign = judged_by_receiver(record.spec)
    judged = store.load(foreign) if foreign else None
    return {"accuracy_receiver": mean_of(judged.results["test"], "accuracy")} if judged else {}


def recovery_of(row: Row, epochs: int, link: Link) -> RecoveryTime:
    """Return the recovery time of an alignment's row if training ends after this many epochs."""
    return recovery_time(row["bytes_down"], flops_of(row, epochs), row["bytes_up"], link)


def flops_of(row: Row, epochs: int) -> float:
    """Return the operations of an alignment over this many epochs, a fit before them included."""
    return epochs * row["training_images"] * row["flops_per_image"] + row.get("fit_flops", 0)
