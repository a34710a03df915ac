//! What the name of a column says about its values, in several languages.

use crate::Recogniser;

/// The words that name values which a recogniser can check, in English, German, French, Spanish, Italian, Portuguese, Dutch,
/// Swedish and Polish.
const CHECKABLE: &[(Recogniser, &[&str])] = &[
    (
        Recogniser::PaymentCard,
        &[
            "card number",
            "cardnumber",
            "card no",
            "credit card",
            "creditcard",
            "cc number",
            "ccnumber",
            "pan",
            "kreditkarte",
            "kreditkartennummer",
            "carte bancaire",
            "numero carte",
            "tarjeta",
            "numero tarjeta",
            "carta credito",
            "cartao",
            "kortnummer",
            "karta",
        ],
    ),
    (
        Recogniser::Iban,
        &[
            "iban",
            "bank account",
            "bankkonto",
            "kontonummer",
            "compte bancaire",
            "cuenta bancaria",
            "rekeningnummer",
        ],
    ),
    (Recogniser::UsSsn, &["ssn", "social security", "social security number", "socialsecuritynumber"]),
    (
        Recogniser::GermanTaxId,
        &["steuer id", "steuerid", "steuernummer", "idnr", "steueridentifikationsnummer", "tax id"],
    ),
    (Recogniser::FrenchNir, &["nir", "securite sociale", "numero secu", "num secu"]),
    (Recogniser::ItalianCodiceFiscale, &["codice fiscale", "codicefiscale"]),
    (Recogniser::SpanishDni, &["dni", "nie", "nif"]),
    (Recogniser::PolishPesel, &["pesel"]),
    (Recogniser::DutchBsn, &["bsn", "burgerservicenummer", "sofinummer"]),
    (Recogniser::SwedishPersonnummer, &["personnummer", "personnr", "pnr"]),
    (Recogniser::UkNhs, &["nhs", "nhs number", "nhsnumber"]),
    (Recogniser::BrazilianCpf, &["cpf"]),
    (Recogniser::IndianAadhaar, &["aadhaar", "aadhar", "uidai"]),
    (
        Recogniser::MailAddress,
        &["email", "e mail", "mail", "mail address", "courriel", "correo", "epost", "e post"],
    ),
    (
        Recogniser::PhoneNumber,
        &["phone", "telephone", "mobile", "telefon", "telefono", "telefone", "tel", "handy", "gsm", "msisdn"],
    ),
];

/// The words that name what no recogniser can check.
const BY_NAME: &[(Recogniser, &[&str])] = &[
    (
        Recogniser::PersonalColumn,
        &[
            "first name",
            "firstname",
            "last name",
            "lastname",
            "surname",
            "family name",
            "given name",
            "full name",
            "fullname",
            "maiden name",
            "date of birth",
            "birth date",
            "birthdate",
            "birthday",
            "dob",
            "passport",
            "passport number",
            "nationality",
            "religion",
            "ethnicity",
            "home address",
            "marital status",
            "vorname",
            "nachname",
            "geburtsdatum",
            "geburtstag",
            "staatsangehoerigkeit",
            "familienstand",
            "prenom",
            "nom de famille",
            "date naissance",
            "date de naissance",
            "nationalite",
            "apellido",
            "apellidos",
            "fecha nacimiento",
            "fecha de nacimiento",
            "nacionalidad",
            "cognome",
            "data nascita",
            "data di nascita",
            "sobrenome",
            "data nascimento",
            "voornaam",
            "achternaam",
            "geboortedatum",
            "fornamn",
            "efternamn",
            "fodelsedatum",
            "imie",
            "nazwisko",
            "data urodzenia",
        ],
    ),
    (
        Recogniser::HealthColumn,
        &[
            "diagnosis",
            "diagnoses",
            "icd10",
            "icd 10",
            "icd code",
            "blood type",
            "blood group",
            "allergies",
            "allergy",
            "medication",
            "prescription",
            "disease",
            "symptoms",
            "medical history",
            "disability",
            "patient",
            "diagnose",
            "krankheit",
            "blutgruppe",
            "allergien",
            "medikament",
            "medikamente",
            "behinderung",
            "befund",
            "maladie",
            "groupe sanguin",
            "ordonnance",
            "traitement medical",
            "diagnostic medical",
            "diagnostico",
            "enfermedad",
            "grupo sanguineo",
            "alergias",
            "diagnosi",
            "malattia",
            "gruppo sanguigno",
            "doenca",
            "ziekte",
            "bloedgroep",
            "sjukdom",
            "blodgrupp",
            "choroba",
            "grupa krwi",
        ],
    ),
    (
        Recogniser::CredentialColumn,
        &[
            "password",
            "passwd",
            "pwd",
            "passphrase",
            "password hash",
            "api key",
            "apikey",
            "access token",
            "refresh token",
            "client secret",
            "secret key",
            "private key",
            "totp secret",
            "otp secret",
            "passwort",
            "kennwort",
            "mot de passe",
            "motdepasse",
            "contrasena",
            "senha",
            "wachtwoord",
            "losenord",
            "haslo",
        ],
    ),
];

