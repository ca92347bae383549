"""RAdam: the optimizer that the studies tried and Keras does not have.

A saved model that was trained with it (`best.keras`) is loaded after `import gridlab.training.optimizers`, which makes
the name known to Keras, or with `keras.models.load_model(path, compile=False)`, which is enough to predict.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="gridlab")
class RAdam(keras.optimizers.Optimizer):  # type: ignore[misc]
    """Adam whose step is rectified while the variance of its adaptive rate is large, in the first steps.

    Liu, Jiang, He, Chen, Liu, Gao, Han: "On the variance of the adaptive learning rate and beyond", ICLR 2020,
    Algorithm 2. Until the variance is tractable (ρ > 4, five steps at the default `beta_2`), it takes steps of plain
    momentum.

    Args:
        learning_rate: the step size α.
        beta_1: decay β₁ of the mean of gradients.
        beta_2: decay β₂ of the mean of their squares.
        epsilon: added to the root of that mean, against division by zero; the paper has none.
        name: of the optimizer.
        settings: what every Keras optimizer takes (`weight_decay`, `clipnorm`, …).
    """

    def __init__(
        self,
        learning_rate: float = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        name: str = "radam",
        **settings: Any,
    ) -> None:
        super().__init__(learning_rate=learning_rate, name=name, **settings)
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon

    def build(self, var_list: Any) -> None:
        """Make the two means of every variable."""
        if self.built:
            return
        super().build(var_list)
        self._momentums, self._velocities = self.add_optimizer_variables(var_list, ["momentum", "velocity"])

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """One step of Algorithm 2 for one variable."""
        kind = variable.dtype
        rate, gradient = ops.cast(learning_rate, kind), ops.cast(gradient, kind)
        step, beta_1, beta_2 = (ops.cast(v, kind) for v in (self.iterations + 1, self.beta_1, self.beta_2))
        m = self._momentums[self._get_variable_index(variable)]
        v = self._velocities[self._get_variable_index(variable)]
        self.assign(m, beta_1 * m + (1 - beta_1) * gradient)
        self.assign(v, beta_2 * v + (1 - beta_2) * ops.square(gradient))

        left_1, left_2 = 1 - ops.power(beta_1, step), 1 - ops.power(beta_2, step)
        longest = 2 / (1 - beta_2) - 1
        length = longest - 2 * step * (1 - left_2) / left_2
        # Where ρ ≤ 4 the rectification is not taken; a stand-in keeps the root real there.
        tractable = length > 4
        safe = ops.where(tractable, length, longest)
        rectified = ops.sqrt((safe - 4) * (safe - 2) * longest / ((longest - 4) * (longest - 2) * safe))
        adaptive = rectified * ops.sqrt(left_2) / (ops.sqrt(v) + self.epsilon)
        self.assign_sub(variable, rate * m / left_1 * ops.where(tractable, adaptive, ops.ones_like(adaptive)))

    def get_config(self) -> dict[str, Any]:
        """Its settings."""
        own = {"beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon}
        return {**super().get_config(), **own}
