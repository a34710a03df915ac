//! What every verb is given: the way to the server, the console, the clock.

use crate::client::{Client, Door, Remote};
use crate::console::Console;
use crate::exit::Failure;
use clap::Args;
use countersign_names::Timestamp;
use secrecy::SecretString;
use std::path::{Path, PathBuf};

/// Longest token file in bytes; a longer one is some other file.
const LONGEST_TOKEN_FILE: u64 = 4096;

/// What every verb understands.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct Common {
    /// The data folder of the server on this machine [default: ~/.local/share/countersign]
    #[arg(long, global = true, value_name = "DIR", env = "COUNTERSIGN_DATA", hide_env_values = true)]
    pub(crate) data: Option<PathBuf>,
    /// A server elsewhere, by its origin, instead of the one in the data folder; needs --token-file
    #[arg(long, global = true, value_name = "URL", env = "COUNTERSIGN_SERVER", hide_env_values = true)]
    pub(crate) server: Option<String>,
    /// The file with the token for --server (a token is never on the command line, where others could read it)
    #[arg(long, global = true, value_name = "FILE", env = "COUNTERSIGN_TOKEN_FILE", hide_env_values = true)]
    pub(crate) token_file: Option<PathBuf>,
    /// A PEM file with the certificate authorities to believe for --server, instead of the system's
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) ca: Option<PathBuf>,
    /// A PEM file with the certificate and the private key to show to --server, for a token that is bound to a device
    #[arg(long, global = true, value_name = "FILE", env = "COUNTERSIGN_IDENTITY", hide_env_values = true)]
    pub(crate) identity: Option<PathBuf>,
    /// Answer with the API's JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

impl Common {
    /// The data folder: the one that was named, or the one that the system's conventions give.
    pub(crate) fn data(&self) -> Result<PathBuf, Failure> {
        let variable =
            |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let usual = || variable("XDG_DATA_HOME").or_else(|| Some(variable("HOME")?.join(".local/share")));
        self.data.clone().or_else(|| Some(usual()?.join("countersign"))).ok_or_else(|| {
            Failure::input("there is no home folder to keep data in", "name a folder with --data DIR")
        })
    }

    fn client(&self) -> Result<Client, Failure> {
        let Some(address) = &self.server else {
            return Ok(Client::new(Door::Operator(self.data()?), None));
        };
        let Some(file) = &self.token_file else {
            return Err(Failure::input(
                "--server needs a token",
                "name the file that holds it with --token-file FILE; `countersign service token` writes one",
            ));
        };
        let remote = Remote::at(address, self.ca.as_deref(), self.identity.as_deref())?;
        Ok(Client::new(Door::Remote(remote), Some(read_token(file)?)))
    }
}

fn read_token(file: &Path) -> Result<SecretString, Failure> {
    let size = std::fs::metadata(file).map_err(|error| Failure::unreadable(file, &error))?.len();
    let text = if size <= LONGEST_TOKEN_FILE {
        std::fs::read_to_string(file).map_err(|error| Failure::unreadable(file, &error))?
    } else {
        String::new()
    };
    let token = SecretString::from(text.trim());
    drop(text);
    if secrecy::ExposeSecret::expose_secret(&token).starts_with("cst_") {
        Ok(token)
    } else {
        Err(Failure::input(
            format!("{} does not hold a token", file.display()),
            "a token is one line that begins with cst_; `countersign service token --out FILE` writes one",
        ))
    }
}

/// The way to the server, the console, the clock.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) common: Common,
    pub(crate) console: Console,
    clock: fn() -> Timestamp,
}

impl Context {
    pub(crate) const fn new(common: Common, console: Console, clock: fn() -> Timestamp) -> Self {
        Self { common, console, clock }
    }

    /// A client of the server that is meant. Made when it is needed: some verbs need none.
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        self.common.client()
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)()
    }
}

/// Whoever destroys something says so twice.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Sure {
    /// Do not ask
    #[arg(long, conflicts_with = "dry_run")]
    yes: bool,
    /// Show what would go, and change nothing
    #[arg(long)]
    dry_run: bool,
}

impl Sure {
    /// Shows what would go and asks. False when this was only to look.
    pub(crate) fn agree(self, cx: &mut Context, what: &str, goes: &[String]) -> Result<bool, Failure> {
        self.agree_to(cx, what, goes, "This cannot be undone.")
    }

    /// Whether nobody is to be asked.
    pub(crate) const fn yes(self) -> bool {
        self.yes
    }

    /// Whether this is only to look.
    pub(crate) const fn dry_run(self) -> bool {
        self.dry_run
    }

    /// As [`agree`](Self::agree), with other words before the question.
    pub(crate) fn agree_to(
        self,
        cx: &mut Context,
        what: &str,
        goes: &[String],
        question: &str,
    ) -> Result<bool, Failure> {
        if self.dry_run && cx.console.wants_json() {
            cx.console.json(&serde_json::json!({ "dry_run": true, "would_remove": what, "goes": goes }))?;
            return Ok(false);
        }
        if self.dry_run {
            cx.console.line(format!("This would remove {what}, and with it:"))?;
            goes.iter().try_for_each(|gone| cx.console.line(format!("  - {gone}")))?;
            return Ok(false);
        }
        if !self.yes {
            cx.console.remark(format!("This removes {what}, and with it:"));
            goes.iter().for_each(|gone| cx.console.remark(format!("  - {gone}")));
            cx.console.confirm(question)?;
        }
        Ok(true)
    }
}
