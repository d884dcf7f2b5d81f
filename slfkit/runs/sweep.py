"""Computes every run of the book that has no record yet: resumable, best first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import cache

from slfkit.errors import Interrupted, ParameterError, RecordError, SweepError
from slfkit.records import manifest
from slfkit.records.provenance import device_name
from slfkit.records.spec import Spec
from slfkit.records.store import Record, Store
from slfkit.runs import cost, local
from slfkit.runs.compute import in_order
from slfkit.runs.progress import sweep_bar
from slfkit.runs.stopping import Stopped, stoppable

Say = Callable[[str], None]


def reproduce(
    profile: str,
    plan: Sequence[Spec],
    device: str = "cpu",
    dry_run: bool = False,
    workers: int = 1,
    threads: int = 1,
    scheduler: str = "",
    say: Say = print,
) -> int:
    """Compute what is missing and store each run as it ends; return how many runs were missing.

    Args:
        plan: the runs to look at, in the order to compute; those they need are added.
        dry_run: only say which runs are missing, and what they cost at most.
        workers: processes that compute at the same time.
        threads: processor threads of each.
        scheduler: address of a Dask scheduler; its workers then compute, and this process stores.
        say: receives one line per run.

    Raises:
        Interrupted: Ctrl-C or SIGTERM; what was finished is stored.
        SweepError: a process or the scheduler was lost; what was finished is stored.
        DataError, TrainingError: as a run itself does.
    """
    store = Store(profile)
    missing = in_order(plan, store)
    say(f"{len(missing)} runs of profile {profile} have no record")
    if not missing:
        return 0
    with stoppable(), _counted(missing, store):
        if dry_run:
            speed = _speed(missing, store, device, threads)
            _say_plan(_labels(missing), speed, workers, say)
        else:
            executor = _executor(missing, store, device, workers, threads, scheduler, say)
            with executor as (runs, at_once):
                speed = _speed(missing, store, device, threads)
                say(_total(missing, speed, at_once))
                _follow(runs, _labels(missing), speed, at_once, say)
                _say_unsealed(store, say)
    return len(missing)


def _say_unsealed(store: Store, say: Say) -> None:
    """Say how new records enter the manifest, where there is one: sweeps leave it alone."""
    if manifest.read(store.folder) is not None:
        say(
            f"the new records are not in {manifest.NAME} yet: {manifest.SEAL} --profile "
            f"{store.profile} enters them"
        )


@contextmanager
def _counted(missing: list[Spec], store: Store) -> Iterator[None]:
    """Say in the error that ends a sweep how far it has come."""
    try:
        yield
    except (Stopped, SweepError) as error:
        stored = sum(store.record_path(spec).is_file() for spec in missing)
        so_far = f"{stored} of {len(missing)} runs are stored, and the same command goes on there"
        if isinstance(error, Stopped):
            sentence = f"stopped by {error.signal.name}: {so_far}"
            raise Interrupted(sentence, error.signal) from None
        raise SweepError(f"{error}; {so_far}") from error


@contextmanager
def _executor(
    missing: list[Spec],
    store: Store,
    device: str,
    workers: int,
    threads: int,
    scheduler: str,
    say: Say,
) -> Iterator[tuple[Iterator[local.Finished], int]]:
    """Yield the runs as they end, here or on a cluster, and how many go on at the same time."""
    if not scheduler:
        if device == "cuda" and not _card():
            raise ParameterError("--device is cuda, but torch finds no such card here: try cpu")
        yield local.computed(missing, store, device, workers, threads, say), workers
        return
    from slfkit.runs import cluster  # here, since it needs an extra

    with cluster.connected(scheduler) as client:
        if not cluster.slots(client):
            say(f"the scheduler at {scheduler} has no workers yet: waiting for the first")
        runs = cluster.computed(missing, store, device, client, threads)
        yield _watched(runs, lambda: cluster.slots(client), say), cluster.slots(client)


def _watched(
    runs: Iterator[local.Finished], slots: Callable[[], int], say: Say
) -> Iterator[local.Finished]:
    """Yield the runs as they end; say when the last worker leaves and when one comes again."""
    had = slots()
    with closing(runs):
        for ended in runs:
            yield ended
            has = slots()
            if had and not has:
                say("no worker is left: what was finished is stored, and the rest waits for one")
            elif has and not had:
                say(f"workers compute {has} at the same time now")
            had = has


@cache
def _card() -> str:
    """Return the name of this machine's graphics card, empty if torch finds none."""
    return local.in_process(_find_card, threads=1)


def _find_card() -> str:
    import torch  # here, since this process needs none of it

    return device_name("cuda") if torch.cuda.is_available() else ""


def _speed(missing: list[Spec], store: Store, device: str, threads: int) -> cost.Speed:
    """Return this machine's speed: from records it has made, else from a short calibration."""
    if device == "cuda" and not _card():
        device = "cpu"  # a dry run or a cluster's client, on a machine without a card
    name = _card() if device == "cuda" else device_name(device)
    if recorded := cost.recorded(_readable(store), name, threads):
        return recorded
    batch = next((spec.batch for spec in missing if hasattr(spec, "batch")), 64)
    rate = local.in_process(cost.calibrate, device, batch, threads=threads)
    return cost.Speed({}, rate, f"from a calibration of a second, {rate / 1e9:.3g} GFLOP/s")


def _readable(store: Store) -> Iterator[Record]:
    """Yield the stored records but the damaged, which only stop a run that needs them."""
    for path in store.record_files():
        with suppress(RecordError):
            yield store.read(path)


def _labels(missing: list[Spec]) -> dict[Spec, str]:
    return {
        spec: f"{number}/{len(missing)} {spec.kind.removesuffix('s')} {spec.stem}"
        for number, spec in enumerate(missing, start=1)
    }


def _say_plan(labels: dict[Spec, str], speed: cost.Speed, workers: int, say: Say) -> None:
    for spec, label in labels.items():
        say(f"{label}: at most {cost.duration(speed.seconds(spec))}")
    say(_total(list(labels), speed, workers))


def _total(missing: list[Spec], speed: cost.Speed, workers: int) -> str:
    """Return one line on what a sweep costs at most, and how that is known."""
    total = sum(map(speed.seconds, missing))
    shared = f", {cost.duration(total / workers)} by {workers} at a time" if workers > 1 else ""
    return (
        f"together at most {cost.duration(total)}{shared} (estimated {speed.origin}); "
        "training ends sooner where it no longer improves"
    )


def _follow(
    runs: Iterator[local.Finished],
    labels: dict[Spec, str],
    speed: cost.Speed,
    at_once: int,
    say: Say,
) -> None:
    """Let a sweep compute; say each run that has ended and show what remains."""
    remaining = cost.Remaining({spec: speed.seconds(spec) for spec in labels}, at_once)
    with closing(runs), sweep_bar(remaining, say) as update:
        for ended in runs:
            lines = []
            for spec, seconds in ended:
                remaining.finished(spec, seconds)
                said = "stored by another process" if seconds is None else f"{seconds:.0f} s"
                lines.append(f"{labels[spec]}: {said}")
            update(lines)
