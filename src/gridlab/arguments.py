"""What the command line takes; loads nothing but argparse."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path


def _version() -> str:
    from importlib.metadata import version

    return f"gridlab {version('gridlab')}"


class _Version(argparse.Action):
    """Looks the version up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        print(_version())
        parser.exit()


def parser() -> argparse.ArgumentParser:
    """The parser of the command line; what is asked for stands in `command`."""
    whole = argparse.ArgumentParser(
        prog="gridlab", description="Sweep hyperparameters of Keras models; see which ones matter."
    )
    whole.add_argument("--version", action=_Version, nargs=0, help="show gridlab's version and exit")
    commands = whole.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, (told, takes) in _COMMANDS.items():
        takes(commands.add_parser(name, help=told))
    return whole


def _running(run: argparse.ArgumentParser) -> None:
    _sweep(run)
    run.add_argument("--retry-failed", action="store_true", help="train fits again that failed before")
    run.add_argument("--verbose", action="store_true", help="let Keras and TensorFlow talk")


def _checking(check: argparse.ArgumentParser) -> None:
    check.add_argument("sweeps", nargs="+", type=Path, metavar="SWEEP", help="a sweep file (YAML)")
    _changes(check)


def _showing(show: argparse.ArgumentParser) -> None:
    show.add_argument(
        "run", type=Path, metavar="RUN", help="a run folder, or a JSON file of records; with --augment a sweep file too"
    )
    show.add_argument("--top", type=int, default=20, metavar="N", help="how many candidates (20; 0: all)")
    show.add_argument("--sort", metavar="COLUMN", help="sort by this column; -COLUMN: largest first")
    form = show.add_mutually_exclusive_group()
    form.add_argument("--csv", action="store_true", help="as CSV, with every column")
    form.add_argument("--json", action="store_true", help="as JSON, with every column")
    show.add_argument("--augment", action="store_true", help="draw what augmentation does to images, as a PNG file")
    show.add_argument("--out", type=Path, metavar="FILE", help="write that picture there")


def _reporting(report: argparse.ArgumentParser) -> None:
    _recorded(report)
    report.add_argument("--format", choices=("text", "md", "json"), default="text", help="text (default), md or json")
    report.add_argument("--out", type=Path, metavar="FILE", help="write it there")


def _listing(ls: argparse.ArgumentParser) -> None:
    ls.add_argument("results", nargs="?", type=Path, default=Path("results"), metavar="DIR")


def _plotting(plot: argparse.ArgumentParser) -> None:
    plot.add_argument("path", type=Path, metavar="PATH", help="a folder of runs, a run, or a JSON file of records")
    plot.add_argument("--out", type=Path, metavar="DIR", help="write the pages there")
    _open(plot)


def _serving(serve: argparse.ArgumentParser) -> None:
    serve.add_argument(
        "path", nargs="?", type=Path, default=Path("results"), metavar="PATH", help="a folder of runs, or a run"
    )
    serve.add_argument("--port", type=_port, default=8000, metavar="N", help="where to listen (8000; 0: a free one)")
    _open(serve)


def _exporting(export: argparse.ArgumentParser) -> None:
    _recorded(export)
    export.add_argument(
        "--to",
        nargs=2,
        required=True,
        metavar=("KIND", "WHERE"),
        help="csv FILE, parquet FILE, tensorboard DIR, or optuna URL (sqlite:///fc3.db)",
    )
    export.add_argument("--overwrite", action="store_true", help="replace what gridlab wrote there before")


def _searching(automl: argparse.ArgumentParser) -> None:
    what = automl.add_mutually_exclusive_group(required=True)
    what.add_argument("--data", metavar="DATA", help="a data set's name, a file, or {name: csv, path: …} as in a sweep")
    what.add_argument("--like", type=Path, metavar="RUN", help="data, folds, scoring and seed of that run")
    automl.add_argument("--max-trials", type=_count, default=3, metavar="N", help="trials in all (3)")
    automl.add_argument("--epochs", type=_count, metavar="N", help="the most epochs of a trial (until it stops early)")
    automl.add_argument("--batch-size", type=_count, default=32, metavar="N", help="rows a step (32)")
    automl.add_argument("--name", default="automl", help="what to call the run (automl)")
    _results(automl)
    _overrides(automl)


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _predicting(predict: argparse.ArgumentParser) -> None:
    predict.add_argument("run", type=Path, metavar="RUN", help="a run folder")
    predict.add_argument(
        "--data", type=Path, required=True, metavar="FILE", help="the rows: a file as the training data's"
    )
    predict.add_argument("--out", type=Path, required=True, metavar="FILE", help="the CSV file to write")
    predict.add_argument(
        "--from",
        dest="source",
        choices=["best", "folds", "last"],
        default="best",
        help="the refitted best (default), the mean of the folds' models, or a last training on all rows",
    )
    predict.add_argument("--id", metavar="COLUMN", help="the column of ids (the sample's first, or id)")
    predict.add_argument("--label", metavar="COLUMN", help="the column of predictions (the sample's second)")
    predict.add_argument("--like", type=Path, metavar="FILE", help="a sample submission: columns, ids, row count")
    predict.add_argument("--submit", metavar="COMPETITION", help="hand it to Kaggle's client; with --yes only")
    predict.add_argument("-m", "--message", default="by gridlab", metavar="TEXT", help="what Kaggle shows beside it")
    predict.add_argument("--yes", action="store_true", help="really send it")


def _sweep(command: argparse.ArgumentParser) -> None:
    command.add_argument("sweep", type=Path, metavar="SWEEP", help="a sweep file (YAML)")
    _results(command)
    _changes(command)


def _results(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--results", type=Path, default=Path("results"), metavar="DIR", help="where runs lie (results)"
    )


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"takes a number from 0 to 65535, got {text}")
    return int(text)


def _changes(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--data", metavar="DATA", help="other data: a file (train.csv, …-idx3-ubyte.gz, …), a folder of images, a name"
    )
    _overrides(command)


def _overrides(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="override a key: grid.dropout=[0.1,0.2]"
    )


def _recorded(command: argparse.ArgumentParser) -> None:
    command.add_argument("run", type=Path, metavar="RUN", help="a run folder, or a JSON file of records")


def _open(command: argparse.ArgumentParser) -> None:
    command.add_argument("--open", action="store_true", help="open the page in a browser")


_COMMANDS: dict[str, tuple[str, Callable[[argparse.ArgumentParser], None]]] = {
    "run": ("train what a sweep file asks for and is not trained yet", _running),
    "check": ("say everything that is wrong with sweep files", _checking),
    "plan": ("say what a run would do, and how long it may take", _sweep),
    "show": ("show the candidates of a run, best first", _showing),
    "report": ("say what a run tells: what matters, how sure, how good the best is", _reporting),
    "ls": ("list the runs of a folder", _listing),
    "plot": ("make the pages: one a run, and an index over several", _plotting),
    "serve": ("show runs as they grow, in a browser on this machine", _serving),
    "export": ("write a run for other tools: TensorBoard, Optuna, tables", _exporting),
    "predict": ("predict new rows by a run's best candidate, as a submission", _predicting),
    "automl": ("let AutoKeras search, and record its trials as a run", _searching),
}
"""Command → what it is for, and what it takes; `cli.COMMANDS` does it."""
