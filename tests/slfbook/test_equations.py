"""Equations have the paper's numbers, or letters, on the page and in references."""

import re

from slfbook.equations import OURS, PAPERS
from small_book import build

PAGE = """# Title

```{math}
:label: eq-decode
a = b
```

```{math}
:label: eq-recovery
c = d
```

See {eq}`eq-decode` and {eq}`eq-recovery`.
"""


def test_a_number_is_the_papers_and_a_letter_ours(tmp_path):
    html, _ = build(tmp_path, PAGE, "slfbook.equations")
    assert re.findall(r'class="eqno">\((\w+)\)', html) == ["6", "B"]
    assert re.findall(r'href="#equation-eq-\w+">\((\w+)\)', html) == ["6", "B"]


def test_no_number_is_given_twice():
    given = [*PAPERS.values(), *OURS.values()]
    assert len(given) == len(set(given)) and not PAPERS.keys() & OURS.keys()
