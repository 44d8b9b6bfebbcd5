"""From the kit's classes to the WIT world and back. Importable only where componentize-py's bindings are."""

import atexit  # noqa: F401 - weakref.finalize, which the bindings use, imports it when first needed
import json
import sys

from componentize_py_types import Err
from wit_world import exports
# The runtime looks every imported interface up by name: they must be in the snapshot even when a gate uses none.
from wit_world.imports import bundle as _bundle_interface  # noqa: F401
from wit_world.imports import log, types  # noqa: F401

from . import corpus as _corpus, llm as _llm  # noqa: F401
from .bundle import Bundle
from .gate import Context, Input, judge
from .report import Decision, Fact, Report, Severity, shorten

_DECISIONS = {
    Decision.ALLOW: types.Decision.ALLOW, Decision.REJECT: types.Decision.REJECT, Decision.HOLD: types.Decision.HOLD,
}
_SEVERITIES = {
    Severity.INFO: types.Severity.INFO, Severity.WARNING: types.Severity.WARNING, Severity.ERROR: types.Severity.ERROR,
}


def export(gate):
    """The class that componentize-py looks for in the app module: `Gate = export(MyGate())`."""

    class Exported(exports.Gate):
        def describe(self):
            return _descriptor(gate.describe())

        def evaluate(self, submission, bundle, config, facts):
            try:
                report = judge(gate, _input(submission, bundle, facts), config)
                return _report(report, _evidence_of(bundle))
            except BaseException as error:  # noqa: BLE001
                # The gate's own fault. Raising would end in a trap, whose cause nobody could read.
                return _report(Report.hold(f"the gate failed: {_told(error)}").bounded(), None)

    Exported.__name__ = "Gate"
    return Exported


def _log_uncaught(kind, error, trace):
    log.write(log.Level.ERROR, _told(error))


# The interpreter's own hook would look for source files, which traps before anything is said.
sys.excepthook = _log_uncaught


def _told(error):
    """The exception and the last places, without the source lines that nobody can read here."""
    places, trace = [], error.__traceback__
    while trace is not None:
        places.append(f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}")
        trace = trace.tb_next
    return shorten(f"{type(error).__name__}: {error} at {' > '.join(places[-6:])}")


def _descriptor(described):
    return types.Descriptor(
        id=described.id, version=described.version, summary=described.summary,
        rules=[types.Rule(rule, summary) for rule, summary in described.rules.items()],
        facts=list(described.facts),
        capabilities=[types.Capability(name, reason) for name, reason in described.capabilities.items()],
        config_schema=json.dumps(described.config_schema()))


def _bundle(files):
    def read(path):
        try:
            return files.read(path)
        except Err as error:
            raise KeyError(path) from error

    return Bundle([one.path for one in files.files()], read)


def _input(submission, files, facts):
    context = submission.context
    return Input(
        bundle=_bundle(files), submission=submission.id, hotkey=submission.hotkey,
        context=Context(
            vocab_size=context.vocab_size, sequence_length=context.sequence_length, max_layers=context.max_layers,
            max_parameters=context.max_parameters, seed=context.seed, tokenizer=context.tokenizer,
            python_version=context.python_version),
        facts={fact.name: _read_fact(fact.value) for fact in facts})


def _read_fact(value):
    if isinstance(value, types.FactValue_Undecided):
        return None
    if isinstance(value, types.FactValue_Json):
        return Fact(value.value)
    return value.value


def _write_fact(value):
    if value is None:
        return types.FactValue_Undecided()
    if isinstance(value, Fact):
        return types.FactValue_Json(value.json)
    if isinstance(value, bool):
        return types.FactValue_Boolean(value)
    if isinstance(value, int):
        return types.FactValue_Integer(value)
    if isinstance(value, float):
        return types.FactValue_Real(value)
    return types.FactValue_Text(shorten(value))


def _evidence_of(files):
    bundle = _bundle(files)

    def convert(found):
        snippet = bundle.snippet_hash(found.path, found.line) if found.path is not None and found.line is not None else None
        return types.Evidence(
            rule=found.rule, path=found.path, line=found.line, column=found.column,
            severity=_SEVERITIES[found.severity], message=found.message, snippet_hash=snippet)

    return convert


def _report(report, convert):
    return types.Report(
        decision=_DECISIONS[report.decision], reason=report.reason, evidence=[convert(one) for one in report.evidence],
        facts=[types.Fact(name, _write_fact(value)) for name, value in report.facts.items()])
