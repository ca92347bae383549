"""Who may import whom: arrows point down only, heavy libraries have one owner, and looking at a sweep loads none."""

from __future__ import annotations

import ast
import graphlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "gridlab"

HEAVY = frozenset(
    {"numpy", "pandas", "scipy", "sklearn", "keras", "scikeras", "tensorflow", "jax", "hiplot", "plotly", "optuna"}
)
TRAINERS = frozenset({"keras", "scikeras", "tensorflow", "jax"})

ROOMS = {
    "errors": frozenset[str](),
    "sweep": frozenset({"errors"}),
    "records": frozenset({"sweep", "errors"}),
    "training": frozenset({"records", "sweep", "errors"}),
    "plots": frozenset({"records", "sweep", "errors"}),
}
"""Room → the rooms that it may import from, beside itself; the modules at the door may import from all."""

WITHOUT = {"errors": HEAVY, "sweep": HEAVY, "records": TRAINERS, "plots": TRAINERS}
"""Room → libraries that stay out of it."""

OWNERS = {
    "scikeras": {"gridlab.training.wrapper"},
    "hiplot": {"gridlab.plots.parallel"},
    "optuna": {"gridlab.records.insights.surrogate", "gridlab.plots.export.study"},
    "autokeras": {"gridlab.training.automl.search"},
}
"""Library → the only modules that import it."""

LAZY = ("gridlab.training.models.",)
"""Where a heavy library is imported in a function's body: builders, whose signatures are read before Keras is there."""


@dataclass(frozen=True)
class Import:
    """One module's import of another."""

    importer: str
    imported: str
    deferred: bool
    """Within a function."""
    typing_only: bool
    """Under `if TYPE_CHECKING`."""

    @property
    def top(self) -> str:
        return self.imported.partition(".")[0]


def room(module: str) -> str:
    """The room of one of gridlab's modules; those beside the rooms are the door."""
    name = module.split(".")[1] if "." in module else ""
    return name if name in ROOMS else "door"


@cache
def imports() -> tuple[Import, ...]:
    return tuple(found for path in sorted(PACKAGE.rglob("*.py")) for found in _of(path))


def _of(path: Path) -> Iterator[Import]:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    importer = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    yield from _in(ast.parse(path.read_text(encoding="utf-8")), importer, path, False, False)


def _in(node: ast.AST, importer: str, path: Path, deferred: bool, typing_only: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        inside = deferred or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        typed = typing_only or (isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING")
        for name in _names(child, path):
            yield Import(importer, name, deferred, typing_only)
        yield from _in(child, importer, path, inside, typed)


def _names(node: ast.AST, path: Path) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        assert node.level == 0, f"{path}:{node.lineno}: name the module in full"
        modules = [f"{node.module}.{alias.name}" for alias in node.names]
        return [name if _is_module(name) else str(node.module) for name in modules]
    return []


def _is_module(name: str) -> bool:
    path = PACKAGE.parent.joinpath(*name.split("."))
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def _said(wrong: list[Import]) -> str:
    return "\n".join(f"{found.importer} imports {found.imported}" for found in wrong)


def test_the_walk_sees_the_imports() -> None:
    found = {(i.importer, i.imported) for i in imports()}
    assert ("gridlab.sweep.spec", "gridlab.sweep.axes") in found
    assert ("gridlab.training.wrapper", "scikeras.wrappers") in found
    assert any(i.deferred and i.importer == "gridlab.training.models.fc3" and i.top == "keras" for i in imports())
    assert any(i.typing_only for i in imports())


def test_rooms_import_from_the_rooms_below_only() -> None:
    inner = [i for i in imports() if i.top == "gridlab" and room(i.importer) != "door"]
    wrong = [i for i in inner if room(i.imported) not in ROOMS[room(i.importer)] | {room(i.importer)}]
    assert not wrong, _said(wrong)


def test_no_room_loads_what_it_must_not() -> None:
    wrong = [i for i in imports() if i.top in WITHOUT.get(room(i.importer), frozenset())]
    assert not wrong, _said(wrong)


@pytest.mark.parametrize("library", sorted(OWNERS))
def test_a_library_is_imported_by_its_owner_alone(library: str) -> None:
    importers = {i.importer for i in imports() if i.top == library}
    assert importers <= OWNERS[library]


def test_heavy_libraries_are_imported_at_the_top_of_the_file_that_owns_them() -> None:
    deferred = [i for i in imports() if i.deferred and i.top in HEAVY and room(i.importer) != "door"]
    wrong = [i for i in deferred if not i.importer.startswith(LAZY)]
    assert not wrong, _said(wrong)


def test_builders_import_keras_in_their_body() -> None:
    eager = [i for i in imports() if i.importer.startswith(LAZY) and not i.deferred and not i.typing_only]
    wrong = [i for i in eager if i.top in HEAVY]
    assert not wrong, _said(wrong)


def test_there_are_no_import_cycles() -> None:
    graph: dict[str, set[str]] = {}
    for found in imports():
        if found.top == "gridlab" and not found.deferred and not found.typing_only:
            graph.setdefault(found.importer, set()).add(found.imported)
    assert [*graphlib.TopologicalSorter(graph).static_order()]


def _loaded(code: str) -> set[str]:
    """The heavy libraries that are loaded after running `code` in a new process."""
    program = f"import json, sys\n{code}\nprint('\\n' + json.dumps([*sys.modules]))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return HEAVY & {name.partition(".")[0] for name in json.loads(done.stdout.splitlines()[-1])}


@pytest.mark.parametrize("module", ["gridlab", "gridlab.cli", "gridlab.sweep.spec", "gridlab.training.check"])
def test_importing_it_loads_nothing_heavy(module: str) -> None:
    assert _loaded(f"import {module}") == set()


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["run", "--help"], ["check", "sweeps/fc3.yaml", "sweeps/smoke.yaml"]]
)
def test_running_it_loads_nothing_heavy(arguments: list[str]) -> None:
    code = f"try: assert not main({arguments})\nexcept SystemExit as end: assert not end.code"
    assert _loaded(f"from gridlab.cli import main\n{code}") == set()


def test_looking_at_results_loads_neither_scipy_nor_optuna() -> None:
    assert _loaded("import gridlab.terminal, gridlab.records.results") <= {"numpy", "pandas"}
    assert "optuna" not in _loaded("import gridlab.records.insights.gather, gridlab.reporting")


def test_a_sweep_full_of_mistakes_loads_nothing_heavy_either(tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(
        "{name: x, data: {name: idx, path: y}, model: 'sklearn.svm:SVC', grid: {D: 1}, scoring: f2, engine: z}"
    )
    assert _loaded(f"from gridlab.cli import main\nassert main(['check', {str(path)!r}]) == 2") == set()
