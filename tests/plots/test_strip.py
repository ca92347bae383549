from __future__ import annotations

from gridlab.plots.strip import Strip, drawn


def test_strips_share_one_scale() -> None:
    first, second = drawn([Strip(1.5, 1.0, 2.0, (1.0, None)), Strip(3.0)])
    assert first == (
        '<span class="strip" role="presentation"><i style="left:0.0%;width:50.0%"></i>'
        '<s style="left:0.0%"></s><b style="left:25.0%"></b></span>'
    )
    assert '<b style="left:100.0%">' in second


def test_what_is_unknown_is_not_drawn() -> None:
    assert drawn([Strip(None)]) == ['<span class="strip" role="presentation"></span>']
    assert "<i" not in drawn([Strip(0.5, 0.4, None)])[0]


def test_equal_numbers_divide_by_nothing() -> None:
    assert "0.0%" in drawn([Strip(0.5, 0.5, 0.5)])[0]
