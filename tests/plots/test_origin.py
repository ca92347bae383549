from __future__ import annotations

from typing import TYPE_CHECKING

from gridlab.plots import origin

if TYPE_CHECKING:
    from collections.abc import Callable

    from gridlab.records.results import Results

    Make = Callable[..., Results]

GRID = {"dropout": [0.2, 0.4]}


def test_everything_that_is_recorded_is_told(make: Make) -> None:
    known = {
        "gridlab": "0.1.0",
        "versions": {"keras": "3.15"},
        "cpu": "Some CPU",
        "cores": 2,
        "memory_gb": 8.4,
        "gpu": ["H100, 80 GB, 1.2"],
        "git": {"revision": "abc", "dirty": True},
        "command": ["gridlab", "run", "my sweep.yaml"],
    }
    told = origin.origin(make(GRID, provenance=known))
    assert told["Command"] == "gridlab run 'my sweep.yaml'"
    assert told["Processor"] == "Some CPU, 2 cores"
    assert (told["Memory"], told["GPU"]) == ("8.4 GB", "H100, 80 GB, 1.2")
    assert told["Versions"] == "gridlab 0.1.0, keras 3.15"
    assert told["Code"] == "git abc, with changes that are not committed"
    assert told["Data fingerprint"] == "8f1c"


def test_what_is_not_recorded_is_left_out(make: Make) -> None:
    assert origin.origin(make(GRID, provenance={}, data={})) == {}
    assert origin.source(make(GRID)) == ("", "")
    assert origin.written(make(GRID, provenance={}, data={})) == '<dl class="origin"></dl>'


def test_the_sweep_file_is_shown_word_for_word(make: Make) -> None:
    text = "name: x  # why\n</pre><script>1</script>\n"
    results = make(GRID, source=text, source_file="x.yaml")
    assert origin.source(results) == (text, "x.yaml")
    assert "# why\n&lt;/pre&gt;&lt;script&gt;" in origin.written(results)


def test_a_sweep_made_in_python_is_written_out(make: Make) -> None:
    text, name = origin.source(make(GRID, spec={"name": "x", "grid": {"dropout": [0.2]}}))
    assert text == "name: x\ngrid:\n  dropout:\n  - 0.2\n"
    assert "YAML" in name
