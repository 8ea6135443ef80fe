"""``amtviz.options``: what it takes, and that it can't be mistyped."""

import pytest

import amtviz
from amtviz.settings import RENDERERS, Options


def test_by_default_the_frontend_decides():
    assert amtviz.options.renderer == "auto"


@pytest.mark.parametrize("renderer", RENDERERS)
def test_every_renderer_can_be_set(renderer):
    options = Options()
    options.renderer = renderer
    assert options.renderer == renderer


def test_a_wrong_value_names_the_choices():
    options = Options()
    with pytest.raises(amtviz.AmtvizError) as error:
        options.renderer = "jpeg"
    assert str(error.value) == (
        "options.renderer can't be 'jpeg'. Choose from 'altair', 'auto', 'html', 'png' and 'svg'."
    )
    assert options.renderer == "auto"
    with pytest.raises(amtviz.AmtvizError, match="can't be None"):
        options.renderer = None


def test_a_wrong_name_names_the_choices():
    with pytest.raises(amtviz.AmtvizError) as error:
        amtviz.options.render = "png"
    assert str(error.value) == "There is no option 'render'. Choose from 'debug' and 'renderer'."


def test_options_hold_for_a_block():
    with amtviz.options.set(renderer="png") as options:
        assert options is amtviz.options
        assert amtviz.options.renderer == "png"
    assert amtviz.options.renderer == "auto"
    with pytest.raises(KeyError), amtviz.options.set(renderer="svg"):
        raise KeyError
    assert amtviz.options.renderer == "auto"
    with pytest.raises(amtviz.AmtvizError), amtviz.options.set(renderer="svg", size=3):
        pass
    assert amtviz.options.renderer == "auto"
