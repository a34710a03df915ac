//! File descriptors: as many as the system gives, and some that are always left.

use parking_lot::Mutex;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::fs::File;
use std::io;

/// More than this is not asked for: nothing here opens so many, and some systems answer "unlimited".
const ENOUGH: u64 = 1 << 20;

/// For files, the database, standard streams and the operator's socket.
const KEPT: usize = 256;

/// Raise the number of descriptors that this process may open to what the system lets it have; the number that holds
/// from then on.
///
/// # Errors
/// When the system does not let it be raised although its own limit is higher.
pub fn raise_limit() -> io::Result<usize> {
    let limit = getrlimit(Resource::Nofile);
    let wanted = limit.maximum.unwrap_or(ENOUGH).min(ENOUGH);
    let current = limit.current.unwrap_or(ENOUGH);
    if current < wanted {
        setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum: limit.maximum })?;
    }
    Ok(usize::try_from(current.max(wanted)).unwrap_or(usize::MAX))
}

/// How many connections each listener is asked to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestedConnections {
    /// Of people, and as many to applications.
    pub front: usize,
    /// Of other proxies.
    pub decision_point: usize,
    /// Of whoever reads the figures.
    pub metrics: usize,
}

/// How many connections each may take, so that descriptors are left for everything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shares {
    /// Of people.
    pub front: usize,
    /// To applications.
    pub upstream: usize,
    /// Of other proxies.
    pub decision_point: usize,
    /// Of whoever reads the figures.
    pub metrics: usize,
    /// Whether all of it is less than was asked for.
    pub cut: bool,
}

impl Shares {
    /// What is possible with `limit` descriptors: what is asked for, or each in proportion.
    pub fn of(limit: usize, asked: RequestedConnections) -> Self {
        let wanted =
            asked.front.saturating_mul(2).saturating_add(asked.decision_point).saturating_add(asked.metrics);
        // Of a very low limit at least half is used: then nothing works well, and this least badly.
        let room = limit.saturating_sub(KEPT).max(limit / 2);
        let part = |share: usize| {
            if wanted <= room { share } else { (share.saturating_mul(room) / wanted.max(1)).max(1) }
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

/// Descriptors that are held for nothing, to be let go when the system has no other left.
#[derive(Debug)]
pub struct Spare {
    files: Mutex<Vec<File>>,
    most: usize,
}

impl Spare {
    /// Hold so many.
    ///
    /// # Errors
    /// When they cannot be opened.
    pub fn hold(most: usize) -> io::Result<Self> {
        let files = (0..most).map(|_| File::open("/dev/null")).collect::<io::Result<_>>()?;
        Ok(Self { files: Mutex::new(files), most })
    }

    /// Let all go; false when none was held any more.
    pub(crate) fn release(&self) -> bool {
        let files = std::mem::take(&mut *self.files.lock());
        !files.is_empty()
    }

    /// Hold them again, as far as the system lets us.
    pub(crate) fn refill(&self) {
        let mut files = self.files.lock();
        // Twice as many are asked for as are kept, so that whoever they were let go for is left with as many.
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
    fn descriptors_are_left_whatever_is_asked_for() {
        let asked = RequestedConnections { front: 10_000, decision_point: 2_048, metrics: 64 };
        for limit in [64, 256, 1_024, 4_096, 20_000, 65_536, 1 << 20] {
            let shares = Shares::of(limit, asked);
            let all = shares.front + shares.upstream + shares.decision_point + shares.metrics;
            assert!(all <= limit.saturating_sub(KEPT).max(limit / 2) + 4, "{limit}: {shares:?}");
            assert!(
                shares.front > 0 && shares.decision_point > 0 && shares.metrics > 0,
                "{limit}: {shares:?}"
            );
            assert_eq!(shares.cut, limit < 22_112 + KEPT, "{limit}: {shares:?}");
        }
        assert_eq!(Shares::of(65_536, asked).front, 10_000);
    }

    #[test]
    fn the_limit_is_raised_to_what_the_system_allows() {
        let limit = raise_limit().unwrap();
        assert_eq!(getrlimit(Resource::Nofile).current, Some(u64::try_from(limit).unwrap()));
        assert_eq!(raise_limit().unwrap(), limit, "raising again changes nothing");
    }
}
