//! The first system call filter: over everything in the jail, launcher included, from before its first
//! instruction. It forbids what no training run needs and what has broken sandboxes before. `execve` must stay
//! allowed here, because the launcher starts the worker; the worker itself forbids it later in a second filter. What both forbid is one list, [`prism_protocol::syscalls`].
//!
//! Compiled by `seccompiler`, loaded by bubblewrap from file descriptors.

use std::collections::BTreeMap;

use prism_protocol::syscalls;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, sock_filter,
};

use super::JailError;

/// Killed by the worker's filter, but needed to start it.
const LAUNCH: &[i64] = &[libc::SYS_execve, libc::SYS_execveat];

/// Calls that end the caller, beyond those of [`syscalls::KILLED`], which both filters share.
const KILLED: &[i64] = &[
    libc::SYS_process_madvise,
    libc::SYS_fanotify_init,
    libc::SYS_quotactl,
    libc::SYS_nfsservctl,
    libc::SYS_lookup_dcookie,
];

/// Calls only this architecture has.
#[cfg(target_arch = "x86_64")]
const KILLED_HERE: &[i64] = &[
    libc::SYS_kexec_file_load,
    libc::SYS_iopl,
    libc::SYS_ioperm,
    libc::SYS_modify_ldt,
    libc::SYS_uselib,
    libc::SYS__sysctl,
    libc::SYS_sysfs,
    libc::SYS_ustat,
    libc::SYS_vhangup,
];
#[cfg(not(target_arch = "x86_64"))]
const KILLED_HERE: &[i64] = &[];

/// Calls that an honest library or launcher may probe for: refused, not fatal, even those the worker's filter
/// kills for.
const REFUSED: &[i64] = &[
    // libuv, under torchrun's store, tries it and does without.
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_syslog,
    libc::SYS_adjtimex,
    libc::SYS_clock_adjtime,
    libc::SYS_move_pages,
    libc::SYS_migrate_pages,
    libc::SYS_memfd_secret,
    libc::SYS_mq_open,
];

/// First number of the x32 calls of x86-64: the same kernel functions under other numbers, which the lists
/// above would miss. Above every real number on other architectures.
const X32_BIT: u32 = 0x4000_0000;

/// The filters, each as the bytes of a BPF program.
pub(super) fn programs() -> Result<Vec<Vec<u8>>, JailError> {
    let failed = |error: seccompiler::BackendError| JailError::Filter(error.to_string());
    Ok(vec![
        bytes(&no_other_numbering()),
        bytes(&compile(
            killed().map_err(failed)?,
            SeccompAction::KillProcess,
        )?),
        bytes(&compile(
            refused().map_err(failed)?,
            SeccompAction::Errno(libc::EPERM.unsigned_abs()),
        )?),
        bytes(&compile(
            syscalls::ABSENT
                .iter()
                .map(|call| (call.number, Vec::new()))
                .collect(),
            SeccompAction::Errno(libc::ENOSYS.unsigned_abs()),
        )?),
    ])
}

type Rules = BTreeMap<i64, Vec<SeccompRule>>;

fn compile(rules: Rules, action: SeccompAction) -> Result<BpfProgram, JailError> {
    let failed = |error: seccompiler::BackendError| JailError::Filter(error.to_string());
    let arch = std::env::consts::ARCH.try_into().map_err(failed)?;
    SeccompFilter::new(rules, SeccompAction::Allow, action, arch)
        .and_then(TryInto::try_into)
        .map_err(failed)
}

fn killed() -> Result<Rules, seccompiler::BackendError> {
    let shared = syscalls::KILLED.iter().map(|call| call.number);
    let mut rules: Rules = shared
        .chain(KILLED.iter().chain(KILLED_HERE).copied())
        .filter(|call| !LAUNCH.contains(call) && !REFUSED.contains(call))
        .map(|call| (call, Vec::new()))
        .collect();
    let mut clone = Vec::new();
    for &flag in syscalls::CLONE_NAMESPACE_FLAGS {
        clone.push(SeccompRule::new(vec![condition(
            0,
            SeccompCmpOp::MaskedEq(flag),
            flag,
        )?])?);
    }
    rules.insert(syscalls::CLONE, clone);
    // Asking for the personality (0xffffffff) and setting the default one are harmless.
    let unusual = vec![
        condition(0, SeccompCmpOp::Ne, 0)?,
        condition(0, SeccompCmpOp::Ne, 0xffff_ffff)?,
    ];
    rules.insert(libc::SYS_personality, vec![SeccompRule::new(unusual)?]);
    Ok(rules)
}

