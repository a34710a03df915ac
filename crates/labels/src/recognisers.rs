//! The checks of values. Each takes a text without white space around it, and is named by the source of its formula.

mod contact;
mod national_east;
mod national_west;
mod payment;
mod secrets;

use crate::{Recogniser, SampledValue};
pub(crate) use payment::iban_length;

/// What a check says about a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FormMatch {
    /// It does not have the form.
    Other,
    /// It has the form, and does not pass the check.
    OnlyForm,
    /// It passes the check too.
    Passes,
}

impl FormMatch {
    pub(crate) const fn of(form: bool, passes: bool) -> Self {
        match (form, passes) {
            (false, _) => Self::Other,
            (true, false) => Self::OnlyForm,
            (true, true) => Self::Passes,
        }
    }
}

impl Recogniser {
    /// Returns whether a value as a whole passes the check.
    pub fn matches(self, value: &SampledValue<'_>) -> bool {
        check(self, value.reveal()) == FormMatch::Passes
    }
}

/// Checks one candidate.
pub(crate) fn check(recogniser: Recogniser, text: &str) -> FormMatch {
    match recogniser {
        Recogniser::PaymentCard => payment::card(text),
        Recogniser::Iban => payment::iban(text),
        Recogniser::UsSsn => national_west::us_ssn(text),
        Recogniser::BrazilianCpf => national_west::brazilian_cpf(text),
        Recogniser::FrenchNir => national_west::french_nir(text),
        Recogniser::SpanishDni => national_west::spanish_dni(text),
        Recogniser::UkNhs => national_west::uk_nhs(text),
        Recogniser::DutchBsn => national_west::dutch_bsn(text),
        Recogniser::GermanTaxId => national_east::german_tax_id(text),
        Recogniser::ItalianCodiceFiscale => national_east::italian_codice_fiscale(text),
        Recogniser::PolishPesel => national_east::polish_pesel(text),
        Recogniser::SwedishPersonnummer => national_east::swedish_personnummer(text),
        Recogniser::IndianAadhaar => national_east::indian_aadhaar(text),
        Recogniser::MailAddress => contact::mail_address(text),
        Recogniser::PhoneNumber => contact::phone_number(text),
        Recogniser::PrivateKey => secrets::private_key(text),
        Recogniser::AwsKey => secrets::aws_key(text),
        Recogniser::GithubToken => secrets::github_token(text),
        Recogniser::SlackToken => secrets::slack_token(text),
        Recogniser::StripeKey => secrets::stripe_key(text),
        Recogniser::GoogleKey => secrets::google_key(text),
        Recogniser::WebToken => secrets::web_token(text),
        Recogniser::ConnectionPassword => secrets::connection_password(text),
        Recogniser::PersonalColumn | Recogniser::HealthColumn | Recogniser::CredentialColumn => {
            FormMatch::Other
        }
    }
}

/// Returns the digits of a text that is written in one of the given groupings, such as `4-4-4-4`, or in none. The same one
/// character of `separators` stands between all groups.
fn grouped(text: &str, separators: &[char], groupings: &[&[usize]]) -> Option<String> {
    let Some(separator) = text.chars().find(|c| separators.contains(c)) else {
        return text.bytes().all(|b| b.is_ascii_digit()).then(|| text.to_owned());
    };
    let groups: Vec<&str> = text.split(separator).collect();
    if !groups.iter().all(|group| group.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let fits = |grouping: &[usize]| {
        grouping.len() == groups.len()
            && grouping.iter().zip(&groups).all(|(length, group)| group.len() == *length)
    };
    groupings.iter().any(|grouping| fits(grouping)).then(|| groups.concat())
}
