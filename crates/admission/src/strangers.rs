//! Refusals of people who are not signed in. A stranger can ask without end, and every answer is recorded: so repeats are
//! folded into one record with their number, long paths are cut, and the last room on the disk is not for strangers.
//!
//! What is folded leaves its number and a sample, which is the last of the repeats as it was asked and answered. It is
//! written when its window is over. A process that is killed loses the numbers of the windows that were open; the first
//! refusal of each has been recorded by itself.

use countersign_evidence::{Decided, Effect, Folded, FoldedOver, Room};
use countersign_names::{Action, ApplicationName, DecisionId, PolicyId, Principal, Timestamp};
use countersign_policy::Items;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// For how long repeats are folded into one record.
pub const WINDOW: Duration = Duration::from_secs(60);

/// How many kinds of refusals are told apart in one window. With more, addresses are told apart no longer.
const TOLD_APART: usize = 4_096;

/// Longest path, in bytes, in the record of a stranger.
const LONGEST_ITEM: usize = 256;

/// The refusals of strangers that are not recorded yet.
#[derive(Default)]
pub struct Strangers {
    windows: Mutex<HashMap<Kind, Window>>,
    folded: AtomicU64,
    dropped: AtomicU64,
}

/// What refusals have in common that are folded together.
#[derive(PartialEq, Eq, Hash)]
enum Kind {
    /// What was asked, why it was refused, and from where: none where that is not known.
    Address(Asked, Option<IpAddr>),
    /// From anywhere.
    Application(Asked),
    /// Whatever was asked.
    Everybody,
}

/// The application, the action and the policies that refused.
type Asked = (ApplicationName, Action, Vec<PolicyId>);

/// The repeats of one kind so far.
struct Window {
    /// The decision that whoever is refused is told: it stands for theirs.
    id: DecisionId,
    over: FoldedOver,
    since: Timestamp,
    first: Timestamp,
    count: u64,
    sample: Option<Decided>,
}

/// What is to be done about the record of a refusal.
pub struct Noted {
    /// The decision that stands for it.
    pub id: DecisionId,
    /// What is to be recorded now.
    pub record: Vec<Decided>,
}

/// How many refusals of strangers have no record of their own, since the process began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StrangersCounted {
    /// Those that are counted in a record of others like them.
    pub folded: u64,
    /// Those of which only the number is recorded, or was lost with the record that could not be kept.
    pub dropped: u64,
}

/// Whether a record is of the refusal of somebody who was not signed in.
pub fn is_strangers(decided: &Decided) -> bool {
    decided.principal == Principal::Anonymous && decided.effect == Effect::Deny && decided.enforced
}

/// Cuts what a stranger chose, unless a policy read it.
pub fn trim(decided: &mut Decided, reads: Items) {
    if decided.principal == Principal::Anonymous && !reads.has(Items::ITEM) {
        decided.cut_item(LONGEST_ITEM);
    }
}

impl Strangers {
    /// Takes note of a refusal: it is recorded if it is the first of its kind for a while, and counted if not.
    pub fn note(&self, decided: Decided, room: Room) -> Noted {
        let mut windows = self.windows.lock();
        let over = match room {
            Room::Reserved => FoldedOver::Everybody,
            Room::Low => FoldedOver::Application,
            Room::Enough if windows.len() >= TOLD_APART => FoldedOver::Application,
            Room::Enough => FoldedOver::Address,
        };
        let mut record = Vec::new();
        let kind = Kind::of(&decided, over);
        if windows.get(&kind).is_some_and(|window| window.is_over(decided.at)) {
            record.extend(windows.remove(&kind).and_then(Window::end));
        }
        if let Some(window) = windows.get_mut(&kind) {
            self.count(over);
            let id = window.id;
            window.add(decided);
            return Noted { id, record };
        }
        let id = decided.id;
        let mut window = Window { id, over, since: decided.at, first: decided.at, count: 0, sample: None };
        // With the last room not even the first of them is recorded: the number and one sample are, at the end.
        if over == FoldedOver::Everybody {
            self.count(over);
            window.add(decided);
        } else {
            record.push(decided);
        }
        windows.insert(kind, window);
        Noted { id, record }
    }

    /// The records of the windows that are over at `now`.
    pub fn ended(&self, now: Timestamp) -> Vec<Decided> {
        let mut windows = self.windows.lock();
        windows.extract_if(|_, window| window.is_over(now)).filter_map(|(_, window)| window.end()).collect()
    }

    /// The records of all windows: nobody is refused any more.
    pub fn all(&self) -> Vec<Decided> {
        self.windows.lock().drain().filter_map(|(_, window)| window.end()).collect()
    }

    /// A record of repeats could not be kept.
    pub fn lost(&self, record: &Decided) {
        let count = record.folded.map_or(1, |folded| folded.count);
        self.dropped.fetch_add(count, Ordering::Relaxed);
        metrics::counter!("countersign_strangers_dropped_total").increment(count);
    }

    /// How many have no record of their own.
    pub fn counted(&self) -> StrangersCounted {
        StrangersCounted {
            folded: self.folded.load(Ordering::Relaxed),
            dropped: self.dropped.load(Ordering::Relaxed),
        }
    }

    fn count(&self, over: FoldedOver) {
        if over == FoldedOver::Everybody {
            self.dropped.fetch_add(1, Ordering::Relaxed);
            metrics::counter!("countersign_strangers_dropped_total").increment(1);
        } else {
            self.folded.fetch_add(1, Ordering::Relaxed);
            metrics::counter!("countersign_strangers_folded_total").increment(1);
        }
    }
}

impl Kind {
    fn of(decided: &Decided, over: FoldedOver) -> Self {
        let asked = || (decided.application.clone(), decided.action, decided.reasons.clone());
        let address = decided.place.as_ref().map(|place| neighbour(place.address));
        match over {
            FoldedOver::Address => Self::Address(asked(), address),
            FoldedOver::Application => Self::Application(asked()),
            FoldedOver::Everybody => Self::Everybody,
        }
    }
}

impl Window {
    fn is_over(&self, now: Timestamp) -> bool {
        now.since(self.since) >= WINDOW
    }

    fn add(&mut self, decided: Decided) {
        if self.count == 0 {
            self.first = decided.at;
        }
        self.count += 1;
        self.sample = Some(decided);
    }

    fn end(self) -> Option<Decided> {
        let folded = Folded { count: self.count, first: self.first, over: self.over };
        self.sample.map(|sample| Decided { folded: Some(folded), ..sample })
    }
}

/// Those who count as one: an IPv4 address, or an IPv6 /64, which is what one household or machine is given.
fn neighbour(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
    }
}
