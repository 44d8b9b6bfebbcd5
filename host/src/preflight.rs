//! What a preflight's report means: evidence and facts in the form of a gate's, so that a verdict reads as one.

use prism_bundle::Bundle;
use prism_executor::preflight::{Ending, Finding, Phase, Preflight, Rule, Severity};
use prism_executor::{PreflightJob, PreflightSettings};
use prism_protocol::spec::Context;
use prism_store::verdict::{self, Decision, Evidence, Facts, GateRun, Verdict};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::config::Config;

/// The id under which it stands among the gates of a verdict.
pub const PREFLIGHT: &str = "preflight";
/// The gate that counts on shapes.
pub const PARAM_CAP: &str = "param-cap";
/// The fact both give.
pub const PARAM_COUNT: &str = "param_count";

/// The process of the bundle ended by itself, or broke what it says to the host.
const DIED: &str = "prism:preflight-died";
/// Not everything was looked at.
const INCOMPLETE: &str = "prism:preflight-incomplete";
/// The shapes and torch say different numbers.
const DIFFERS: &str = "prism:param-count-differs";

/// Bytes of facts that are kept; what the process says of itself is as long as it likes.
const FACT_BYTES: usize = 64 << 10;

/// The preflight of a bundle that is to run on a course where a batch may have `max_cells` rows x columns.
#[must_use]
pub fn job(config: &Config, context: &Context, bundle: &Bundle, max_cells: u64) -> PreflightJob {
    PreflightJob {
        files: bundle.files().clone(),
        context: context.clone(),
        state_buffer_bytes: config.run.state_buffer_bytes,
        max_cells,
    }
}

/// Adds a preflight to the verdict of the gates.
pub fn add(
    verdict: &mut Verdict,
    report: &Preflight,
    settings: &PreflightSettings,
    context: &Context,
    bundle: &Bundle,
) {
    let mut evidence: Vec<_> = report
        .findings
        .iter()
        .map(|finding| of_finding(finding, bundle))
        .collect();
    evidence.extend(of_ending(report, settings, context));
    let count = report.counts.as_ref().map(|counts| counts.parameters);
    evidence.extend(of_difference(gate_count(verdict), count, context));
    let rejects = evidence
        .iter()
        .any(|evidence| evidence.severity == verdict::Severity::Error);
    let run = GateRun {
        gate: PREFLIGHT.into(),
        version: env!("CARGO_PKG_VERSION").into(),
        digest: "host".into(),
        verdict: if rejects {
            Decision::Reject
        } else {
            Decision::Allow
        },
        reason: String::new(),
        fault: None,
        fuel: 0,
        micros: u64::try_from(report.took.as_micros()).unwrap_or(u64::MAX),
        memory_bytes: 0,
        evidence,
        facts: facts(report),
        log_dropped: 0,
        host_calls: Vec::new(),
    };
    verdict.verdict = verdict.verdict.max(run.verdict);
    verdict.facts.extend(run.facts.clone());
    verdict.gates.push(run);
}

/// What the gate counted on shapes; none when it was undecided or did not run.
#[must_use]
pub fn gate_count(verdict: &Verdict) -> Option<u64> {
    count_of(verdict, PARAM_CAP)
}

/// What torch counted; none when it did not get that far.
#[must_use]
pub fn torch_count(verdict: &Verdict) -> Option<u64> {
    count_of(verdict, PREFLIGHT)
}

fn count_of(verdict: &Verdict, gate: &str) -> Option<u64> {
    let run = verdict.gates.iter().find(|run| run.gate == gate)?;
    run.facts.get(PARAM_COUNT)?.as_u64()
}

fn facts(report: &Preflight) -> Facts {
    let mut facts = Facts::new();
    if let Some(counts) = &report.counts {
        facts.insert(PARAM_COUNT.into(), json!(counts.parameters));
        facts.insert("buffer_count".into(), json!(counts.buffers));
    }
    let (ending, detail) = match &report.ending {
        Ending::Done => ("done", Value::Null),
        Ending::TimedOut(seconds) => ("timed_out", json!(seconds)),
        Ending::OutOfMemory => ("out_of_memory", Value::Null),
        Ending::Quota(quota) => ("quota", json!(quota.name())),
        Ending::Signal(signal) => ("signal", json!(signal)),
        Ending::Left(status) => ("left", json!(status)),
        Ending::Nonsense(what) => ("nonsense", json!(what)),
    };
    let mut told = Value::Object(report.facts.clone());
    if told.to_string().len() > FACT_BYTES {
        told = json!({ "dropped": format!("more than {FACT_BYTES} bytes of facts") });
    }
    let preflight = json!({
        "ending": ending, "detail": detail, "phase": report.phase, "counts": report.counts, "facts": told,
        "python": report.versions.python, "torch": report.versions.torch,
    });
    facts.insert(PREFLIGHT.into(), preflight);
    facts
}

