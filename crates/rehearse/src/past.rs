//! Past worlds and policy sets, folded and read on demand.

use crate::again::Unanswerable;
use countersign_facts::{Digest, Fact, Stated};
use countersign_policy::PolicySet;
use countersign_world::World;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

/// A source of facts, read in order.
pub trait Facts: Send {
    /// Reads at most `limit` facts after sequence `after`; returns none if there are no more.
    ///
    /// # Errors
    /// If they cannot be read, with the reason for people.
    fn read(&mut self, after: u64, limit: usize) -> Result<Vec<Stated>, String>;

    /// Returns the newest stored world at or before this sequence, which need not be folded; `None` if there is none,
    /// which only costs time.
    fn earlier_world(&mut self, until: u64) -> Option<Arc<World>> {
        let _ = until;
        None
    }
}

/// Number of facts per read.
const PAGE: usize = 4096;

/// Maximum number of pages that a search for one fact reads.
const LOOKED_THROUGH: usize = 64;

/// Keep a world after every this many facts, so that going back does not begin at the first fact.
const SPACING: u64 = 4096;

/// Folding this many facts takes longer than reading a stored world.
const FAR: u64 = 50_000;

/// Number of worlds to keep. A reused answer depends on the world in which it was first computed; hardly any is older
/// than these.
const KEPT: usize = 16;

/// The worlds and policy sets of one history at any time.
pub struct Past {
    facts: Box<dyn Facts>,
    /// The present world; no later one is requested.
    present: Arc<World>,
    cursor: Arc<World>,
    /// Facts that were read but not folded; they follow the cursor.
    page: VecDeque<Stated>,
    kept: VecDeque<Arc<World>>,
    policies: HashMap<[u8; 32], Arc<PolicySet>>,
    /// Each version of the policy set that was ever in force, with the last fact that put it there; `None` if that was
    /// not read.
    publications: Option<BTreeMap<Digest, u64>>,
}

impl Past {
    /// Creates the past of `present`; the policy set `in_force` is known already.
    pub fn new(facts: Box<dyn Facts>, present: Arc<World>, in_force: &Arc<PolicySet>) -> Self {
        let nothing = Arc::new(PolicySet::default());
        let known = [nothing, Arc::clone(in_force)].into_iter().map(|set| (set.version(), set));
        Self {
            facts,
            present,
            cursor: Arc::new(World::empty()),
            page: VecDeque::new(),
            kept: VecDeque::new(),
            policies: known.collect(),
            publications: None,
        }
    }

    /// Adds the publications of policies up to the present: each version that was in force, with the sequence of the
    /// last fact that put it there. Without them, only worlds and the policy set in force are known.
    #[must_use]
    pub fn with_publications(self, publications: BTreeMap<Digest, u64>) -> Self {
        Self { publications: Some(publications), ..self }
    }

    /// Returns the present world.
    pub const fn present(&self) -> &Arc<World> {
        &self.present
    }

    /// Returns the fact of this sequence; `None` if there is none.
    ///
    /// # Errors
    /// If the facts cannot be read.
    pub fn fact(&mut self, seq: u64) -> Result<Option<Stated>, Unanswerable> {
        let Some(before) = seq.checked_sub(1) else { return Ok(None) };
        let stated = self.facts.read(before, 1).map_err(Unanswerable::Facts)?;
        Ok(stated.into_iter().next())
    }

    fn published(&self) -> Result<&BTreeMap<Digest, u64>, Unanswerable> {
        let unread = || Unanswerable::Facts("the publications of policies were not read".to_owned());
        self.publications.as_ref().ok_or_else(unread)
    }

