//! Staged rollouts, as facts state them: the outcomes that they changed, and the condition that halts them.

use countersign_names::{DecisionId, PersonId};
use serde::{Deserialize, Serialize};

/// Maximum number of steps of a rollout.
pub const MOST_STEPS: usize = 20;

/// The shortest watch over a step, in seconds. In less time, hardly any request arrives whose outcome could change.
pub const SHORTEST_WATCH: u32 = 5;

/// Accesses whose outcome a rollout changed in one direction.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Turned {
    /// The people who made them, each listed only the first time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<PersonId>,
    /// The number of accesses, by all principals.
    pub accesses: u64,
    /// The decision of the first of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<DecisionId>,
}

/// How many people of a sample a report predicts a rollout to reach, and to change the outcome for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PredictedStep {
    /// The percentage.
    pub percent: u8,
    /// Those who used an application that the policy can apply to, in the period of the report.
    pub seen: u64,
    /// Those of them whom it would have newly denied.
    pub newly_denied: u64,
    /// Those of them whom it would have newly allowed.
    pub newly_allowed: u64,
}

/// The direction in which an access's outcome changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Turning {
    /// It was denied and would have been allowed.
    Denied,
    /// It was allowed and would have been denied.
    Allowed,
}

/// What a halt condition counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CountUnit {
    /// Each person once.
    People,
    /// Each access.
    Accesses,
}

/// The condition under which a rollout halts by itself: more than a number of changed outcomes in one direction.
///
/// As text, also in facts: `newly denied people > 3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct HaltIf {
    /// The direction.
    pub turning: Turning,
    /// What is counted.
    pub counted: CountUnit,
    /// The largest number that does not halt it.
    pub more_than: u64,
}

/// Text that is not a halt condition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a condition that halts a rollout: write such as `newly denied people > 3`, with denied or allowed, and people or accesses"
)]
pub struct HaltIfError(String);

impl HaltIf {
    /// Returns what it counts, as text: `newly denied people`.
    pub const fn what(&self) -> &'static str {
        match (self.turning, self.counted) {
            (Turning::Denied, CountUnit::People) => "newly denied people",
            (Turning::Denied, CountUnit::Accesses) => "newly denied accesses",
            (Turning::Allowed, CountUnit::People) => "newly allowed people",
            (Turning::Allowed, CountUnit::Accesses) => "newly allowed accesses",
        }
    }
}

impl std::fmt::Display for HaltIf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} > {}", self.what(), self.more_than)
    }
}

impl std::str::FromStr for HaltIf {
    type Err = HaltIfError;

    fn from_str(text: &str) -> Result<Self, HaltIfError> {
        let wrong = || HaltIfError(text.chars().take(80).collect());
        let (what, number) = text.split_once('>').ok_or_else(wrong)?;
        let words: Vec<&str> = what.split_whitespace().collect();
        let (turning, counted) = match words.as_slice() {
            ["newly", "denied", "people"] => (Turning::Denied, CountUnit::People),
            ["newly", "denied", "accesses"] => (Turning::Denied, CountUnit::Accesses),
            ["newly", "allowed", "people"] => (Turning::Allowed, CountUnit::People),
            ["newly", "allowed", "accesses"] => (Turning::Allowed, CountUnit::Accesses),
            _ => return Err(wrong()),
        };
        let number = number.trim();
        // A number has one spelling; parsing alone would also accept `+3` and `003`.
        let more_than: u64 = number.parse().map_err(|_| wrong())?;
        if more_than.to_string() != number {
            return Err(wrong());
        }
        Ok(Self { turning, counted, more_than })
    }
}

impl Serialize for HaltIf {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for HaltIf {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_is_read_and_written_in_words() {
        for text in [
            "newly denied people > 3",
            "newly denied accesses > 0",
            "newly allowed people > 18446744073709551615",
            "newly allowed accesses > 10",
        ] {
            assert_eq!(text.parse::<HaltIf>().unwrap().to_string(), text);
        }
        assert_eq!(" newly  denied people>3 ".parse::<HaltIf>().unwrap().more_than, 3);
    }

    #[test]
    fn what_is_no_condition_is_refused_with_one_that_is() {
        for text in [
            "",
            ">",
            "denied people > 3",
            "newly denied people",
            "newly denied people >= 3",
            "newly denied people < 3",
            "newly denied people > -1",
            "newly denied people > +1",
            "newly denied people > 03",
            "newly denied people > 3 %",
            "newly denied people > 18446744073709551616",
            "newly denied devices > 3",
            "newly stopped people > 3",
            "newly denied people > 3 > 2",
        ] {
            let error = text.parse::<HaltIf>().unwrap_err().to_string();
            assert!(error.contains("newly denied people > 3"), "{error}");
        }
    }
}