/// A finding as evidence; a place that the bundle doesn't have is left out.
fn of_finding(finding: &Finding, bundle: &Bundle) -> Evidence {
    let file = finding
        .path
        .as_ref()
        .and_then(|path| bundle.files().get_key_value(path));
    let source = file.and_then(|(_, content)| std::str::from_utf8(content).ok());
    let text = finding.line.zip(source).and_then(|(line, source)| {
        let index = usize::try_from(line).ok()?.checked_sub(1)?;
        Some((line, source.lines().nth(index)?))
    });
    Evidence {
        rule: finding.rule.id().into(),
        path: file.map(|(path, _)| path.clone()),
        line: text.map(|(line, _)| line),
        column: None,
        severity: match finding.severity {
            Severity::Info => verdict::Severity::Info,
            Severity::Warning => verdict::Severity::Warning,
            Severity::Error => verdict::Severity::Error,
        },
        message: finding.message.clone(),
        snippet_hash: text.map(|(_, line)| hex::encode(Sha256::digest(line.as_bytes()))),
    }
}

fn of_ending(
    report: &Preflight,
    settings: &PreflightSettings,
    context: &Context,
) -> Option<Evidence> {
    let phase = report.phase.unwrap_or(Phase::Import);
    let built = report.counts.is_some();
    let doing = phase.words();
    let error = verdict::Severity::Error;
    let resource = Rule::Resource.id();
    let (rule, severity, message) = match &report.ending {
        Ending::Done => return None,
        // What is slow here may be fast on the device of the run; what is never built is not.
        Ending::TimedOut(seconds) if built => (
            INCOMPLETE,
            verdict::Severity::Warning,
            format!(
                "no answer within {seconds} s while {doing}: what comes after was not tested, the run decides"
            ),
        ),
        Ending::TimedOut(seconds) => (
            resource,
            error,
            format!("no answer within {seconds} s while {doing}"),
        ),
        Ending::OutOfMemory => {
            let gib = settings.memory_bytes as f64 / f64::from(1 << 30);
            (
                resource,
                error,
                format!("more than {gib:.1} GiB of memory while {doing}"),
            )
        }
        Ending::Quota(quota) => (
            resource,
            error,
            format!(
                "more than the jail's limit for {} while {doing}",
                quota.name()
            ),
        ),
        Ending::Signal(libc::SIGSYS) => (
            DIED,
            error,
            format!("a system call that the jail forbids while {doing}"),
        ),
        Ending::Signal(signal) => (
            DIED,
            error,
            format!(
                "the process died of signal {signal}{} while {doing}",
                name_of(*signal)
            ),
        ),
        Ending::Left(status) => (
            DIED,
            error,
            format!("the process left with status {status} while {doing}"),
        ),
        Ending::Nonsense(what) => (
            DIED,
            error,
            format!("the harness's connection was written to while {doing}: {what}"),
        ),
    };
    let path = match phase {
        Phase::Rehearsal => &context.training_entrypoint,
        _ => &context.architecture_entrypoint,
    };
    Some(Evidence {
        rule: rule.into(),
        path: Some(path.clone()),
        line: None,
        column: None,
        severity,
        message,
        snippet_hash: None,
    })
}

fn name_of(signal: i32) -> &'static str {
    match signal {
        libc::SIGSEGV => " (invalid memory access, or a call stack that is used up)",
        libc::SIGABRT => " (abort)",
        libc::SIGFPE => " (arithmetic error)",
        libc::SIGBUS => " (invalid memory access)",
        libc::SIGILL => " (illegal instruction)",
        libc::SIGKILL => " (killed)",
        _ => "",
    }
}

fn of_difference(shapes: Option<u64>, torch: Option<u64>, context: &Context) -> Option<Evidence> {
    let (shapes, torch) = (shapes?, torch?);
    (shapes != torch).then(|| Evidence {
        rule: DIFFERS.into(),
        path: Some(context.architecture_entrypoint.clone()),
        line: None,
        column: None,
        severity: verdict::Severity::Warning,
        message: format!("{PARAM_CAP} counts {shapes} parameters on shapes, torch counts {torch}; torch's number counts"),
        snippet_hash: None,
    })
}

#[cfg(test)]
mod tests;
