from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridlab.plots.libraries import Library
from gridlab.plots.page import Cell, asset, document, escape, footer, script_json, table

LIBRARY = Library("three", "three()", "H4sI")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
)


class Elements(HTMLParser):
    """The elements and the text of a page, as a browser would see them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@given(JSON)
def test_json_in_a_script_says_the_same_and_ends_nothing(value: object) -> None:
    text = script_json(value)
    assert json.loads(text) == value
    assert not set("<>&\u2028\u2029") & set(text)


def test_json_in_a_script_is_strict() -> None:
    with pytest.raises(ValueError):
        script_json(float("nan"))


def test_values_stay_text_in_elements_and_attributes() -> None:
    assert escape("<b a='\"&") == "&lt;b a=&#x27;&quot;&amp;"
    page = Elements(table(["<i>", Cell("x", href='"><script>')], [["<img src=x>", Cell("y", 'a" onclick="b')]]))
    assert not {"i", "img", "script"} & set(page.tags)
    assert {"<i>", "<img src=x>"} <= set(page.text)


def test_a_page_runs_its_own_scripts_only_and_fetches_nothing() -> None:
    page = document("a<b", "<p>body</p>", scripts=["one()\r\n", "two()"], libraries=[LIBRARY], data={"x": "</script>"})
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    codes = (asset("loader.js").encode(), b"one()\n", b"two()", b"three()")
    allowed = {base64.b64encode(hashlib.sha256(code).digest()).decode() for code in codes}
    assert set(re.findall(r"'sha256-([^']*)'", policy[1])) == allowed
    assert "default-src 'none'" in policy[1]
    assert "unsafe-inline" not in policy[1].split("style-src")[0]
    assert Elements(page).tags.count("script") == 5
    assert "three()" not in page
    assert not re.search(r"https?://|src=|@import|url\(", page)


def test_a_page_without_scripts_allows_none() -> None:
    assert "script-src 'none'" in document("t", "b")


def test_the_footer_names_the_version_and_skips_what_is_unknown() -> None:
    assert "gridlab 0." in footer("", "somewhere")
    assert footer("", "somewhere").count("<span>") == 2
