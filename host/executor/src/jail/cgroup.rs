//! A control group around one jail, where this process may make one: memory and processes of everything inside
//! together, and a trusted word on who ran out of memory. Both cgroup versions are served. Where none is
//! writable the jail falls back to limits per process, and the self-test says so.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::limits::JailLimits;

const PREFIX: &str = "prism-jail-";

/// Which interface a folder speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    One,
    Two,
}

/// The folders of one jail's control group. Dropping it removes them.
#[derive(Debug)]
pub(super) struct Cgroup {
    folders: Vec<PathBuf>,
    /// Folder of the memory controller.
    memory: (Version, PathBuf),
}

impl Cgroup {
    /// Makes a group with these limits; `None` where that is not possible as a whole: half a group would let
    /// the self-test say more than holds.
    pub(super) fn create(limits: &JailLimits) -> Option<Self> {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        let name = format!("{PREFIX}{}-{number}", std::process::id());
        match Self::try_create(&name, limits) {
            Ok(group) => Some(group),
            Err(error) => {
                tracing::debug!(%error, "no control group for the jail");
                None
            }
        }
    }

    fn try_create(name: &str, limits: &JailLimits) -> io::Result<Self> {
        let own = fs::read_to_string("/proc/self/cgroup")?;
        let mounts = fs::read_to_string("/proc/self/mountinfo")?;
        // The scratch folder lives in memory, so its quota comes on top.
        let memory_bytes = limits
            .memory_bytes
            .saturating_add(limits.scratch_bytes)
            .to_string();
        let processes = limits.processes.to_string();
        let mut last = io::Error::new(
            io::ErrorKind::NotFound,
            "no control group file system is mounted",
        );

        for parent in parents_v2(&own, &mounts) {
            let group = Self {
                folders: vec![parent.join(name)],
                memory: (Version::Two, parent.join(name)),
            };
            let made = make(&parent, name).and_then(|folder| {
                write(&folder, "memory.max", &memory_bytes)?;
                write_if_there(&folder, "memory.swap.max", "0")?;
                write_if_there(&folder, "memory.oom.group", "0")?;
                write(&folder, "pids.max", &processes)
            });
            match made {
                Ok(()) => return Ok(group),
                Err(error) => last = error,
            }
        }
        let memory = parent_v1(&own, &mounts, "memory");
        let pids = parent_v1(&own, &mounts, "pids");
        let (Some(memory), Some(pids)) = (memory, pids) else {
            return Err(last);
        };
        let group = Self {
            folders: vec![memory.join(name), pids.join(name)],
            memory: (Version::One, memory.join(name)),
        };
        let folder = make(&memory, name)?;
        write(&folder, "memory.limit_in_bytes", &memory_bytes)?;
        write_if_there(&folder, "memory.memsw.limit_in_bytes", &memory_bytes)?;
        write(&make(&pids, name)?, "pids.max", &processes)?;
        Ok(group)
    }

