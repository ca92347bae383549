"""A submission handed to Kaggle's own command-line client; gridlab knows no credentials and looks for none."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

from gridlab.errors import GridlabError

CLIENT = "kaggle"
PATIENCE = 900.0
"""Seconds that the client is given: a submission may have hundreds of megabytes."""


def submit(competition: str, file: Path, message: str, *, yes: bool) -> str:
    """Send a file to a competition, or say what would be sent.

    Args:
        competition: its name as in its address, `digit-recognizer`.
        file: the submission.
        message: what Kaggle shows beside it.
        yes: whether to send it; otherwise nothing is done.

    Returns:
        What the client answered, or what it would be asked.

    Raises:
        GridlabError: the client is not installed, or fails; in its own words.
    """
    if not re.fullmatch(r"[a-zA-Z0-9][\w-]*", competition):
        raise GridlabError(f"--submit: a competition's name as in its address goes here, not {competition!r}")
    asked = ["competitions", "submit", competition, f"--file={file.resolve()}", f"--message={message}"]
    if not yes:
        return f"would send, with --yes ({file.stat().st_size:,} bytes): {shlex.join([CLIENT, *asked])}"
    client = shutil.which(CLIENT)
    if client is None:
        raise GridlabError(f"{file} is not sent: Kaggle's client is not installed here (pip install kaggle)")
    try:
        done = subprocess.run([client, *asked], stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise GridlabError(f"{file} is not sent: {CLIENT}: {error}") from error
    said = " ".join((done.stdout + b"\n" + done.stderr).decode(errors="replace").split())
    if done.returncode:
        raise GridlabError(
            f"{file} is not sent: {CLIENT} says: {said[-500:] or f'nothing, and ends with {done.returncode}'}"
        )
    return f"{CLIENT}: {said}" if said else f"{CLIENT}: sent"
