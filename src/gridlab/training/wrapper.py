"""scikeras' estimators made right for today's scikit-learn; the only importer of scikeras.

Four things are mended. Since scikit-learn 1.7 scikeras' classifier is silently not a classifier, because its mixin
stands behind `BaseEstimator` in the MRO and the tags are never asked for. Its `random_state` switches TensorFlow's op
determinism on for the whole process, which makes every later unseeded fit fail and costs two thirds of the speed, while
plain seeding is already repeatable. And it traces every fit anew (`programs.py`) and feeds it slowly (`batches.py`).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from types import FunctionType
from typing import Any

import keras
import numpy as np
import scikeras.wrappers
from scikeras._utils import route_params
from scikeras.utils import loss_name
from scikeras.utils.transformers import ClassifierLabelEncoder
from sklearn.base import BaseEstimator
from sklearn.utils import ClassifierTags, RegressorTags, Tags

from gridlab.training.loading import load_object
from gridlab.training.programs import Programs

ONE_HOT = {"categorical_crossentropy", "categorical_focal_crossentropy", "kl_divergence"}
"""Losses that compare distributions over the classes, and so want labels as rows of a unit matrix."""

ROW_BY_ROW = {
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_hinge",
    "huber",
    "log_cosh",
    "mean_absolute_error",
    "mean_squared_error",
}
"""Losses that compare number by number: of a network with an output for each class they want such rows too."""

KERAS_BATCH_SIZE = 32
"""What `Model.fit` takes where nothing is said."""

BATCHES = "gridlab.training.batches:batches"
"""Imported on TensorFlow's backend only, since it imports TensorFlow."""


class _Mended:
    """What both estimators share; stands before scikeras' classes in the MRO."""

    get_params: Callable[[], dict[str, Any]]
    _fit_kwargs: set[str]
    _watchers: Sequence[keras.callbacks.Callback] = ()
    _programs: Programs | None = None

    @property
    def watchable(self) -> bool:
        """Whether rows reach the network as they are given, so that an engine may show it others meanwhile."""
        return type(self).feature_encoder is scikeras.wrappers.BaseWrapper.feature_encoder  # type: ignore[attr-defined]

    def watched(self, *watchers: keras.callbacks.Callback, programs: Programs | None = None) -> Any:
        """Let an engine look on: its callbacks join the next `fit`, its compiled programs are used in it."""
        self._watchers, self._programs = watchers, programs
        return self

    def fit_settings(self) -> dict[str, Any]:
        """What Keras' `fit` is told, by Keras' names for it, wherever it was given."""
        settings: dict[str, Any] = route_params(self.get_params(), destination="fit", pass_filter=self._fit_kwargs)
        return settings

    def _build_keras_model(self) -> keras.Model:
        with _seeded(self._seed):
            model = _unseen(self, super()._build_keras_model)  # type: ignore[misc]
        return self._programs.adopt(model) if self._programs is not None else model

    def _fit_keras_model(self, X: Any, y: Any, sample_weight: Any, **kwargs: Any) -> None:
        own = self._fit_callbacks
        self._fit_callbacks: list[keras.callbacks.Callback] = [*own, *self._watchers]
        try:
            with _seeded(self._seed):
                X, y, sample_weight, settings = self._piped(X, y, sample_weight, kwargs)
                _unseen(self, super()._fit_keras_model, X, y, sample_weight, **settings)  # type: ignore[misc]
        finally:
            self._fit_callbacks = own
            self._watchers, self._programs = (), None

    def _piped(self, X: Any, y: Any, sample_weight: Any, settings: dict[str, Any]) -> tuple[Any, Any, Any, Any]:
        """The arrays as one pipeline for the whole training, where that is the same training; see `batches.py`."""
        asked = {**self.fit_settings(), **settings}
        plain = isinstance(X, np.ndarray) and isinstance(y, np.ndarray) and isinstance(asked["shuffle"], bool)
        special = asked["validation_split"] or {"steps_per_epoch", "validation_data"} & asked.keys()
        if not plain or special or keras.backend.backend() != "tensorflow":
            return X, y, sample_weight, settings
        batch_size = len(X) if asked["batch_size"] == -1 else asked["batch_size"] or KERAS_BATCH_SIZE
        first = settings["initial_epoch"]
        batches = load_object(BATCHES)
        piped = batches(
            (X, y) if sample_weight is None else (X, y, sample_weight),
            batch_size=batch_size,
            epochs=range(first, first + settings["epochs"]),
            seed=random.getrandbits(62),
            shuffle=asked["shuffle"],
        )
        without = {"batch_size": None, "shuffle": False, "steps_per_epoch": piped.steps}
        return piped.dataset, None, None, settings | without

    @property
    def _seed(self) -> int | None:
        return None if self._random_state is None else int(self._random_state)

    _random_state: int | None = None


