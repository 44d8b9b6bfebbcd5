"""torch.utils.checkpoint: runs the function, since nothing is kept anyway."""


def checkpoint(function, *args, use_reentrant=None, preserve_rng_state=True, context_fn=None, determinism_check=None,
               debug=False, early_stop=True, **kwargs):
    return function(*args, **kwargs)


def checkpoint_sequential(functions, segments, input, use_reentrant=None, **kwargs):
    for function in functions.children() if hasattr(functions, "children") else functions:
        input = function(input)
    return input
