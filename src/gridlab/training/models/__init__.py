"""MODELS: the names a sweep file can give under `model:`, and the builders behind them.

To add one: a function in a file of its own here that takes hyperparameters as keyword parameters (and `meta`, if it
wants the data's shape and number of classes) and returns a compiled Keras model; a line in the table; its test.
Builders import keras in their body, so that a typo in a sweep file is reported without paying for Keras.
"""

from __future__ import annotations

MODELS: dict[str, str] = {
    "cnn": "gridlab.training.models.cnn:cnn",
    "cnn30": "gridlab.training.models.cnn:cnn30",
    "fc3": "gridlab.training.models.fc3:fc3",
    "mlp": "gridlab.training.models.mlp:mlp",
    "sopcnn": "gridlab.training.models.sopcnn:sopcnn",
    "vgg_small": "gridlab.training.models.vgg:vgg_small",
    "vgg_sop": "gridlab.training.models.vgg:vgg_sop",
}
"""Name → "module:function". A `model:` name with a colon in it is such a string itself."""
