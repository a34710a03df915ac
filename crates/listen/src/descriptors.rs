//! File descriptors: raises the limit, and reserves some for what must always work.

use parking_lot::Mutex;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::fs::File;
use std::io;

/// Upper bound of the requested limit: nothing here opens more, and some systems report "unlimited".
const ENOUGH: u64 = 1 << 20;

/// Descriptors reserved for files, the database, standard streams and the operator's socket.
const KEPT: usize = 256;

/// Raises the soft limit of descriptors to the hard limit. Returns the new limit.
///
/// # Errors
/// If the system refuses, although its hard limit is higher.
pub fn raise_limit() -> io::Result<usize> {
    let limit = getrlimit(Resource::Nofile);
    let wanted = limit.maximum.unwrap_or(ENOUGH).min(ENOUGH);
    let current = limit.current.unwrap_or(ENOUGH);
    if current < wanted {
        setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum: limit.maximum })?;
    }
    Ok(usize::try_from(current.max(wanted)).unwrap_or(usize::MAX))
}

/// The configured number of connections per listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestedConnections {
    /// Client connections; the same number is needed for connections to applications.
    pub front: usize,
    /// Connections of other proxies to the decision point.
    pub decision_point: usize,
    /// Connections that read metrics.
    pub metrics: usize,
}

/// The possible number of connections of each kind, such that descriptors remain for everything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shares {
    /// Client connections.
    pub front: usize,
    /// Connections to applications.
    pub upstream: usize,
    /// Connections of other proxies to the decision point.
    pub decision_point: usize,
    /// Connections that read metrics.
    pub metrics: usize,
    /// Whether these are fewer than requested.
    pub cut: bool,
}

impl Shares {
    /// Returns the connections that `limit` descriptors allow: those requested, or a proportional share of each.
    pub fn of(limit: usize, asked: RequestedConnections) -> Self {
        // Wide enough for the largest numbers, which an administrator writes to have no limit.
        let [front, decision_point, metrics] =
            [asked.front, asked.decision_point, asked.metrics].map(|share| share as u128);
        let wanted = front * 2 + decision_point + metrics;
        // Of a very low limit, use at least half. Nothing works well then, but this works best.
        let room = limit.saturating_sub(KEPT).max(limit / 2) as u128;
        let part = |share: usize| {
            if wanted <= room { share } else { portion(share, room, wanted) }
        };
        let front = part(asked.front);
        Self {
            front,
            upstream: front,
            decision_point: part(asked.decision_point),
            metrics: part(asked.metrics),
            cut: wanted > room,
        }
    }
}

/// Returns the part of `share` that `room` is of `wanted`, which is more; at least one.
fn portion(share: usize, room: u128, wanted: u128) -> usize {
    // Two numbers of 64 bits have a product of 128.
    let part = share as u128 * room / wanted;
    usize::try_from(part).unwrap_or(usize::MAX).max(1)
}

/// Descriptors held in reserve, released when the system has none left.
#[derive(Debug)]
pub struct Spare {
    files: Mutex<Vec<File>>,
    most: usize,
}

impl Spare {
    /// Reserves this many.
    ///
    /// # Errors
    /// If they cannot be opened.
    pub fn hold(most: usize) -> io::Result<Self> {
        let files = (0..most).map(|_| File::open("/dev/null")).collect::<io::Result<_>>()?;
        Ok(Self { files: Mutex::new(files), most })
    }

    /// Releases all; returns false if none was held.
    pub(crate) fn release(&self) -> bool {
        let files = std::mem::take(&mut *self.files.lock());
        !files.is_empty()
    }

    /// Reserves them again, as far as the system allows.
    pub(crate) fn refill(&self) {
        let mut files = self.files.lock();
        // Open twice as many as are kept, so that the connections for which they were released find as many.
        let missing = self.most.saturating_sub(files.len());
        if missing == 0 {
            return;
        }
        let opened: Vec<File> = (0..missing * 2).map_while(|_| File::open("/dev/null").ok()).collect();
        if opened.len() == missing * 2 {
            files.extend(opened.into_iter().take(missing));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_raised_to_what_the_system_allows() {
        let limit = raise_limit().unwrap();
        assert_eq!(getrlimit(Resource::Nofile).current, Some(u64::try_from(limit).unwrap()));
        assert_eq!(raise_limit().unwrap(), limit, "raising again changes nothing");
    }
}
