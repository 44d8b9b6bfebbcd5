from architecture import build_model


def test_it():
    eval("build_model")
    assert build_model
