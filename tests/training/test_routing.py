"""Where parameters go: to the builder, to Keras' fit, to scikeras, to a step; and none is lost on the way."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridlab.errors import GridlabError
from gridlab.training.fit_settings import FIT_SETTINGS
from gridlab.training.models.signature import Signature, joined
from gridlab.training.routing import COMPILE_SETTINGS, Misplaced, Place, Routed, place, place_fit, placed, route

BUILDER = Signature("net", "builder", ("dropout", "optimizer", "batch_size", "learning_rate"), compiles=True)
BARE = Signature("net", "builder", ("dropout",), compiles=False)
OPEN = Signature("net", "builder", ("dropout",), open=True, compiles=True)
ASKING = Signature("net", "builder", ("dropout",), asks=("compile_kwargs",), compiles=True)
SVC = Signature("SVC", "estimator", ("C", "epochs", "estimator"))
SCALER = Signature("StandardScaler", "estimator", ("with_mean",))
PIPE = joined([SCALER, SVC])
NETWORK_PIPE = joined([SCALER, BUILDER])


@pytest.mark.parametrize(
    ("signature", "name", "expected"),
    [
        (BUILDER, "dropout", ("model", "dropout")),
        (BUILDER, "model__dropout", ("model", "dropout")),
        (BUILDER, "optimizer", ("model", "optimizer")),
        (BUILDER, "epochs", ("fit", "epochs")),
        (BUILDER, "fit__epochs", ("fit", "epochs")),
        (BUILDER, "model__batch_size", ("model", "batch_size")),
        (BUILDER, "fit__batch_size", ("fit", "batch_size")),
        (BUILDER, "class_weight", ("fit", "class_weight")),
        (BUILDER, "callbacks", ("other", "callbacks")),
        (BUILDER, "callbacks__patience", ("other", "callbacks__patience")),
        (BUILDER, "callbacks__0__patience", ("other", "callbacks__0__patience")),
        (BUILDER, "fit__callbacks__patience", ("other", "fit__callbacks__patience")),
        (BUILDER, "predict__batch_size", ("other", "predict__batch_size")),
        (BUILDER, "augment", ("other", "augment")),
        (OPEN, "augment", ("other", "augment")),
        (Signature("net", "builder", ("augment",)), "augment", ("model", "augment")),
        (BARE, "optimizer", ("other", "optimizer")),
        (BARE, "loss", ("other", "loss")),
        (BARE, "optimizer__learning_rate", ("other", "optimizer__learning_rate")),
        (BARE, "loss__from_logits", ("other", "loss__from_logits")),
        (BARE, "metrics__0__name", ("other", "metrics__0__name")),
        (BARE, "compile__optimizer", ("other", "compile__optimizer")),
        (ASKING, "optimizer__learning_rate", ("other", "optimizer__learning_rate")),
        (OPEN, "anything", ("model", "anything")),
        (OPEN, "a__b", ("model", "a__b")),
        (OPEN, "epochs", ("fit", "epochs")),
        (OPEN, "model__epochs", ("model", "epochs")),
        (OPEN, "optimizer__learning_rate", ("other", "optimizer__learning_rate")),
        (Signature("net", "builder", ("a__b",)), "a__b", ("model", "a__b")),
        (SVC, "C", ("model", "C")),
        (SVC, "epochs", ("model", "epochs")),
        (SVC, "estimator__C", ("model", "estimator__C")),
        (Signature("X", "estimator", (), open=True), "anything", ("model", "anything")),
        (PIPE, "C", ("model", "C")),
        (PIPE, "svc__C", ("model", "C")),
        (PIPE, "standardscaler__with_mean", ("step", "standardscaler__with_mean")),
        (NETWORK_PIPE, "standardscaler__with_mean", ("step", "standardscaler__with_mean")),
        (NETWORK_PIPE, "dropout", ("model", "dropout")),
        (NETWORK_PIPE, "fit__epochs", ("fit", "epochs")),
    ],
)
def test_places(signature: Signature, name: str, expected: tuple[str, str]) -> None:
    assert place(name, signature) == Place(*expected)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("signature", "name", "message"),
    [
        (
            BUILDER,
            "drpout",
            "net takes no such parameter; did you mean dropout? (it takes batch_size, class_weight, dropout, ",
        ),
        (
            BUILDER,
            "model__drpout",
            "net takes no such parameter; did you mean dropout? (it takes batch_size, dropout, ",
        ),
        (BUILDER, "batch_size", "both net and Keras' fit take it; write model__batch_size or fit__batch_size"),
        (BUILDER, "fit__epoch", "Keras' fit takes no such setting; did you mean epochs?"),
        (BUILDER, "verbose", "net takes no such parameter"),
        (BUILDER, "fit__verbose", "Keras' fit takes no such setting"),
        (BUILDER, "fit__sample_weight", "Keras' fit takes no such setting"),
        (BUILDER, "predict__epochs", "Keras' predict takes no such setting"),
        (BUILDER, "loss", "net takes no such parameter"),
        (
            BUILDER,
            "optimizer__learning_rate",
            "net compiles its model itself, so this would change nothing; its parameter learning_rate may be meant",
        ),
        (BUILDER, "optimizer__momentum", "would change nothing; let it take compile_kwargs"),
        (BUILDER, "compile__loss", "would change nothing"),
        (BARE, "compile__los", "Keras' compile takes no such setting; did you mean loss?"),
        (BUILDER, "modle__dropout", "net takes no such parameter"),
        (BUILDER, "", "net takes no such parameter"),
        (SVC, "D", "SVC takes no such parameter"),
        (SVC, "fit__epochs", "SVC takes no such parameter"),
        (PIPE, "with_mean", "SVC takes no such parameter"),
        (PIPE, "standardscaler__mean", "StandardScaler takes no such parameter"),
        (PIPE, "standardscaler", "SVC takes no such parameter; did you mean standardscaler__…?"),
    ],
)
def test_what_goes_nowhere(signature: Signature, name: str, message: str) -> None:
    with pytest.raises(Misplaced) as caught:
        place(name, signature)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("epochs", ("fit", "epochs")),
        ("fit__epochs", ("fit", "epochs")),
        ("callbacks", ("other", "callbacks")),
        ("predict__batch_size", ("other", "predict__batch_size")),
    ],
)
def test_fixed_fit_settings(name: str, expected: tuple[str, str]) -> None:
    assert place_fit(name) == Place(*expected)  # type: ignore[arg-type]


def test_what_is_no_fit_setting() -> None:
    with pytest.raises(Misplaced, match=r"did you mean epochs\?"):
        place_fit("epoch")


def test_a_candidate_goes_before_what_is_fixed() -> None:
    fixed, fit = {"dropout": 0.2, "batch_size": 3}, {"epochs": 5, "batch_size": 32}
    routed = route({"model__dropout": 0.4, "fit__epochs": 9}, BUILDER, model=fixed, fit=fit)
    assert routed == Routed(model={"dropout": 0.4, "batch_size": 3}, fit={"epochs": 9, "batch_size": 32})


def test_a_pipeline_s_parameters() -> None:
    routed = route({"standardscaler__with_mean": False, "dropout": 0.1, "epochs": 2}, NETWORK_PIPE)
    assert routed == Routed({"dropout": 0.1}, {"epochs": 2}, {}, {"standardscaler__with_mean": False})


def test_all_faults_are_said_at_once() -> None:
    with pytest.raises(GridlabError) as caught:
        route({"drpout": 1, "dropout": 2, "model__dropout": 3, "batch_size": 4}, BUILDER)
    said = str(caught.value)
    assert "drpout: net takes no such parameter" in said
    assert "model__dropout: is the same as dropout; give one of them" in said
    assert "batch_size: both net and Keras' fit take it" in said
    with pytest.raises(GridlabError, match="svc__C: is the same as C"):
        route({"C": 1, "svc__C": 2}, PIPE)


words = st.sampled_from([*FIT_SETTINGS, *COMPILE_SETTINGS, "dropout", "units", "a", "callbacks", "meta"])
prefixes = st.sampled_from(
    ["", "model__", "fit__", "optimizer__", "predict__", "loss__", "callbacks__", "compile__", "standardscaler__"]
)
names = st.builds("".join, st.tuples(prefixes, words)) | st.text(max_size=6)
signatures = st.builds(
    Signature,
    st.just("net"),
    st.sampled_from(["builder", "estimator"]),
    st.lists(words, max_size=4, unique=True).map(tuple),
    open=st.booleans(),
    compiles=st.booleans(),
    asks=st.sampled_from([(), ("compile_kwargs",)]),
    steps=st.sampled_from([{}, {"standardscaler": SCALER}]),
)


@given(st.dictionaries(names, st.integers(), max_size=6), signatures)
def test_routing_never_loses_a_parameter(params: dict[str, Any], signature: Signature) -> None:
    places, faults = placed(params, signature)
    assert set(places) | set(faults) == set(params)
    assert not set(places) & set(faults)
    assert len(set(places.values())) == len(places)
    good = {name: value for name, value in params.items() if name in places}
    routed = route(good, signature)
    parts = (routed.model, routed.fit, routed.other, routed.steps)
    assert sorted(value for part in parts for value in part.values()) == sorted(good.values())
    assert set(routed.fit) <= set(FIT_SETTINGS)
    if faults:
        with pytest.raises(GridlabError):
            route(params, signature)