    /// Returns the world after the fact of this sequence. Cheap while the requested sequences ascend.
    ///
    /// # Errors
    /// If there is no such fact, or the facts cannot be read or folded.
    pub fn world(&mut self, seq: u64) -> Result<Arc<World>, Unanswerable> {
        if seq > self.present.seq() {
            return Err(Unanswerable::Future { world: seq, present: self.present.seq() });
        }
        if seq < self.cursor.seq() {
            self.go_back(seq);
        }
        if self.cursor.seq() < seq {
            self.go_on(seq)?;
        }
        Ok(Arc::clone(&self.cursor))
    }

    fn go_back(&mut self, seq: u64) {
        let earlier = self.kept.iter().filter(|world| world.seq() <= seq).max_by_key(|world| world.seq());
        self.cursor = earlier.cloned().unwrap_or_default();
        self.page.clear();
    }

    fn go_on(&mut self, seq: u64) -> Result<(), Unanswerable> {
        if seq - self.cursor.seq() >= FAR
            && let Some(world) = self.facts.earlier_world(seq)
            && world.seq() > self.cursor.seq()
        {
            self.page.clear();
            self.cursor = world;
        }
        let mut world = World::clone(&self.cursor);
        while world.seq() < seq {
            let Some(stated) = self.page.pop_front() else {
                let page = self.facts.read(world.seq(), PAGE).map_err(Unanswerable::Facts)?;
                if page.is_empty() {
                    return Err(Unanswerable::Future { world: seq, present: world.seq() });
                }
                self.page = page.into();
                continue;
            };
            if let Err(contradiction) = world.replay(&stated) {
                // The cursor stays in place, so facts already taken from the page are missing between the two.
                self.page.clear();
                return Err(Unanswerable::Facts(contradiction.to_string()));
            }
            if world.seq().is_multiple_of(SPACING) {
                self.keep(&world);
            }
        }
        self.cursor = Arc::new(world);
        Ok(())
    }

    fn keep(&mut self, world: &World) {
        if self.kept.iter().any(|kept| kept.seq() == world.seq()) {
            return;
        }
        if self.kept.len() >= KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back(Arc::new(world.clone()));
    }

    /// Returns the policy sets published after sequence `after`: each version with the sequence of the last fact that
    /// published it, in ascending order.
    ///
    /// # Errors
    /// If the publications were not read.
    pub fn publications(&self, after: u64) -> Result<Vec<(u64, [u8; 32])>, Unanswerable> {
        let published = self.published()?.iter().map(|(version, seq)| (*seq, *version.as_bytes()));
        let mut within: Vec<_> = published.filter(|(seq, _)| *seq > after).collect();
        within.sort_unstable();
        Ok(within)
    }

    /// Returns the sequence of the last fact after sequence `after` for which `wanted` returns true. Searches only the
    /// last quarter of a million facts.
    ///
    /// # Errors
    /// If the facts cannot be read.
    pub fn last(&mut self, after: u64, wanted: impl Fn(&Fact) -> bool) -> Result<Option<u64>, Unanswerable> {
        let mut end = self.present.seq();
        for _ in 0..LOOKED_THROUGH {
            let begin = end.saturating_sub(PAGE as u64).max(after);
            let length = usize::try_from(end.saturating_sub(begin)).unwrap_or(PAGE);
            if length == 0 {
                break;
            }
            let page = self.facts.read(begin, length).map_err(Unanswerable::Facts)?;
            let found = (begin + 1..).zip(&page).filter(|(_, stated)| wanted(&stated.fact)).last();
            if let Some((seq, _)) = found {
                return Ok(Some(seq));
            }
            end = begin;
        }
        Ok(None)
    }

