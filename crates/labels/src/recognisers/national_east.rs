//! Numbers that states give to people: Germany, Italy, Poland, Sweden and India.

use super::{FormMatch, grouped};
use crate::checksums::{digits, is_day, luhn, modulo_11_10, verhoeff, weighted};

/// A tax identification number of Germany: eleven digits, the first not 0, of the first ten exactly one digit two or three
/// times and the others at most once, and the check digit of ISO/IEC 7064, MOD 11,10 (Bundeszentralamt für Steuern, "Aufbau
/// der Identifikationsnummer").
pub(super) fn german_tax_id(text: &str) -> FormMatch {
    let number = grouped(text, &[' '], &[&[2, 3, 3, 3]]).filter(|number| number.len() == 11);
    let Some(digits) = number.as_deref().and_then(digits) else { return FormMatch::Other };
    let count = |digit: u32| digits.iter().take(10).filter(|other| **other == digit).count();
    let repeated: Vec<usize> = (0..10).map(count).filter(|count| *count > 1).collect();
    let form = digits.first() != Some(&0) && matches!(repeated.as_slice(), [2 | 3]);
    FormMatch::of(form, form && modulo_11_10(&digits))
}

/// What a character at an odd place is worth, from 0 to 9 and from A to Z (decree of the Ministero delle Finanze of 23 December
/// 1976). Digits have the values of the first ten letters.
const ODD_PLACES: [u32; 26] =
    [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

/// The letters of the months in a tax code of Italy.
const MONTHS: &str = "ABCDEHLMPRST";

/// The places of a tax code of Italy that hold digits, or the letters that take their place when two codes would be equal.
const DIGIT_PLACES: [usize; 7] = [6, 7, 9, 10, 12, 13, 14];

/// A tax code of Italy: letters of the names, date and place of birth, and a check letter (the same decree).
pub(super) fn italian_codice_fiscale(text: &str) -> FormMatch {
    let upper = text.to_ascii_uppercase();
    let bytes = upper.as_bytes();
    if bytes.len() != 16 {
        return FormMatch::Other;
    }
    let fits = bytes.iter().enumerate().all(|(place, byte)| {
        if DIGIT_PLACES.contains(&place) {
            byte.is_ascii_digit() || b"LMNPQRSTUV".contains(byte)
        } else {
            byte.is_ascii_uppercase()
        }
    });
    if !fits || !bytes.get(8).is_some_and(|month| MONTHS.contains(char::from(*month))) {
        return FormMatch::Other;
    }
    let value = |byte: u8| u32::from(if byte.is_ascii_digit() { byte - b'0' } else { byte - b'A' });
    let worth = |(place, byte): (usize, &u8)| {
        let value = value(*byte);
        if place % 2 == 1 {
            return value;
        }
        usize::try_from(value).ok().and_then(|at| ODD_PLACES.get(at)).copied().unwrap_or_default()
    };
    let sum: u32 = bytes.iter().take(15).enumerate().map(worth).sum();
    FormMatch::of(true, bytes.last().is_some_and(|last| value(*last) == sum % 26))
}

/// A PESEL number of Poland: the date of birth, whose month has the century added, a serial number, and a check digit modulo 10
/// with the weights 1, 3, 7 and 9 (Ustawa o ewidencji ludności, article 15).
pub(super) fn polish_pesel(text: &str) -> FormMatch {
    let Some(digits) = Some(text).filter(|text| text.len() == 11).and_then(digits) else {
        return FormMatch::Other;
    };
    let two = |at: usize| digits.iter().skip(at).take(2).fold(0, |number, digit| number * 10 + digit);
    let (coded, day) = (two(2), two(4));
    let century = match coded / 20 {
        0 => 1900,
        1 => 2000,
        2 => 2100,
        3 => 2200,
        _ => 1800,
    };
    let form = is_day(century + two(0), coded % 20, day);
    FormMatch::of(form, weighted(&digits, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]).is_multiple_of(10))
}

/// A personal identity number of Sweden: the date of birth, a serial number, and the check digit of Luhn over the last ten
/// digits (Skatteverket, SKV 704). A coordination number has 60 added to the day.
pub(super) fn swedish_personnummer(text: &str) -> FormMatch {
    let compact = match text.len() {
        11 | 13 => {
            let at = text.len() - 5;
            let separated = text.as_bytes().get(at).is_some_and(|b| matches!(b, b'-' | b'+'));
            if !separated {
                return FormMatch::Other;
            }
            text.chars().enumerate().filter(|(place, _)| *place != at).map(|(_, c)| c).collect()
        }
        10 | 12 => text.to_owned(),
        _ => return FormMatch::Other,
    };
    let Some(digits) = digits(&compact) else { return FormMatch::Other };
    let short = digits.get(digits.len().saturating_sub(10)..).unwrap_or_default();
    let two = |at: usize| short.iter().skip(at).take(2).fold(0, |number, digit| number * 10 + digit);
    let century = digits.iter().take(2).fold(0, |number, digit| number * 10 + digit);
    // Without a century, 29 February is a day of any year that divides by four.
    let year = if digits.len() == 12 { century * 100 + two(0) } else { 2000 + two(0) };
    let day = if two(4) > 60 { two(4) - 60 } else { two(4) };
    let form = is_day(year, two(2), day) && (digits.len() == 10 || matches!(century, 18..=20));
    FormMatch::of(form, luhn(short))
}

/// An Aadhaar number of India: twelve digits, the first not 0 or 1, and the check digit of Verhoeff (UIDAI, "UID numbering
/// scheme").
pub(super) fn indian_aadhaar(text: &str) -> FormMatch {
    let number = grouped(text, &[' ', '-'], &[&[4, 4, 4]]).filter(|number| number.len() == 12);
    let Some(digits) = number.as_deref().and_then(digits) else { return FormMatch::Other };
    let form = digits.first().is_some_and(|first| *first > 1);
    FormMatch::of(form, verhoeff(&digits))
}
