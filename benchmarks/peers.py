"""The same grid by other tools, as their documentation shows them: (name of the grid, jobs)."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from typing import Any

from grids import GRIDS, folds


def builder() -> Callable[..., Any]:
    """FC3 as a user of Keras writes it."""

    def build(batch_norm, dropout, learning_rate, optimizer, pixels):  # type: ignore[no-untyped-def]
        import keras

        model = keras.Sequential([keras.Input((pixels,))])
        for units, activation in ((64, None), (128, "relu"), (256, "relu")):
            model.add(keras.layers.Dense(units, activation=activation))
            if batch_norm:
                model.add(keras.layers.BatchNormalization())
            model.add(keras.layers.Dropout(dropout))
        model.add(keras.layers.Dense(10, activation="softmax"))
        made = getattr(keras.optimizers, optimizer)(learning_rate=learning_rate)
        model.compile(made, "sparse_categorical_crossentropy", metrics=["accuracy"])
        return model

    return build


def stock(name: str, n_jobs: int) -> None:
    """scikit-learn and scikeras, as their documentation shows it."""
    from scikeras.wrappers import KerasClassifier
    from sklearn.model_selection import GridSearchCV

    X, y, splits = folds(name)
    own = {"epochs", "batch_size"}
    grid = {key if key in own else f"model__{key}": values for key, values in GRIDS[name].items()}
    unset = {key: None for key in grid if key not in own}
    classifier = KerasClassifier(builder(), verbose=0, model__pixels=X.shape[1], **unset)
    search = GridSearchCV(classifier, grid, cv=splits, refit=False, n_jobs=n_jobs).fit(X, y)
    print("best", search.best_score_, search.best_params_)


def _cross_validated(X: Any, y: Any, splits: list[Any], params: dict[str, Any]) -> float:
    """The mean accuracy of a candidate, by Keras' own fit and evaluate."""
    params = dict(params)
    epochs, batch_size = params.pop("epochs"), params.pop("batch_size")
    scores = []
    for train, test in splits:
        model = builder()(**params, pixels=X.shape[1])
        model.fit(X[train], y[train], epochs=epochs, batch_size=batch_size, verbose=0)
        scores.append(model.evaluate(X[test], y[test], batch_size=batch_size, verbose=0)[1])
    return float(sum(scores) / len(scores))


def keras_tuner(name: str, _: int) -> None:
    """KerasTuner's grid search around cross-validation."""
    import keras_tuner

    X, y, splits = folds(name)

    class Folds(keras_tuner.GridSearch):  # type: ignore[misc]
        def run_trial(self, trial: Any, *_: Any, **__: Any) -> float:
            chosen = {key: trial.hyperparameters.Choice(key, values) for key, values in GRIDS[name].items()}
            return -_cross_validated(X, y, splits, chosen)

    with tempfile.TemporaryDirectory() as folder:
        tuner = Folds(max_trials=10_000, directory=folder, overwrite=True)
        tuner.search()
        print("best", tuner.oracle.get_best_trials()[0].score)


def optuna(name: str, _: int) -> None:
    """Optuna's GridSampler around cross-validation."""
    import optuna

    X, y, splits = folds(name)
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(sampler=optuna.samplers.GridSampler(GRIDS[name]), direction="maximize")
    study.optimize(
        lambda trial: _cross_validated(
            X, y, splits, {key: trial.suggest_categorical(key, values) for key, values in GRIDS[name].items()}
        )
    )
    print("best", study.best_value)
