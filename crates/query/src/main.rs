//! The SQL engine: a program that runs one query over recorded events, and ends. The server starts it, limits it, and
//! communicates over its standard input and output.
//!
//! It only reads: records of every kind, from folders that it may read, and the sessions and facts of the journal,
//! which it requests from the server. Before it parses the SQL, it confines itself: no file but the records, no
//! network, no other program. The answer reports what could not be read, so that a partial result never passes for the
//! whole.
//!
//! This crate knows tables and the SQL engine, which no other crate knows. It must not know who asks, where the journal
//! is stored, or what a policy is.

mod answer;
mod confine;
mod engine;
mod facts;
mod gaps;
mod kinds;
mod records;
mod server;
mod sessions;
mod sql;
mod window;

use countersign_sql::wire::{self, FromEngine, Question, SentAnswer};
use countersign_sql::{Answer, QueryError};
use std::io;
use std::process::ExitCode;

fn main() -> ExitCode {
    // The server writes this output to its log.
    tracing_subscriber::fmt().with_writer(io::stderr).with_ansi(false).init();
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the SQL engine is started by the server, which speaks to it over its standard input");
            ExitCode::FAILURE
        }
    }
}

fn run() -> io::Result<()> {
    let question: Question = wire::read(&mut io::stdin().lock())?.ok_or(io::ErrorKind::UnexpectedEof)?;
    let answer = answer(&question);
    let sent = answer.and_then(|answer| {
        SentAnswer::try_from(answer).map_err(|error| {
            tracing::error!(%error, "an answer cannot be written");
            QueryError::Broken
        })
    });
    wire::write(&mut io::stdout().lock(), &FromEngine::Answer(sent))
}

fn answer(question: &Question) -> Result<Answer, QueryError> {
    if question.version != wire::VERSION {
        return Err(QueryError::OtherVersion);
    }
    let left = confine::confine(question).map_err(|error| {
        tracing::error!(%error, "the SQL engine cannot be confined");
        QueryError::Broken
    })?;
    let server = server::Server::listen(left).map_err(|error| {
        tracing::error!(%error, "the SQL engine cannot listen to the server");
        QueryError::Broken
    })?;
    engine::run(kinds::opened(&server, question), server.facts(), &question.sql, question.limits())
}
