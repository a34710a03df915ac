//! Mutations of inputs. The same seed gives the same inputs on every machine, so a finding can be had again.

/// Longest input that is made, in bytes.
const LONGEST: usize = 16 * 1024;

/// Bytes at which parsers turn: separators, ends of ranges, signs.
const SPECIAL: &[u8] = b"\0\t\n\r \"#%&'()*+,-./019:;<=>?@AZ[\\]^_az{|}~\x7f\x80\xc0\xe2\xff";

/// Makes inputs out of others.
#[derive(Debug, Clone)]
pub struct Mutator(u64);

impl Mutator {
    /// Begins a sequence of inputs.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns an input that differs from one of `seeds` in one to four places. Each seed is used about equally often.
    pub fn next(&mut self, seeds: &[Vec<u8>]) -> Vec<u8> {
        let mut input = self.choose(seeds).cloned().unwrap_or_default();
        for _ in 0..=self.below(4) {
            self.change(&mut input, seeds);
        }
        input.truncate(LONGEST);
        input
    }

    fn change(&mut self, input: &mut Vec<u8>, seeds: &[Vec<u8>]) {
        let at = self.below(input.len() + 1);
        // Most pieces are short; some are most of the input.
        let longest = if self.below(4) == 0 { input.len() } else { 16 };
        let until = at + self.below(longest.min(input.len() - at) + 1);
        match self.below(9) {
            0 if at < input.len() => input[at] ^= 1 << self.below(8),
            1 if at < input.len() => input[at] = self.special(),
            2 if at < input.len() => {
                input[at] = input[at].wrapping_add(1).wrapping_sub(2 * (self.below(2) as u8))
            }
            3 => input.insert(at, self.special()),
            4 => drop(input.drain(at..until)),
            5 => {
                let piece = input[at..until].to_vec();
                let to = self.below(input.len() + 1);
                drop(input.splice(to..to, piece));
            }
            6 => input.truncate(at),
            // A piece of another seed, in the place of a piece of this one.
            7 => {
                let other = self.choose(seeds).cloned().unwrap_or_default();
                let from = self.below(other.len() + 1);
                let piece = &other[from..from + self.below((other.len() - from).min(64) + 1)];
                drop(input.splice(at..until, piece.iter().copied()));
            }
            _ => input[at..until].iter_mut().for_each(|byte| {
                *byte = if byte.is_ascii_lowercase() {
                    byte.to_ascii_uppercase()
                } else {
                    byte.to_ascii_lowercase()
                };
            }),
        }
    }

    fn special(&mut self) -> u8 {
        let any = self.step() as u8;
        if self.below(4) == 0 { any } else { SPECIAL[usize::from(any) % SPECIAL.len()] }
    }

    fn choose<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        if of.is_empty() { None } else { of.get(self.below(of.len())) }
    }

    /// Returns a number below `limit`, which is not zero.
    fn below(&mut self, limit: usize) -> usize {
        (self.step() % limit as u64) as usize
    }

    /// SplitMix64, by Sebastiano Vigna (public domain): one addition and three multiplications give 64 well-mixed bits.
    fn step(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
