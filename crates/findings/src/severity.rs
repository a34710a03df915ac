//! Severities as numbers of rows and as words.

use countersign_hygiene::HygieneSeverity;

const ALL: [(HygieneSeverity, i64, &str); 5] = [
    (HygieneSeverity::Notice, 1, "notice"),
    (HygieneSeverity::Low, 2, "low"),
    (HygieneSeverity::Medium, 3, "medium"),
    (HygieneSeverity::High, 4, "high"),
    (HygieneSeverity::Critical, 5, "critical"),
];

/// Returns the number of a severity, which rises with it.
pub(crate) fn number(severity: HygieneSeverity) -> i64 {
    ALL.iter().find(|(known, ..)| *known == severity).map_or(0, |(_, number, _)| *number)
}

/// Returns the severity with a number.
pub(crate) fn of_number(number: i64) -> Option<HygieneSeverity> {
    ALL.iter().find(|(_, known, _)| *known == number).map(|(severity, ..)| *severity)
}

/// Returns the word of a severity.
pub fn severity_word(severity: HygieneSeverity) -> &'static str {
    ALL.iter().find(|(known, ..)| *known == severity).map_or("", |(.., word)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_rise_with_the_severity() {
        for (severity, expected, _) in ALL {
            assert_eq!((number(severity), of_number(expected)), (expected, Some(severity)));
        }
        assert!(ALL.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1));
    }
}