    /// In words, for the report.
    pub(super) fn describe(&self) -> &'static str {
        match self.memory.0 {
            Version::One => "cgroup v1",
            Version::Two => "cgroup v2",
        }
    }

    /// Files a process writes `0` into to join.
    pub(super) fn join_files(&self) -> Vec<PathBuf> {
        self.folders
            .iter()
            .map(|folder| folder.join("cgroup.procs"))
            .collect()
    }

    /// Whether the kernel killed anything in here for lack of memory.
    pub(super) fn out_of_memory(&self) -> bool {
        let (version, folder) = &self.memory;
        let file = match version {
            Version::One => "memory.oom_control",
            Version::Two => "memory.events",
        };
        let text = fs::read_to_string(folder.join(file)).unwrap_or_default();
        text.lines()
            .filter_map(|line| line.strip_prefix("oom_kill "))
            .any(|count| count.trim() != "0")
    }

    /// Where the processes in here are counted.
    pub(super) fn processes(&self) -> PidsFile {
        let folder = self.folders.last().cloned().unwrap_or_default();
        PidsFile(folder.join("pids.current"))
    }

    /// Whether the kernel refused anything in here a process or a thread.
    pub(super) fn refused_processes(&self) -> bool {
        let events = self.processes().0.with_file_name("pids.events");
        let text = fs::read_to_string(events).unwrap_or_default();
        text.lines()
            .filter_map(|line| line.strip_prefix("max "))
            .any(|count| count.trim() != "0")
    }

    /// Kills what is left inside, and waits until it is gone.
    pub(super) fn empty(&self) {
        let deadline = Instant::now() + Duration::from_secs(10);
        while Instant::now() < deadline {
            let inside: Vec<Pid> = self
                .folders
                .iter()
                .flat_map(|folder| inside(folder))
                .collect();
            if inside.is_empty() {
                return;
            }
            for pid in inside {
                // It may be gone by now, which is what is wanted.
                let _ = kill_process(pid, Signal::KILL);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// The kernel's count of a group's processes and threads.
#[derive(Clone, Debug)]
pub(super) struct PidsFile(PathBuf);

impl PidsFile {
    /// The count; none once the group is gone.
    pub(super) fn count(&self) -> Option<u64> {
        fs::read_to_string(&self.0).ok()?.trim().parse().ok()
    }
}

impl Drop for Cgroup {
    fn drop(&mut self) {
        self.empty();
        for folder in &self.folders {
            if let Err(error) = fs::remove_dir(folder)
                && error.kind() != io::ErrorKind::NotFound
            {
                tracing::warn!(%error, folder = %folder.display(), "a jail's control group stays behind");
            }
        }
    }
}

fn make(parent: &Path, name: &str) -> io::Result<PathBuf> {
    sweep(parent);
    let folder = parent.join(name);
    fs::create_dir(&folder)?;
    Ok(folder)
}

/// The processes of a group, as far as they are visible here.
fn inside(folder: &Path) -> Vec<Pid> {
    let text = fs::read_to_string(folder.join("cgroup.procs")).unwrap_or_default();
    text.lines()
        .filter_map(|line| Pid::from_raw(line.parse().ok()?))
        .collect()
}

/// Whether a process was left behind by its parent. What another host has started has one, also where that host is in
/// a process namespace below ours and its number means nothing here.
fn orphaned(pid: Pid) -> bool {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()));
    // `pid (name) state parent ...`, the name being anything.
    let stat = stat.unwrap_or_default();
    let parent = stat
        .rsplit_once(") ")
        .and_then(|(_, fields)| fields.split(' ').nth(1));
    parent == Some("1")
}

/// Removes groups of hosts that are gone, with what is left inside: a jail whose host was killed in the very moment it
/// was built has a first process that waits for ever to be let go.
fn sweep(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let pid = name.to_str().and_then(|name| {
            name.strip_prefix(PREFIX)?
                .split('-')
                .next()?
                .parse::<u32>()
                .ok()
        });
        if pid.is_some_and(|pid| !Path::new(&format!("/proc/{pid}")).exists()) {
            for pid in inside(&entry.path()) {
                if orphaned(pid) {
                    let _ = kill_process(pid, Signal::KILL);
                }
            }
            // What has not ended yet keeps its group until the next time.
            let _ = fs::remove_dir(entry.path());
        }
    }
}

fn write(folder: &Path, file: &str, value: &str) -> io::Result<()> {
    // Not `fs::write`: it would create a file on a folder that only looks like a control group.
    let mut file = fs::OpenOptions::new().write(true).open(folder.join(file))?;
    io::Write::write_all(&mut file, value.as_bytes())
}

fn write_if_there(folder: &Path, file: &str, value: &str) -> io::Result<()> {
    if folder.join(file).exists() {
        write(folder, file, value)
    } else {
        Ok(())
    }
}

/// Folders of the unified hierarchy a group may be made in: this process's own, and (for root, where a service
/// of its own has no delegated controllers) the top.
fn parents_v2(own: &str, mounts: &str) -> Vec<PathBuf> {
    let Some((root, point)) = mount_of(mounts, |kind, _| kind == "cgroup2") else {
        return Vec::new();
    };
    let path = own.lines().find_map(|line| line.strip_prefix("0::"));
    let mut parents: Vec<PathBuf> = path
        .and_then(|path| below(&root, &point, path))
        .into_iter()
        .collect();
    parents.push(point);
    parents.dedup();
    parents.retain(|parent| {
        let enabled = fs::read_to_string(parent.join("cgroup.subtree_control")).unwrap_or_default();
        let has = |name| {
            enabled
                .split_whitespace()
                .any(|controller| controller == name)
        };
        has("memory") && has("pids")
    });
    parents
}

