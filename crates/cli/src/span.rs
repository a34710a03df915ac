//! Durations and moments: parsing what users type, and formatting.

use countersign_api::LastUse;
use countersign_names::Timestamp;
use std::time::Duration;

const UNITS: &[(char, u64)] = &[('w', 604_800), ('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// Maximum duration: ten years. A longer one is a typing error.
const LONGEST: u64 = 10 * 366 * 86_400;

/// Parses `15m`, `1h30m`, `30d`.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let refused = |why: &str| format!("{why}: write a span such as 90s, 15m, 1h30m, 30d or 2w");
    let mut seconds: u64 = 0;
    let mut largest_left = u64::MAX;
    let mut digits = String::new();
    for letter in text.chars() {
        if letter.is_ascii_digit() {
            digits.push(letter);
            continue;
        }
        let Some((_, unit)) = UNITS.iter().find(|(name, _)| *name == letter) else {
            return Err(refused(&format!("{letter:?} is not a unit of time")));
        };
        // Falling units only, so that a span has one reading: 30m1h is more likely a slip than a wish.
        if *unit >= largest_left {
            return Err(refused("units go from the largest to the smallest, each once"));
        }
        largest_left = *unit;
        let count: u64 = digits.parse().map_err(|_| refused("there is no number before a unit"))?;
        digits.clear();
        seconds = count
            .checked_mul(*unit)
            .and_then(|more| seconds.checked_add(more))
            .ok_or_else(|| refused("that is longer than ten years"))?;
    }
    if !digits.is_empty() {
        return Err(refused("the number has no unit"));
    }
    match seconds {
        0 => Err(refused("a span is longer than nothing")),
        1..=LONGEST => Ok(Duration::from_secs(seconds)),
        _ => Err(refused("that is longer than ten years")),
    }
}

/// A moment, or a duration before now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Since {
    /// This long before now.
    Ago(Duration),
    /// This moment.
    At(Timestamp),
}

impl Since {
    /// Returns the moment, given `now`.
    pub(crate) fn moment(self, now: Timestamp) -> Timestamp {
        match self {
            Self::At(moment) => moment,
            Self::Ago(span) => {
                let micros = i64::try_from(span.as_micros()).unwrap_or(i64::MAX);
                Timestamp::from_micros(now.as_micros().saturating_sub(micros))
            }
        }
    }
}

/// Parses a duration (before now) or an RFC 3339 moment.
pub(crate) fn parse_since(text: &str) -> Result<Since, String> {
    if text.contains('T') {
        text.parse().map(Since::At).map_err(|error: countersign_names::NameError| error.to_string())
    } else {
        parse(text).map(Since::Ago)
    }
}

/// Formats a duration in its two largest units: `3d 4h`, `12m 5s`.
pub(crate) fn show(span: Duration) -> String {
    let mut left = span.as_secs();
    let mut words = Vec::new();
    for (name, unit) in UNITS.iter().filter(|(name, _)| *name != 'w') {
        if left >= *unit {
            words.push(format!("{}{name}", left / unit));
            left %= unit;
        } else if !words.is_empty() {
            break;
        }
        if words.len() == 2 {
            break;
        }
    }
    if words.is_empty() { "0s".to_owned() } else { words.join(" ") }
}

/// Formats how long ago something was last used; a dash if no use is known.
pub(crate) fn last_use(last: Option<&LastUse>, now: Timestamp) -> String {
    last.map_or_else(|| "-".to_owned(), |last| relative(last.at, now))
}

/// Formats when something was last used, and which process observed it.
pub(crate) fn last_use_in_full(last: Option<&LastUse>, now: Timestamp) -> String {
    last.map_or_else(
        || "no use is known".to_owned(),
        |last| format!("{} (observed by {})", moment(last.at, now), last.by),
    )
}

/// Formats a moment relative to `now`: `5m ago`, `in 3d 4h`, `now`.
pub(crate) fn relative(moment: Timestamp, now: Timestamp) -> String {
    let (past, future) = (now.since(moment), moment.since(now));
    if moment == Timestamp::MAX {
        "never".to_owned()
    } else if past >= Duration::from_secs(1) {
        format!("{} ago", show(past))
    } else if future >= Duration::from_secs(1) {
        format!("in {}", show(future))
    } else {
        "now".to_owned()
    }
}

/// Formats a moment to the second, and its distance from `now`.
pub(crate) fn moment(moment: Timestamp, now: Timestamp) -> String {
    if moment == Timestamp::MAX {
        return "never".to_owned();
    }
    let whole = Timestamp::from_micros(moment.as_seconds().saturating_mul(1_000_000)).to_string();
    let date = whole.get(..10).unwrap_or(&whole);
    let time = whole.get(11..19).unwrap_or_default();
    format!("{date} {time}Z ({})", relative(moment, now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_as_people_write_them() {
        for (text, seconds) in [
            ("1s", 1),
            ("90s", 90),
            ("15m", 900),
            ("1h", 3_600),
            ("1h30m", 5_400),
            ("30d", 2_592_000),
            ("2w", 1_209_600),
            ("1w1d1h1m1s", 694_861),
        ] {
            assert_eq!(parse(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
    }

    #[test]
    fn a_span_that_could_be_misread_is_refused_with_an_example() {
        for (text, why) in [
            ("", "longer than nothing"),
            ("0s", "longer than nothing"),
            ("15", "has no unit"),
            ("h", "no number"),
            ("1 h", "' ' is not a unit"),
            ("1y", "'y' is not a unit"),
            ("-1h", "'-' is not a unit"),
            ("1.5h", "'.' is not a unit"),
            ("30m1h", "largest to the smallest"),
            ("1h1h", "largest to the smallest"),
            ("11000d", "ten years"),
            ("99999999999999999999s", "no number"),
            ("18446744073709551615w", "ten years"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(why) && error.contains("15m"), "{text:?}: {error}");
        }
    }

    #[test]
    fn a_moment_is_given_as_such_or_as_so_long_ago() {
        let now: Timestamp = "2026-11-22T09:00:00Z".parse().unwrap();
        let hour: Timestamp = "2026-11-22T08:00:00Z".parse().unwrap();
        for text in ["1h", "60m", "2026-11-22T08:00:00Z", "2026-11-22T09:00:00+01:00"] {
            assert_eq!(parse_since(text).unwrap().moment(now), hour, "{text}");
        }
        assert!(parse_since("yesterday").is_err());
        assert!(parse_since("2026-11-22Tnoon").is_err());
    }

    #[test]
    fn moments_are_shown_with_their_distance() {
        let now: Timestamp = "2026-11-22T09:00:00Z".parse().unwrap();
        for (at, shown) in [
            ("2026-11-22T09:00:00.4Z", "2026-11-22 09:00:00Z (now)"),
            ("2026-11-22T08:54:55Z", "2026-11-22 08:54:55Z (5m 5s ago)"),
            ("2026-11-25T13:00:10Z", "2026-11-25 13:00:10Z (in 3d 4h)"),
            ("2026-11-22T08:00:00Z", "2026-11-22 08:00:00Z (1h ago)"),
            ("2026-11-22T07:59:58Z", "2026-11-22 07:59:58Z (1h ago)"),
            ("never", "never"),
        ] {
            assert_eq!(moment(at.parse().unwrap(), now), shown);
        }
    }
}
