//! Hostile programs in a real jail, one wall a test. They need bubblewrap and a Python, which `make setup`
//! provides; without them they fail and say so, because a wall nobody tried is no wall.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "test"
)]

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::net::UnixListener;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use prism_executor::Home;
use prism_executor::jail::{Identity, Jail, JailEnd, JailLimits, Quota, RunningJail};

fn limits() -> JailLimits {
    JailLimits {
        memory_bytes: 256 << 20,
        processes: 64,
        scratch_bytes: 16 << 20,
        scratch_files: 1000,
        output_bytes: 1 << 20,
        cpu_threads: 1,
        wall_seconds: 60,
    }
}

/// The interpreter and the folders it needs: the installation's, else the system's.
fn python() -> (PathBuf, Vec<PathBuf>) {
    if let Ok(runtime) = Home::locate().and_then(|home| home.read_runtime()) {
        return (runtime.python, runtime.python_roots);
    }
    let system = PathBuf::from("/usr/bin/python3");
    assert!(
        system.exists(),
        "no Python for the jail's tests: run `make setup` (or install python3)"
    );
    (system, Vec::new())
}

fn jail(limits: JailLimits) -> Jail {
    let jail = Jail::new(limits).expect("the jail's tests need bubblewrap: run `make setup`");
    python()
        .1
        .into_iter()
        .fold(jail, |jail, root| jail.show(root.clone(), root))
}

async fn start(jail: &Jail, program: &str) -> RunningJail {
    let command = [
        python().0.into_os_string(),
        "-I".into(),
        "-c".into(),
        program.into(),
    ];
    jail.start(command).await.expect("the jail starts")
}

async fn run_in(jail: &Jail, program: &str) -> JailEnd {
    start(jail, program)
        .await
        .wait()
        .await
        .expect("the jail stands")
}

async fn run(program: &str) -> JailEnd {
    run_in(&jail(limits()), program).await
}

/// Nothing named after this test is left among the host's processes.
fn alive(marker: &str) -> bool {
    fs::read_dir("/proc").unwrap().flatten().any(|entry| {
        let line = fs::read(entry.path().join("cmdline")).unwrap_or_default();
        // `python -I -c <program>`: the programs around it carry it further back in their arguments.
        line.split(|byte| *byte == 0)
            .nth(3)
            .is_some_and(|text| String::from_utf8_lossy(text).contains(marker))
    })
}

#[tokio::test]
async fn a_device_that_is_shown_can_be_used_and_no_other() {
    let device = PathBuf::from(format!("/dev/prism-test-{}", std::process::id()));
    // The numbers of /dev/null. Only root may make one.
    let made = std::process::Command::new("mknod")
        .args(["-m", "666", device.to_str().unwrap(), "c", "1", "3"])
        .status()
        .is_ok_and(|status| status.success());
    if !made {
        eprintln!("skipped: making a device file needs root");
        return;
    }
    let program = format!("print(open({device:?}, 'wb').write(b'x'))");
    let hidden = run(&program).await;
    assert_eq!(hidden.code, Some(1), "{hidden:?}");
    let shown = run_in(&jail(limits()).device(&device), &program).await;
    fs::remove_file(&device).unwrap();
    assert_eq!((shown.code, shown.output.trim()), (Some(0), "1"));
}

#[tokio::test]
async fn an_honest_program_runs_and_its_exit_status_comes_back() {
    let end = run(
        "import os, sys; print(os.getcwd(), os.listdir('/scratch')); open('x', 'w'); sys.exit(3)",
    )
    .await;
    assert_eq!(
        (end.code, end.signal, end.quota),
        (Some(3), None, None),
        "{}",
        end.output
    );
    assert_eq!(end.output.trim(), "/scratch []");
}

#[tokio::test]
async fn what_is_written_to_tmp_lies_in_the_scratch_folder_unless_the_installation_lies_below_tmp()
{
    let end = run("import os; print(os.path.realpath('/tmp'), os.access('/tmp', os.W_OK))").await;
    assert!(
        ["/scratch True", "/tmp False"].contains(&end.output.trim()),
        "{}",
        end.output
    );
}

