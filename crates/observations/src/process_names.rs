//! The names of processes, each mapped to a small number.

use parking_lot::RwLock;
use std::sync::Arc;

/// The number of this process.
pub const OWN: u16 = 0;

/// Maximum number of names. An installation has a few hundred processes at most; later names share the last number.
const MOST: usize = 4096;

/// Maximum length of a name, in bytes: names come from a table that other processes write.
const LONGEST: usize = 200;

#[derive(Debug)]
pub struct ProcessNames(RwLock<Vec<Arc<str>>>);

impl ProcessNames {
    pub fn of(own: &str) -> Self {
        Self(RwLock::new(vec![own.into()]))
    }

    /// Returns the number of a name, and assigns one if it has none.
    pub fn number(&self, name: &str) -> u16 {
        let name = name.get(..name.floor_char_boundary(LONGEST)).unwrap_or_default();
        let place = |names: &[Arc<str>]| names.iter().position(|known| **known == *name);
        let known = place(&self.0.read());
        let at = known.unwrap_or_else(|| {
            let mut names = self.0.write();
            place(&names).unwrap_or_else(|| {
                if names.len() < MOST {
                    names.push(name.into());
                }
                names.len() - 1
            })
        });
        u16::try_from(at).unwrap_or(u16::MAX)
    }

    pub fn name(&self, number: u16) -> Arc<str> {
        self.0.read().get(usize::from(number)).cloned().unwrap_or_default()
    }

    /// Returns whether the first is later than the second in the order on which every process agrees.
    pub fn is_later(&self, one: u16, other: u16) -> bool {
        one != other && self.name(one) > self.name(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_number_and_there_are_not_too_many() {
        let names = ProcessNames::of("gate-1");
        assert_eq!((names.number("gate-1"), names.number("gate-2"), names.number("gate-2")), (OWN, 1, 1));
        assert!(names.is_later(1, OWN) && !names.is_later(OWN, 1) && !names.is_later(1, 1));
        for n in 0..2 * MOST {
            names.number(&format!("other-{n}"));
        }
        assert_eq!(names.0.read().len(), MOST);
        assert_eq!(&*names.name(1), "gate-2");
        assert_eq!(
            names.name(names.number(&"é".repeat(1000))).len(),
            names.name(u16::try_from(MOST - 1).unwrap()).len()
        );
    }
}
