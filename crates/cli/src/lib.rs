//! The command line: thin verbs over the REST API, and the arguments with which the server starts.
//!
//! A verb reads its arguments, calls the API over the operator's socket (or over the network with a token), and shows
//! the answer: as a table, or unchanged with `--json`. The server decides what it may do. Only what needs no server is
//! done here: checking and testing policy folders, and verifying journal files.
//!
//! This room must not know the server's rooms. It returns `up` and `serve` to its caller; see [`Invocation`].

mod client;
mod console;
mod context;
mod exit;
mod folder;
mod private_file;
mod render;
mod span;
mod tree;
mod upstream;
mod verbs;
mod words;

pub use console::Console;
pub use exit::Exit;
pub use tree::{Cli, ServeArgs, UpArgs};
pub use verbs::journal::{AcceptClockArgs, AcceptHeadArgs};

use clap::parser::ValueSource;
use clap::{CommandFactory, FromArgMatches};
use context::Context;
use countersign_names::Timestamp;
use exit::Failure;
use std::ffi::OsString;
use std::pin::Pin;
use std::process::ExitCode;
use tree::Verb;

/// The result of reading a command line.
#[derive(Debug)]
pub enum Invocation {
    /// Start everything on this machine.
    Up(UpArgs),
    /// Start with a configuration file.
    Serve(ServeArgs),
    /// Accept a journal without its remembered head, for the operator.
    AcceptHead(AcceptHeadArgs),
    /// Accept the clock of this machine, for the operator.
    AcceptClock(AcceptClockArgs),
    /// A verb that has ended, or an invalid command line.
    Done(ExitCode),
}

/// Reads the process's command line and runs it, except what only the server can do.
///
/// Do not call it within an asynchronous runtime: it creates one for the verbs that need it.
pub fn main(args: impl IntoIterator<Item = OsString>) -> Invocation {
    let args: Vec<OsString> = args.into_iter().collect();
    let wants_json = args.iter().any(|arg| arg == "--json");
    let cli = match Cli::read(args) {
        Ok(cli) => cli,
        Err(error) if wants_json && error.use_stderr() => {
            return complain(Console::standard(true), &misused(&error));
        }
        Err(error) => {
            // Help and version are errors to clap, and end with 0. That nobody reads them is no reason to fail.
            let _ = error.print();
            return Invocation::Done(
                u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from),
            );
        }
    };
    let console = Console::standard(cli.common.json);
    match cli.into_work() {
        Ok(Work::Start(invocation)) => invocation,
        Ok(Work::Verb(cli)) => match tokio::runtime::Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => Invocation::Done(runtime.block_on(run(*cli, console, clock)).into()),
            Err(error) => complain(console, &Failure::Failed(format!("no runtime can be made: {error}"))),
        },
        Err(failure) => complain(console, &failure),
    }
}

/// Returns an invalid command line as a failure, with clap's text but without its heading.
fn misused(error: &clap::Error) -> Failure {
    let said = error.render().to_string();
    let said = said.trim();
    Failure::input(
        said.strip_prefix("error: ").unwrap_or(said),
        "run `countersign --help`, or add `--help` to a command",
    )
}

fn complain(mut console: Console, failure: &Failure) -> Invocation {
    console.complain(failure);
    Invocation::Done(failure.exit().into())
}

enum Work {
    Start(Invocation),
    Verb(Box<Cli>),
}

impl Cli {
    /// Reads a command line. A data folder on the command line overrides a server from the environment.
    fn read(args: Vec<OsString>) -> Result<Self, clap::Error> {
        let matches = Self::command().try_get_matches_from(args)?;
        let mut cli = Self::from_arg_matches(&matches)?;
        let came_from = |name: &str| matches.value_source(name);
        if came_from("data") == Some(ValueSource::CommandLine)
            && came_from("server") == Some(ValueSource::EnvVariable)
        {
            cli.common.server = None;
        }
        Ok(cli)
    }

    /// Separates the commands of the server from those of this room.
    fn into_work(self) -> Result<Work, Failure> {
        match self.verb {
            Verb::Up(mut up) => {
                up.data = self.common.data()?;
                Ok(Work::Start(Invocation::Up(up)))
            }
            Verb::Serve(mut serve) => {
                serve.json = self.common.json;
                Ok(Work::Start(Invocation::Serve(serve)))
            }
            Verb::Journal(verbs::journal::JournalVerb::AcceptHead(mut accept)) => {
                accept.data = self.common.data()?;
                Ok(Work::Start(Invocation::AcceptHead(accept)))
            }
            Verb::Journal(verbs::journal::JournalVerb::AcceptClock(mut accept)) => {
                accept.data = self.common.data()?;
                Ok(Work::Start(Invocation::AcceptClock(accept)))
            }
            _ => Ok(Work::Verb(Box::new(self))),
        }
    }
}

/// Reads the clock; the only place that does.
#[expect(clippy::disallowed_methods, reason = "the command line is an edge: what it shows is shown now")]
fn clock() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

