//! The command line that builds a jail, from the outside in: a shell closes stray files and joins
//! the control group, bubblewrap makes
//! namespaces and the file system in sight and loads the filters, `prlimit` sets limits per process, `setpriv`
//! gives up what is left of root, and then comes the command.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

use super::{Identity, Jail, SCRATCH, SOCKET};

/// Not `sh`: dash can't close descriptors above 9.
pub(super) const SHELL: &str = "/bin/bash";
pub(super) const BWRAP: &str = "/usr/bin/bwrap";
pub(super) const PRLIMIT: &str = "/usr/bin/prlimit";
pub(super) const SETPRIV: &str = "/usr/bin/setpriv";

/// Closes what the host's own parent left open for all its descendants, but for bubblewrap's parts up to `$1`;
/// joins the control groups named before `--`; becomes what is named after it. Done by a shell because both must
/// happen between fork and exec, where our own code would be `unsafe`.
const JOIN: &str = r#"
for path in /proc/self/fd/*; do
    fd=${path##*/}
    if (( fd > 2 && (fd < 10 || fd > $1) )); then exec {fd}>&-; fi
done
shift
while [ "$1" != -- ]; do echo 0 >"$1" || exit 97; shift; done
shift
exec "$@"
"#;

/// System folders an interpreter and its libraries need. Not all of `/usr`: documentation, sources and other
/// people's software are nobody's business.
const SYSTEM: &[&str] = &[
    "/usr/bin",
    "/usr/lib",
    "/usr/lib32",
    "/usr/lib64",
    "/usr/libexec",
];
/// Links on today's systems, folders on older ones.
const MERGED: &[&str] = &["/bin", "/lib", "/lib32", "/lib64"];
/// Shown because numerical libraries count and name processors by it.
const PROCESSORS: &str = "/sys/devices/system/cpu";
/// POSIX shared memory, in bytes: torch asks for some only with several processes.
const SHM_BYTES: u64 = 64 << 20;

/// File descriptors bubblewrap finds its parts at.
#[derive(Clone, Debug)]
pub(super) struct Descriptors {
    pub(super) filters: Vec<i32>,
    pub(super) status: i32,
}

struct Arguments(Vec<OsString>);

impl Arguments {
    fn add<const N: usize>(&mut self, parts: [&dyn AsRef<OsStr>; N]) {
        self.0
            .extend(parts.into_iter().map(|part| part.as_ref().to_owned()));
    }
}

/// The arguments after [`SHELL`].
pub(super) fn arguments(
    jail: &Jail,
    groups: &[PathBuf],
    etc: &Path,
    descriptors: &Descriptors,
    command: &[OsString],
) -> Vec<OsString> {
    let mut args = Arguments(Vec::new());
    let last = descriptors
        .filters
        .iter()
        .copied()
        .max()
        .unwrap_or(descriptors.status);
    args.add([&"--norc", &"-c", &JOIN, &"prism-jail", &last.to_string()]);
    args.0
        .extend(groups.iter().map(|file| file.as_os_str().to_owned()));
    args.add([&"--", &BWRAP]);
    namespaces(&mut args, jail.identity);
    file_system(&mut args, jail, etc);
    args.add([&"--clearenv"]);
    for (name, value) in &jail.environment {
        args.add([&"--setenv", name, value]);
    }
    args.add([
        &"--chdir",
        &SCRATCH,
        &"--json-status-fd",
        &descriptors.status.to_string(),
    ]);
    for filter in &descriptors.filters {
        args.add([&"--add-seccomp-fd", &filter.to_string()]);
    }
    args.add([&"--"]);
    limits(&mut args, jail, !groups.is_empty());
    privileges(&mut args, jail.identity);
    args.0.extend_from_slice(command);
    args.0
}

