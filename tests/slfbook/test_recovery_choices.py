"""The tool in a real browser chooses as slfkit.experiments.choosing does, to the last digit."""

import itertools
import math
import random
from dataclasses import asdict, replace

import pytest
import tool_page
from slfbook import recovery_data, recovery_page
from slfbook.recovery_data import FAMILIES, sliders
from slfbook.recovery_page import Stored

from slfkit.experiments.choosing import LATE, LOSS, Need, advice, choices, refused, training_advice
from slfkit.experiments.untrained import ENCODER
from slfkit.publish.findings import HURRY

pytestmark = pytest.mark.slow
SETTINGS = 200
METRICS = ("mse", "accuracy")
OFFERED = {name: one["values"] for name, one in sliders(recovery_page.presets()).items()}
ANSWERS = """settings => {
    const tool = window.slfkitRecovery;
    const data = tool.parse(document.querySelector('.rt-data').textContent);
    return settings.map(([need, metric, families]) => {
        const shown = tool.answer(data, {need, metric, families});
        const best = tool.choices(data.ways.filter(way => families.includes(way.family)),
            need, metric)[0];
        return {chosen: shown.chosen, sentence: shown.sentence, trained: shown.trainedSentence,
            losses: best?.states.map((state, k) => [best.way.runs[k].seed,
                metric === 'mse' ? state.held_out : -state.held_out_accuracy]) ?? [],
            front: shown.front.map(one => one.way.name),
            points: shown.points.map(one => [one.way.name, one.standing, one.seconds,
                one.mse, one.accuracy])};
    });
}"""


@pytest.fixture(scope="module")
def page(window, tmp_path_factory):
    address = tool_page.write(tmp_path_factory.mktemp("tool"), tool_page.stored())
    with window(at=address) as page:
        yield page


def answers(page, settings):
    asked = [[asdict(need), metric, families] for need, metric, families in settings]
    return page.evaluate(ANSWERS, asked)


def drawn_settings():
    """Return settings of all controls: random ones that spread over each slider."""
    draw = random.Random(0)
    for n in range(SETTINGS):
        need = Need(**{name: draw.choice(values) for name, values in OFFERED.items()})
        if n % 2:  # near the paper's, where choices change
            need = replace(need, downlink=2e6, power=draw.choice((5e12, 30e12, 67e12)))
            need = replace(need, deadline=draw.choice((0.7, 1.0, 1.5, 2.0, 3.0)))
        yield need, METRICS[n % 3 == 0], list(FAMILIES)[: draw.choice((1, 2, 3, 4))]


def test_every_setting_gives_the_choice_of_slfkit(page):
    settings, found = list(drawn_settings()), tool_page.stored()
    told = answers(page, settings)
    names = set()
    for (need, metric, families), told_one in zip(settings, told, strict=True):
        own = [one for one in found.candidates if recovery_data.family(one.name) in families]
        met = choices(own, need, metric)
        assert told_one["chosen"] == (met[0].name if met else None)
        assert told_one["sentence"] == advice(own, need, metric)
        assert told_one["trained"] == training_advice(own, need, metric)
        standings = {name: standing for name, standing, *_ in told_one["points"]}
        assert all(standings[choice.name] == "ready" for choice in met)
        names.add(told_one["chosen"])
    assert len(names) > 5  # not always the same


def test_what_will_not_do_stands_for_the_reason_of_slfkit(page):
    settings, found = [*drawn_settings()][:30], tool_page.stored()
    seen = set()
    for (need, *_), told in zip(settings, answers(page, settings), strict=True):
        standings = {name: standing for name, standing, *_ in told["points"]}
        for reason, names in refused(found.candidates, need).items():
            shown = {standings[name] for name in names if name in standings}
            assert shown <= {{LOSS: "loss", LATE: "late"}[reason]}
            seen |= shown
    assert seen == {"loss", "late"}


def test_means_and_sums_are_those_of_python_to_the_last_bit(page):
    draw = random.Random(1)
    lists = [
        [draw.uniform(-1, 1) * 10 ** draw.randint(-12, 12) for _ in range(8)] for _ in range(200)
    ]
    lists += [[0.1] * 10, [1e16, 1.0, 1e-16], [1e16, 1.0, -1e-16], [1.0, 1e100, 1.0, -1e100], []]
    assert page.evaluate("lists => lists.map(window.slfkitRecovery.sum)", lists) == [
        math.fsum(values) for values in lists
    ]


