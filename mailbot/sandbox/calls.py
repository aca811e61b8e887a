"""Which system calls a reader of strangers' files may not make, as a seccomp filter compiled by libseccomp.

A reader computes, reads its file and answers. It starts no process, speaks to nobody, looks into and signals no other
process, and changes nothing of the machine. What is forbidden fails with EPERM, so that libraries that only try go on.
"""

import errno
import functools
import os
from typing import Final

_CLONE_THREAD: Final = 0x00010000
_UNKNOWN: Final = -1

_FORBIDDEN: Final = (
    # processes: threads are told from them below
    *("fork", "vfork", "setsid", "setpgid", "unshare", "setns", "pivot_root", "chroot"),
    # looking into, stopping and sharing with other processes
    *("ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "kcmp", "pidfd_open", "pidfd_getfd"),
    *("kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_send_signal"),
    *("shmget", "shmat", "shmctl", "semget", "semop", "semctl", "msgget", "msgsnd", "msgrcv", "msgctl", "mq_open"),
    # memory that no address space shows
    *("memfd_create", "memfd_secret"),
    # sockets, and io_uring, by which they could be had past a filter
    *("socket", "socketpair", "connect", "bind", "listen", "accept", "accept4", "sendto", "sendmsg", "sendmmsg"),
    *("io_uring_setup", "io_uring_enter", "io_uring_register"),
    # what a file is besides its content: the file in hand may be the very one in the store
    *("chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "lchown", "fchownat"),
    *("setxattr", "lsetxattr", "fsetxattr", "removexattr", "lremovexattr", "fremovexattr"),
    *("utime", "utimes", "utimensat", "futimesat"),
    # its own bounds
    *("setrlimit", "seccomp", "personality", "capset", "setuid", "setgid", "setresuid", "setresgid", "setgroups"),
    # the machine
    *("mount", "umount2", "mount_setattr", "move_mount", "open_tree", "fsopen", "fsconfig", "fsmount", "fspick"),
    *("bpf", "perf_event_open", "userfaultfd", "keyctl", "add_key", "request_key", "open_by_handle_at"),
    *("init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load", "reboot", "swapon", "swapoff"),
    *("acct", "quotactl", "settimeofday", "clock_settime", "clock_adjtime", "adjtimex", "sethostname", "setdomainname"),
    *("iopl", "ioperm", "syslog", "vhangup", "lookup_dcookie", "fanotify_init", "uselib", "mknod", "mknodat"),
)


@functools.cache
def forbidden_calls() -> bytes:
    """The filter as BPF instructions; empty where libseccomp or its binding is not installed."""
    try:
        import pyseccomp  # noqa: PLC0415 - it looks for the library as it is imported, and raises where there is none
    except (ImportError, RuntimeError):
        return b""
    refuse = pyseccomp.ERRNO(errno.EPERM)
    filter_ = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    for name in _FORBIDDEN:
        if pyseccomp.resolve_syscall(pyseccomp.system_arch(), name) != _UNKNOWN:  # older libraries know fewer
            filter_.add_rule(refuse, name)
    filter_.add_rule(refuse, "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, _CLONE_THREAD, 0))
    # its flags lie behind a pointer, which no filter follows: libc then takes clone
    filter_.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    # asking for a limit is harmless, setting one is not
    filter_.add_rule(refuse, "prlimit64", pyseccomp.Arg(2, pyseccomp.NE, 0))
    descriptor = os.memfd_create("filter")
    with os.fdopen(descriptor, "w+b") as file:
        filter_.export_bpf(file)
        file.seek(0)
        return file.read()
