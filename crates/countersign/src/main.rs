//! The binary: hands the command line to the command line's room, and what only a server can do to the server.
//!
//! This room must not know anything else.

use countersign_cli::{Invocation, ServeArgs, UpArgs};
use countersign_server::{Config, Running, UpOptions, start_logs};
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};

fn main() -> ExitCode {
    let started = match countersign_cli::main(std::env::args_os()) {
        Invocation::Done(code) => return code,
        Invocation::Up(args) => runtime().and_then(|runtime| runtime.block_on(up(args))),
        Invocation::Serve(args) => runtime().and_then(|runtime| runtime.block_on(serve(&args))),
    };
    match started {
        Ok(()) => ExitCode::SUCCESS,
        Err(report) => {
            complain(&report);
            ExitCode::FAILURE
        }
    }
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
    let up = countersign_server::up(options).await?;
    say(&up.greeting);
    until_told_to_stop(up.running).await?;
    logs.stop().await;
    Ok(())
}

async fn serve(args: &ServeArgs) -> miette::Result<()> {
    let config = Config::read(&args.config)?;
    if args.check {
        say(&format!("{} is sound", args.config.display()));
        return Ok(());
    }
    let logs = start_logs(&config).map_err(|error| miette::miette!("{error}"))?;
    let running = Running::start(config).await?;
    until_told_to_stop(running).await?;
    logs.stop().await;
    Ok(())
}

/// SIGTERM and SIGINT end it in order; a second one while it ends is the system's to act on.
async fn until_told_to_stop(running: Running) -> miette::Result<()> {
    let told = |kind| signal(kind).map_err(|error| miette::miette!("signals can not be heard: {error}"));
    let (mut terminate, mut interrupt) = (told(SignalKind::terminate())?, told(SignalKind::interrupt())?);
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    running.stop().await;
    Ok(())
}
