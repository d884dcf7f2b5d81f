"""Parameters that papermill hands on unchecked, as the book offers it: types are told in words."""

import pytest

from slfkit.errors import ParameterError
from slfkit.experiments import settings
from slfkit.experiments.choosing import Need
from slfkit.experiments.recovery_time import recovery
from slfkit.experiments.sweeps import channel_dissimilarity


@pytest.mark.parametrize(
    ("study", "given", "sentence"),
    [
        (channel_dissimilarity, {"crossovers": 0.2}, r"crossovers is 0.2: expected a list such as"),
        (channel_dissimilarity, {"crossovers": "0.2"}, "crossovers is '0.2': expected a list such"),
        (channel_dissimilarity, {"crossovers": ["a"]}, r"crossovers is \['a'\]: expected a list"),
        (channel_dissimilarity, {"frozen": [True]}, r"frozen is \[True\]: expected a list such as"),
        (channel_dissimilarity, {"frozen": [0.5]}, r"frozen is \[0.5\]: expected a list such as"),
        (channel_dissimilarity, {"sources": "glyphs"}, "sources is 'glyphs': expected a list, a"),
        (channel_dissimilarity, {"seeds": [True]}, "seeds holds True"),
        (channel_dissimilarity, {"seeds": 3}, "seeds is 3: expected a list, also of one"),
        (channel_dissimilarity, {"settings": "a"}, "settings is 'a': expected names and values"),
        (recovery, {"crossover": "0.3"}, "crossover is '0.3': expected a value such as 0.3"),
        (recovery, {"crossover": True}, "crossover is True: expected a value such as 0.3"),
        (Need, {"power": "fast"}, "power is 'fast': expected a number"),
        (Need, {"power": [3e13]}, r"power is \[30000000000000.0\]: expected a number"),
        (Need, {"uplink": 1e-300}, "uplink 1e-300 is too small: give 1e-06 or more"),
    ],
)
def test_a_value_of_another_type_is_named(study, given, sentence):
    with pytest.raises(ParameterError, match=sentence):
        study(**given)


def test_a_number_that_yaml_took_for_a_text_is_a_number():
    """YAML 1.1 reads 3e13 as a text, since it has neither point nor sign."""
    assert settings.numbers(power="3e13", uplink=2) == {"power": 3e13, "uplink": 2.0}
    assert Need(power="3e13") == Need(power=3e13)


def test_whole_numbers_and_other_sequences_are_fine():
    assert channel_dissimilarity("smoke", crossovers=(0, 1), frozen=[4], seeds=range(2)).cells