/// The last words of names of columns that say something about a thing and are not it, as `password_changed_at`.
const ABOUT: &[&str] = &[
    "at",
    "date",
    "changed",
    "required",
    "expires",
    "expired",
    "expiry",
    "enabled",
    "disabled",
    "count",
    "length",
    "policy",
    "verified",
    "confirmed",
    "sent",
    "attempts",
    "hint",
    "until",
];

/// What the name of a column says.
pub(crate) struct NameHints {
    checkable: Vec<Recogniser>,
    alone: Vec<Recogniser>,
}

impl NameHints {
    pub(crate) fn of(name: &str) -> Self {
        let words = words(name);
        let phrase = format!(" {} ", words.join(" "));
        let says = |words: &[&str]| words.iter().any(|word| phrase.contains(&format!(" {word} ")));
        let is_about = words.last().is_some_and(|last| ABOUT.contains(&last.as_str()));
        let of = |table: &[(Recogniser, &[&str])]| {
            let named = table.iter().filter(|(_, words)| says(words));
            named.map(|(recogniser, _)| *recogniser).collect::<Vec<_>>()
        };
        // The date of a birth is itself what is named.
        let birth = says(&["birth date", "date of birth"]);
        Self { checkable: of(CHECKABLE), alone: if is_about && !birth { Vec::new() } else { of(BY_NAME) } }
    }

    /// Returns whether the name says that the values are these.
    pub(crate) fn name(&self, recogniser: Recogniser) -> bool {
        self.checkable.contains(&recogniser)
    }

    /// Returns what the name alone says.
    pub(crate) fn alone(&self) -> &[Recogniser] {
        &self.alone
    }
}

/// Cuts a name into words of lower-case letters without accents: `dateOfBirth`, `date_of_birth` and `Date of birth` have the same.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before_lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && before_lower) {
            words.push(String::new());
        }
        before_lower = c.is_lowercase();
        if c.is_alphanumeric()
            && let Some(last) = words.last_mut()
        {
            c.to_lowercase().for_each(|c| push_plain(last, c));
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn push_plain(word: &mut String, c: char) {
    match c {
        'ä' => word.push_str("ae"),
        'ö' => word.push_str("oe"),
        'ü' => word.push_str("ue"),
        'ß' => word.push_str("ss"),
        'à' | 'á' | 'â' | 'ã' | 'å' | 'ą' => word.push('a'),
        'è' | 'é' | 'ê' | 'ë' | 'ę' => word.push('e'),
        'ì' | 'í' | 'î' | 'ï' => word.push('i'),
        'ò' | 'ó' | 'ô' | 'õ' | 'ø' => word.push('o'),
        'ù' | 'ú' | 'û' => word.push('u'),
        'ç' | 'ć' => word.push('c'),
        'ñ' | 'ń' => word.push('n'),
        'ł' => word.push('l'),
        'ś' => word.push('s'),
        'ż' | 'ź' => word.push('z'),
        other => word.push(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, checkable: &[Recogniser], alone: &[Recogniser]) {
        let hints = NameHints::of(name);
        assert_eq!((hints.checkable.as_slice(), hints.alone()), (checkable, alone), "{name}");
    }

    #[test]
    fn names_are_read_in_any_spelling_and_several_languages() {
        check("dateOfBirth", &[], &[Recogniser::PersonalColumn]);
        check("customer_date_of_birth", &[], &[Recogniser::PersonalColumn]);
        check("Prénom", &[], &[Recogniser::PersonalColumn]);
        check("Staatsangehörigkeit", &[], &[Recogniser::PersonalColumn]);
        check("contraseña", &[], &[Recogniser::CredentialColumn]);
        check("blood-type", &[], &[Recogniser::HealthColumn]);
        check("CardNumber", &[Recogniser::PaymentCard], &[]);
        check("billing_email", &[Recogniser::MailAddress], &[]);
    }

    #[test]
    fn names_about_a_thing_and_words_within_words_say_nothing() {
        for name in [
            "password_changed_at",
            "passwordResetRequired",
            "company",
            "expanse",
            "span",
            "name",
            "address",
            "",
            "__",
        ] {
            check(name, &[], &[]);
        }
    }
}
