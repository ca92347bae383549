"""The command line: call one function, print, exit code; nothing else. What it takes stands in `arguments`.

Exit codes: 0 done, 1 done but no candidate has a score, 2 refused (bad input, or a folder that cannot be written),
130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from gridlab.arguments import parser
from gridlab.errors import GridlabError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    given = parser().parse_args(arguments)
    try:
        code = COMMANDS[given.command](given)
        sys.stdout.flush()
    except GridlabError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted: finished fits are kept; the same command goes on from there", file=sys.stderr)
        return 130
    except BrokenPipeError:  # `gridlab show … | head`: the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _run(given: argparse.Namespace) -> int:
    from gridlab import api
    from gridlab.terminal import closing

    found = api.run(
        given.sweep,
        given.results,
        overrides=_set(given, given.sweep),
        retry_failed=given.retry_failed,
        verbose=given.verbose,
    )
    print(closing(found))
    return 0 if found.best else 1


def _check(given: argparse.Namespace) -> int:
    from gridlab.training.check import check

    problems = [problem for sweep in given.sweeps for problem in check(sweep, _set(given, sweep))]
    print(*problems, sep="\n", end="\n" if problems else "")
    if not problems:
        print(f"{len(given.sweeps)} sweep file{'s' * (len(given.sweeps) != 1)} checked: nothing wrong")
    return 2 if problems else 0


def _plan(given: argparse.Namespace) -> int:
    from gridlab.training.check import checked
    from gridlab.training.outline import outline

    spec, _ = checked(given.sweep, _set(given, given.sweep))
    print(outline(spec, given.results))
    return 0


def _show(given: argparse.Namespace) -> int:
    if given.augment:
        from gridlab.training.augment_picture import write_picture

        print(write_picture(given.run, given.out))
        return 0

    from gridlab.records.results import load_results
    from gridlab.terminal import as_csv, as_json, leaderboard

    results = load_results(given.run)
    form = as_csv if given.csv else as_json if given.json else leaderboard
    print(form(results, top=given.top, sort=given.sort))
    return 0


def _report(given: argparse.Namespace) -> int:
    from gridlab.records.insights.gather import insights
    from gridlab.records.results import load_results
    from gridlab.reporting import FORMS, write

    found = insights(load_results(given.run))
    text = FORMS[given.format](found)
    if given.out:
        print(write(given.out, text))
    else:
        print(text)
    return 0 if found.winner else 1


def _ls(given: argparse.Namespace) -> int:
    from gridlab.terminal import listing

    print(listing(given.results))
    return 0


def _plot(given: argparse.Namespace) -> int:
    from gridlab.plots.report import write_site

    pages = write_site(given.path, given.out)
    print(*pages, sep="\n")
    if given.open:
        import webbrowser

        webbrowser.open(pages[0].resolve().as_uri())
    return 0


def _serve(given: argparse.Namespace) -> int:
    from gridlab.plots.serve import serve

    def opened(url: str) -> None:
        print(f"{given.path}: {url} shows it as it grows; Ctrl-C ends this, not the runs", flush=True)
        if given.open:
            import webbrowser

            webbrowser.open(url)

    serve(given.path, given.port, opened)
    return 0


def _export(given: argparse.Namespace) -> int:
    from gridlab.plots.export import export
    from gridlab.records.results import load_results

    print(export(load_results(given.run), *given.to, overwrite=given.overwrite))
    return 0


def _predict(given: argparse.Namespace) -> int:
    from gridlab.training.kaggle import submit
    from gridlab.training.submission import write_submission

    named = {"source": given.source, "id_column": given.id, "label": given.label, "like": given.like}
    print(write_submission(given.run, given.data, given.out, **named))
    if given.submit:
        print(submit(given.submit, given.out, given.message, yes=given.yes))
    return 0


def _automl(given: argparse.Namespace) -> int:
    from gridlab.progress import reporter
    from gridlab.terminal import closing
    from gridlab.training.automl.request import requested
    from gridlab.training.automl.run import run_automl

    spec, origin = requested(given.name, given.data, given.like, given.set)
    asked = {"max_trials": given.max_trials, "epochs": given.epochs, "batch_size": given.batch_size}
    found = run_automl(spec, given.results, **asked, reporter=reporter(), origin=origin)
    print(closing(found))
    return 0 if found.best else 1


def _set(given: argparse.Namespace, sweep: Path) -> list[str]:
    """What `--data` stands for, and every `--set`."""
    from gridlab.training.datasets.shorthand import data_override

    return given.set if given.data is None else [data_override(given.data, sweep), *given.set]


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "run": _run,
    "check": _check,
    "plan": _plan,
    "show": _show,
    "report": _report,
    "ls": _ls,
    "plot": _plot,
    "serve": _serve,
    "export": _export,
    "predict": _predict,
    "automl": _automl,
}
