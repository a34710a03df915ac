//! The recognisers: their names, and how much a check is worth.

/// Recognises one kind of value by its form and a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Recogniser {
    /// Payment cards: issuer ranges and Luhn.
    PaymentCard,
    /// International bank account numbers.
    Iban,
    /// United States social security numbers.
    UsSsn,
    /// German tax identification numbers.
    GermanTaxId,
    /// French social security numbers (NIR).
    FrenchNir,
    /// Italian tax codes.
    ItalianCodiceFiscale,
    /// Spanish identity numbers (DNI and NIE).
    SpanishDni,
    /// Polish PESEL numbers.
    PolishPesel,
    /// Dutch citizen service numbers.
    DutchBsn,
    /// Swedish personal identity numbers.
    SwedishPersonnummer,
    /// Numbers of the British health service.
    UkNhs,
    /// Brazilian taxpayer numbers.
    BrazilianCpf,
    /// Indian Aadhaar numbers.
    IndianAadhaar,
    /// Mail addresses.
    MailAddress,
    /// Telephone numbers in the form of E.164.
    PhoneNumber,
    /// Private keys in PEM.
    PrivateKey,
    /// AWS access key ids.
    AwsKey,
    /// GitHub tokens.
    GithubToken,
    /// Slack tokens.
    SlackToken,
    /// Stripe secret keys.
    StripeKey,
    /// Google API keys.
    GoogleKey,
    /// JSON Web Tokens.
    WebToken,
    /// Passwords in connection strings.
    ConnectionPassword,
    /// The name of a column that holds something about a person.
    PersonalColumn,
    /// The name of a column that holds something about health.
    HealthColumn,
    /// The name of a column that holds a secret.
    CredentialColumn,
}

/// How much it says that a value passes a check.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CheckStrength {
    /// The form is so particular that nothing else has it: one value is enough.
    Particular,
    /// The form is usual for other things too in part, so some values must have it.
    Usual,
    /// Of other values of the form, this share passes by chance.
    Chance(f64),
    /// Nearly every value of the form passes, so it counts only in a column whose name says so.
    OnlyNamed,
    /// The name of a column alone.
    Name,
}

impl Recogniser {
    /// All recognisers of values, in the order in which they are shown.
    pub const ALL: &[Self] = &[
        Self::PaymentCard,
        Self::Iban,
        Self::UsSsn,
        Self::GermanTaxId,
        Self::FrenchNir,
        Self::ItalianCodiceFiscale,
        Self::SpanishDni,
        Self::PolishPesel,
        Self::DutchBsn,
        Self::SwedishPersonnummer,
        Self::UkNhs,
        Self::BrazilianCpf,
        Self::IndianAadhaar,
        Self::MailAddress,
        Self::PhoneNumber,
        Self::PrivateKey,
        Self::AwsKey,
        Self::GithubToken,
        Self::SlackToken,
        Self::StripeKey,
        Self::GoogleKey,
        Self::WebToken,
        Self::ConnectionPassword,
    ];

    /// Returns its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PaymentCard => "payment_card",
            Self::Iban => "iban",
            Self::UsSsn => "us_ssn",
            Self::GermanTaxId => "german_tax_id",
            Self::FrenchNir => "french_nir",
            Self::ItalianCodiceFiscale => "italian_codice_fiscale",
            Self::SpanishDni => "spanish_dni",
            Self::PolishPesel => "polish_pesel",
            Self::DutchBsn => "dutch_bsn",
            Self::SwedishPersonnummer => "swedish_personnummer",
            Self::UkNhs => "uk_nhs",
            Self::BrazilianCpf => "brazilian_cpf",
            Self::IndianAadhaar => "indian_aadhaar",
            Self::MailAddress => "mail_address",
            Self::PhoneNumber => "phone_number",
            Self::PrivateKey => "private_key",
            Self::AwsKey => "aws_key",
            Self::GithubToken => "github_token",
            Self::SlackToken => "slack_token",
            Self::StripeKey => "stripe_key",
            Self::GoogleKey => "google_key",
            Self::WebToken => "web_token",
            Self::ConnectionPassword => "connection_password",
            Self::PersonalColumn => "personal_column_name",
            Self::HealthColumn => "health_column_name",
            Self::CredentialColumn => "credential_column_name",
        }
    }

    /// Returns how much it says that a value passes.
    pub const fn strength(self) -> CheckStrength {
        match self {
            // One of ten digits passes.
            Self::PaymentCard
            | Self::GermanTaxId
            | Self::PolishPesel
            | Self::SwedishPersonnummer
            | Self::IndianAadhaar => CheckStrength::Chance(0.1),
            Self::DutchBsn => CheckStrength::Chance(1.0 / 11.0),
            Self::Iban | Self::FrenchNir => CheckStrength::Chance(1.0 / 97.0),
            Self::ItalianCodiceFiscale => CheckStrength::Chance(1.0 / 26.0),
            Self::SpanishDni => CheckStrength::Chance(1.0 / 23.0),
            Self::BrazilianCpf => CheckStrength::Chance(0.01),
            // An ISBN with ten digits has the same check digit as a number of the health service.
            Self::UkNhs => CheckStrength::OnlyNamed,
            // 898 of 999 areas, 99 of 100 groups, 9,999 of 10,000 serial numbers.
            Self::UsSsn => CheckStrength::Chance(0.889),
            Self::MailAddress | Self::PhoneNumber => CheckStrength::Usual,
            Self::PrivateKey
            | Self::AwsKey
            | Self::GithubToken
            | Self::SlackToken
            | Self::StripeKey
            | Self::GoogleKey
            | Self::WebToken
            | Self::ConnectionPassword => CheckStrength::Particular,
            Self::PersonalColumn | Self::HealthColumn | Self::CredentialColumn => CheckStrength::Name,
        }
    }
}
