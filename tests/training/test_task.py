from __future__ import annotations

import pickle

import numpy as np
from sklearn.linear_model import LogisticRegression

from gridlab.sweep.spec import SweepSpec
from gridlab.training.plan import make_plan


def test_a_stored_task_travels_without_its_arrays_and_opens_as_it_was(tmp_path):
    X = np.random.default_rng(0).normal(size=(400, 50)).astype("float32")
    spec = SweepSpec(name="t", data=(X, np.arange(400) % 2), model=LogisticRegression(), grid={"C": [1.0]})
    task = make_plan(spec).task
    stored = task.stored(tmp_path)
    sent = pickle.dumps(stored)
    assert len(sent) < X.nbytes / 4
    opened = pickle.loads(sent).open()
    np.testing.assert_array_equal(opened.dataset.X, task.dataset.X)
    np.testing.assert_array_equal(opened.dataset.y, task.dataset.y)
    assert opened.dataset.fingerprint == task.dataset.fingerprint
    for (a, b), (c, d) in zip(opened.splits.indices, task.splits.indices, strict=True):
        np.testing.assert_array_equal(a, c)
        np.testing.assert_array_equal(b, d)
    assert opened.metrics == task.metrics
    assert opened.recipe.fingerprint == task.recipe.fingerprint
    assert not opened.dataset.X.flags.writeable