fn parent_v1(own: &str, mounts: &str, controller: &str) -> Option<PathBuf> {
    let (root, point) = mount_of(mounts, |kind, options| {
        kind == "cgroup" && options.split(',').any(|option| option == controller)
    })?;
    let path = own.lines().find_map(|line| {
        let mut fields = line.splitn(3, ':').skip(1);
        let controllers = fields.next()?;
        let path = fields.next()?;
        controllers
            .split(',')
            .any(|name| name == controller)
            .then_some(path)
    });
    Some(
        path.and_then(|path| below(&root, &point, path))
            .unwrap_or(point),
    )
}

/// The folder of group `path`, as seen through a mount of `root` at `point`.
fn below(root: &str, point: &Path, path: &str) -> Option<PathBuf> {
    let inside = if root == "/" {
        path
    } else {
        path.strip_prefix(root)?
    };
    let folder = point.join(inside.trim_start_matches('/'));
    folder.is_dir().then_some(folder)
}

/// Root and mount point of the first mount whose type and super options please.
fn mount_of(mounts: &str, pleases: impl Fn(&str, &str) -> bool) -> Option<(String, PathBuf)> {
    mounts.lines().find_map(|line| {
        let (before, after) = line.split_once(" - ")?;
        let mut after = after.split(' ');
        let kind = after.next()?;
        let options = after.nth(1)?;
        let mut before = before.split(' ').skip(3);
        let (root, point) = (before.next()?, before.next()?);
        pleases(kind, options).then(|| (root.to_owned(), PathBuf::from(point)))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test")]
    use super::*;

    #[test]
    fn a_mount_line_is_read() {
        let line =
            "36 25 0:30 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory\n";
        let found = mount_of(line, |kind, options| {
            kind == "cgroup" && options.contains("memory")
        });
        assert_eq!(
            found,
            Some(("/".to_owned(), PathBuf::from("/sys/fs/cgroup/memory")))
        );
        assert_eq!(mount_of(line, |kind, _| kind == "cgroup2"), None);
    }

    #[test]
    fn what_a_killed_host_left_in_its_group_is_ended_and_what_has_a_parent_is_not() {
        use std::process::{Command, Stdio};
        let own = fs::read_to_string("/proc/self/cgroup").unwrap();
        let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap();
        let parents = parents_v2(&own, &mounts).into_iter();
        let Some(parent) = parents.chain(parent_v1(&own, &mounts, "pids")).next() else {
            return eprintln!("skipped: no control groups here");
        };
        // Above the largest process id there can be.
        let group = parent.join(format!("{PREFIX}4999999-0"));
        if fs::create_dir(&group).is_err() {
            return eprintln!("skipped: control groups can't be made here");
        }
        let left = Command::new("sh")
            .args(["-c", "sleep 300 >/dev/null 2>&1 & echo $!"])
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let left = String::from_utf8(left.stdout).unwrap();
        let mut kept = Command::new("sleep").arg("300").spawn().unwrap();
        let adopted = orphaned(Pid::from_raw(left.trim().parse().unwrap()).unwrap());
        for pid in [left.trim(), &kept.id().to_string()] {
            write(&group, "cgroup.procs", pid).unwrap();
        }
        sweep(&parent);
        std::thread::sleep(Duration::from_millis(200));
        let alive = inside(&group).len();
        let running = kept.try_wait().unwrap().is_none();
        kept.kill().unwrap();
        kept.wait().unwrap();
        let _ = kill_process(
            Pid::from_raw(left.trim().parse().unwrap()).unwrap(),
            Signal::KILL,
        );
        std::thread::sleep(Duration::from_millis(200));
        sweep(&parent);
        assert!(running && !group.exists());
        // Elsewhere a process of this session adopts orphans, and they are left alone.
        assert_eq!(alive, if adopted { 1 } else { 2 });
    }

    #[test]
    fn a_plain_folder_is_no_control_group() {
        let folder = tempfile::tempdir().unwrap();
        assert!(write(folder.path(), "memory.max", "1").is_err());
        assert!(!folder.path().join("memory.max").exists());
    }
}
