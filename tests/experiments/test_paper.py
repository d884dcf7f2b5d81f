"""The paper's numbers: whole, and its operations and times from the decoded constants."""

import pytest

from slfkit.experiments import paper

COLUMNS = paper.table1()


@pytest.mark.parametrize("task", paper.TASKS)
@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: f"f{column.frozen}")
def test_all_ten_operations_and_times_come_out_to_the_printed_digit(column, task):
    assert paper.recomputed_tflop(column, task) == column.tflop[task]
    assert paper.recomputed_seconds(column, task) == column.seconds[task]


def test_the_table_is_whole_and_another_number_of_epochs_does_not_come_out():
    assert [column.frozen for column in COLUMNS] == [0, 1, 2, 3, 4]
    assert {column.bytes_down for column in COLUMNS} == {114_000}
    assert [column.bytes_up for column in COLUMNS] == [114_000, 76_000, 22_000, 2_000, 0]
    assert [column.mse for column in COLUMNS] == sorted(column.mse for column in COLUMNS)
    assert paper.accuracies() == pytest.approx([0.9855, 0.9804, 0.9783, 0.9701])
    off = {**COLUMNS[2].epochs, "reconstruction": 18}
    column = paper.Column(**{**vars(COLUMNS[2]), "epochs": off})
    assert paper.recomputed_seconds(column, "reconstruction") != column.seconds["reconstruction"]


def test_an_accuracy_belongs_to_the_f_of_its_place_or_to_the_next():
    assert [len(paper.accuracies_at(f)) for f in range(5)] == [1, 2, 2, 2, 1]
    for lost in range(5):
        cells = paper.accuracies()
        cells.insert(lost, None)
        for f, share in enumerate(cells):
            assert share is None or share in paper.accuracies_at(f)
