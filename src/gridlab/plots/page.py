"""The HTML shell every page stands in: text stays text, nothing is fetched, and no script runs but our own."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from typing import Any, NamedTuple

from gridlab.plots.libraries import Library


class Cell(NamedTuple):
    """A table cell that is more than plain text on the left."""

    text: str
    css: str = ""
    """Class names; `num` for numbers, which stand right-aligned in figures of equal width."""
    href: str = ""


def escape(value: object) -> str:
    """Any value as HTML text, in an element or in a quoted attribute."""
    return html.escape(str(value), quote=True)


def script_json(value: Any) -> str:
    """Strict JSON that can stand inside a `<script>` element: no value in it can end the element or open a comment.

    >>> script_json("</script>")
    '"\\\\u003c/script\\\\u003e"'
    """
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def asset(name: str) -> str:
    """The text of a file in `plots/assets`."""
    return files("gridlab.plots").joinpath("assets", name).read_text("utf-8")


def document(
    title: str,
    body: str,
    *,
    scripts: Sequence[str] = (),
    libraries: Sequence[Library] = (),
    data: Any = None,
    connects: bool = False,
) -> str:
    """A whole page.

    Args:
        title: plain text.
        body: HTML whose values went through `escape`.
        scripts: JavaScript to run, in order; everything else that looks like a script is refused by the browser.
        libraries: what the scripts may ask `assets/loader.js` for; it runs before them, where there is anything to run.
        data: plain JSON that the scripts find as `gridlab.data`.
        connects: whether they may ask the server that the page came from.
    """
    scripts = (asset("loader.js"), *scripts) if scripts else ()
    block = "" if data is None else f'<script type="application/json" id="data">{script_json(data)}</script>\n'
    allowed = content_policy((*scripts, *(library.code for library in libraries)), connects)
    return "".join(
        (
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
            f'<meta http-equiv="Content-Security-Policy" content="{allowed}">\n',
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
            '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n',
            f"<title>{escape(title)}</title>\n<style>\n{asset('page.css')}</style>\n</head>\n<body>\n{body}\n{block}",
            *(f'<script type="text/plain" id="library-{x.name}">{x.packed}</script>\n' for x in libraries),
            *(f"<script>{code}</script>\n" for code in scripts),
            "</body>\n</html>\n",
        )
    )


def content_policy(scripts: Iterable[str], connects: bool = False) -> str:
    """What the page may do: run exactly these scripts, style itself, show inline pictures; no network at all, unless it
    `connects` to its own server.

    A script is allowed by its hash, so one that came in through a value would not run even if escaping had failed.
    HiPlot puts its styles into the page while it starts, hence the inline styles.
    """
    own = "; connect-src 'self'" if connects else ""
    allowed = " ".join(f"'sha256-{_hash(code)}'" for code in scripts) or "'none'"
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data: blob:; "
        f"font-src data:; base-uri 'none'; form-action 'none'{own}"
    )


def table(head: Sequence[str | Cell], rows: Iterable[Sequence[str | Cell]], *, caption: str = "") -> str:
    """A table that needs no script; wider than the screen, it scrolls by itself."""
    top = "".join(_cell(cell, "th") for cell in head)
    lines = "\n".join(f"<tr>{''.join(_cell(cell, 'td') for cell in row)}</tr>" for row in rows)
    words = f"<caption>{escape(caption)}</caption>" if caption else ""
    return (
        f'<div class="scroll"><table class="plain">{words}<thead><tr>{top}</tr></thead>\n'
        f"<tbody>\n{lines}\n</tbody></table></div>"
    )


def footer(*made: str) -> str:
    """How the page was made: gridlab's version, and whatever else there is to say (plain text)."""
    words = "".join(f"<span>{escape(part)}</span>" for part in (f"Made by gridlab {own_version()}", *made) if part)
    return f"<footer>{words}</footer>"


def own_version() -> str:
    """gridlab's version, or nothing when it runs from a bare source tree."""
    try:
        return version("gridlab")
    except PackageNotFoundError:
        return ""


def _hash(code: str) -> str:
    # The browser hashes the element's text as parsed, where every line ending has become a line feed.
    text = code.replace("\r\n", "\n").replace("\r", "\n")
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _cell(cell: str | Cell, tag: str) -> str:
    cell = cell if isinstance(cell, Cell) else Cell(cell)
    inner = f'<a href="{escape(cell.href)}">{escape(cell.text)}</a>' if cell.href else escape(cell.text)
    css = f' class="{escape(cell.css)}"' if cell.css else ""
    scope = ' scope="col"' if tag == "th" else ""
    return f"<{tag}{css}{scope}>{inner}</{tag}>"
