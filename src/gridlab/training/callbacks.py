"""StopAtThreshold and StepDecay: callbacks that sweeps of digit networks ask for and Keras does not have."""

from __future__ import annotations

from typing import Any

import keras


class StopAtThreshold(keras.callbacks.Callback):  # type: ignore[misc]
    """Stop a training once a metric has come as far as asked: a target accuracy, say.

    Args:
        monitor: the metric, as the training's logs name it (`accuracy`, `val_accuracy`, `loss`, …).
        threshold: where to stop.
        mode: "max" stops at the threshold and above, "min" at it and below; "auto": "min" for losses and errors.
    """

    per_epoch = True
    """It looks at the logs between epochs and at nothing else, so it can act on one lane of many."""

    def __init__(self, monitor: str = "accuracy", threshold: float = 1.0, mode: str = "auto") -> None:
        super().__init__()
        if mode not in ("auto", "max", "min"):
            raise ValueError(f"mode takes auto, max or min, got {mode!r}")
        falling = any(word in monitor for word in ("loss", "error"))
        self.monitor, self.threshold = monitor, float(threshold)
        self.mode = ("min" if falling else "max") if mode == "auto" else mode

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Stop if the metric has come far enough."""
        if self.monitor not in (logs or {}):
            raise ValueError(
                f"StopAtThreshold monitors {self.monitor}, the logs hold {', '.join(logs or {}) or 'nothing'}"
            )
        value = float((logs or {})[self.monitor])
        if value >= self.threshold if self.mode == "max" else value <= self.threshold:
            self.model.stop_training = True


class StepDecay(keras.callbacks.LearningRateScheduler):  # type: ignore[misc]
    """Multiply the learning rate by a factor every so many epochs.

    Args:
        factor: what it is multiplied by, between 0 and 1.
        every: epochs between two such steps.
        min_lr: the learning rate goes no lower.
    """

    def __init__(self, factor: float = 0.5, every: int = 10, min_lr: float = 0.0) -> None:
        super().__init__(self._stepped)
        self.factor, self.every, self.min_lr = factor, every, min_lr

    def _stepped(self, epoch: int, rate: float) -> float:
        """The learning rate of an epoch, counted from 0, from that of the epoch before."""
        if epoch and epoch % self.every == 0:
            return max(rate * self.factor, min(self.min_lr, rate))
        return rate
