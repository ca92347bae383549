"""The contract of the loaders: what each promises, whatever the format; every loader's test file runs it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.model_selection import train_test_split

from gridlab.errors import DataError, SpecError
from gridlab.training.datasets.dataset import Dataset
from gridlab.training.datasets.load import load_dataset


def load(name: str, *, base: Path = Path(), seed: int = 0, arrays: Any = None, **options: Any) -> Dataset:
    """The Dataset of what a sweep file would say."""
    return load_dataset(SimpleNamespace(name=name, options=options, arrays=arrays), base=base, seed=seed)


class LoaderContract:
    """A loader of classes; subclasses say where its data comes from."""

    name: str
    scale = 1.0
    """What X is divided by when the sweep says nothing."""

    def source(self, folder: Path) -> tuple[dict[str, Any], np.ndarray, np.ndarray]:
        """Options that load it, and the X (as the source holds it) and y that must come out."""
        raise NotImplementedError

    @pytest.fixture
    def loaded(self, tmp_path):
        options, X, y = self.source(tmp_path)
        return options, X, y, load(self.name, **options)

    def test_rows_come_as_contiguous_float32_scaled(self, loaded):
        _, X, _, dataset = loaded
        assert dataset.X.dtype == np.float32
        assert dataset.X.flags.c_contiguous
        np.testing.assert_array_equal(dataset.X, X.astype(np.float32) / np.float32(self.scale))

    def test_labels_come_as_they_are(self, loaded):
        _, _, y, dataset = loaded
        assert dataset.y.tolist() == y.tolist()
        assert dataset.classes == tuple(sorted(set(y.tolist())))
        assert dataset.kind == "classification"
        assert dataset.X_test is None
        assert dataset.y_test is None

    def test_scale_is_the_sweeps_to_choose(self, loaded):
        options, X, *_ = loaded
        scaled = load(self.name, **options, scale=7)
        np.testing.assert_array_equal(scaled.X, X.astype(np.float32) / np.float32(7))

    def test_same_data_same_fingerprint(self, loaded):
        options, _, _, dataset = loaded
        assert load(self.name, **options).fingerprint == dataset.fingerprint
        assert load(self.name, **options, scale=7).fingerprint != dataset.fingerprint

    def test_held_out_part_is_that_of_scikit_learn(self, loaded):
        options, _, y, whole = loaded
        dataset = load(self.name, **options, test_size=0.3, seed=5)
        X_train, X_test, y_train, y_test = train_test_split(whole.X, y, test_size=0.3, stratify=y, random_state=5)
        np.testing.assert_array_equal(dataset.X, X_train)
        np.testing.assert_array_equal(dataset.X_test, X_test)
        assert (dataset.y.tolist(), dataset.y_test.tolist()) == (y_train.tolist(), y_test.tolist())
        assert dataset.classes == whole.classes

    def test_limit_takes_a_stratified_subset_in_order(self, loaded):
        options, _, y, whole = loaded
        n = len(y) // 2
        dataset = load(self.name, **options, limit=n)
        assert len(dataset.y) == len(dataset.X) == n
        _, there = np.unique(dataset.y, return_counts=True)
        _, all_of_them = np.unique(y, return_counts=True)
        assert (np.abs(there - all_of_them / 2) <= 1).all()
        rows = iter(range(len(y)))
        for row in dataset.X:  # each is found after the one before it
            assert any(np.array_equal(whole.X[i], row) for i in rows)

    def test_image_shape_reshapes(self, loaded):
        options, _, _, dataset = loaded
        n_pixels = int(np.prod(dataset.X.shape[1:]))
        for shape, made in (([n_pixels], (n_pixels,)), ([1, n_pixels], (1, n_pixels, 1)), ([n_pixels, 1, 1],) * 2):
            shaped = load(self.name, **options, image_shape=shape)
            assert shaped.X.shape == (len(dataset.y), *made)
            np.testing.assert_array_equal(shaped.X.ravel(), dataset.X.ravel())

    def test_pixels_that_do_not_fit_are_refused(self, loaded):
        options, _, _, dataset = loaded
        n_pixels = int(np.prod(dataset.X.shape[1:]))
        with pytest.raises(
            DataError, match=f"image_shape: 28 × 29 × 1 makes 812 values a row, but there are {n_pixels:,}"
        ) as e:
            load(self.name, **options, image_shape=[28, 29])
        assert str(e.value).startswith(dataset.source)

    def test_unknown_options_are_refused_with_the_nearest_word(self, loaded):
        with pytest.raises(SpecError, match=f"data.test_sise: {self.name} .*did you mean test_size"):
            load(self.name, **loaded[0], test_sise=0.3)

    def test_workers_see_the_same(self, loaded, tmp_path):
        options, *_ = loaded
        dataset = load(self.name, **options, test_size=0.3)
        shared = Dataset.open(dataset.save(tmp_path / "shared"))
        for name in ("X", "y", "X_test", "y_test"):
            np.testing.assert_array_equal(getattr(shared, name), getattr(dataset, name))
        assert shared.describe() == dataset.describe()


class FileLoaderContract(LoaderContract):
    """A loader of files; subclasses write one."""

    ends_where_it_must = True
    """Whether a file cut short is always known to be."""

    def write(self, folder: Path, X: np.ndarray, y: np.ndarray) -> dict[str, Any]:
        """Write a data set; the options that load it, all files under names of `folder`."""
        raise NotImplementedError

    def data(self) -> tuple[np.ndarray, np.ndarray]:
        """Bytes in the form the loader gives them, 12 features, and labels of three classes."""
        rng = np.random.default_rng(0)
        return rng.integers(0, 256, (40, 12)).astype(np.uint8), np.arange(40) % 3

    def source(self, folder):
        X, y = self.data()
        return self.write(folder, X, y), X, y

    def test_one_cell_changes_the_fingerprint(self, loaded, tmp_path):
        _, X, y, dataset = loaded
        X = X.copy()
        X[-1, -1] ^= 1
        assert load(self.name, **self.write(tmp_path, X, y)).fingerprint != dataset.fingerprint

    def test_one_label_changes_the_fingerprint(self, loaded, tmp_path):
        _, X, y, dataset = loaded
        y = y.copy()
        y[-1] = (y[-1] + 1) % 3
        assert load(self.name, **self.write(tmp_path, X, y)).fingerprint != dataset.fingerprint

    def test_files_are_found_beside_the_sweep_file(self, loaded, tmp_path):
        options, _, _, dataset = loaded
        relative = {k: Path(v).name if k in ("path", "labels") else v for k, v in options.items()}
        assert load(self.name, base=tmp_path, **relative).fingerprint == dataset.fingerprint

    def test_a_missing_file_is_refused_with_those_near_it(self, loaded):
        path = Path(loaded[0]["path"])
        wrong = path.with_name(path.name.replace("a", "aa", 1))
        with pytest.raises(DataError, match=f"{wrong.name}: no such file; near it: .*{path.name}"):
            load(self.name, **{**loaded[0], "path": str(wrong)})

    def test_a_folder_is_refused(self, loaded, tmp_path):
        with pytest.raises(DataError, match=f"{tmp_path.name}: is a folder"):
            load(self.name, **{**loaded[0], "path": str(tmp_path)})

    def test_an_empty_file_is_refused(self, loaded):
        Path(loaded[0]["path"]).write_bytes(b"")
        with pytest.raises(DataError, match=Path(loaded[0]["path"]).name):
            load(self.name, **loaded[0])

    @settings(
        max_examples=30,
        deadline=None,
        suppress_health_check=[HealthCheck.differing_executors, HealthCheck.too_slow],
    )
    @given(cut=st.floats(0, 1, exclude_max=True))
    def test_a_file_cut_short_is_refused_in_one_sentence(self, cut):
        with tempfile.TemporaryDirectory() as folder:
            options = self.write(Path(folder), *self.data())
            path = Path(options["path"])
            whole = path.read_bytes()
            path.write_bytes(whole[: int(cut * len(whole))])
            try:
                load(self.name, **options)
                assert not self.ends_where_it_must
            except DataError as error:
                assert path.name in str(error)
                assert "\n" not in str(error)

    @settings(
        max_examples=60,
        deadline=None,
        suppress_health_check=[HealthCheck.differing_executors, HealthCheck.too_slow],
    )
    @given(at=st.floats(0, 1, exclude_max=True), junk=st.binary(max_size=12), instead=st.booleans())
    def test_damage_gives_data_or_one_sentence(self, at, junk, instead):
        with tempfile.TemporaryDirectory() as folder:
            options = self.write(Path(folder), *self.data())
            path = Path(options["path"])
            whole = path.read_bytes()
            place = int(at * len(whole))
            path.write_bytes(whole[:place] + junk + whole[place + len(junk) * instead :])
            try:
                assert np.isfinite(load(self.name, **options).X).all()
            except DataError as error:
                assert path.name in str(error)
                assert "\n" not in str(error)
