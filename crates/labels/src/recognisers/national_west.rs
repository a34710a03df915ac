//! Numbers that states give to people: the Americas, France, Spain, the United Kingdom and the Netherlands.

use super::{FormMatch, grouped};
use crate::checksums::{digits, weighted};

/// A social security number of the United States: the rules of the Social Security Administration since 2011 ("SSN
/// Randomization"): no area 000, 666 or 900 to 999, no group 00, no serial number 0000. There is no check digit. Without its
/// hyphens a number has the form of any other with nine digits, so it is looked at only in a column with a fitting name.
pub(super) fn us_ssn(text: &str) -> FormMatch {
    let Some(number) = grouped(text, &['-'], &[&[3, 2, 4]]).filter(|number| number.len() == 9) else {
        return FormMatch::Other;
    };
    let part = |from: usize, to: usize| number.get(from..to).and_then(|part| part.parse::<u32>().ok());
    let passes = part(0, 3).is_some_and(|area| !matches!(area, 0 | 666 | 900..))
        && part(3, 5) != Some(0)
        && part(5, 9) != Some(0);
    FormMatch::of(true, passes)
}

/// A taxpayer number of Brazil (CPF): two check digits modulo 11 (Receita Federal; Wikipedia, "Cadastro de Pessoas Físicas").
/// A number of equal digits passes and is never given.
pub(super) fn brazilian_cpf(text: &str) -> FormMatch {
    let compact: Option<String> = match text.len() {
        11 => Some(text.to_owned()),
        14 if text.as_bytes().get(11) == Some(&b'-') => {
            grouped(&text.replace('-', "."), &['.'], &[&[3, 3, 3, 2]])
        }
        _ => None,
    };
    let Some(digits) = compact.as_deref().and_then(digits) else { return FormMatch::Other };
    if digits.windows(2).all(|pair| pair.first() == pair.last()) {
        return FormMatch::Other;
    }
    let check = |length: usize| {
        let weights: Vec<u32> = (2..=11).rev().skip(10 - length).collect();
        weighted(&digits, &weights) * 10 % 11 % 10
    };
    FormMatch::of(true, digits.get(9) == Some(&check(9)) && digits.get(10) == Some(&check(10)))
}

/// A social security number of France (NIR): sex, year, month, department, and a key modulo 97 (INSEE, "NIR"; departments 2A and
/// 2B of Corsica count as 19 and 18).
pub(super) fn french_nir(text: &str) -> FormMatch {
    let compact: String = text.chars().filter(|c| *c != ' ').collect();
    let spaced = text.len() == compact.len()
        || text.split(' ').map(str::len).eq([1, 2, 2, 2, 3, 3, 2])
        || text.split(' ').map(str::len).eq([13, 2]);
    if compact.len() != 15 || !spaced || !compact.is_ascii() {
        return FormMatch::Other;
    }
    let numeric = match compact.get(5..7) {
        Some("2A") => compact.replacen("2A", "19", 1),
        Some("2B") => compact.replacen("2B", "18", 1),
        _ => compact,
    };
    let number = |from: usize, to: usize| numeric.get(from..to).and_then(|part| part.parse::<u64>().ok());
    let (Some(body), Some(key), true) =
        (number(0, 13), number(13, 15), numeric.bytes().all(|b| b.is_ascii_digit()))
    else {
        return FormMatch::Other;
    };
    let form = matches!(number(0, 1), Some(1..=4 | 7 | 8))
        && matches!(number(3, 5), Some(1..=12 | 20..=42 | 50..=99))
        && matches!(number(5, 7), Some(1..=99));
    FormMatch::of(form, 97 - body % 97 == key)
}

/// The letters of Spain's identity numbers, by the remainder modulo 23 (Ministerio del Interior, "Cálculo del dígito de control
/// del NIF/NIE").
const SPANISH_LETTERS: &[u8] = b"TRWAGMYFPDXBNJZSQVHLCKE";

/// An identity number of Spain: eight digits and a letter, or X, Y or Z in place of the first digit for foreigners.
pub(super) fn spanish_dni(text: &str) -> FormMatch {
    let compact = match text.as_bytes() {
        [.., b'-', _] if text.len() == 10 => text.replacen('-', "", 1),
        _ => text.to_owned(),
    };
    let [first, rest @ .., letter] = compact.as_bytes() else { return FormMatch::Other };
    let first = match first {
        b'X' => b'0',
        b'Y' => b'1',
        b'Z' => b'2',
        digit => *digit,
    };
    if compact.len() != 9 || !SPANISH_LETTERS.contains(letter) {
        return FormMatch::Other;
    }
    let number: Option<u32> = std::iter::once(&first)
        .chain(rest)
        .try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0')));
    let Some(number) = number else { return FormMatch::Other };
    let expected = usize::try_from(number % 23).ok().and_then(|at| SPANISH_LETTERS.get(at));
    FormMatch::of(true, expected == Some(letter))
}

/// A number of the National Health Service: ten digits of which the last is a check digit modulo 11 (NHS Data Dictionary, "NHS
/// NUMBER"). International standard book numbers with ten digits have the same one.
pub(super) fn uk_nhs(text: &str) -> FormMatch {
    let number = grouped(text, &[' ', '-'], &[&[3, 3, 4]]).filter(|number| number.len() == 10);
    let Some(digits) = number.as_deref().and_then(digits) else { return FormMatch::Other };
    FormMatch::of(true, weighted(&digits, &[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11))
}

/// A citizen service number of the Netherlands: nine digits, the weights 9 to 2 and -1, divisible by 11 (Rijksdienst voor
/// Identiteitsgegevens, "elfproef").
pub(super) fn dutch_bsn(text: &str) -> FormMatch {
    let Some(digits) = Some(text).filter(|text| text.len() == 9).and_then(digits) else {
        return FormMatch::Other;
    };
    // Minus one is ten, modulo 11.
    let passes = weighted(&digits, &[9, 8, 7, 6, 5, 4, 3, 2, 10]).is_multiple_of(11);
    FormMatch::of(digits.iter().any(|digit| *digit != 0), passes)
}
