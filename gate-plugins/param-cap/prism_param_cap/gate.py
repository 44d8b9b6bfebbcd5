"""The gate: its descriptor, and from an outcome to a report."""

from prism_gate import Decision, Descriptor, Evidence, Fact, Gate, Report, Severity

from . import build, count, faults, manifest

CAP = "prism:param-cap"
FACTS = ("param_count", "param_count_reason", "parameter_tree", "parameter_kinds", "buffer_count", "largest_tensors",
         "unregistered_elements", "flops_per_token", "activation_bytes_per_token")
MOST_INTEGER = 2**63 - 1


class ParamCap(Gate):
    """Counts the parameters of the model without allocating one."""

    def describe(self):
        return Descriptor(
            "param-cap", "0.1.0", "Runs build_model(ctx) on shapes only and counts the parameters.",
            rules={
                CAP: "The model has more parameters than the cap.",
                faults.INSTANTIATION: "build_model(ctx) can't be run.",
                faults.RETURN_TYPE: "build_model(ctx) returns no torch.nn.Module.",
            },
            facts=FACTS)

    def evaluate(self, input, config):
        report = Report(facts=dict.fromkeys(FACTS))
        try:
            entry = manifest.find(input.bundle, input.facts)
        except manifest.Unreadable as error:
            return _undecided(report, str(error))
        if entry.path not in input.bundle:
            message = f"the bundle has no file {entry.path}"
            report.reject(Evidence(faults.INSTANTIATION, message, entry.path))
            return report
        outcome = build.run(input.bundle, entry, input.context)
        if outcome.fault is not None:
            fault = outcome.fault
            report.reject(Evidence(fault.rule, fault.message, fault.path, fault.line))
            report.facts["param_count_reason"] = fault.message
            return report
        if outcome.count is None:
            return _undecided(report, outcome.undecided)
        _facts(report, outcome)
        cap = input.context.max_parameters
        if outcome.count.parameters > cap:
            line = faults.definition(input.bundle.bytes(entry.path), entry.symbol)
            report.reject(Evidence(CAP, _over(outcome.count, cap), entry.path, line))
        elif outcome.count.unregistered and outcome.count.parameters + outcome.count.unregistered > cap:
            message = (f"{outcome.count.unregistered:,} elements are held outside parameters and buffers; what is not in "
                       "the exported state is lost before the held-out evaluation")
            report.evidence.append(Evidence(CAP, message, entry.path, severity=Severity.WARNING))
        return report


def _undecided(report, reason):
    report.facts["param_count_reason"] = f"undecided: {reason}"
    assert report.decision is Decision.ALLOW
    return report


def _facts(report, outcome):
    counted = outcome.count
    report.facts.update(
        param_count=_integer(counted.parameters),
        param_count_reason="counted after a first forward" if outcome.forward is None else
        f"counted as built; the first forward could not be followed: {outcome.forward}",
        parameter_tree=Fact.of(count.as_json(counted.tree)),
        parameter_kinds=Fact.of(dict(sorted(counted.kinds.items(), key=lambda one: (-one[1], one[0]))[:50])),
        buffer_count=_integer(counted.buffers),
        largest_tensors=Fact.of([
            {"name": name, "shape": list(shape), "elements": size} for name, shape, size in counted.tensors[:10]]),
        unregistered_elements=_integer(counted.unregistered),
        flops_per_token=_integer(outcome.flops_per_token),
        activation_bytes_per_token=_integer(outcome.activation_bytes_per_token))


def _integer(value):
    """A fact holds 64 bits; a larger count is over any cap and its text is in the evidence."""
    return value if value is not None and value <= MOST_INTEGER else None


def _over(counted, cap):
    tree = count.as_text(counted.tree)
    where = f"; the largest modules:\n{tree}" if tree else f", all in one {counted.tree.kind}"
    return f"the model has {counted.parameters:,} parameters, {counted.parameters - cap:,} above the cap of {cap:,}{where}"
