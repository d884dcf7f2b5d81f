"""A city by hand: grid, links of each scheme, summary, costs by formula, figures."""

import math

import made_up
import pytest

from slfkit.experiments import city, city_costs, city_figures
from slfkit.recovery import Link
from slfkit.sizes import download_bytes

NAMES = ("T1.0", "T1.1", "T3.0")
VALUES = {"unaligned": 0.8, "pairwise": 0.02, "rotations": 0.06, "universe": 0.03}
LINK = Link(1e6, 1e6, 1e9)


def meeting(k, mse=0.01, others=VALUES):
    """Return the row of a user whose link to receiver j has these errors, and j thousandths."""
    tested = [
        {"scheme": scheme, "receiver": j, "mse": value + j / 1000, "accuracy": 0.9 - value}
        for j in range(3)
        if j != k
        for scheme, value in others.items()
    ]
    measured = {"mse": mse, "accuracy": 0.95, "pixel_variance": 0.5, "links": tested}
    measured |= {"message_bytes": 18_000, "fit_flops": 1e9}
    return made_up.row(line="meeting", sender=NAMES[k], members=NAMES, **measured)


ROWS = [meeting(k) for k in range(3)]


def test_ten_users_of_three_kinds_meet_and_nine_train_towards_each_hub():
    cells = city.city().cells
    met = [cell.spec for cell in cells if cell.labels["line"] == "meeting"]
    assert [spec.sender for spec in met] == list(range(10))
    assert len({spec.members for spec in met}) == 1 and len(set(met[0].members)) == 10
    trained = [cell.spec for cell in cells if cell.labels["line"] == "slf"]
    assert len(trained) == 2 * 9
    hubs = met[0].members[0], met[0].members[7]
    assert [spec.david for spec in trained] == [hub for hub in hubs for _ in range(9)]
    assert all(spec.frozen == 4 and spec.david != spec.alice for spec in trained)
    assert all(spec.crossover == spec.alice.crossover for spec in trained)
    assert len(city.city("smoke").cells) == 4 + 2 * 3


def value(made, scheme, sender, receiver, key="mse"):
    (found,) = [
        link[key]
        for link in made
        if (link["scheme"], link["sender"], link["receiver"]) == (scheme, sender, receiver)
    ]
    return found


def slf(name, **values):
    known = {"frozen": 4, "mse": 0.015, "accuracy": 0.9, "pixel_variance": 0.5, "hub": "T1.1"}
    return made_up.row(line="slf", sender=name, **known | values)


def test_every_scheme_has_every_ordered_link_and_a_hub_is_heard_by_all_as_by_itself():
    made = city.links(ROWS, ["T1.1"])
    for scheme in ("unaligned", "pairwise", "rotations", "universe", "hub T1.1"):
        assert sum(link["scheme"] == scheme for link in made) == 6
    assert value(made, "pairwise", "T1.0", "T3.0") == 0.022
    assert value(made, "pairwise", "T3.0", "T1.0") == 0.02
    # Whoever receives has the hub's decoder: 0.021 is the map to T1.1, 0.01 its own pair.
    assert value(made, "hub T1.1", "T1.0", "T3.0") == value(made, "hub T1.1", "T1.0", "T1.1")
    assert value(made, "hub T1.1", "T1.0", "T3.0") == 0.021
    assert value(made, "hub T1.1", "T1.1", "T1.0") == 0.01


def test_a_trained_hub_needs_runs_of_slf():
    assert city.missing_schemes(ROWS, ["T1.1"]) == ["hub T1.1, SLF"]
    tuned = [slf("T1.0"), slf("T3.0"), slf("T1.1", hub="T3.0", mse=0.3)]
    made = city.links([*ROWS, *tuned], ["T1.1"])
    assert value(made, "trained hub T1.1", "T1.0", "T3.0") == 0.015
    assert value(made, "trained hub T1.1", "T1.1", "T3.0") == 0.01
    assert city.missing_schemes([*ROWS, *tuned], ["T1.1"]) == []
    brighter = [{**row, "pixel_variance": 0.3} for row in tuned]  # of more test images
    made = city.links([*ROWS, *brighter], ["T1.1"])
    normalised = value(made, "trained hub T1.1", "T1.0", "T3.0", "normalised")
    assert normalised == pytest.approx(0.015 / 0.3)


def test_summary_and_matrix_tell_users_of_one_source_from_others():
    # Between T1.0 and T1.1 the errors are 0.021 and 0.02, over a variance of 0.5.
    table = {row["scheme"]: row for row in city.summary(ROWS, ["T1.0"])}
    assert table["pairwise, ridge"]["dd"] == f"{math.sqrt(0.042 * 0.04):.3f}"
    assert "pp" not in table["pairwise, ridge"]  # there is one user of photos
    shares = {row["scheme"]: row for row in city.summary(ROWS, ["T1.0"], "accuracy")}
    assert shares["pairwise, ridge"]["dp"] == "88.0"
    assert list(city.SUMMARY.values()) == ["scheme", "dd", "pp", "dp", "pd"]
    table = city.matrix(ROWS, "pairwise", ["T1.0"])
    assert list(table[0]) == ["From", "T1.0", "T1.1", "T3.0"]
    assert list(table[0].values()) == ["T1.0", None, "0.042", "0.044"]
    assert [row["From"] for row in table] == list(NAMES)


