"""Estimators that misbehave, for the tests of pools and runs; workers import them by name."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin


class Moody(ClassifierMixin, BaseEstimator):
    """Predicts the commonest class, if its mood lets it."""

    def __init__(self, mood: object = "calm", marker: str = "", sleep: float = 0.0, random_state: int | None = None):
        self.mood = mood
        self.marker = marker
        self.sleep = sleep
        self.random_state = random_state

    def fit(self, X, y):
        time.sleep(self.sleep)
        if self.mood == "deadly" or (self.mood == "deadly once" and self._first()):
            os.kill(os.getpid(), signal.SIGKILL)
        if self.mood == "hungry":
            self.food_ = np.ones(40_000_000)  # 320 MB
        if self.marker:
            with Path(self.marker).open("a") as log:
                log.write(f"{os.getpid()}\n")
        values, counts = np.unique(y, return_counts=True)
        self.classes_, self.commonest_ = values, values[counts.argmax()]
        random = np.random.default_rng(self.random_state)
        self.proba_ = random.dirichlet(np.ones(len(values)))
        return self

    def _first(self) -> bool:
        try:
            os.close(os.open(f"{self.marker}.once", os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return False
        return True

    def predict(self, X):
        return np.full(len(X), self.classes_[self.proba_.argmax()])

    def predict_proba(self, X):
        return np.tile(self.proba_, (len(X), 1))
