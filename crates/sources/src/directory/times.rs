//! The ways in which directories write a moment.

use countersign_names::Timestamp;

const MICROS: i64 = 1_000_000;
/// Seconds from 1601-01-01, where Active Directory counts from, to 1970-01-01.
const FROM_1601: i64 = 11_644_473_600;
/// Number of seconds of a day.
const DAY: i64 = 86_400;

/// Reads a generalized time (RFC 4517, 3.3.13): `20260131235959Z`, with an optional fraction, minutes and seconds optional,
/// in UTC or with an offset.
pub(super) fn generalized(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (date, rest) = text.split_at_checked(digits)?;
    let part = |from: usize, to: usize| date.get(from..to).and_then(|part| part.parse::<i8>().ok());
    let year: i16 = date.get(0..4)?.parse().ok()?;
    let minute = if date.len() >= 12 { part(10, 12)? } else { 0 };
    let second = if date.len() >= 14 { part(12, 14)? } else { 0 };
    if !matches!(date.len(), 10 | 12 | 14) {
        return None;
    }
    // A leap second becomes the second before it.
    let at =
        jiff::civil::DateTime::new(year, part(4, 6)?, part(6, 8)?, part(8, 10)?, minute, second.min(59), 0)
            .ok()?;
    let (nanos, rest) = fraction(rest, date.len())?;
    let micros = at.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_microsecond();
    let micros = micros.checked_add(nanos / 1_000)?.checked_sub(offset(rest)?.checked_mul(MICROS)?)?;
    Some(Timestamp::from_micros(micros))
}

/// Reads the fraction of the smallest unit that was written, in nanoseconds.
fn fraction(rest: &str, digits: usize) -> Option<(i64, &str)> {
    let Some(fraction) = rest.strip_prefix(['.', ',']) else { return Some((0, rest)) };
    let length = fraction.bytes().take_while(u8::is_ascii_digit).count();
    let (written, rest) = fraction.split_at_checked(length)?;
    let nine: String = written.chars().chain("000000000".chars()).take(9).collect();
    let unit = match digits {
        14 => 1,
        12 => 60,
        _ => 3_600,
    };
    (length > 0).then_some((nine.parse::<i64>().ok()?.checked_mul(unit)?, rest))
}

/// Reads an offset from UTC in seconds.
fn offset(text: &str) -> Option<i64> {
    if text == "Z" {
        return Some(0);
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits = text.get(1..)?;
    let two = |from: usize| digits.get(from..from + 2).and_then(|part| part.parse::<i64>().ok());
    let minutes = match digits.len() {
        2 => 0,
        4 => two(2).filter(|minutes| *minutes < 60)?,
        _ => return None,
    };
    Some(sign * (two(0).filter(|hours| *hours < 24)? * 3_600 + minutes * 60))
}

/// Reads a time of Active Directory: intervals of 100 nanoseconds since 1601. `None` for the values that mean "never".
pub(super) fn filetime(ticks: i64) -> Option<Timestamp> {
    let moment = (1..i64::MAX).contains(&ticks).then_some(ticks)?;
    Some(Timestamp::from_micros((moment / 10).checked_sub(FROM_1601 * MICROS)?))
}

/// Reads days since 1970, as in the shadow file. `None` for the values that mean "never" or "not set".
pub(super) fn days(days: i64) -> Option<Timestamp> {
    (days > 0).then_some(days)?.checked_mul(DAY * MICROS).map(Timestamp::from_micros)
}
