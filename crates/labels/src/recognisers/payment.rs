//! Payment cards and bank accounts.

use super::{FormMatch, grouped};
use crate::checksums::{digits, luhn, modulo_97};

/// How cards are printed: 4-4-4-4, and 4-6-5 and 4-6-4 of American Express and Diners Club.
const CARD_GROUPS: &[&[usize]] = &[&[4, 4, 4, 4], &[4, 6, 5], &[4, 6, 4], &[4, 4, 4, 4, 3]];

/// A payment card: the issuer identification ranges that the networks publish (as in the list of Wikipedia, "Payment card
/// number"), and the check digit of ISO/IEC 7812-1, annex B (Luhn). Visa's old numbers with 13 digits are not issued any
/// more, and would take in many bar codes.
pub(super) fn card(text: &str) -> FormMatch {
    let Some(number) = grouped(text, &[' ', '-'], CARD_GROUPS) else { return FormMatch::Other };
    let form = is_issued(&number) && !number.bytes().all(|b| number.starts_with(char::from(b)));
    FormMatch::of(form, form && digits(&number).is_some_and(|digits| luhn(&digits)))
}

fn is_issued(number: &str) -> bool {
    let first = |length: usize| number.get(..length).and_then(|text| text.parse::<u32>().ok()).unwrap_or(0);
    match number.len() {
        14 => matches!(first(3), 300..=305) || matches!(first(2), 36 | 38 | 39),
        15 => matches!(first(2), 34 | 37),
        16 => {
            first(1) == 4
                || matches!(first(2), 51..=55 | 62 | 65)
                || matches!(first(3), 644..=649)
                || matches!(first(4), 2221..=2720 | 3528..=3589 | 6011)
        }
        19 => first(1) == 4 || first(2) == 62,
        _ => false,
    }
}

/// The length of the whole number by country: the IBAN Registry of SWIFT (ISO 13616), release 99.
const IBAN_LENGTHS: &[(&str, usize)] = &[
    ("AD", 24),
    ("AE", 23),
    ("AL", 28),
    ("AT", 20),
    ("AZ", 28),
    ("BA", 20),
    ("BE", 16),
    ("BG", 22),
    ("BH", 22),
    ("BI", 27),
    ("BR", 29),
    ("BY", 28),
    ("CH", 21),
    ("CR", 22),
    ("CY", 28),
    ("CZ", 24),
    ("DE", 22),
    ("DJ", 27),
    ("DK", 18),
    ("DO", 28),
    ("EE", 20),
    ("EG", 29),
    ("ES", 24),
    ("FI", 18),
    ("FK", 18),
    ("FO", 18),
    ("FR", 27),
    ("GB", 22),
    ("GE", 22),
    ("GI", 23),
    ("GL", 18),
    ("GR", 27),
    ("GT", 28),
    ("HR", 21),
    ("HU", 28),
    ("IE", 22),
    ("IL", 23),
    ("IQ", 23),
    ("IS", 26),
    ("IT", 27),
    ("JO", 30),
    ("KW", 30),
    ("KZ", 20),
    ("LB", 28),
    ("LC", 32),
    ("LI", 21),
    ("LT", 20),
    ("LU", 20),
    ("LV", 21),
    ("LY", 25),
    ("MC", 27),
    ("MD", 24),
    ("ME", 22),
    ("MK", 19),
    ("MN", 20),
    ("MR", 27),
    ("MT", 31),
    ("MU", 30),
    ("NI", 28),
    ("NL", 18),
    ("NO", 15),
    ("OM", 23),
    ("PK", 24),
    ("PL", 28),
    ("PS", 29),
    ("PT", 25),
    ("QA", 29),
    ("RO", 24),
    ("RS", 22),
    ("RU", 33),
    ("SA", 24),
    ("SC", 31),
    ("SD", 18),
    ("SE", 24),
    ("SI", 19),
    ("SK", 24),
    ("SM", 27),
    ("SO", 23),
    ("ST", 25),
    ("SV", 28),
    ("TL", 23),
    ("TN", 24),
    ("TR", 26),
    ("UA", 29),
    ("VA", 22),
    ("VG", 24),
    ("XK", 20),
    ("YE", 30),
];

/// Returns how many characters an account number of this country has.
pub(crate) fn iban_length(country: &str) -> Option<usize> {
    IBAN_LENGTHS.iter().find(|(code, _)| *code == country).map(|(_, length)| *length)
}

/// An international bank account number: country, length and the check of ISO 13616 (ISO/IEC 7064, MOD 97-10).
pub(super) fn iban(text: &str) -> FormMatch {
    let compact = if text.contains(' ') {
        // Printed in groups of four; the last may be shorter.
        let mut groups = text.split(' ').rev();
        let last = groups.next().unwrap_or_default();
        if last.is_empty() || last.len() > 4 || !groups.all(|group| group.len() == 4) {
            return FormMatch::Other;
        }
        text.replace(' ', "")
    } else {
        text.to_owned()
    };
    let form = compact.get(..2).and_then(iban_length) == Some(compact.len())
        && compact.bytes().skip(2).take(2).all(|b| b.is_ascii_digit())
        && compact.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
    if !form {
        return FormMatch::Other;
    }
    let moved = compact.chars().skip(4).chain(compact.chars().take(4));
    FormMatch::of(true, modulo_97(moved) == Some(1))
}