def _unseen(estimator: Any, method: Any, *args: Any, **kwargs: Any) -> Any:
    """Call a method of scikeras that must not see the random state, or it would switch op determinism on."""
    seed, estimator._random_state = estimator._random_state, None
    try:
        return method(*args, **kwargs)
    finally:
        estimator._random_state = seed


@contextmanager
def _seeded(seed: int | None) -> Iterator[None]:
    """Seed Python, numpy and the backend, and give Python and numpy their own random states back afterwards."""
    if seed is None:
        yield
        return
    python, numpy = random.getstate(), np.random.get_state()
    try:
        keras.utils.set_random_seed(seed)
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)


class _Labels(ClassifierLabelEncoder):  # type: ignore[misc]
    """Labels as codes, or as rows of a unit matrix where the network's loss wants them so."""

    one_hot = False

    def transform(self, y: Any) -> Any:
        codes = super().transform(y)
        if self.one_hot and self._target_type in ("binary", "multiclass"):
            return np.eye(self.n_classes_, dtype=codes.dtype)[codes.astype(int).ravel()]
        return codes


class KerasClassifier(_Mended, scikeras.wrappers.KerasClassifier):  # type: ignore[misc]
    """A Keras builder as a scikit-learn classifier: stratified folds, probability scorers, clone, pickle, pipelines.

    Takes the parameters of `scikeras.wrappers.KerasClassifier`, routed by the same prefixes (`model__dropout`,
    `optimizer__learning_rate`, `fit__validation_split`, …).
    """

    @property
    def target_encoder(self) -> _Labels:
        """Labels into what the network is trained on; scikeras' own looks at the parameter `loss` alone."""
        return _Labels(categories=super().target_encoder.categories)

    def predict_proba(self, X: Any, **settings: Any) -> Any:
        """(n, n_classes) probabilities, also of one row alone, which scikeras gives as (n_classes,)."""
        return super().predict_proba(X, **settings).reshape(len(X), -1)

    def _ensure_compiled_model(self) -> None:
        super()._ensure_compiled_model()
        loss = self.model_.loss
        known = isinstance(loss, str | keras.losses.Loss | FunctionType)
        name = loss_name(loss) if known else ""
        outputs = getattr(self.model_, "output_shape", (None, 1))  # of a network with several, a list
        by_class = isinstance(outputs, tuple) and outputs[-1] not in (None, 1)
        self.target_encoder_.one_hot = name in ONE_HOT or (name in ROW_BY_ROW and by_class)

    def __sklearn_tags__(self) -> Tags:
        return _tags(self, estimator_type="classifier", classifier_tags=ClassifierTags(poor_score=True))


class KerasRegressor(_Mended, scikeras.wrappers.KerasRegressor):  # type: ignore[misc]
    """A Keras builder as a scikit-learn regressor; takes the parameters of `scikeras.wrappers.KerasRegressor`."""

    def __sklearn_tags__(self) -> Tags:
        return _tags(self, estimator_type="regressor", regressor_tags=RegressorTags(poor_score=True))


def _tags(estimator: BaseEstimator, **told: Any) -> Tags:
    """What scikit-learn is told of the estimator, starting from what its base class says."""
    tags = BaseEstimator.__sklearn_tags__(estimator)
    return replace(tags, target_tags=replace(tags.target_tags, required=True), **told)
