//! Mail addresses and telephone numbers.

use super::FormMatch;

/// The ends of file names with a size in them, as `icon@2x.png`.
const FILES: [&str; 9] = ["png", "jpg", "jpeg", "gif", "svg", "webp", "ico", "css", "js"];

/// A mail address: the addr-spec of RFC 5321, 4.1.2 without quoted local parts and literal addresses, with a domain of at
/// least two labels of which the last is a name.
pub(super) fn mail_address(text: &str) -> FormMatch {
    let Some((local, domain)) = text.split_once('@') else { return FormMatch::Other };
    let is_atom = |atom: &str| {
        !atom.is_empty()
            && atom.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b))
    };
    let is_label = |label: &str| {
        let inner = label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        inner && (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
    };
    let labels: Vec<&str> = domain.split('.').collect();
    let last = labels.last().copied().unwrap_or_default();
    let named = last.starts_with("xn--") || last.bytes().all(|b| b.is_ascii_alphabetic());
    let passes = local.len() <= 64
        && local.split('.').all(is_atom)
        && domain.len() <= 253
        && labels.len() > 1
        && labels.iter().all(|label| is_label(label))
        && last.len() > 1
        && named
        && !FILES.contains(&last.to_ascii_lowercase().as_str());
    FormMatch::of(passes, passes)
}

/// The country codes that ITU-T assigned (Operational Bulletin, "List of ITU-T Recommendation E.164 assigned country codes"), of
/// one and two digits.
const SHORT_CODES: &[u32] = &[
    1, 7, 20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56, 57,
    58, 60, 61, 62, 63, 64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98,
];

/// A telephone number in the form of ITU-T E.164: a plus, an assigned country code, and 8 to 15 digits in all. National forms
/// are like any other number.
pub(super) fn phone_number(text: &str) -> FormMatch {
    let Some(number) = text.strip_prefix('+') else { return FormMatch::Other };
    if !(8..=15).contains(&number.len()) || !number.bytes().all(|b| b.is_ascii_digit()) {
        return FormMatch::Other;
    }
    let code = |length: usize| number.get(..length).and_then(|code| code.parse::<u32>().ok()).unwrap_or(0);
    let short = SHORT_CODES.contains(&code(1)) || SHORT_CODES.contains(&code(2));
    FormMatch::of(true, short || is_long_code(code(3)))
}

const fn is_long_code(code: u32) -> bool {
    matches!(
        code,
        211..=213 | 216 | 218 | 220..=258 | 260..=269 | 290 | 291 | 297..=299 | 350..=359 | 370..=383 | 385..=387 | 389
            | 420 | 421 | 423 | 500..=509 | 590..=599 | 670 | 672..=683 | 685..=692 | 800 | 808 | 850 | 852 | 853 | 855
            | 856 | 870 | 878 | 880..=883 | 886 | 888 | 960..=968 | 970..=977 | 979 | 992..=996 | 998
    )
}
