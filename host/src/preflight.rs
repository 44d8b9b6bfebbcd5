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

/// The preflight of a bundle.
#[must_use]
pub fn job(config: &Config, context: &Context, bundle: &Bundle) -> PreflightJob {
    PreflightJob {
        files: bundle.files().clone(),
        context: context.clone(),
        state_buffer_bytes: config.run.state_buffer_bytes,
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
        Ending::OutputQuota => ("output_quota", Value::Null),
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
        Ending::OutputQuota => (
            resource,
            error,
            format!("too much was printed while {doing}"),
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
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test")]

    use std::collections::BTreeMap;
    use std::time::Duration;

    use prism_executor::preflight::Counts;

    use super::*;

    fn bundle() -> Bundle {
        let files = [
            (
                "architecture.py",
                "def build_model(ctx):\n    return None\n",
            ),
            ("training.py", "def train(ctx):\n    return None\n"),
        ];
        let files = files.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()));
        Bundle::from_files(BTreeMap::from(files)).unwrap()
    }

    fn counts(parameters: u64) -> Counts {
        let zeros = json!({"parameters": parameters, "parameters_built": 0, "buffers": 3, "held_elements": 0,
            "state_bytes": 0, "held_bytes": 0, "lazy": [], "largest": [], "kinds": {}});
        serde_json::from_value(zeros).unwrap()
    }

    /// The verdict of gates of which param-cap counted so many, with this added.
    fn verdict(shapes: Option<u64>, change: impl FnOnce(&mut Preflight)) -> Verdict {
        let bundle = bundle();
        let mut report = Preflight {
            ending: Ending::Done,
            phase: Some(Phase::Build),
            findings: Vec::new(),
            counts: None,
            facts: serde_json::Map::new(),
            versions: serde_json::from_value(json!({"python": "3.11.7", "torch": "2.11.0"}))
                .unwrap(),
            took: Duration::from_millis(3),
        };
        change(&mut report);
        let facts = Facts::from([(PARAM_COUNT.to_owned(), json!(shapes))]);
        let gate = json!({"gate": PARAM_CAP, "version": "1.0.0", "digest": "d", "verdict": "allow", "reason": "",
            "fault": null, "fuel": 1, "micros": 1, "evidence": [], "facts": facts});
        let mut verdict = Verdict {
            verdict: Decision::Allow,
            bundle: bundle.digest().to_owned(),
            revision: None,
            context: None,
            facts,
            not_evaluated: Vec::new(),
            gates: vec![serde_json::from_value(gate).unwrap()],
        };
        let context = crate::context::run_context(&Config::default().context, &bundle);
        let settings = PreflightSettings::default();
        add(&mut verdict, &report, &settings, &context, &bundle);
        verdict
    }

    fn rules(verdict: &Verdict) -> Vec<(&str, verdict::Severity)> {
        let evidence = verdict.gates.last().unwrap().evidence.iter();
        evidence
            .map(|one| (one.rule.as_str(), one.severity))
            .collect()
    }

    fn finding(path: &str, line: u32) -> Finding {
        let text = json!({"rule": "prism:causality", "severity": "error", "path": path, "line": line, "message": "m"});
        serde_json::from_value(text).unwrap()
    }

    #[test]
    fn a_place_that_the_bundle_does_not_have_is_left_out() {
        for (path, line, place) in [
            ("training.py", 2, (Some("training.py"), Some(2))),
            ("training.py", 3, (Some("training.py"), None)),
            ("training.py", 0, (Some("training.py"), None)),
            ("../secret", 1, (None, None)),
        ] {
            let found = verdict(None, |report| report.findings.push(finding(path, line)));
            let evidence = &found.gates.last().unwrap().evidence[0];
            assert_eq!(
                (evidence.path.as_deref(), evidence.line),
                place,
                "{path}:{line}"
            );
            assert_eq!(evidence.snippet_hash.is_some(), place.1.is_some());
            assert_eq!(found.verdict, Decision::Reject);
        }
    }

    #[test]
    fn time_rejects_what_was_not_built_and_warns_of_what_was() {
        let slow = |counts| {
            verdict(None, |report| {
                report.ending = Ending::TimedOut(30);
                report.counts = counts;
            })
        };
        let never = slow(None);
        assert_eq!(never.verdict, Decision::Reject);
        assert_eq!(
            rules(&never),
            [("prism:build-model-resource", verdict::Severity::Error)]
        );
        let later = slow(Some(counts(7)));
        assert_eq!(later.verdict, Decision::Allow);
        assert_eq!(rules(&later), [(INCOMPLETE, verdict::Severity::Warning)]);
        assert_eq!(later.facts[PARAM_COUNT], 7);
    }

    #[test]
    fn every_death_is_typed_and_rejects() {
        for (ending, rule) in [
            (Ending::OutOfMemory, "prism:build-model-resource"),
            (Ending::OutputQuota, "prism:build-model-resource"),
            (Ending::Signal(libc::SIGSEGV), DIED),
            (Ending::Signal(libc::SIGSYS), DIED),
            (Ending::Left(0), DIED),
            (Ending::Nonsense("x".into()), DIED),
        ] {
            let found = verdict(None, |report| report.ending = ending.clone());
            assert_eq!(
                (found.verdict, rules(&found)),
                (Decision::Reject, vec![(rule, verdict::Severity::Error)]),
                "{ending:?}"
            );
        }
    }

    #[test]
    fn counts_that_differ_are_said_and_torchs_counts() {
        let same = verdict(Some(7), |report| report.counts = Some(counts(7)));
        assert!(rules(&same).is_empty());
        let differs = verdict(Some(8), |report| report.counts = Some(counts(7)));
        assert_eq!(rules(&differs), [(DIFFERS, verdict::Severity::Warning)]);
        assert_eq!(differs.facts[PARAM_COUNT], 7);
        assert_eq!(
            (gate_count(&differs), torch_count(&differs)),
            (Some(8), Some(7))
        );
        let undecided = verdict(None, |report| report.counts = Some(counts(7)));
        assert!(rules(&undecided).is_empty());
        assert_eq!(undecided.facts[PARAM_COUNT], 7);
    }

    #[test]
    fn facts_beyond_their_bound_are_dropped() {
        let found = verdict(None, |report| {
            report
                .facts
                .insert("long".into(), json!("x".repeat(FACT_BYTES)));
        });
        assert!(found.facts[PREFLIGHT]["facts"]["dropped"].is_string());
    }
}
