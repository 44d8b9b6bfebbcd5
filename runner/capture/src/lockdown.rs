//! The worker's second system call filter, laid over the jail's before any miner code.
//!
//! The lists and their reasons are [`prism_protocol::syscalls`]. A filter has one answer for what matches,
//! so there are three: killed, absent, not permitted.

use std::collections::BTreeMap;

use prism_protocol::syscalls;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch,
};

/// The filter could not be built or installed.
#[derive(Debug, thiserror::Error)]
pub enum LockdownError {
    /// The processor has no filter here.
    #[error("no system call filter for this processor: {0}")]
    Architecture(String),
    /// The filter could not be built.
    #[error("the system call filter can't be built: {0}")]
    Build(#[from] seccompiler::BackendError),
    /// The kernel refused it.
    #[error("the system call filter can't be installed: {0}")]
    Install(#[from] seccompiler::Error),
}

type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// The x32 numbers of x86-64 reach the same calls behind another number.
const X32: i64 = 0x4000_0000;

/// Installs the filters on all threads of the process.
///
/// # Errors
/// When a filter can't be built or the kernel refuses it.
pub fn apply() -> Result<(), LockdownError> {
    let mut killed = unconditional(syscalls::KILLED);
    add(&mut killed, syscalls::CLONE, namespace_flags()?);
    let absent = unconditional(syscalls::ABSENT);
    let mut refused = Rules::new();
    add(&mut refused, syscalls::SOCKET, vec![other_families()?]);
    // Most lenient first: once a filter kills, the later ones are not asked.
    for (rules, action) in [
        (refused, SeccompAction::Errno(libc::EPERM.unsigned_abs())),
        (absent, SeccompAction::Errno(libc::ENOSYS.unsigned_abs())),
        (killed, SeccompAction::KillProcess),
    ] {
        seccompiler::apply_filter_all_threads(&program(rules, action)?)?;
    }
    Ok(())
}

fn program(rules: Rules, action: SeccompAction) -> Result<BpfProgram, LockdownError> {
    let architecture = TargetArch::try_from(std::env::consts::ARCH)
        .map_err(|_| LockdownError::Architecture(std::env::consts::ARCH.to_owned()))?;
    Ok(SeccompFilter::new(rules, SeccompAction::Allow, action, architecture)?.try_into()?)
}

fn unconditional(calls: &[syscalls::Call]) -> Rules {
    let mut rules = Rules::new();
    for call in calls {
        add(&mut rules, call.number, Vec::new());
    }
    rules
}

/// An empty list of rules matches the call whatever its arguments.
fn add(rules: &mut Rules, number: i64, when: Vec<SeccompRule>) {
    if cfg!(target_arch = "x86_64") {
        rules.insert(number | X32, when.clone());
    }
    rules.insert(number, when);
}

fn namespace_flags() -> Result<Vec<SeccompRule>, LockdownError> {
    let mut any = Vec::new();
    for flag in syscalls::CLONE_NAMESPACE_FLAGS {
        let set = SeccompCondition::new(
            0,
            SeccompCmpArgLen::Qword,
            SeccompCmpOp::MaskedEq(*flag),
            *flag,
        )?;
        any.push(SeccompRule::new(vec![set])?);
    }
    Ok(any)
}

fn other_families() -> Result<SeccompRule, LockdownError> {
    let mut none_of = Vec::new();
    for family in syscalls::SOCKET_FAMILIES {
        let family = u64::from(family.unsigned_abs());
        none_of.push(SeccompCondition::new(
            0,
            SeccompCmpArgLen::Dword,
            SeccompCmpOp::Ne,
            family,
        )?);
    }
    Ok(SeccompRule::new(none_of)?)
}