/// Runs one verb with this console and this clock. Refuses `up` and `serve`, which are not verbs in this sense.
pub async fn run(cli: Cli, console: Console, clock: fn() -> Timestamp) -> Exit {
    let mut cx = Context::new(cli.common, console, clock);
    match dispatch(cli.verb, &mut cx).await {
        Ok(()) => Exit::Done,
        Err(failure) => {
            cx.console.complain(&failure);
            failure.exit()
        }
    }
}

async fn dispatch(verb: Verb, cx: &mut Context) -> Result<(), Failure> {
    match verb {
        Verb::Up(_) | Verb::Serve(_) => Err(Failure::Failed("this program cannot start a server".to_owned())),
        Verb::Protect(protect) => on_heap(|| protect.run(cx)).await,
        Verb::Person(verb) => on_heap(|| verb.run(cx)).await,
        Verb::Group(verb) => on_heap(|| verb.run(cx)).await,
        Verb::Provider(verb) => on_heap(|| verb.run(cx)).await,
        Verb::OpenIdClient(verb) => on_heap(|| verb.run(cx)).await,
        Verb::Service(verb) => on_heap(|| verb.run(cx)).await,
        Verb::Device(verb) => on_heap(|| verb.run(cx)).await,
        Verb::Application(verb) => on_heap(|| verb.run(cx)).await,
        Verb::Session(verb) => on_heap(|| verb.run(cx)).await,
        Verb::Grant(verb) => on_heap(|| verb.run(cx)).await,
        Verb::Proposal(verb) => on_heap(|| verb.run(cx)).await,
        Verb::Exception(verb) => on_heap(|| verb.run(cx)).await,
        Verb::Risk(verb) => on_heap(|| verb.run(cx)).await,
        Verb::Policy(verb) => on_heap(|| verb.run(cx)).await,
        Verb::Decisions(list) => on_heap(|| list.run(cx)).await,
        Verb::Why(why) => on_heap(|| why.run(cx)).await,
        Verb::AskAgain(ask) => on_heap(|| ask.run(cx)).await,
        Verb::Plan(plan) => on_heap(|| plan.run(cx)).await,
        Verb::Apply(apply) => on_heap(|| apply.run(cx)).await,
        Verb::Rollback(rollback) => on_heap(|| rollback.run(cx)).await,
        Verb::Shadow(verb) => on_heap(|| verb.run(cx)).await,
        Verb::Rollout(verb) => on_heap(|| verb.run(cx)).await,
        Verb::Replay(replay) => on_heap(|| replay.run(cx)).await,
        Verb::Prove(prove) => on_heap(|| prove.run(cx)).await,
        Verb::Trust(verb) => on_heap(|| verb.run(cx)).await,
        Verb::Projection(verb) => on_heap(|| verb.run(cx)).await,
        Verb::Job(verb) => on_heap(|| verb.run(cx)).await,
        Verb::Schedule(verb) => on_heap(|| verb.run(cx)).await,
        Verb::WhoCan(who) => on_heap(|| who.run(cx)).await,
        Verb::WhatCan(what) => on_heap(|| what.run(cx)).await,
        Verb::Query(query) => on_heap(|| query.run(cx)).await,
        Verb::Evidence(verb) => on_heap(|| verb.run(cx)).await,
        Verb::Key(verb) => on_heap(|| verb.run(cx)).await,
        Verb::Network(verb) => on_heap(|| verb.run(cx)).await,
        Verb::Source(verb) => on_heap(|| verb.run(cx)).await,
        Verb::Inventory(verb) => on_heap(|| verb.run(cx)).await,
        Verb::Access(verb) => on_heap(|| verb.run(cx)).await,
        Verb::Finding(verb) => on_heap(|| verb.run(cx)).await,
        Verb::Review(verb) => on_heap(|| verb.run(cx)).await,
        Verb::Role(verb) => on_heap(|| verb.run(cx)).await,
        Verb::Identity(verb) => on_heap(|| verb.run(cx)).await,
        Verb::Label(verb) => on_heap(|| verb.run(cx)).await,
        Verb::Fact(verb) => on_heap(|| verb.run(cx)).await,
        Verb::Journal(verb) => on_heap(|| verb.run(cx)).await,
        Verb::Status => verbs::status::run(cx).await,
        Verb::Trends(trends) => on_heap(|| trends.run(cx)).await,
        Verb::Whoami => verbs::whoami::run(cx).await,
        Verb::Doctor => verbs::doctor::run(cx).await,
        Verb::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut command(), "countersign", &mut script);
            cx.console.text(&String::from_utf8_lossy(&script))
        }
    }
}

/// Makes the future of a verb on the heap, in a stack frame of its own. One frame with the futures of all verbs is larger than
/// the stack of a thread.
fn on_heap<F: Future>(make: impl FnOnce() -> F) -> Pin<Box<F>> {
    Box::pin(make())
}

/// Returns the whole tree of commands, for its documentation.
pub fn command() -> clap::Command {
    Cli::command()
}
