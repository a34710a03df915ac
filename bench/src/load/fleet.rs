//! Many connections that do the same work: as fast as they can, or at a given rate.

use super::connection::{Connection, Target, Work};
use crate::run::Outcome;
use crate::run::sample::histogram;
use hdrhistogram::Histogram;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::task::{JoinSet, yield_now};

/// Connections opened at a time; more would only queue up in the server's backlog.
const AT_A_TIME: usize = 64;

/// Connections, open and proven.
pub struct Fleet {
    connections: Vec<Connection>,
}

/// What was done.
pub struct Done {
    /// How often the work was done.
    pub operations: u64,
    /// In which time.
    pub wall: Duration,
    /// How long each took, in nanoseconds.
    pub latencies: Histogram<u64>,
}

impl Fleet {
    /// So many connections, on each of which the work was done once.
    ///
    /// # Errors
    /// When any of them fails.
    pub async fn open(target: Target, work: Work, connections: usize) -> Outcome<Self> {
        let target = Arc::new(target);
        let mut opening = JoinSet::new();
        let mut open = Vec::with_capacity(connections);
        for _ in 0..connections {
            if opening.len() == AT_A_TIME {
                open.extend(next(&mut opening).await?);
            }
            let target = Arc::clone(&target);
            opening.spawn(async move {
                let mut connection = Connection::open(&target, work).await?;
                connection.once().await?;
                Ok(connection)
            });
        }
        while let Some(connection) = next(&mut opening).await? {
            open.push(connection);
        }
        Ok(Self { connections: open })
    }

    /// Each connection does its work again as soon as it is done.
    ///
    /// # Errors
    /// When any of them fails.
    pub async fn as_fast_as_it_goes(self, time: Duration) -> Outcome<(Self, Done)> {
        let begun = Instant::now();
        let latencies = Arc::new(Mutex::new(histogram()));
        let mut working = JoinSet::new();
        for mut connection in self.connections {
            let latencies = Arc::clone(&latencies);
            working.spawn(async move {
                while begun.elapsed() < time {
                    let began = Instant::now();
                    connection.once().await?;
                    note(&latencies, began);
                }
                Ok(connection)
            });
        }
        let mut connections = Vec::new();
        while let Some(connection) = next(&mut working).await? {
            connections.push(connection);
        }
        Ok((Self { connections }, done(&latencies, begun)))
    }

    /// The work is begun so many times a second, whether or not what was begun before is done. How long it takes counts
    /// from the moment at which it was due, so that a server that stalls is charged for everything that waits.
    ///
    /// # Errors
    /// When any of them fails.
    pub async fn at_a_rate(self, rate: f64, time: Duration) -> Outcome<(Self, Done)> {
        let begun = Instant::now();
        let latencies = Arc::new(Mutex::new(histogram()));
        let interval = Duration::from_secs_f64(1.0 / rate);
        let (mut idle, mut waiting) = (self.connections, VecDeque::new());
        let mut working = JoinSet::new();
        let mut due = begun;
        while begun.elapsed() < time {
            while due.elapsed() > Duration::ZERO {
                waiting.push_back(due);
                due += interval;
            }
            while let Some(worked) = working.try_join_next() {
                idle.push(worked??);
            }
            while let Some(mut connection) = if waiting.is_empty() { None } else { idle.pop() } {
                let Some(due) = waiting.pop_front() else { break };
                let latencies = Arc::clone(&latencies);
                working.spawn(async move {
                    connection.once().await?;
                    note(&latencies, due);
                    Outcome::Ok(connection)
                });
            }
            yield_now().await;
        }
        while let Some(connection) = next(&mut working).await? {
            idle.push(connection);
        }
        Ok((Self { connections: idle }, done(&latencies, begun)))
    }
}

fn note(latencies: &Mutex<Histogram<u64>>, began: Instant) {
    let nanos = u64::try_from(began.elapsed().as_nanos()).unwrap_or(u64::MAX);
    latencies.lock().unwrap_or_else(PoisonError::into_inner).saturating_record(nanos);
}

fn done(latencies: &Mutex<Histogram<u64>>, begun: Instant) -> Done {
    let latencies = latencies.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Done { operations: latencies.len(), wall: begun.elapsed(), latencies }
}

async fn next(tasks: &mut JoinSet<Outcome<Connection>>) -> Outcome<Option<Connection>> {
    tasks.join_next().await.transpose()?.transpose()
}