fn refused() -> Result<Rules, seccompiler::BackendError> {
    let mut rules: Rules = REFUSED.iter().map(|&call| (call, Vec::new())).collect();
    // Unix and internet sockets stay (the supervisor's socket, torchrun's store on the empty loopback), and
    // routing netlink, which the C library's resolver opens. Not all others are bound to a network namespace:
    // AF_VSOCK reaches the hypervisor from within an empty one.
    let mut others = Vec::new();
    for family in syscalls::SOCKET_FAMILIES {
        others.push(condition(
            0,
            SeccompCmpOp::Ne,
            u64::from(family.unsigned_abs()),
        )?);
    }
    let netlink = vec![
        condition(
            0,
            SeccompCmpOp::Eq,
            u64::from(libc::AF_NETLINK.unsigned_abs()),
        )?,
        condition(
            2,
            SeccompCmpOp::Ne,
            u64::from(libc::NETLINK_ROUTE.unsigned_abs()),
        )?,
    ];
    rules.insert(
        syscalls::SOCKET,
        vec![SeccompRule::new(others)?, SeccompRule::new(netlink)?],
    );
    // Typing into the terminal of whoever started the host.
    let mut typing = Vec::new();
    for request in [libc::TIOCSTI, libc::TIOCLINUX] {
        typing.push(SeccompRule::new(vec![condition(
            1,
            SeccompCmpOp::Eq,
            request,
        )?])?);
    }
    rules.insert(libc::SYS_ioctl, typing);
    Ok(rules)
}

/// All arguments compared here are 32 bits wide in the kernel, so the upper half must not matter.
fn condition(
    index: u8,
    operator: SeccompCmpOp,
    value: u64,
) -> Result<SeccompCondition, seccompiler::BackendError> {
    SeccompCondition::new(index, SeccompCmpArgLen::Dword, operator, value)
}

/// `seccompiler` compares whole call numbers and has no "greater than" for them, hence these four instructions:
/// load the number, kill when it has the x32 bit, else allow.
fn no_other_numbering() -> BpfProgram {
    const LOAD_WORD: u16 = 0x20;
    const JUMP_IF_SET: u16 = 0x45;
    const RETURN: u16 = 0x06;
    let instruction = |code, jt, k| sock_filter { code, jt, jf: 0, k };
    vec![
        instruction(LOAD_WORD, 0, 0),
        instruction(JUMP_IF_SET, 1, X32_BIT),
        instruction(RETURN, 0, libc::SECCOMP_RET_ALLOW),
        instruction(RETURN, 0, libc::SECCOMP_RET_KILL_PROCESS),
    ]
}

fn bytes(program: &[sock_filter]) -> Vec<u8> {
    let mut out = Vec::with_capacity(program.len() * 8);
    for instruction in program {
        out.extend_from_slice(&instruction.code.to_ne_bytes());
        out.extend_from_slice(&[instruction.jt, instruction.jf]);
        out.extend_from_slice(&instruction.k.to_ne_bytes());
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test")]
    use super::*;

    #[test]
    fn the_filters_compile_and_fit_the_kernel() {
        for program in programs().unwrap() {
            assert_eq!(program.len() % 8, 0);
            assert!(
                program.len() / 8 <= 4096,
                "the kernel takes 4096 instructions"
            );
        }
    }

    #[test]
    fn no_call_is_in_two_lists() {
        let killed = killed().unwrap();
        assert!(
            refused()
                .unwrap()
                .keys()
                .all(|call| !killed.contains_key(call))
        );
        assert!(
            LAUNCH.iter().all(|call| !killed.contains_key(call)),
            "nothing could be started"
        );
        assert!(killed.contains_key(&libc::SYS_ptrace) && killed.contains_key(&libc::SYS_mount));
    }
}