#[tokio::test]
async fn the_user_inside_has_a_name_and_a_home() {
    let end = run("import getpass, os; print(getpass.getuser(), os.path.expanduser('~'))").await;
    assert_eq!(end.output.trim(), "prism /scratch");
}

#[tokio::test]
async fn a_signal_comes_back() {
    let end = run("import os; os.kill(os.getpid(), 11)").await;
    assert_eq!((end.code, end.signal), (None, Some(11)));
}

#[tokio::test]
async fn opening_a_connection_is_stopped() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let end = run(&format!(
        "import socket; socket.create_connection(('127.0.0.1', {port}), 2)"
    ))
    .await;
    assert!(end.output.contains("Connection refused"), "{}", end.output);
    let end = run("import socket; socket.create_connection(('192.0.2.1', 80), 2)").await;
    assert!(
        end.output.contains("Network is unreachable"),
        "{}",
        end.output
    );
    let end = run("import socket; socket.socket(socket.AF_VSOCK)").await;
    assert!(end.output.contains("PermissionError"), "{}", end.output);
}

#[tokio::test]
async fn only_the_socket_given_can_be_reached() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s");
    let listener = UnixListener::bind(&path).unwrap();
    let jail = jail(limits()).socket(&path);
    let identity = jail.identity();
    if matches!(identity, Identity::Dedicated { .. }) {
        std::os::unix::fs::chown(&path, Some(identity.host_uid()), Some(identity.host_gid()))
            .unwrap();
    }
    let accepted = std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        rustix::net::sockopt::socket_peercred(&stream)
            .unwrap()
            .uid
            .as_raw()
    });
    let end = run_in(
        &jail,
        "import socket; socket.socket(socket.AF_UNIX).connect('/run/prism.sock')",
    )
    .await;
    assert_eq!(end.code, Some(0), "{}", end.output);
    assert_eq!(accepted.join().unwrap(), identity.host_uid());
}

#[tokio::test]
async fn the_course_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let course = folder.path().join("course");
    fs::write(&course, "sealed text").unwrap();
    let end = run(&format!(
        "for place in ('', '/proc/1/root', '/proc/self/cwd/..'):
    try: print(open(place + {course:?}).read())
    except OSError as error: print(type(error).__name__)"
    ))
    .await;
    assert!(!end.output.contains("sealed"), "{}", end.output);
    assert_eq!(end.output.matches("Error").count(), 3, "{}", end.output);
}

#[tokio::test]
async fn the_hosts_processes_cannot_be_seen_or_signalled() {
    let host = std::process::id();
    let end = run(&format!(
        "import os
print(sorted(int(name) for name in os.listdir('/proc') if name.isdigit()))
try: os.kill({host}, 9)
except OSError as error: print(error)"
    ))
    .await;
    assert!(end.output.starts_with("[1, 2]\n"), "{}", end.output);
    assert!(end.output.contains("No such process"), "{}", end.output);
}

#[tokio::test]
async fn nothing_outside_the_scratch_folder_can_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let jail = jail(limits()).show(folder.path(), "/bundle");
    let end = run_in(
        &jail,
        "for place in ('/', '/bundle', '/etc', '/usr/bin', '/run', '/root', '/home', '/dev', '/proc/sys/kernel'):
    try: open(place + '/x', 'w'); print('wrote', place)
    except OSError: pass
open('/scratch/x', 'w').write('fine')",
    )
    .await;
    assert_eq!((end.code, end.output.as_str()), (Some(0), ""));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn the_scratch_folder_has_a_quota() {
    let program = "import os
try: open('/scratch/x', 'wb', buffering=0).write(bytes(17 << 20)); open('/scratch/y', 'wb', buffering=0).write(b'x')
except OSError as error: os.remove('/scratch/x'); print(error.strerror)";
    let end = run(program).await;
    assert!(
        end.output.contains("No space left on device"),
        "{}",
        end.output
    );
}

/// What the interpreter of a program that goes on however full it is was ended for.
async fn ended_for(program: &str) -> Option<Quota> {
    let started = Instant::now();
    let end = run(program).await;
    assert!(started.elapsed() < Duration::from_secs(20), "{end:?}");
    assert_eq!((end.code, end.signal), (None, Some(libc::SIGKILL)));
    end.quota
}

