//! The binary: hands the command line to the command line's room, and what only a server can do to the server.
//!
//! This room must not know anything else.

use countersign_cli::{AcceptClockArgs, AcceptHeadArgs, Exit, Invocation, ServeArgs, UpArgs};
use countersign_server::{ClockStatement, Config, ConfigError, Running, StartError, UpOptions, start_logs};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tokio::signal::unix::{Signal, SignalKind, signal};

fn main() -> ExitCode {
    let (started, json) = match countersign_cli::main(std::env::args_os()) {
        Invocation::Done(code) => return code,
        Invocation::Up(args) => (runtime().and_then(|runtime| runtime.block_on(up(args))), false),
        Invocation::Serve(args) => (runtime().and_then(|runtime| runtime.block_on(serve(&args))), args.json),
        Invocation::AcceptHead(args) => {
            (runtime().and_then(|runtime| runtime.block_on(accept_head(args))), false)
        }
        Invocation::AcceptClock(args) => {
            (runtime().and_then(|runtime| runtime.block_on(accept_clock(args))), false)
        }
    };
    match started {
        Ok(()) => ExitCode::SUCCESS,
        Err(report) => {
            let exit = if is_about_the_configuration(&report) { Exit::Usage } else { Exit::Failed };
            if json {
                tell(&report, exit)
            } else {
                complain(&report)
            }
            exit.into()
        }
    }
}

/// Whether it is the author of the configuration who mends it.
fn is_about_the_configuration(report: &miette::Report) -> bool {
    let in_a_start = report.downcast_ref::<StartError>();
    report.is::<ConfigError>() || in_a_start.is_some_and(|error| matches!(error, StartError::Config(_)))
}

/// The problem document of a failure to start.
#[expect(clippy::print_stderr, reason = "this is where the command line says what went wrong")]
fn tell(report: &miette::Report, exit: Exit) {
    let kind = if exit == Exit::Usage { "usage" } else { "failed" };
    let problem = serde_json::json!({
        "type": format!("about:blank#{kind}"),
        "title": report.to_string(),
        "detail": format!("{report:?}"),
        "remedy": report.help().map(|help| help.to_string()),
    });
    eprintln!("{problem:#}");
}

#[expect(clippy::print_stderr, reason = "nothing else is left to say it with")]
fn complain(report: &miette::Report) {
    eprintln!("{report:?}");
}

#[expect(clippy::print_stdout, reason = "the console of the machine is where the first invitation is shown")]
fn say(text: &str) {
    println!("{text}");
}

fn runtime() -> miette::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| miette::miette!("no runtime can be made: {error}"))
}

async fn up(args: UpArgs) -> miette::Result<()> {
    let options = UpOptions {
        data: args.data,
        http: args.listen,
        https: args.tls_listen,
        decision_point: args.decision_point,
        metrics: args.metrics,
        email: args.email,
        name: args.name,
        samples: !args.no_samples,
    };
    let logs = start_logs(&options.config()).map_err(|error| miette::miette!("{error}"))?;
    let mut told = ProcessSignals::listen()?;
    let Some(up) = told.unless_stopped(countersign_server::up(options)).await else { return Ok(()) };
    let up = up?;
    say(&up.greeting);
    let stopped = told.then_stop(up.running, None).await;
    logs.stop().await;
    stopped
}

async fn serve(args: &ServeArgs) -> miette::Result<()> {
    let config = Config::read(&args.config)?;
    if args.check {
        config.check_rule_files()?;
        say(&format!("{} is sound", args.config.display()));
        return Ok(());
    }
    let logs = start_logs(&config).map_err(|error| miette::miette!("{error}"))?;
    let mut told = ProcessSignals::listen()?;
    let Some(running) = told.unless_stopped(Running::start(config)).await else { return Ok(()) };
    let stopped = told.then_stop(running?, Some(&args.config)).await;
    logs.stop().await;
    stopped
}

async fn accept_head(args: AcceptHeadArgs) -> miette::Result<()> {
    let config = config_of(args.config, args.data)?;
    let doubt = countersign_server::accept_head(&config, &args.why).await?;
    say(&format!("Accepted, and put on record. It was this: {doubt}"));
    Ok(())
}

async fn accept_clock(args: AcceptClockArgs) -> miette::Result<()> {
    let config = config_of(args.config, args.data)?;
    let why = args.why.unwrap_or_default();
    let statement = ClockStatement { why: &why, dry_run: args.dry_run };
    let report = countersign_server::accept_clock(&config, statement).await?;
    say(&report.to_string());
    Ok(())
}

/// The configuration in this file; without one, that of `countersign up` with this data folder.
fn config_of(file: Option<PathBuf>, data: PathBuf) -> miette::Result<Config> {
    match file {
        Some(path) => Ok(Config::read(&path)?),
        None => Ok(Config::embedded(data, ([127, 0, 0, 1], 8080).into(), None)),
    }
}

/// The signals that are heard. They are heard from before anything is started, so that what serves already is never ended
/// out of order.
struct ProcessSignals {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
}

impl ProcessSignals {
    fn listen() -> miette::Result<Self> {
        let told =
            |kind| signal(kind).map_err(|error| miette::miette!("signals cannot be received: {error}"));
        Ok(Self {
            terminate: told(SignalKind::terminate())?,
            interrupt: told(SignalKind::interrupt())?,
            hangup: told(SignalKind::hangup())?,
        })
    }

    /// What `starting` gives, unless somebody has it stopped before.
    async fn unless_stopped<T>(&mut self, starting: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            started = starting => Some(started),
            _ = self.terminate.recv() => None,
            _ = self.interrupt.recv() => None,
        }
    }

    /// SIGTERM and SIGINT end it in order; a second one while it ends is the system's to act on. A hangup ends what was
    /// started in a terminal, and of what was started with a configuration file it has that file checked. It fails
    /// if the operator set time back at another machine, so that a supervisor starts it anew.
    async fn then_stop(mut self, running: Running, config: Option<&Path>) -> miette::Result<()> {
        let mut stopped = Ok(());
        loop {
            tokio::select! {
                why = running.time_set_back() => {
                    stopped = Err(miette::miette!("{why}"));
                    break;
                }
                _ = self.terminate.recv() => break,
                _ = self.interrupt.recv() => break,
                _ = self.hangup.recv() => match config {
                    Some(config) => countersign_server::hung_up(config),
                    None => break,
                },
            }
        }
        running.stop().await;
        stopped
    }
}
