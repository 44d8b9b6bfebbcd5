//! The self-test: a real jail, a probe inside that tries to get out, and listeners outside that it must not reach.

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::process::Command;

use serde::Deserialize;

use super::{IsolationLevel, IsolationReport, PROTECTIONS, Protection};
use crate::jail::{Jail, JailLimits};
use crate::{ExecutorError, Home};

const PROBE: &str = include_str!("probe.py");

/// Small, so that using them up takes little time.
const LIMITS: JailLimits = JailLimits {
    memory_bytes: 192 << 20,
    processes: 64,
    scratch_bytes: 8 << 20,
    scratch_files: 1 << 16,
    output_bytes: 1 << 20,
    cpu_threads: 1,
    wall_seconds: 60,
};

/// A line of the probe.
#[derive(Debug, Deserialize)]
struct Finding {
    name: String,
    holds: bool,
    detail: String,
}

/// Tries every protection in a real jail. Takes well under a second.
///
/// # Errors
///
/// When no jail can be started at all, or the installation has no Python.
pub async fn self_test(home: &Home) -> Result<IsolationReport, ExecutorError> {
    let runtime = home.read_runtime()?;
    let folder =
        crate::temporary::folder().map_err(ExecutorError::io("a folder for the self-test"))?;
    let bundle = folder.path().join("bundle");
    let course = folder.path().join("course");
    let told = |what| ExecutorError::io(what);
    fs::create_dir(&bundle).map_err(told("a folder for the self-test"))?;
    fs::set_permissions(&bundle, fs::Permissions::from_mode(0o755))
        .map_err(told("a folder for the self-test"))?;
    fs::write(bundle.join("probe.py"), PROBE).map_err(told("writing the probe"))?;
    fs::write(&course, "sealed").map_err(told("writing the probe's bait"))?;

    // What must stay out of reach, really there: a refusal by nobody would prove nothing.
    let listener =
        TcpListener::bind(("127.0.0.1", 0)).map_err(told("a listener for the self-test"))?;
    let port = listener
        .local_addr()
        .map_err(told("a listener for the self-test"))?
        .port();
    let abstract_name = format!("prism-self-test-{}-{port}", std::process::id());
    let address = SocketAddr::from_abstract_name(&abstract_name)
        .map_err(told("a listener for the self-test"))?;
    let _unix = UnixListener::bind_addr(&address).map_err(told("a listener for the self-test"))?;

    let mut hidden = vec![
        course,
        home.runtime_file(),
        home.courses_dir(),
        home.supervisor(),
    ];
    hidden.retain(|path| path.exists());
    let outside = serde_json::json!({
        "port": port,
        "abstract": abstract_name,
        "pid": std::process::id(),
        "hidden": hidden,
        "shown": runtime.python_roots,
        "scratch_bytes": LIMITS.scratch_bytes,
        "memory_bytes": LIMITS.memory_bytes + LIMITS.scratch_bytes,
        "processes": LIMITS.processes,
    });

    let mut jail = Jail::new(LIMITS)?.show(&bundle, "/bundle");
    for root in &runtime.python_roots {
        jail = jail.show(root, root);
    }
    let identity = jail.identity();
    let command = [
        runtime.python.into_os_string(),
        "-I".into(),
        "-B".into(),
        "/bundle/probe.py".into(),
        outside.to_string().into(),
    ];
    let mut running = jail.start(command).await?;
    let group = running
        .group()
        .unwrap_or("no control group: limits per process");
    let end = running.wait().await?;
    let findings: BTreeMap<String, Finding> = end
        .output
        .lines()
        .filter_map(|line| serde_json::from_str::<Finding>(line).ok())
        .map(|finding| (finding.name.clone(), finding))
        .collect();
    if findings.is_empty() {
        let said = crate::jail::output::tail(end.output.trim(), 2000);
        return Err(
            crate::jail::JailError::Setup(format!("the probe said nothing, but: {said}")).into(),
        );
    }
    let mechanism = format!("{}, {}, {group}", bubblewrap_version(), identity.describe());
    Ok(report(mechanism, findings))
}

fn report(mechanism: String, mut findings: BTreeMap<String, Finding>) -> IsolationReport {
    let protections: Vec<Protection> = PROTECTIONS
        .iter()
        .map(|&(name, promise)| {
            let finding = findings.remove(name);
            Protection {
                name: name.into(),
                promise: promise.into(),
                holds: finding.as_ref().is_some_and(|finding| finding.holds),
                // What was not tried does not hold.
                detail: finding.map_or_else(
                    || "the probe ended before it was tried".into(),
                    |finding| finding.detail,
                ),
            }
        })
        .collect();
    let full = protections.iter().all(|protection| protection.holds);
    let level = if full {
        IsolationLevel::LocalFull
    } else {
        IsolationLevel::LocalReduced
    };
    IsolationReport {
        level,
        mechanism,
        protections,
    }
}

fn bubblewrap_version() -> String {
    let output = Command::new("/usr/bin/bwrap").arg("--version").output();
    let text = output
        .map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
        .unwrap_or_default();
    if text.is_empty() {
        "bubblewrap".into()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_tried_does_not_hold() {
        let all = |holds| {
            let finding = |name: &str| Finding {
                name: name.into(),
                holds,
                detail: String::new(),
            };
            PROTECTIONS
                .iter()
                .map(|(name, _)| ((*name).to_owned(), finding(name)))
                .collect::<BTreeMap<_, _>>()
        };
        assert_eq!(
            report(String::new(), all(true)).level,
            IsolationLevel::LocalFull
        );
        let mut some = all(true);
        some.remove("mount");
        let report = report(String::new(), some);
        assert_eq!(report.level, IsolationLevel::LocalReduced);
        assert_eq!(report.missing().collect::<Vec<_>>(), ["mount"]);
    }

    #[test]
    fn the_probe_tries_every_protection() {
        for (name, _) in PROTECTIONS {
            assert!(
                PROBE.contains(&format!("    \"{name}\": ")),
                "{name} is not in the probe"
            );
        }
    }
}
