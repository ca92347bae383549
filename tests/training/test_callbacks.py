from __future__ import annotations

import types

import pytest

from gridlab.training.callbacks import StepDecay, StopAtThreshold


@pytest.mark.parametrize(
    ("given", "values", "stops_after"),
    [
        ({"monitor": "accuracy", "threshold": 0.9}, [0.5, 0.89, 0.9, 1.0], 3),
        ({"monitor": "val_loss", "threshold": 0.2}, [0.5, 0.2, 0.1], 2),
        ({"monitor": "f1", "threshold": 2, "mode": "min"}, [3, 2.5, 1], 3),
        ({"monitor": "accuracy", "threshold": 0.9}, [0.1, 0.2], None),
    ],
)
def test_it_stops_at_the_threshold(given, values, stops_after):
    callback = StopAtThreshold(**given)
    callback._model = types.SimpleNamespace(stop_training=False)
    stopped = None
    for epoch, value in enumerate(values):
        callback.on_epoch_end(epoch, {given["monitor"]: value})
        if callback.model.stop_training and stopped is None:
            stopped = epoch + 1
    assert stopped == stops_after


def test_a_metric_that_is_not_there_and_a_mode_that_is_none():
    with pytest.raises(ValueError, match="monitors accuracy, the logs hold loss"):
        StopAtThreshold().on_epoch_end(0, {"loss": 1.0})
    with pytest.raises(ValueError, match="mode takes"):
        StopAtThreshold(mode="up")


def test_the_learning_rate_falls_in_steps_and_not_below_its_floor():
    decay, rate, rates = StepDecay(factor=0.1, every=2, min_lr=1e-3), 0.1, []
    for epoch in range(8):
        rate = decay.schedule(epoch, rate)
        rates.append(rate)
    assert rates == pytest.approx([0.1, 0.1, 0.01, 0.01, 1e-3, 1e-3, 1e-3, 1e-3])
    assert StepDecay(min_lr=0.5)._stepped(10, 0.2) == 0.2
