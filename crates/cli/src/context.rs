//! The context of every verb: the connection to the server, the console, the clock.

use crate::client::{Client, Remote, Transport};
use crate::console::Console;
use crate::exit::Failure;
use clap::Args;
use countersign_names::Timestamp;
use secrecy::SecretString;
use std::path::{Path, PathBuf};

/// Maximum size of a token file in bytes. A longer one is another file.
const LONGEST_TOKEN_FILE: u64 = 4096;

/// The options of every verb.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct Common {
    /// The data folder of the server on this machine [default: ~/.local/share/countersign]
    #[arg(long, global = true, value_name = "DIR", env = "COUNTERSIGN_DATA", hide_env_values = true)]
    pub(crate) data: Option<PathBuf>,
    /// The origin of a server elsewhere, instead of the one in the data folder; needs --token-file
    #[arg(long, global = true, value_name = "URL", env = "COUNTERSIGN_SERVER", hide_env_values = true)]
    pub(crate) server: Option<String>,
    /// The file with the token for --server (never the token itself, because other users can read command lines)
    #[arg(long, global = true, value_name = "FILE", env = "COUNTERSIGN_TOKEN_FILE", hide_env_values = true)]
    pub(crate) token_file: Option<PathBuf>,
    /// A PEM file with the certificate authorities to trust for --server, instead of the system's
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
    /// Returns the data folder: the given one, or the system's default.
    pub(crate) fn data(&self) -> Result<PathBuf, Failure> {
        let variable =
            |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let usual = || variable("XDG_DATA_HOME").or_else(|| Some(variable("HOME")?.join(".local/share")));
        self.data.clone().or_else(|| Some(usual()?.join("countersign"))).ok_or_else(|| {
            Failure::input("there is no home folder for the data", "name a folder with --data DIR")
        })
    }

    fn client(&self) -> Result<Client, Failure> {
        let Some(address) = &self.server else {
            return Ok(Client::new(Transport::Operator(self.data()?), None));
        };
        let Some(file) = &self.token_file else {
            return Err(Failure::input(
                "--server needs a token",
                "name the file that holds it with --token-file FILE; `countersign service token` writes one",
            ));
        };
        let remote = Remote::at(address, self.ca.as_deref(), self.identity.as_deref())?;
        Ok(Client::new(Transport::Remote(remote), Some(read_token(file)?)))
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

/// The connection to the server, the console, the clock.
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

    /// Returns a client of the selected server. It is made on demand, because some verbs need none.
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        self.common.client()
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)()
    }
}

/// Options of a verb that destroys something.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Sure {
    /// Do not ask for confirmation
    #[arg(long, conflicts_with = "dry_run")]
    yes: bool,
    /// Show what would be removed, and change nothing
    #[arg(long)]
    dry_run: bool,
}

impl Sure {
    /// Shows what would be removed, and asks for confirmation. Returns false for a dry run.
    pub(crate) fn agree(self, cx: &mut Context, what: &str, goes: &[String]) -> Result<bool, Failure> {
        self.agree_to(cx, what, goes, "This cannot be undone.")
    }

    /// Returns whether to skip the confirmation.
    pub(crate) const fn yes(self) -> bool {
        self.yes
    }

    /// Returns whether this is a dry run.
    pub(crate) const fn dry_run(self) -> bool {
        self.dry_run
    }

    /// Like [`agree`](Self::agree), with another text before the question.
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
