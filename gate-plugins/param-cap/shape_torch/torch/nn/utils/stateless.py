"""torch.nn.utils.stateless: a module called with other tensors in the places of its own."""


def functional_call(module, parameters_and_buffers, args=None, kwargs=None, *, tie_weights=True, strict=False):
    tables = parameters_and_buffers if isinstance(parameters_and_buffers, (tuple, list)) else (parameters_and_buffers,)
    given = {name: one for table in tables for name, one in table.items()}
    places = {}
    for path, owner in module.named_modules(remove_duplicate=False):
        for table in (owner._parameters, owner._buffers):
            for name, one in table.items():
                if one is not None:
                    places[f"{path}.{name}" if path else name] = (table, name)
    if strict and set(given) != set(places):
        raise RuntimeError(f"Missing or unexpected key(s): {sorted(set(given) ^ set(places))}")
    twins = {}
    for name in given:
        if tie_weights and name in places:
            table, key = places[name]
            twins[id(table[key])] = given[name]
    before = [(table, key, table[key]) for table, key in places.values()]
    try:
        for path, (table, key) in places.items():
            new = given.get(path, twins.get(id(table[key])))
            if new is not None:
                table[key] = new
        args = () if args is None else args if isinstance(args, tuple) else (args,)
        return module(*args, **(kwargs or {}))
    finally:
        for table, key, value in before:
            table[key] = value