@pytest.mark.parametrize("metric", METRICS)
def test_a_longer_deadline_and_a_looser_limit_are_never_worse(page, metric):
    slow = replace(HURRY, downlink=2e4, uplink=2e4)  # where even a map from pilots can be late
    limits = OFFERED["old_link"][::3]
    deadlines = [*OFFERED["deadline"][1::2], 0.0]
    settings = [
        (replace(slow, deadline=deadline, old_link=limit), metric, list(FAMILIES))
        for limit, deadline in itertools.product(limits, deadlines)
    ]
    told = [dict(one["losses"]) for one in answers(page, settings)]
    seeds = [ranked_on(need, metric) for need, *_ in settings]
    found = [*zip(told, seeds, strict=True)]
    rows = [found[k : k + len(deadlines)] for k in range(0, len(found), len(deadlines))]
    for row in rows:
        assert all(no_worse(later, sooner) for sooner, later in itertools.pairwise(row))
    for loose, strict in itertools.pairwise(rows):
        assert all(no_worse(a, b) for a, b in zip(loose, strict, strict=True))
    assert len({*map(str, told)}) > 5 and not told[0]
    assert {len(shared) for shared in seeds} == {0, 3, 8}


def ranked_on(need, metric):
    """Return the seeds that all ways share that will do."""
    met = choices(tool_page.stored().candidates, need, metric)
    return set.intersection(*({s.seed for s in one.states} for one in met)) if met else set()


def no_worse(loose, strict):
    """Tell whether a choice is at least as good as one among fewer ways, on the former's seeds."""
    (losses, seeds), (others, _) = loose, strict
    return not others or sum(losses[k] for k in seeds) <= sum(others[k] for k in seeds)


def test_each_control_changes_the_choice_somewhere(page):
    every = ["slf", "variants"]
    for name, values in OFFERED.items():
        # within HURRY's limits the best way that trains uploads nothing
        need = Need(deadline=3.0) if name == "uplink" else HURRY
        settings = [(replace(need, **{name: value}), "mse", every) for value in values]
        assert len({one["chosen"] for one in answers(page, settings)}) > 1, name
    mse, accuracy = answers(page, [(Need(deadline=3.0), metric, every) for metric in METRICS])
    assert mse["chosen"] != accuracy["chosen"]
    plain, variants, with_others = answers(
        page, [(HURRY, "mse", shown) for shown in (every[:1], every, [*every, "others"])]
    )
    assert plain["chosen"] != variants["chosen"] and variants["front"] != with_others["front"]


def test_no_point_of_the_front_is_beaten(page):
    (told,) = answers(page, [(HURRY, "mse", list(FAMILIES))])
    ready = {
        name: (seconds, mse)
        for name, standing, seconds, mse, _ in told["points"]
        if standing == "ready"
    }
    beaten = {
        name
        for name, (seconds, mse) in ready.items()
        if any(s <= seconds and m <= mse and (s, m) != (seconds, mse) for s, m in ready.values())
    }
    assert set(told["front"]) == ready.keys() - beaten and len(told["front"]) > 1


def test_a_way_without_training_may_be_chosen_and_the_best_that_trains_is_said(window, tmp_path):
    trained = [one for one in tool_page.stored().candidates if one.name in ("f = 0", "f = 4")]
    price = {"bytes_up": 0, "bytes_down": 60_000, "flops": 0.0, "epoch": 0}
    free = [
        replace(one, name=ENCODER, held_out=0.01, **price) for one in trained if one.epoch == 1
    ][:8]
    own, need = [*trained, *free], Need(deadline=2.0)
    with window(at=tool_page.write(tmp_path, Stored(own, [], tool_page.stored().pictures))) as page:
        (told,) = answers(page, [(need, "mse", list(FAMILIES))])
    assert told["chosen"] == ENCODER and told["sentence"] == advice(own, need)
    assert told["trained"] == training_advice(own, need) != ""


def test_an_old_link_that_is_not_known_is_marked_and_never_chosen(page, window, tmp_path):
    found = tool_page.stored()
    unknown = [replace(c, old_link=None) if c.name == "f = 4" else c for c in found.candidates]
    with window(at=tool_page.write(tmp_path, Stored(unknown, [], found.pictures))) as other:
        limited, free = answers(
            other, [(replace(Need(), old_link=x), "mse", ["slf"]) for x in (0.1, 0.0)]
        )
        label = other.get_attribute('[data-way="f = 4"]', "aria-label")
        assert "what becomes of David's old link is not known" in label
        assert other.text_content('[data-way="f = 4"] text') == "?"
    standing = {name: standing for name, standing, *_ in limited["points"]}
    assert standing["f = 4"] == "unknown" and standing["f = 3"] == "ready"
    assert {standing for _, standing, *_ in free["points"]} == {"ready"}