fn namespaces(args: &mut Arguments, identity: Identity) {
    args.add([
        &"--unshare-ipc",
        &"--unshare-pid",
        &"--unshare-net",
        &"--unshare-uts",
    ]);
    args.add([
        &"--unshare-cgroup-try",
        &"--hostname",
        &"prism",
        &"--die-with-parent",
        &"--new-session",
    ]);
    match identity {
        // What `setpriv` needs to give up the rest; the filters forbid using the namespaces' other powers.
        Identity::Dedicated { .. } => {
            args.add([&"--cap-drop", &"ALL"]);
            for capability in ["CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP"] {
                args.add([&"--cap-add", &capability]);
            }
        }
        Identity::Namespaced { .. } => {
            let id = Identity::NAMESPACED_ID.to_string();
            args.add([
                &"--unshare-user",
                &"--disable-userns",
                &"--uid",
                &id,
                &"--gid",
                &id,
            ]);
        }
    }
}

fn file_system(args: &mut Arguments, jail: &Jail, etc: &Path) {
    let mut shown: Vec<(PathBuf, PathBuf)> = Vec::new();
    for folder in SYSTEM {
        if Path::new(folder).is_dir() {
            shown.push((folder.into(), folder.into()));
        }
    }
    let mut links = Vec::new();
    for folder in MERGED {
        match fs::read_link(folder) {
            Ok(target) => links.push((target, *folder)),
            Err(_) if Path::new(folder).is_dir() => shown.push((folder.into(), folder.into())),
            Err(_) => {}
        }
    }
    shown.push((etc.into(), "/etc".into()));
    if Path::new(PROCESSORS).is_dir() {
        shown.push((PROCESSORS.into(), PROCESSORS.into()));
    }
    shown.extend(jail.read_only.iter().cloned());

    // bubblewrap makes missing parents with mode 0700, which root's dedicated user could not pass.
    let mut parents: BTreeSet<&Path> = BTreeSet::from([Path::new("/run")]);
    for (_, inside) in &shown {
        parents.extend(
            inside
                .ancestors()
                .skip(1)
                .filter(|parent| *parent != Path::new("/")),
        );
    }
    for parent in parents {
        args.add([&"--perms", &"0755", &"--dir", &parent]);
    }
    // Outer folders first, so that what lies inside them is mounted over them.
    shown.sort_by_key(|(_, inside)| inside.components().count());
    for (outside, inside) in &shown {
        args.add([&"--ro-bind", outside, inside]);
    }
    for (target, link) in links {
        args.add([&"--symlink", &target, &link]);
    }
    args.add([&"--proc", &"/proc", &"--dev", &"/dev"]);
    for device in &jail.devices {
        args.add([&"--dev-bind", device, device]);
    }
    let scratch = jail.limits.scratch_bytes.to_string();
    args.add([
        &"--perms",
        &"1777",
        &"--size",
        &SHM_BYTES.to_string(),
        &"--tmpfs",
        &"/dev/shm",
    ]);
    args.add([
        &"--perms", &"1777", &"--size", &scratch, &"--tmpfs", &SCRATCH,
    ]);
    // For programs that don't ask TMPDIR. An installation below /tmp makes it a folder, read-only like the rest.
    if !shown.iter().any(|(_, inside)| inside.starts_with("/tmp")) {
        args.add([&"--symlink", &SCRATCH, &"/tmp"]);
    }
    if let Some(socket) = &jail.socket {
        args.add([&"--bind", socket, &SOCKET]);
    }
    args.add([&"--remount-ro", &"/dev", &"--remount-ro", &"/"]);
}

fn limits(args: &mut Arguments, jail: &Jail, grouped: bool) {
    let limits = &jail.limits;
    let file = limits.scratch_bytes.max(limits.memory_bytes);
    args.add([
        &PRLIMIT,
        &"--core=0",
        &"--nofile=4096",
        &"--msgqueue=0",
        &format!("--fsize={file}"),
    ]);
    args.add([&format!("--nproc={}", limits.processes)]);
    if !grouped {
        // Private writable memory of each process; address space is no measure of it with libtorch, which maps
        // gigabytes of code.
        args.add([&format!("--data={}", limits.memory_bytes)]);
    }
    args.add([&"--"]);
}

fn privileges(args: &mut Arguments, identity: Identity) {
    args.add([&SETPRIV, &"--inh-caps=-all", &"--no-new-privs"]);
    if let Identity::Dedicated { uid } = identity {
        let uid = uid.to_string();
        args.add([
            &"--bounding-set=-all",
            &"--clear-groups",
            &"--reuid",
            &uid,
            &"--regid",
            &uid,
        ]);
    }
    args.add([&"--"]);
}