    /// Returns the policy set of this version.
    ///
    /// # Errors
    /// If it was never published here, if this build no longer accepts it, or if the publications were not read.
    pub fn policies(&mut self, version: &[u8; 32]) -> Result<Arc<PolicySet>, Unanswerable> {
        if let Some(set) = self.policies.get(version) {
            return Ok(Arc::clone(set));
        }
        let version_read = Digest::new(*version);
        let unpublished = || Unanswerable::Unpublished(version_read);
        let seq = self.published()?.get(&version_read).copied().ok_or_else(unpublished)?;
        let fact = self.fact(seq)?.map(|stated| stated.fact);
        // The publications come from a table, and the fact from the journal: only what the fact itself says counts.
        let published = fact.as_ref().and_then(Fact::policies);
        let (_, files) =
            published.filter(|(version, _)| **version == version_read).ok_or_else(unpublished)?;
        let files: BTreeMap<String, String> =
            files.iter().map(|(path, file)| (path.clone(), file.0.clone())).collect();
        let set = PolicySet::parse(&files).map_err(|rejected| Unanswerable::Rejected {
            version: version_read,
            why: rejected.to_string(),
        })?;
        let set = Arc::new(set);
        self.policies.insert(*version, Arc::clone(&set));
        Ok(set)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_testkit::story::{Line, person, suspend, told};

    #[derive(Default)]
    struct ToldFacts {
        facts: Vec<Stated>,
        /// A read after an earlier sequence than this fails.
        begin: u64,
        earlier: Option<Arc<World>>,
    }

    impl Facts for ToldFacts {
        fn read(&mut self, after: u64, limit: usize) -> Result<Vec<Stated>, String> {
            if after < self.begin {
                return Err(format!("{after} was read"));
            }
            let after = usize::try_from(after).map_err(|error| error.to_string())?;
            Ok(self.facts.iter().skip(after).take(limit).cloned().collect())
        }

        fn earlier_world(&mut self, until: u64) -> Option<Arc<World>> {
            self.earlier.clone().filter(|world| world.seq() <= until)
        }
    }

    fn stated(facts: &[Line]) -> Vec<Stated> {
        facts.iter().map(Line::stated).collect()
    }

    fn past(facts: &[Line], present: World) -> Past {
        let facts = ToldFacts { facts: stated(facts), ..ToldFacts::default() };
        Past::new(Box::new(facts), Arc::new(present), &Arc::default())
    }

    #[test]
    fn a_world_far_ahead_is_folded_from_the_newest_that_need_not_be_folded() {
        let count = u128::from(FAR) + 10;
        let story: Vec<Line> = (1..=count).map(person).collect();
        let (earlier, present) = (told(&story[..story.len() - 5]), told(&story));
        let (begin, end) = (earlier.seq(), present.seq());
        let facts = ToldFacts { facts: stated(&story), begin, earlier: Some(Arc::new(earlier)) };
        let mut past = Past::new(Box::new(facts), Arc::new(present), &Arc::default());
        for seq in [end, begin, begin + 1] {
            let world = past.world(seq).unwrap();
            assert_eq!((world.seq(), world.people().count() as u64), (seq, seq));
        }
        // Before the stored world, everything is folded from the first fact.
        assert!(matches!(past.world(begin - 1), Err(Unanswerable::Facts(why)) if why == "0 was read"));
    }

    #[test]
    fn any_world_is_found_forwards_and_back() {
        let story: Vec<Line> = (1..=9_000).map(person).collect();
        let mut past = past(&story, told(&story));
        for seq in [0, 1, 8_999, 4_096, 4_095, 9_000, 5_000, 8_192, 3] {
            let world = past.world(seq).unwrap();
            assert_eq!((world.seq(), world.people().count() as u64), (seq, seq));
        }
        assert!(matches!(past.world(9_001), Err(Unanswerable::Future { world: 9_001, present: 9_000 })));
    }

    #[test]
    fn a_fact_that_contradicts_spoils_no_world_before_it() {
        let story = [person(1), person(2), suspend(3), person(4)];
        // A manipulated journal: the present world was folded from a different third fact.
        let present = told(&[person(1), person(2), person(3), person(4)]);
        let mut past = past(&story, present);
        for _ in 0..2 {
            assert!(matches!(past.world(4), Err(Unanswerable::Facts(_))));
            assert_eq!(past.world(2).unwrap().people().count(), 2);
        }
    }
}
