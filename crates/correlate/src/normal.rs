//! Attributes in the form in which they are compared.

pub(crate) mod login;
pub(crate) mod mail;
pub(crate) mod name;
pub(crate) mod text;

/// Returns an employee number without what systems put around it: letters before it, leading zeros, signs. `None` if no
/// digit other than zero is left.
pub(crate) fn employee_number(text: &str) -> Option<String> {
    let digits: String =
        text.chars().skip_while(|c| !c.is_ascii_digit()).filter(char::is_ascii_alphanumeric).collect();
    let digits = digits.trim_start_matches('0').to_ascii_lowercase();
    (!digits.is_empty()).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::employee_number;

    #[test]
    fn employee_numbers_lose_what_systems_put_around_them() {
        for (text, number) in [
            ("00012345", Some("12345")),
            ("12345", Some("12345")),
            ("E0012345", Some("12345")),
            ("EMP-12345", Some("12345")),
            ("12345b", Some("12345b")),
            ("10-20", Some("1020")),
            ("0000", None),
            ("n/a", None),
            ("", None),
        ] {
            assert_eq!(employee_number(text).as_deref(), number, "{text}");
        }
    }
}
