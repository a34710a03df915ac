//! Check digits.

/// Returns the digits of a text of digits, or `None` if it has another character.
pub(crate) fn digits(text: &str) -> Option<Vec<u32>> {
    text.chars().map(|c| c.to_digit(10)).collect()
}

/// Checks the last digit by the Luhn formula (ISO/IEC 7812-1, annex B).
pub(crate) fn luhn(digits: &[u32]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit * 2) {
            (0, _) => *digit,
            (_, doubled) if doubled > 9 => doubled - 9,
            (_, doubled) => doubled,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Returns the remainder of a decimal number modulo 97 (ISO/IEC 7064, MOD 97-10), where letters stand for 10 to 35.
pub(crate) fn modulo_97(text: impl Iterator<Item = char>) -> Option<u32> {
    let mut rest = 0;
    for c in text {
        let value = c.to_digit(36)?;
        rest = if value > 9 { (rest * 100 + value) % 97 } else { (rest * 10 + value) % 97 };
    }
    Some(rest)
}

/// Returns the sum of the digits times their weights.
pub(crate) fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

/// Checks the last digit by ISO/IEC 7064, MOD 11,10.
pub(crate) fn modulo_11_10(digits: &[u32]) -> bool {
    let Some((check, digits)) = digits.split_last() else { return false };
    let product = digits.iter().fold(10, |product, digit| {
        let sum = match (product + digit) % 10 {
            0 => 10,
            sum => sum,
        };
        sum * 2 % 11
    });
    (11 - product) % 10 == *check
}

/// The multiplication of the dihedral group D5 (J. Verhoeff, "Error detecting decimal codes", 1969).
const fn dihedral(left: u32, right: u32) -> u32 {
    match (left < 5, right < 5) {
        (true, true) => (left + right) % 5,
        (true, false) => (left + right) % 5 + 5,
        (false, true) => 5 + (left - right) % 5,
        (false, false) => (5 + left - right) % 5,
    }
}

/// Verhoeff's permutation.
const PERMUTATION: [u32; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

/// Checks the last digit by Verhoeff's formula.
pub(crate) fn verhoeff(digits: &[u32]) -> bool {
    let mut sum = 0;
    for (place, digit) in digits.iter().rev().enumerate() {
        let mut permuted = *digit;
        for _ in 0..place % 8 {
            let Some(next) = usize::try_from(permuted).ok().and_then(|at| PERMUTATION.get(at)) else {
                return false;
            };
            permuted = *next;
        }
        sum = dihedral(sum, permuted);
    }
    sum == 0
}

/// Returns the CRC-32 of bytes (ISO 3309, as in zip files).
pub(crate) fn crc_32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg()))
    })
}

/// Returns whether there is such a day. The year gives the length of February.
pub(crate) const fn is_day(year: u32, month: u32, day: u32) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let last = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    day >= 1 && day <= last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_examples_pass() {
        assert!(luhn(&digits("79927398713").unwrap()), "Wikipedia, Luhn algorithm");
        assert!(verhoeff(&digits("2363").unwrap()), "Wikipedia, Verhoeff algorithm");
        assert!(!verhoeff(&digits("2364").unwrap()));
        assert!(modulo_11_10(&digits("86095742719").unwrap()), "the German tax office's example");
        assert_eq!(modulo_97("3214282912345698765432161182".chars()), Some(1), "Wikipedia, IBAN");
        assert_eq!(crc_32(b"123456789"), 0xCBF4_3926, "the check value of CRC-32");
        assert!(is_day(2000, 2, 29) && !is_day(1900, 2, 29) && !is_day(2001, 4, 31) && !is_day(2001, 13, 1));
    }
}
