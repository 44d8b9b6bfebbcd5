//! How plans, activations and their parts look in a terminal.

use std::process::ExitCode;

use prism_host::platform::activate::{Activation, Draining, SelfTest};
use prism_host::platform::change::Difference;
use prism_store::records::{CrashPolicy, GateMode};
use serde::Serialize;
use serde_json::Value;

use super::table::short;

/// What a change did.
pub fn print_activation(done: &Activation, json: bool) -> anyhow::Result<ExitCode> {
    if json {
        return print_json(done);
    }
    if !done.changed {
        println!(
            "revision {} is active already; nothing changed",
            done.revision
        );
        return Ok(ExitCode::SUCCESS);
    }
    print_differences(&done.differences, done.previous);
    print_self_tests(&done.self_tests);
    println!("revision {} judges now", done.revision);
    for draining in &done.draining {
        print_draining(draining);
    }
    if !done.requeued.is_empty() {
        println!(
            "{} held submissions are back in the queue",
            done.requeued.len()
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// What an older revision still does.
pub fn print_draining(draining: &Draining) {
    let Draining {
        revision,
        evaluations,
    } = draining;
    let s = if *evaluations == 1 { "" } else { "s" };
    println!("revision {revision} still finishes {evaluations} evaluation{s}");
}

/// What differs from the active revision.
pub fn print_differences(differences: &[Difference], active: Option<u64>) {
    let Some(active) = active else {
        println!("there is no active revision yet");
        return;
    };
    if differences.is_empty() {
        println!("no difference to revision {active}");
        return;
    }
    println!("compared with revision {active}:");
    for difference in differences {
        let shown = |value: &Value| match value {
            Value::String(text) if difference.what == "digest" => short(text),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        match difference.what.as_str() {
            "added" => println!("  + {} {}", difference.gate, place(&difference.to)),
            "removed" => println!("  - {} {}", difference.gate, place(&difference.from)),
            what => println!(
                "  ~ {} {what}: {} -> {}",
                difference.gate,
                shown(&difference.from),
                shown(&difference.to)
            ),
        }
    }
}

fn place(value: &Value) -> String {
    let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
    format!(
        "{} {} ({})",
        text("version"),
        short(text("digest")),
        text("mode")
    )
}

/// How the self-tests went.
pub fn print_self_tests(tests: &[SelfTest]) {
    for test in tests {
        let name = format!("{}@{}", test.gate, test.version);
        match (test.cases, test.earlier) {
            (0, _) => println!("  self-test {name}: it carries no cases, nothing was proven"),
            (cases, true) => {
                println!("  self-test {name}: {cases} of {cases} cases passed earlier")
            }
            (cases, false) => println!("  self-test {name}: {cases} of {cases} cases passed"),
        }
    }
}

/// The word of a mode.
pub fn mode(mode: GateMode) -> &'static str {
    match mode {
        GateMode::Enforce => "enforce",
        GateMode::Shadow => "shadow",
        GateMode::Off => "off",
    }
}

/// A crash policy in words.
pub fn policy(policy: CrashPolicy) -> String {
    match policy {
        CrashPolicy::Hold => "hold".into(),
        CrashPolicy::Reject => "reject".into(),
        CrashPolicy::RetryThenHold { retries } => format!("retry {retries}, hold"),
    }
}

/// Prints a value as JSON.
pub fn print_json(value: &impl Serialize) -> anyhow::Result<ExitCode> {
    println!("{}", serde_json::to_string_pretty(value)?);
    Ok(ExitCode::SUCCESS)
}
