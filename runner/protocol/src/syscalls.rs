//! System calls no miner code needs: one list with reasons, for the jail's filter and the worker's second one.
//!
//! The worker's filter is laid over the jail's after torch and the package are loaded and before any miner
//! code. Each list says what happens at the call. How a filter is built and installed lives with its user.

/// A system call by name and number, and why it is on the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// Name, as in the manual pages.
    pub name: &'static str,
    /// Number on this architecture.
    pub number: i64,
    /// What it would be good for.
    pub reason: &'static str,
}

macro_rules! calls {
    ($($reason:literal: $($name:ident => $constant:ident),+;)+) => {
        &[$($(Call { name: stringify!($name), number: libc::$constant, reason: $reason },)+)+]
    };
}

/// The process is killed.
pub const KILLED: &[Call] = calls! {
    "starts another program": execve => SYS_execve, execveat => SYS_execveat;
    "reads or steers another process": ptrace => SYS_ptrace, process_vm_readv => SYS_process_vm_readv,
        process_vm_writev => SYS_process_vm_writev, kcmp => SYS_kcmp, pidfd_getfd => SYS_pidfd_getfd;
    "changes what is mounted": mount => SYS_mount, umount2 => SYS_umount2, pivot_root => SYS_pivot_root,
        chroot => SYS_chroot, open_tree => SYS_open_tree, move_mount => SYS_move_mount, fsopen => SYS_fsopen,
        fsconfig => SYS_fsconfig, fsmount => SYS_fsmount, fspick => SYS_fspick, mount_setattr => SYS_mount_setattr;
    "makes or enters namespaces": unshare => SYS_unshare, setns => SYS_setns;
    "large kernel surface no training needs": bpf => SYS_bpf, perf_event_open => SYS_perf_event_open,
        userfaultfd => SYS_userfaultfd, io_uring_setup => SYS_io_uring_setup,
        io_uring_enter => SYS_io_uring_enter, io_uring_register => SYS_io_uring_register;
    "reaches the kernel's key store": keyctl => SYS_keyctl, add_key => SYS_add_key, request_key => SYS_request_key;
    "changes the running kernel": kexec_load => SYS_kexec_load, init_module => SYS_init_module,
        finit_module => SYS_finit_module, delete_module => SYS_delete_module, reboot => SYS_reboot,
        swapon => SYS_swapon, swapoff => SYS_swapoff, acct => SYS_acct, syslog => SYS_syslog;
    "opens files past the mount table": open_by_handle_at => SYS_open_by_handle_at,
        name_to_handle_at => SYS_name_to_handle_at;
    "changes the clock or the host's name": settimeofday => SYS_settimeofday, clock_settime => SYS_clock_settime,
        clock_adjtime => SYS_clock_adjtime, adjtimex => SYS_adjtimex, sethostname => SYS_sethostname,
        setdomainname => SYS_setdomainname;
};

/// The call fails with `ENOSYS`: its flags lie in memory a filter can't read, and every C library falls back
/// to `clone`, whose flags it can.
pub const ABSENT: &[Call] = calls! {
    "hides its flags from the filter": clone3 => SYS_clone3;
};

/// Flags of `clone` that make namespaces; the call is killed with any of them.
pub const CLONE_NAMESPACE_FLAGS: &[u64] = &[
    libc::CLONE_NEWUSER as u64,
    libc::CLONE_NEWNS as u64,
    libc::CLONE_NEWPID as u64,
    libc::CLONE_NEWNET as u64,
    libc::CLONE_NEWIPC as u64,
    libc::CLONE_NEWUTS as u64,
    libc::CLONE_NEWCGROUP as u64,
];

/// `clone`, for [`CLONE_NAMESPACE_FLAGS`].
pub const CLONE: i64 = libc::SYS_clone;

/// `socket`, for [`SOCKET_FAMILIES`].
pub const SOCKET: i64 = libc::SYS_socket;

/// Families `socket` may ask for; others fail with `EPERM`. The jail's network namespace holds nothing but
/// a loopback, so these lead nowhere; gloo and NCCL need them to start.
pub const SOCKET_FAMILIES: &[i32] = &[
    libc::AF_UNIX,
    libc::AF_INET,
    libc::AF_INET6,
    libc::AF_NETLINK,
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test")]

    use std::collections::BTreeSet;

    use super::{ABSENT, CLONE, KILLED, SOCKET};

    #[test]
    fn no_call_stands_on_two_lists() {
        let numbers: BTreeSet<i64> = KILLED
            .iter()
            .chain(ABSENT)
            .map(|call| call.number)
            .chain([CLONE, SOCKET])
            .collect();
        assert_eq!(numbers.len(), KILLED.len() + ABSENT.len() + 2);
    }

    #[test]
    fn calls_that_torch_and_python_live_on_are_not_listed() {
        for number in [
            libc::SYS_read,
            libc::SYS_mmap,
            libc::SYS_futex,
            libc::SYS_openat,
            libc::SYS_clock_gettime,
        ] {
            assert!(
                KILLED
                    .iter()
                    .chain(ABSENT)
                    .all(|call| call.number != number)
            );
        }
    }
}
