//! Chance from a seed: the same seed gives the same organisation on every machine.

/// A generator of numbers (SplitMix64). Not for secrets.
#[derive(Debug, Clone)]
pub struct SeededDice(u64);

impl SeededDice {
    /// Creates the generator of a seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns the next number.
    pub const fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number below `bound`; zero if `bound` is zero.
    pub fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.roll() % bound).unwrap_or(0)
    }

    /// Returns a number below `bound`, small ones more often, as the common names of a people are.
    pub fn skewed(&mut self, bound: usize) -> usize {
        let (first, second) = (self.below(bound), self.below(bound));
        if self.chance(600) { first.min(second) } else { first }
    }

    /// Returns true `per_mille` times of a thousand.
    pub const fn chance(&mut self, per_mille: u64) -> bool {
        self.roll() % 1000 < per_mille
    }

    /// Returns one of the items.
    pub fn pick<T: Copy + Default>(&mut self, items: &[T]) -> T {
        items.get(self.below(items.len())).copied().unwrap_or_default()
    }

    /// Returns one of the items, the first ones more often.
    pub fn pick_skewed<T: Copy + Default>(&mut self, items: &[T]) -> T {
        items.get(self.skewed(items.len())).copied().unwrap_or_default()
    }
}
