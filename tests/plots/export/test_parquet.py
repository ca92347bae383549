from __future__ import annotations

from pyarrow import parquet

from gridlab.plots.export import export


def test_columns_keep_their_types(broken, tmp_path):
    export(broken, "parquet", tmp_path / "r.parquet")
    table = parquet.read_table(tmp_path / "r.parquet")
    types = {field.name: str(field.type) for field in table.schema}
    assert types["batch_norm"] == "bool"
    assert types["batch_size"] == "int64"
    assert types["learning_rate"] == "double"
    assert types["optimizer"].endswith("string")
    assert types["mean_test_score"] == "double"
    scores = table.column("mean_test_score").to_pylist()
    assert [scores.index(None), scores.count(None)] == [7, 4]
    assert table.column("error").to_pylist()[7] == "loss became NaN in epoch 3"


def test_what_is_of_several_kinds_is_text_and_what_nobody_knows_is_null(flat, tmp_path):
    export(flat, "parquet", tmp_path / "r.parquet")
    read = parquet.read_table(tmp_path / "r.parquet")
    assert read.column("units").to_pylist() == [1.0, 0.5, 2.0]
    assert read.column("act").to_pylist() == ['"x"', "true", "1"]
    assert read.column("shape").to_pylist() == ["[1, 2]", None, None]
    assert str(read.schema.field("std_test_score").type) == "double"
    assert str(read.schema.field("error").type) == "string"
    assert read.column("std_test_score").null_count == 3
