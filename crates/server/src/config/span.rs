//! A duration as written in the configuration.

use serde::Deserialize;
use std::time::Duration;

/// A duration, written as in `90s`, `15m`, `12h`, `30d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span(pub Duration);

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl std::str::FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refused = || format!("{text:?} is not a duration: write a number and s, m, h or d, as in 15m");
        let unit = text.chars().last().ok_or_else(refused)?;
        let number = text.strip_suffix(unit).ok_or_else(refused)?;
        let seconds: u64 = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            _ => return Err(refused()),
        };
        let count: u32 = number.parse().map_err(|_| refused())?;
        Ok(Self(Duration::from_secs(seconds * u64::from(count))))
    }
}
