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

/// How a connection was ended.
#[derive(Debug, Clone, Copy)]
pub struct End {
    /// When the last byte came that belonged to what was begun.
    pub last_byte: Instant,
    /// When the client saw that there will be no more.
    pub seen: Instant,
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
        for number in 0..connections {
            if opening.len() == AT_A_TIME {
                open.extend(next(&mut opening).await?);
            }
            let target = Arc::clone(&target);
            opening.spawn(async move {
                let mut connection = Connection::open(&target, work, number).await?;
                connection.once().await?;
                Ok(connection)
            });
        }
        while let Some(connection) = next(&mut opening).await? {
            open.push(connection);
        }
        Ok(Self { connections: open })
    }

    /// Both of them as one.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.connections.extend(other.connections);
        self
    }

    /// Waits until the server has ended every connection.
    pub async fn ended(self) -> Vec<End> {
        let mut waiting = JoinSet::new();
        for mut connection in self.connections {
            waiting.spawn(async move {
                let last_byte = connection.ended().await;
                End { last_byte, seen: Instant::now() }
            });
        }
        waiting.join_all().await
    }

    /// Ask on each connection again and again until it is refused; when the last request began that was still let in.
    pub async fn last_let_in(self) -> Vec<Outcome<Instant>> {
        let mut asking = JoinSet::new();
        for mut connection in self.connections {
            asking.spawn(async move {
                let mut last = Instant::now();
                loop {
                    let begun = Instant::now();
                    if connection.status().await? != 200 {
                        return Ok(last);
                    }
                    last = begun;
                }
            });
        }
        asking.join_all().await
    }

    /// Each connection does its work again as soon as it is done.
    ///
    /// # Errors
    /// When any of them fails.
    pub async fn saturate(self, time: Duration) -> Outcome<(Self, Done)> {
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
    // It grows to hold what it is given, so this can not fail.
    let _ = latencies.lock().unwrap_or_else(PoisonError::into_inner).record(nanos);
}

fn done(latencies: &Mutex<Histogram<u64>>, begun: Instant) -> Done {
    let latencies = latencies.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Done { operations: latencies.len(), wall: begun.elapsed(), latencies }
}

async fn next(tasks: &mut JoinSet<Outcome<Connection>>) -> Outcome<Option<Connection>> {
    tasks.join_next().await.transpose()?.transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::upstream::{self, ECHO, LARGE, SMALL, TICKS};

    async fn target() -> Target {
        Target {
            address: upstream::start().await.unwrap(),
            tls: None,
            host: "a.localhost".to_owned(),
            cookies: Vec::new(),
        }
    }

    #[tokio::test]
    async fn every_kind_of_work_is_done_and_counted() {
        for work in [Work::Get(SMALL.0, SMALL.1), Work::Get(LARGE.0, LARGE.1), Work::Echo(ECHO)] {
            let fleet = Fleet::open(target().await, work, 3).await.unwrap();
            let (fleet, done) = fleet.saturate(Duration::from_millis(50)).await.unwrap();
            assert!(done.operations >= 3 && done.operations == done.latencies.len(), "{work:?}");
            let (fleet, done) = fleet.at_a_rate(1_000.0, Duration::from_millis(100)).await.unwrap();
            assert!((50..=110).contains(&done.operations), "{work:?}: {}", done.operations);
            assert_eq!(fleet.connections.len(), 3);
        }
    }

    #[tokio::test]
    async fn another_answer_than_expected_fails_the_run() {
        for work in [Work::Get(SMALL.0, SMALL.1 + 1), Work::Echo(SMALL.0), Work::Get(ECHO, 0)] {
            assert!(Fleet::open(target().await, work, 1).await.is_err(), "{work:?}");
        }
    }

    #[tokio::test]
    async fn a_stream_that_nobody_ends_goes_on() {
        let fleet = Fleet::open(target().await, Work::Watch(TICKS), 2).await.unwrap();
        assert!(tokio::time::timeout(Duration::from_millis(300), fleet.ended()).await.is_err());
    }
}
