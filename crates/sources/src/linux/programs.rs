//! Which programs, run as root, give more than what their names say: a shell, or a file of the caller's choice. The lists
//! follow GTFOBins; what is on neither is taken for what it says.

/// Programs that give a shell or write any file, whatever their arguments.
const ALWAYS: [&str; 58] = [
    "ash",
    "awk",
    "bash",
    "busybox",
    "chroot",
    "csh",
    "dash",
    "ed",
    "emacs",
    "env",
    "expect",
    "find",
    "fish",
    "flock",
    "gawk",
    "gdb",
    "ionice",
    "ksh",
    "less",
    "lua",
    "mawk",
    "more",
    "most",
    "nano",
    "nawk",
    "nice",
    "node",
    "nsenter",
    "perl",
    "php",
    "pico",
    "pkexec",
    "python",
    "python2",
    "python3",
    "ruby",
    "run-parts",
    "screen",
    "script",
    "sh",
    "socat",
    "start-stop-daemon",
    "stdbuf",
    "strace",
    "su",
    "sudo",
    "systemd-run",
    "taskset",
    "tclsh",
    "time",
    "timeout",
    "tmux",
    "unshare",
    "vi",
    "view",
    "vim",
    "visudo",
    "zsh",
];

/// Programs that do so unless the rule fixes their arguments.
const UNLESS_FIXED: [&str; 46] = [
    "adduser",
    "apt",
    "apt-get",
    "at",
    "chmod",
    "chown",
    "cp",
    "crontab",
    "curl",
    "dd",
    "dnf",
    "docker",
    "dpkg",
    "git",
    "gpasswd",
    "insmod",
    "install",
    "journalctl",
    "ln",
    "lxc",
    "make",
    "man",
    "modprobe",
    "mount",
    "mv",
    "mysql",
    "nmap",
    "openssl",
    "passwd",
    "pip",
    "podman",
    "psql",
    "rpm",
    "rsync",
    "scp",
    "sed",
    "setcap",
    "ssh",
    "systemctl",
    "tar",
    "tcpdump",
    "tee",
    "useradd",
    "usermod",
    "vipw",
    "wget",
];

/// Files that say who may do what.
const DECISIVE: [&str; 6] =
    ["/etc/sudoers", "/etc/passwd", "/etc/shadow", "/etc/group", "/root/", "/etc/pam.d/"];

/// Returns whether a command of sudoers, run as root, amounts to every command.
pub(super) fn amounts_to_all(command: &str) -> bool {
    if command == "ALL" || command.starts_with('^') {
        return true;
    }
    let (program, arguments) = match command.split_once(char::is_whitespace) {
        Some((program, arguments)) => (program, Some(arguments.trim())),
        None => (command, None),
    };
    // A folder stands for every program in it, and so does a pattern.
    if program.ends_with('/') || is_pattern(program) {
        return true;
    }
    if program == "sudoedit" {
        return arguments.is_none_or(|paths| {
            is_pattern(paths) || DECISIVE.iter().any(|decisive| paths.contains(decisive))
        });
    }
    let name = program.rsplit('/').next().unwrap_or_default();
    // Versions and flavours: `python3.11`, `vim.basic`.
    let stem = name.split('.').next().unwrap_or_default();
    if ALWAYS.contains(&name) || ALWAYS.contains(&stem) {
        return true;
    }
    (UNLESS_FIXED.contains(&name) || UNLESS_FIXED.contains(&stem)) && arguments.is_none_or(is_pattern)
}

fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_judged_by_its_program_and_whether_its_arguments_are_fixed() {
        for command in [
            "ALL",
            "/bin/bash",
            "/usr/bin/python3.11",
            "/usr/bin/vim.basic /etc/motd",
            "/usr/bin/",
            "/opt/tools/*",
            "/usr/bin/systemctl",
            "/usr/bin/systemctl restart *",
            "/bin/cp",
            "sudoedit",
            "sudoedit /etc/sudoers.d/ops",
            "^/usr/bin/.*$",
        ] {
            assert!(amounts_to_all(command), "{command}");
        }
        for command in [
            "/usr/bin/systemctl restart nginx",
            "/usr/sbin/reboot",
            "/bin/cp a /etc/motd",
            "sudoedit /etc/motd",
            "/usr/bin/systemctl \"\"",
            "/opt/bashful/report",
        ] {
            assert!(!amounts_to_all(command), "{command}");
        }
    }
}
