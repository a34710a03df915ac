//! Restricts the process before it parses the query's SQL: no file but the evidence, no network, no other program or
//! process. A bug in the Parquet or SQL parser then gives an attacker nothing to reach.
//!
//! Landlock restricts files, and a seccomp filter restricts system calls; neither needs privileges. The server sets the
//! limits of memory, time and descriptors. On a kernel without Landlock (before 5.13), only the user's permissions
//! restrict files, and the log says so. The filter lists what is refused, not what is allowed: the runtime may need
//! other calls after any update, while the calls that let a process affect others are a short list.

use countersign_sql::wire::Question;
use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetCreatedAttr,
    RulesetError, RulesetStatus, Scope, path_beneath_rules,
};
use rustix::process::{getpriority_process, setpriority_process};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    TargetArch,
};
use std::collections::BTreeMap;
use std::path::Path;

/// The Landlock rights to handle: those of kernels since 6.12. Older kernels handle those that they know.
const RIGHTS: ABI = ABI::V6;
/// Difference in priority to the gate, which shares the machine and goes first.
const NICE: i32 = 10;

/// The reason why the process is not confined.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotConfined {
    #[error("files: {0}")]
    Files(#[from] RulesetError),
    #[error("system calls: {0}")]
    Filter(#[from] seccompiler::BackendError),
    #[error("system calls: {0}")]
    Calls(#[from] seccompiler::Error),
}

/// Restricts the process; returns a message about what this machine cannot restrict. Call it before starting another
/// thread.
pub(crate) fn confine(question: &Question) -> Result<Option<&'static str>, NotConfined> {
    // If the machine does not allow these two, nothing is lost.
    let _lower = getpriority_process(None).and_then(|nice| setpriority_process(None, nice + NICE));
    let _first_to_go = std::fs::write("/proc/self/oom_score_adj", "1000");
    let own = question.kinds.iter().map(|kind| kind.folder.as_path());
    let fetched = question.kinds.iter().filter_map(|kind| Some(kind.elsewhere.as_ref()?.0.as_path()));
    let files = files(own.chain(fetched))?;
    calls()?;
    let left = "this kernel has no Landlock: the SQL engine may read what its user may read";
    Ok((files == RulesetStatus::NotEnforced).then_some(left))
}

/// Allows reading these folders and no other file. Refuses connections, and signals to other processes.
fn files<'a>(folders: impl Iterator<Item = &'a Path>) -> Result<RulesetStatus, NotConfined> {
    let status = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(RIGHTS))?
        .handle_access(AccessNet::from_all(RIGHTS))?
        .scope(Scope::from_all(RIGHTS))?
        .create()?
        .add_rules(path_beneath_rules(folders, AccessFs::ReadFile | AccessFs::ReadDir))?
        .restrict_self()?;
    Ok(status.ruleset)
}

/// Refuses the system calls that reach beyond this process.
fn calls() -> Result<(), NotConfined> {
    let refused = |calls: &[libc::c_long]| calls.iter().map(|call| (*call, Vec::new())).collect();
    let mut beyond: BTreeMap<i64, Vec<SeccompRule>> = refused(BEYOND);
    // Threads are needed, processes are not.
    let thread = libc::CLONE_THREAD as u64;
    let process = SeccompCondition::new(0, SeccompCmpArgLen::Qword, SeccompCmpOp::MaskedEq(thread), 0)?;
    beyond.insert(libc::SYS_clone, vec![SeccompRule::new(vec![process])?]);
    // Reading its limits is allowed.
    let raised = SeccompCondition::new(2, SeccompCmpArgLen::Qword, SeccompCmpOp::Ne, 0)?;
    beyond.insert(libc::SYS_prlimit64, vec![SeccompRule::new(vec![raised])?]);
    apply(beyond, libc::EPERM)?;
    // A filter cannot see the flags of `clone3`. If it does not exist, the C library uses `clone`.
    apply(refused(&[libc::SYS_clone3]), libc::ENOSYS)
}

fn apply(rules: BTreeMap<i64, Vec<SeccompRule>>, error: i32) -> Result<(), NotConfined> {
    let machine = TargetArch::try_from(std::env::consts::ARCH)?;
    let refuse = SeccompAction::Errno(error.unsigned_abs());
    let program: BpfProgram = SeccompFilter::new(rules, SeccompAction::Allow, refuse, machine)?.try_into()?;
    Ok(seccompiler::apply_filter(&program)?)
}

/// Sockets, programs, processes, other processes' memory, and calls that change the machine.
const BEYOND: &[libc::c_long] = &[
    libc::SYS_socket,
    libc::SYS_socketpair,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
    libc::SYS_execve,
    libc::SYS_execveat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_fork,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_vfork,
    libc::SYS_kill,
    libc::SYS_pidfd_open,
    libc::SYS_pidfd_getfd,
    libc::SYS_pidfd_send_signal,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_memfd_create,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_chroot,
    libc::SYS_pivot_root,
    libc::SYS_open_by_handle_at,
    libc::SYS_shmget,
    libc::SYS_msgget,
    libc::SYS_semget,
    libc::SYS_setrlimit,
];

#[cfg(test)]
mod tests {
    use super::*;

    /// The folder that the child of the test below may read.
    const CHILD: &str = "COUNTERSIGN_CONFINED_CHILD";

    #[test]
    fn nothing_but_the_evidence_is_within_reach() {
        let folder = std::env::temp_dir().join(format!("countersign-confined-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("evidence")).unwrap();
        std::fs::write(folder.join("evidence/own"), "x").unwrap();
        std::fs::write(folder.join("secret"), "x").unwrap();
        let child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "confine::tests::a_confined_child", "--ignored", "--test-threads=1"])
            .env(CHILD, &folder)
            .output()
            .unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        let said = String::from_utf8_lossy(&child.stdout);
        assert!(child.status.success() && said.contains("1 passed"), "{said}");
    }

    #[test]
    #[ignore = "a part of the test above, which starts it"]
    fn a_confined_child() {
        use std::net::{TcpListener, TcpStream, UdpSocket};
        let Some(folder) = std::env::var_os(CHILD).map(std::path::PathBuf::from) else { return };
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let question = Question {
            version: String::new(),
            sql: String::new(),
            rows: 0,
            time_millis: 0,
            memory: 0,
            local: true,
            kinds: vec![countersign_sql::wire::SentKind {
                name: "decisions".to_owned(),
                folder: folder.join("evidence"),
                elsewhere: None,
                behind: Vec::new(),
            }],
        };
        assert_eq!(confine(&question).unwrap(), None);
        assert_eq!(std::fs::read(folder.join("evidence/own")).unwrap(), b"x");
        assert_eq!(std::fs::read_dir(folder.join("evidence")).unwrap().count(), 1);
        std::thread::spawn(|| ()).join().unwrap();
        let refused = |what: &str, error: std::io::Error| {
            assert_eq!(error.kind(), std::io::ErrorKind::PermissionDenied, "{what}: {error}");
        };
        refused("another file", std::fs::read(folder.join("secret")).unwrap_err());
        refused("the machine's files", std::fs::read("/etc/passwd").unwrap_err());
        refused("the server's memory", std::fs::read("/proc/1/environ").unwrap_err());
        refused("a file to write", std::fs::write(folder.join("evidence/new"), "x").unwrap_err());
        refused("removing", std::fs::remove_file(folder.join("evidence/own")).unwrap_err());
        refused("a connection", TcpStream::connect(address).unwrap_err());
        refused("a packet", UdpSocket::bind("127.0.0.1:0").unwrap_err());
        refused("another program", std::process::Command::new("/bin/true").status().unwrap_err());
    }
}
