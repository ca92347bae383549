from __future__ import annotations

import base64
import gzip

import pytest

from gridlab.errors import GridlabError
from gridlab.plots import libraries


@pytest.mark.parametrize("library", [libraries.hiplot(), libraries.plotly()], ids=lambda library: library.name)
def test_what_is_packed_is_the_code_with_its_licence(library: libraries.Library) -> None:
    assert gzip.decompress(base64.b64decode(library.packed)).decode() == library.code
    assert len(library.packed) < 0.45 * len(library.code)
    assert "MIT" in library.code[:700]


def test_packing_is_the_same_every_time() -> None:
    assert libraries.hiplot.__wrapped__().packed == libraries.hiplot().packed


def test_a_library_without_its_file_is_one_sentence() -> None:
    with pytest.raises(GridlabError, match=r"numpy .* without its absent\.js"):
        libraries._packed("numpy", "absent.js", "")
    with pytest.raises(GridlabError, match="nowhere-to-be-found is not installed"):
        libraries._packed("nowhere-to-be-found", "x.js", "")