def test_the_interval_leaves_out_each_user_in_turn():
    """Links A-B, A-C and B-C of 1, 2 and 6: without C, B and A their means are 1, 2 and 6."""
    pairs = {("T1.0", "T1.1"): 1.0, ("T1.0", "T1.2"): 2.0, ("T1.1", "T1.2"): 6.0}
    made = [
        {"sender": a, "receiver": b, "group": "dd", "normalised": math.exp(value)}
        for ends, value in pairs.items()
        for a, b in (ends, ends[::-1])
    ]
    mean, half = city.over_users(made, city.logarithm)
    assert mean == pytest.approx(3.0)
    spread = 2 / 3 * ((1 - 3) ** 2 + (2 - 3) ** 2 + (6 - 3) ** 2)
    assert half == pytest.approx(4.303 * math.sqrt(spread), rel=1e-3)
    assert city.over_users(made[:2], city.logarithm) == (pytest.approx(1.0), None)


def test_users_of_one_seed_are_set_against_those_of_others():
    """From T1.0 a map to T2.0 leaves half of what one to T2.1 does; T3 has no other seed."""
    names = ("T1.0", "T2.0", "T2.1", "T3.0")
    errors = {1: 0.1, 2: 0.2, 3: 0.3}
    known = {"mse": 0.1, "accuracy": 0.9, "pixel_variance": 0.5, "members": names}
    pairwise = {"scheme": "pairwise", "accuracy": 0.9}
    tested = [{**pairwise, "receiver": j, "mse": mse} for j, mse in errors.items()]
    row = made_up.row(line="meeting", sender="T1.0", **known, links=tested)
    assert city.by_start([row]).endswith("a pairwise map's MSE is 2 times that within a seed.")
    assert city.by_start([]) == ""


def test_the_finding_names_every_scheme():
    text = city.finding(ROWS)
    assert text.startswith("Among 3 users, no two trained together, a link between two digit users")
    assert "MSE of 1.601 times the variance" in text and "brings it to 0.041" in text
    assert "beside 0.020 of their own pairs; through a common space it is 0.061" in text
    assert text.endswith("with rotations (one seed).")
    said = city.finding([*ROWS, slf("T1.0"), slf("T3.0")])
    assert "towards one decoder for all leaves, for digits and for photos, 0.024 and " in said


def priced():
    shape = {"codewords": 32, "dimension": 16}
    column = [made_up.timed(f, up=up, **shape) for f, up in ((0, 500), (4, 0))]
    tuned = [made_up.timed(4, up=0) | {"hub": "T1.0", "line": "slf"}] * 2
    return city_costs.prices([*ROWS, *tuned], column, LINK)


def test_prices_of_ten_users_and_how_they_grow():
    """SLF: 1,500 bytes and 12 ms and 1.5 us for each of 90 ordered pairs; a map: 18,000 bytes."""
    table = {(row["scheme"], row["users"]): row for row in city_costs.table(priced(), LINK)}
    sent = {scheme: row["megabytes"] for (scheme, users), row in table.items() if users == 10}
    into, turned = 4 * (9 * 256 + 16), 4 * (256 + 16)  # bytes of a map into the common space
    expected = {
        "pairwise, SLF f = 0": 90 * 1_500,
        "hub T1.0, SLF f = 4": 9 * 1e6 * sent["pairwise, SLF f = 4"] / 90,
        "pairwise, ridge": 90 * 18_000,
        "hub, ridge": 9 * (download_bytes(32, 16) + 18_000),
        "universe, ridge": 10 * 18_000 + 10 * (into + 9 * (into + 2_048)),
        "universe, Procrustes": 10 * 18_000 + 10 * (turned + 9 * (turned + 2_048)),
    }
    assert {name: 1e6 * sent[name] for name in expected} == pytest.approx(expected)
    assert table["pairwise, SLF f = 0", 10]["seconds"] == pytest.approx(90 * (0.012 + 1.5e-6))
    assert table["pairwise, ridge", 10]["seconds"] == pytest.approx(90 * (0.144 + 1.0))
    for scheme, power in (("pairwise, ridge", 2), ("hub T1.0, SLF f = 4", 1)):
        few, many = (table[scheme, users]["megabytes"] for users in (100, 1_000))
        assert math.log10(many / few) == pytest.approx(power, abs=0.01)


def test_uploads_overwrite_decoders_so_that_many_must_be_kept():
    table = [row for row in city_costs.table(priced(), LINK) if row["users"] == 10]
    kept = {row["scheme"]: (row["kept"], row["encoders"], row["trainings"]) for row in table}
    assert kept["pairwise, SLF f = 0"] == (10, 10, 90)
    assert kept["pairwise, SLF f = 4"] == (1, 10, 90)
    assert kept["hub T1.0, SLF f = 4"] == (2, 2, 9)
    assert kept["pairwise, ridge"] == kept["universe, ridge"] == (1, 1, 0)
    assert kept["hub, ridge"] == (2, 1, 0)


def test_figures_have_a_matrix_and_a_line_per_scheme_or_are_drawn_as_missing():
    names = city.schemes(["T1.0"])
    figure = city_figures.matrices(city.links(ROWS, ["T1.0"]), names)
    shown = [axes for axes in figure.axes if axes.images]
    titles = [axes.get_title() for axes in shown]
    assert titles == [name for name in names.values() if name != "hub T1.0, SLF"]
    assert shown[1].images[0].get_array()[0, 1] == pytest.approx(0.042)
    assert shown[1].images[0].get_array().mask[0, 0]
    lines = city_figures.costs(city_costs.table(priced(), LINK)).axes[0].lines
    assert len(lines) == 7 and list(lines[0].get_xdata()) == [2, 10, 100, 1_000]
    figure = city_figures.matrices([], city.schemes())
    assert all(axes.texts[0].get_text() == "not computed" for axes in figure.axes)
