//! Each recogniser on its own.

use countersign_labels::{Recogniser, SampledValue, reveals_a_value};
use countersign_testkit::planted::{DECOYS, PLANTED, PlantedNumbers};

fn matches(recogniser: Recogniser, text: &str) -> bool {
    recogniser.matches(&SampledValue::new(text))
}

fn named(name: &str) -> Recogniser {
    *Recogniser::ALL.iter().find(|recogniser| recogniser.name() == name).unwrap()
}

#[test]
fn generated_valid_values_match() {
    assert_eq!(PLANTED.len(), Recogniser::ALL.len());
    for kind in PLANTED {
        let mut numbers = PlantedNumbers::new(7);
        for _ in 0..2_000 {
            let value = numbers.valid(kind);
            assert!(matches(named(kind), &value), "{kind}: {value}");
        }
    }
}

#[test]
fn one_changed_digit_does_not_match() {
    for (kind, least) in [
        ("payment_card", 100.0),
        ("iban", 100.0),
        ("german_tax_id", 100.0),
        ("french_nir", 100.0),
        ("italian_codice_fiscale", 100.0),
        ("spanish_dni", 100.0),
        ("polish_pesel", 100.0),
        ("dutch_bsn", 100.0),
        ("swedish_personnummer", 99.0),
        ("uk_nhs", 100.0),
        ("indian_aadhaar", 100.0),
        ("github_token", 100.0),
        // The remainders 0 and 1 have the same check digit, so a few changes stay hidden.
        ("brazilian_cpf", 99.0),
    ] {
        let mut numbers = PlantedNumbers::new(8);
        let (mut changed, mut refused) = (0.0, 0.0);
        while changed < 2_000.0 {
            let value = numbers.valid(kind);
            let place = usize::try_from(numbers.below(value.len() as u64)).unwrap();
            let (before, rest) = value.split_at(place);
            let Some(digit) = rest.chars().next().and_then(|c| c.to_digit(10)) else { continue };
            let other = (u64::from(digit) + 1 + numbers.below(9)) % 10;
            let wrong = format!("{before}{other}{}", rest.get(1..).unwrap());
            changed += 1.0;
            refused += f64::from(u8::from(!matches(named(kind), &wrong)));
        }
        assert!(refused * 100.0 >= changed * least, "{kind}: {refused} of {changed}");
    }
}

#[test]
fn published_examples_match_and_their_neighbours_do_not() {
    for (kind, good, bad) in [
        ("payment_card", "4111 1111 1111 1111", "4111 1111 1111 1112"),
        ("payment_card", "378282246310005", "1234567812345670"),
        ("payment_card", "4111-1111-1111-1111", "4111 1111-1111 1111"),
        ("payment_card", "6011000990139424", "0000000000000000"),
        ("iban", "GB82 WEST 1234 5698 7654 32", "GB82 WEST 1234 5698 7654 33"),
        ("iban", "DE89370400440532013000", "XX89370400440532013000"),
        ("us_ssn", "078-05-1120", "666-05-1120"),
        ("us_ssn", "219-09-9999", "219-00-9999"),
        ("german_tax_id", "86095742719", "86095742718"),
        ("german_tax_id", "47036892816", "11111111111"),
        ("french_nir", "2 55 08 14 168 025 38", "2 55 08 14 168 025 39"),
        ("french_nir", "1850578006084 91", "185 0578006084 91"),
        ("italian_codice_fiscale", "RSSMRA85T10A562S", "RSSMRA85T10A562T"),
        ("spanish_dni", "12345678Z", "12345678A"),
        ("spanish_dni", "X1234567L", "X1234567T"),
        ("polish_pesel", "44051401359", "44051401358"),
        ("dutch_bsn", "111222333", "111222334"),
        ("swedish_personnummer", "811218-9876", "811318-9876"),
        ("uk_nhs", "943 476 5919", "943 476 5918"),
        ("brazilian_cpf", "111.444.777-35", "111.111.111-11"),
        ("mail_address", "ada@example.org", "ada@example"),
        ("mail_address", "a.b+c@x.co.uk", "a..b@x.org"),
        ("mail_address", "o'brien@example.org", "icon@2x.png"),
        ("mail_address", "ada@xn--bcher-kva.example", "lodash@4.17.21"),
        ("phone_number", "+4930123456", "+2101234567"),
        ("phone_number", "+12025550123", "0012025550123"),
        ("aws_key", "AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPL1"),
        ("connection_password", "amqp://user:s3cr3t@host/vhost", "amqp://user:${PASSWORD}@host/vhost"),
        ("connection_password", "Host=db;Username=u;Password=t0ps3cret", "Host=db;Username=u;Password=****"),
        ("connection_password", "redis://:p4ssw0rd1@host", "https://host/a:b@c"),
    ] {
        assert!(matches(named(kind), good), "{kind}: {good}");
        assert!(!matches(named(kind), bad), "{kind}: {bad}");
    }
}

#[test]
fn a_name_that_is_a_value_is_known_as_one() {
    let mut numbers = PlantedNumbers::new(9);
    for kind in ["payment_card", "mail_address", "github_token", "iban"] {
        let value = numbers.valid(kind);
        assert!(reveals_a_value(&format!("exports/{value}.csv")), "{kind}");
    }
    for name in ["customers.csv", "exports/2026-11-30/orders.csv", "icon@2x.png", "a"] {
        assert!(!reveals_a_value(name), "{name}");
    }
    assert!(DECOYS.len() > 20);
}
