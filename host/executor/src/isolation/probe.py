"""Tries to get out of the jail, from inside, with the standard library alone.

Prints one JSON object a line: {"name", "holds", "detail"}. Started by the self-test with one argument, a JSON
object that says what the outside looks like. An attempt that a filter answers with death is made in a child.
"""

import ctypes
import errno
import json
import os
import platform
import signal
import socket
import sys
import time

outside = json.loads(sys.argv[1])
libc = ctypes.CDLL(None, use_errno=True)
X86 = platform.machine() == "x86_64"
# System call numbers: (x86-64, the generic table of newer architectures).
CALLS = {
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "mount": (165, 40),
    "umount2": (166, 39),
    "open_tree": (428, 428),
    "unshare": (272, 97),
    "setns": (308, 268),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "keyctl": (250, 219),
    "open_by_handle_at": (304, 265),
    "finit_module": (313, 273),
    "clone": (56, 220),
}
CLONE3 = 435
CLONE_NEWUSER = 0x10000000


def call(name, *arguments):
    number = CALLS[name][0 if X86 else 1]
    return libc.syscall(number, *[ctypes.c_long(argument) for argument in arguments])


def status_of(process):
    with open(f"/proc/{process}/status") as file:
        return dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)


def in_child(attempt):
    """What became of an attempt: the signal that ended it, or what it said."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            said = attempt()
        except BaseException as error:
            said = f"{type(error).__name__}: {error}"
        os.write(writer, str(said).encode()[:500])
        os._exit(0)
    os.close(writer)
    said = os.read(reader, 1000).decode()
    os.close(reader)
    status = os.waitpid(child, 0)[1]
    return (os.WTERMSIG(status), said) if os.WIFSIGNALED(status) else (None, said)


def killed(*names):
    """Whether each of these calls ends its caller."""
    survived = []
    for name in names:
        sign, said = in_child(lambda: (call(name, 0, 0, 0, 0, 0), errno.errorcode.get(ctypes.get_errno())))
        if sign != signal.SIGSYS:
            survived.append(f"{name} gave {said}")
    return not survived, "; ".join(survived) or "each ends its caller: " + ", ".join(names)


def network():
    found = []
    names = [name for _, name in socket.if_nameindex()]
    if names != ["lo"]:
        found.append(f"interfaces {names}")
    for address in (("127.0.0.1", outside["port"]), ("192.0.2.1", 80), ("169.254.169.254", 80)):
        with socket.socket() as attempt:
            attempt.settimeout(1)
            try:
                attempt.connect(address)
                found.append(f"connected to {address}")
            except TimeoutError:
                found.append(f"packets leave for {address}")
            except OSError:
                pass
    with socket.socket(socket.AF_UNIX) as attempt:
        try:
            attempt.connect("\0" + outside["abstract"])
            found.append("connected to an abstract socket of the host")
        except OSError:
            pass
    return not found, "; ".join(found) or "only an empty loopback; the host's listeners are out of reach"


def socket_families():
    opened = []
    for name, family, kind, protocol in (
        ("AF_VSOCK", 40, socket.SOCK_STREAM, 0),
        ("AF_PACKET", 17, socket.SOCK_RAW, 0),
        ("AF_ALG", 38, socket.SOCK_SEQPACKET, 0),
        ("AF_BLUETOOTH", 31, socket.SOCK_RAW, 0),
        ("NETLINK_NETFILTER", 16, socket.SOCK_RAW, 12),
        ("AF_INET raw", 2, socket.SOCK_RAW, 1),
    ):
        try:
            socket.socket(family, kind, protocol).close()
            opened.append(name)
        except PermissionError:
            pass
        except OSError as error:
            opened.append(f"{name} is refused by chance only ({error})")
    return not opened, "; ".join(opened) or "vsock, packet, crypto, bluetooth, netfilter and raw sockets are refused"


def course():
    seen = []
    for path in outside["hidden"]:
        for view in (path, "/proc/1/root" + path, "/proc/self/root/.." + path):
            try:
                os.stat(view)
                seen.append(view)
            except OSError:
                pass
    return not seen, "; ".join(seen) or "course, data folder and installation are not in sight"


def processes():
    numbers = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    found = [f"sees {len(numbers)} processes"] if len(numbers) > 4 else []
    if outside["pid"] > 64:
        try:
            os.kill(outside["pid"], 0)
            found.append("can signal the host")
        except ProcessLookupError:
            pass
        except PermissionError:
            found.append("sees the host's process id")
    # The jail's first process is bubblewrap. Where it has the same user its memory can be changed, so it must
    # hold no power that the rest of the jail lacks.
    first = status_of(1)
    if first["Seccomp"] != "2":
        found.append("the jail's first process is not filtered")
    if int(first["CapEff"], 16) or int(first["CapPrm"], 16):
        found.append("the jail's first process has capabilities")
    return not found, "; ".join(found) or f"{len(numbers)} of its own in sight, the host's out of reach"


def files():
    with open("/proc/self/mountinfo") as file:
        places = {line.split()[4] for line in file}
    places |= {"/", "/etc", "/usr", "/usr/bin", "/usr/lib", "/run", "/root", "/home", "/var", "/proc/sys/kernel"}
    places |= set(outside["shown"])
    written = []
    for place in sorted(places - {"/scratch", "/dev/shm"}):
        try:
            with open(place + "/.prism-probe", "w"):
                written.append(place)
        except OSError:
            pass
    for path in ("/bundle/probe.py", sys.executable, "/etc/passwd"):
        try:
            open(path, "ab").close()
            written.append(path)
        except OSError:
            pass
    return not written, "; ".join(written) or "nothing can be written but /scratch and /dev/shm"


def fill(folder, limit):
    """Bytes that fit into a folder, until it is full or more than `limit` are in it."""
    block, size, path = b"x" * (1 << 20), 0, folder + "/.prism-fill"
    try:
        with open(path, "wb", buffering=0) as file:
            while size <= limit:
                size += file.write(block)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return size, True
    finally:
        os.unlink(path)
    return size, False


def scratch_quota():
    size, full = fill("/scratch", outside["scratch_bytes"] + (2 << 20))
    shared, shared_full = fill("/dev/shm", 80 << 20)
    holds = full and shared_full and size <= outside["scratch_bytes"]
    return holds, f"/scratch was full after {size} bytes, /dev/shm after {shared}"


def memory():
    """Two children ask for three quarters of the limit each, so a limit on one process alone is found out."""
    share = outside["memory_bytes"] * 3 // 4
    reader, writer = os.pipe()
    children = []
    for _ in range(2):
        child = os.fork()
        if child == 0:
            try:
                hog = bytearray(share)
                for at in range(0, share, 4096):
                    hog[at] = 1
                os.write(writer, b"1")
                time.sleep(20)
            except MemoryError:
                pass
            os._exit(0)
        children.append(child)
    os.close(writer)
    os.set_blocking(reader, False)
    satisfied, ended, deadline = 0, 0, time.monotonic() + 20
    while satisfied + ended < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
        try:
            satisfied += len(os.read(reader, 10))
        except BlockingIOError:
            pass
        ended = sum(os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None for child in children)
    os.close(reader)
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    holds = ended > 0
    word = "one was killed" if holds else "both got it: memory is limited for each process only"
    return holds, f"two children asked for 150% of the limit together; {word}"


def process_limit():
    children, limit = [], outside["processes"]
    try:
        while len(children) <= limit:
            child = os.fork()
            if child == 0:
                time.sleep(20)
                os._exit(0)
            children.append(child)
        holds = False
    except OSError:
        holds = True
    for child in children:
        os.kill(child, signal.SIGKILL)
    for child in children:
        os.waitpid(child, 0)
    return holds, f"{len(children)} children could be started, the limit is {limit}"


def namespaces():
    holds, detail = killed("unshare", "setns")
    sign, said = in_child(lambda: call("clone", CLONE_NEWUSER | signal.SIGCHLD, 0, 0, 0, 0))
    if sign != signal.SIGSYS:
        holds, detail = False, f"clone with CLONE_NEWUSER gave {said}"
    libc.syscall(CLONE3, 0, 0)
    if ctypes.get_errno() != errno.ENOSYS:
        holds, detail = False, f"clone3 gave {errno.errorcode.get(ctypes.get_errno())}"
    return holds, detail


def privileges():
    status = status_of("self")
    found = [f"{name} {status[name]}" for name in ("CapInh", "CapPrm", "CapEff", "CapAmb") if int(status[name], 16)]
    if status["NoNewPrivs"] != "1":
        found.append("may gain privileges")
    if 0 in (os.getuid(), os.geteuid(), os.getgid(), os.getegid()):
        found.append("is root")
    for attempt in (lambda: os.setuid(0), lambda: os.setgid(0), lambda: os.setgroups([0])):
        try:
            attempt()
            found.append("became root")
        except OSError:
            pass
    return not found, "; ".join(found) or "no capability, no new privileges, not root and can't become it"


def environment():
    # Set by shells, bubblewrap and Python themselves.
    expected = {"PWD", "LC_CTYPE", "OLDPWD", "SHLVL", "_", ""}
    found = sorted(set(os.environ) - expected)
    try:
        with open("/proc/1/environ") as file:
            found += sorted({entry.split("=", 1)[0] for entry in file.read().split("\0")} - expected)
    except PermissionError:
        pass
    return not found, "; ".join(found) or "no variable of the host"


def descriptors():
    found = []
    for name in os.listdir("/proc/self/fd"):
        try:
            target = os.readlink("/proc/self/fd/" + name)
        except OSError:
            continue
        if int(name) > 2 and not target.endswith("/fd") and "/proc/" not in target:
            found.append(f"{name} -> {target}")
    return not found, "; ".join(found) or "nothing open but standard input, output and error"


def filters():
    status = status_of("self")
    if status.get("Seccomp") != "2":
        return False, "no system call filter"
    holds, detail = killed(
        "bpf", "perf_event_open", "userfaultfd", "keyctl", "open_by_handle_at", "finit_module"
    )
    call("io_uring_setup", 8, 0)
    if ctypes.get_errno() != errno.EPERM:
        holds, detail = False, f"io_uring_setup gave {errno.errorcode.get(ctypes.get_errno())}"
    if X86:
        # getpid under its x32 number.
        sign, said = in_child(lambda: libc.syscall(ctypes.c_long(0x40000000 | 39)))
        if sign != signal.SIGSYS:
            holds, detail = False, f"an x32 call gave {said}"
    return holds, detail


def terminal():
    libc.ioctl(0, 0x5412, b"x")
    refused = ctypes.get_errno() == errno.EPERM
    try:
        os.close(os.open("/dev/tty", os.O_RDWR))
        return False, "the host's terminal can be opened"
    except OSError:
        pass
    return refused, "no terminal, and typing into one is refused" if refused else "TIOCSTI is not filtered"


def devices():
    expected = {"null", "zero", "full", "random", "urandom", "tty", "pts", "ptmx", "shm", "fd", "core"}
    expected |= {"stdin", "stdout", "stderr", "console"}
    found = sorted(set(os.listdir("/dev")) - expected)
    return not found, "; ".join(found) or "only the harmless ones"


ATTEMPTS = {
    "network": network,
    "socket-families": socket_families,
    "hidden-files": course,
    "processes": processes,
    "read-only": files,
    "scratch-quota": scratch_quota,
    "memory": memory,
    "process-limit": process_limit,
    "namespaces": namespaces,
    "ptrace": lambda: killed("ptrace", "process_vm_readv"),
    "mount": lambda: killed("mount", "umount2", "open_tree"),
    "privileges": privileges,
    "environment": environment,
    "descriptors": descriptors,
    "system-calls": filters,
    "terminal": terminal,
    "devices": devices,
}

for name, attempt in ATTEMPTS.items():
    try:
        holds, detail = attempt()
    except BaseException as error:
        holds, detail = False, f"the attempt itself failed: {type(error).__name__}: {error}"
    print(json.dumps({"name": name, "holds": bool(holds), "detail": detail[:1000]}), flush=True)