#[tokio::test]
async fn who_fills_the_scratch_folder_and_goes_on_is_ended() {
    let program = "import time
file = open('/scratch/x', 'wb', buffering=0)
try:
    while True: file.write(bytes(1 << 16))
except OSError: time.sleep(60)";
    assert_eq!(ended_for(program).await, Some(Quota::ScratchSpace));
}

#[tokio::test]
async fn who_fills_it_for_a_moment_is_not() {
    let end = run("import os
file = open('/scratch/x', 'wb', buffering=0)
try:
    while True: file.write(bytes(1 << 20))
except OSError: os.truncate('/scratch/x', 0)
import time; time.sleep(1)")
    .await;
    assert_eq!((end.code, end.quota), (Some(0), None), "{}", end.output);
}

#[tokio::test]
async fn too_many_files_end_the_jail_wherever_they_lie() {
    for place in ["/scratch", "/dev/shm"] {
        let program = format!(
            "import os, time
for number in range(1100): os.mkdir(f'{place}/{{number}}')
time.sleep(60)"
        );
        assert_eq!(ended_for(&program).await, Some(Quota::ScratchFiles));
    }
}

#[tokio::test]
async fn as_many_files_as_allowed_do_not() {
    let end = run("import time
for number in range(999): open(f'/scratch/{number}', 'w')
time.sleep(1)")
    .await;
    assert_eq!((end.code, end.quota), (Some(0), None), "{}", end.output);
}

/// The processes in a jail are counted by a control group only.
async fn grouped() -> bool {
    let mut running = start(&jail(limits()), "").await;
    running.wait().await.unwrap();
    running.group().is_some()
}

#[tokio::test]
async fn a_fork_bomb_that_goes_on_ends_the_jail() {
    if !grouped().await {
        return eprintln!("skipped: no control group can be made here");
    }
    let program = "import os
while True:
    try: os.fork()
    except OSError: pass";
    assert_eq!(ended_for(program).await, Some(Quota::Processes));
}

#[tokio::test]
async fn who_dies_for_want_of_a_thread_ran_into_the_limit_of_processes() {
    if !grouped().await {
        return eprintln!("skipped: no control group can be made here");
    }
    let end = run("import threading, time
for _ in range(100): threading.Thread(target=time.sleep, args=(60,), daemon=True).start()")
    .await;
    assert!(end.output.contains("can't start new thread"), "{end:?}");
    assert_eq!((end.code, end.quota), (Some(1), Some(Quota::Processes)));
}

#[tokio::test]
async fn forbidden_system_calls_end_the_caller() {
    for (name, number) in [
        ("ptrace", libc::SYS_ptrace),
        ("mount", libc::SYS_mount),
        ("unshare", libc::SYS_unshare),
    ] {
        let end = run(&format!(
            "import ctypes; ctypes.CDLL(None).syscall({number}, 0, 0, 0, 0, 0)"
        ))
        .await;
        assert_eq!(end.signal, Some(libc::SIGSYS), "{name}: {}", end.output);
    }
}

#[tokio::test]
async fn a_fork_bomb_stays_inside_and_ends_with_the_jail() {
    let started = Instant::now();
    let program = "import os, time
marker = 'fork-bomb-of-the-jail-test'
count = 0
try:
    while count < 1000:
        if os.fork() == 0: time.sleep(60); os._exit(0)
        count += 1
except OSError: print('refused after', count)";
    let end = run(program).await;
    let count: u32 = end
        .output
        .trim()
        .rsplit(' ')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    assert!(count < 64, "{}", end.output);
    assert!(
        started.elapsed() < Duration::from_secs(20),
        "the children outlived their parent"
    );
    assert!(!alive("fork-bomb-of-the-jail-test"));
}

#[tokio::test]
async fn a_memory_hog_is_ended() {
    let mut running = start(
        &jail(limits()),
        "hog = bytearray(b'x') * (400 << 20); print('got it')",
    )
    .await;
    let grouped = running.group().is_some();
    let end = running.wait().await.unwrap();
    assert!(!end.output.contains("got it"));
    // A control group kills it and says so; without one Python is refused the memory.
    assert_eq!(end.out_of_memory, grouped);
    assert!(
        end.signal == Some(libc::SIGKILL) || end.output.contains("MemoryError"),
        "{end:?}"
    );
}

#[tokio::test]
async fn an_output_flood_is_ended_and_only_its_ends_are_kept() {
    let end = run("print('first', flush=True)\nwhile True: print('x' * 1000)").await;
    assert_eq!(end.quota, Some(Quota::Output));
    assert!(
        end.output.starts_with("first") && end.output.len() < 100 << 10,
        "{}",
        end.output.len()
    );
}

#[tokio::test]
async fn the_wall_clock_ends_a_sleeper() {
    let limits = JailLimits {
        wall_seconds: 1,
        ..limits()
    };
    let end = run_in(&jail(limits), "import time; time.sleep(60)").await;
    assert_eq!((end.quota, end.signal), (Some(Quota::WallClock), Some(9)));
}

#[tokio::test]
async fn killing_takes_everything_inside_with_it() {
    let program = "import os, time
marker = 'orphans-of-the-jail-test'
if os.fork() == 0:
    os.setsid()
    if os.fork(): os._exit(0)
print('up', flush=True)
time.sleep(60)";
    let mut running = start(&jail(limits()), program).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    running.kill();
    let end = running.wait().await.unwrap();
    assert_eq!(end.signal, Some(9));
    assert_eq!(end.output.matches("up").count(), 2, "{}", end.output);
    assert!(!alive("orphans-of-the-jail-test"));
}

#[tokio::test]
async fn dropping_a_jail_ends_it() {
    let running = start(
        &jail(limits()),
        "marker = 'dropped-jail-test'; import time; time.sleep(60)",
    )
    .await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(alive("dropped-jail-test"));
    drop(running);
    let deadline = Instant::now() + Duration::from_secs(10);
    while alive("dropped-jail-test") {
        assert!(Instant::now() < deadline, "still alive");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Not a test: the host that the next one kills.
#[tokio::test]
#[ignore = "started by the next test"]
async fn a_host_that_holds_a_jail() {
    let _running = start(
        &jail(limits()),
        "marker = 'host-killed-jail-test'; import time; time.sleep(60)",
    )
    .await;
    tokio::time::sleep(Duration::from_secs(60)).await;
}

#[tokio::test]
async fn the_jail_ends_when_its_host_is_killed() {
    let mut host = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "a_host_that_holds_a_jail"])
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let wait = async |wanted: bool| {
        let deadline = Instant::now() + Duration::from_secs(10);
        while alive("host-killed-jail-test") != wanted {
            assert!(Instant::now() < deadline, "alive: {}", !wanted);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    wait(true).await;
    host.kill().unwrap();
    host.wait().unwrap();
    wait(false).await;
}

#[tokio::test]
async fn walls_that_cannot_be_built_are_nobodys_crime() {
    let jail = jail(limits()).show("/nowhere/at/all", "/bundle");
    let error = jail
        .start(["/usr/bin/true"])
        .await
        .unwrap()
        .wait()
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("/nowhere/at/all"), "{error}");
}

#[tokio::test]
async fn the_self_test_finds_every_wall_that_this_machine_can_have() {
    let folder = tempfile::tempdir().unwrap();
    let (python, roots) = python();
    let runtime = serde_json::json!({
        "python": python, "python_roots": roots, "libtorch": "/usr/lib",
        "python_version": "3", "torch_version": "2",
    });
    fs::write(folder.path().join("runtime.json"), runtime.to_string()).unwrap();
    let report = prism_executor::isolation::self_test(&Home::at(folder.path()).unwrap())
        .await
        .unwrap();
    let missing: Vec<_> = report.missing().collect();
    // Memory as a whole needs a control group, which not every machine lets us make.
    let root = fs::metadata("/proc/self").unwrap().uid() == 0;
    let groups = report.mechanism.contains("cgroup v");
    assert!(
        missing.is_empty() || (missing == ["memory"] && !groups),
        "{report}"
    );
    assert!(groups || !root || !missing.is_empty(), "{report}");
}
