"""`best.json`: which candidate the saved model is, what it scored, and what it needs to be used."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gridlab.records.files import json_object, replace_file

BEST = "best.json"


def read_account(folder: Path) -> dict[str, Any] | None:
    """`best.json`, if it is there and the model that it speaks of too."""
    try:
        account: dict[str, Any] = json.loads((folder / BEST).read_bytes())
        return account if (folder / account["file"]).exists() else None
    except (OSError, ValueError, KeyError, TypeError):  # none yet, or not one of ours
        return None


def is_saved(folder: Path, mark: str) -> bool:
    """Whether the model that lies in the folder is the one of this mark."""
    account = read_account(folder)
    return account is not None and account.get("mark") == mark


def save_account(folder: Path, account: Mapping[str, Any]) -> None:
    """Write `best.json`, after the model it speaks of."""
    replace_file(folder / BEST, json_object(account))
