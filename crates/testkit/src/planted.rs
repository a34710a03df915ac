//! Generated values with check digits, and decoys that look like them. The formulas are written here a second time, as generators
//! need them, so that a mistake in a recogniser is not made twice in the same way.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test support stops at the first surprise"
)]

/// The values that can be generated, by the names of their recognisers.
pub const PLANTED: &[&str] = &[
    "payment_card",
    "iban",
    "us_ssn",
    "german_tax_id",
    "french_nir",
    "italian_codice_fiscale",
    "spanish_dni",
    "polish_pesel",
    "dutch_bsn",
    "swedish_personnummer",
    "uk_nhs",
    "brazilian_cpf",
    "indian_aadhaar",
    "mail_address",
    "phone_number",
    "private_key",
    "aws_key",
    "github_token",
    "slack_token",
    "stripe_key",
    "google_key",
    "web_token",
    "connection_password",
];

/// The decoys that can be generated.
pub const DECOYS: &[&str] = &[
    "order_number",
    "counter",
    "sixteen_digits",
    "fifteen_digits",
    "eleven_digits",
    "nine_digits",
    "ten_digits",
    "twelve_digits",
    "uuid",
    "timestamp",
    "milliseconds",
    "date_time",
    "version",
    "amount",
    "sha256",
    "bar_code",
    "isbn_10",
    "sku",
    "ip_address",
    "url",
    "words",
    "part_number",
    "file_name",
    "signed_number",
    "public_key",
    "mac_address",
    "eight_digits_letter",
    "imei",
];

/// A sequence of numbers that looks random and is the same for the same seed (splitmix64).
#[derive(Debug, Clone)]
pub struct PlantedNumbers(u64);

const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz";
const UPPER: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const ALPHANUMERIC: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

impl PlantedNumbers {
    /// Begins with a seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns the next number below a limit.
    pub const fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % limit
    }

    /// Returns random digits.
    pub fn digits(&mut self, count: usize) -> String {
        self.of(b"0123456789", count)
    }

    fn of(&mut self, characters: &[u8], count: usize) -> String {
        (0..count).map(|_| char::from(self.one(characters))).collect()
    }

    fn one<T: Copy>(&mut self, all: &[T]) -> T {
        let place = self.below(all.len() as u64);
        all.iter().copied().nth(usize::try_from(place).unwrap_or(0)).expect("the place is one of them")
    }

    fn between(&mut self, from: u64, to: u64) -> u64 {
        from + self.below(to - from + 1)
    }

    /// Returns a valid value of a kind of [`PLANTED`].
    ///
    /// # Panics
    /// If there is no such kind.
    pub fn valid(&mut self, kind: &str) -> String {
        match kind {
            "payment_card" => self.card(),
            "iban" => self.iban(),
            "mail_address" => {
                let (name, host) = (self.of(LOWER, 6), self.of(LOWER, 8));
                let end = self.one(&["org", "com", "de", "co.uk", "example"]);
                format!("{name}.{}@{host}.{end}", self.of(LOWER, 5))
            }
            "phone_number" => {
                let code = self
                    .one(&["1", "44", "49", "33", "34", "39", "48", "31", "46", "55", "91", "351", "420"]);
                format!("+{code}{}{}", self.between(2, 9), self.digits(8))
            }
            "private_key" => {
                let label =
                    self.one(&["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY"]);
                let lines: Vec<String> = (0..6).map(|_| self.of(ALPHANUMERIC, 64)).collect();
                format!("-----BEGIN {label}-----\n{}\n-----END {label}-----", lines.join("\n"))
            }
            "aws_key" => {
                format!("{}{}", self.one(&["AKIA", "ASIA"]), self.of(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16))
            }
            "github_token" => self.github_token(),
            "slack_token" => {
                let (team, bot) = (self.digits(12), self.digits(12));
                format!("{}-{team}-{bot}-{}", self.one(&["xoxb", "xoxp"]), self.of(ALPHANUMERIC, 24))
            }
            "stripe_key" => format!("{}{}", self.one(&["sk_live_", "rk_live_"]), self.of(ALPHANUMERIC, 24)),
            "google_key" => format!("AIza{}", self.of(ALPHANUMERIC, 35)),
            "web_token" => {
                let claims = format!("{{\"sub\":\"{}\",\"iat\":{}}}", self.of(LOWER, 9), self.digits(10));
                let head = base_64_url(br#"{"alg":"HS256","typ":"JWT"}"#);
                format!("{head}.{}.{}", base_64_url(claims.as_bytes()), self.of(ALPHANUMERIC, 43))
            }
            "connection_password" => {
                let (user, password, host) =
                    (self.of(LOWER, 6), self.of(ALPHANUMERIC, 14), self.of(LOWER, 7));
                match self.below(2) {
                    0 => format!("postgres://{user}:{password}@{host}.example:5432/shop"),
                    _ => format!("Server={host};Database=shop;User Id={user};Password={password};"),
                }
            }
            other => self.national_id(other).unwrap_or_else(|| panic!("there are no values {other}")),
        }
    }

    /// Returns a valid number by which a country knows a person; `None` if the kind is not one.
    fn national_id(&mut self, kind: &str) -> Option<String> {
        Some(match kind {
            "us_ssn" => {
                let area = self.one(&[self.clone().between(1, 665), 667, 700, 899]);
                format!("{area:03}-{:02}-{:04}", self.between(1, 99), self.between(1, 9999))
            }
            "german_tax_id" => self.german_tax_id(),
            "french_nir" => {
                let sex = self.between(1, 2);
                let body = format!(
                    "{sex}{:02}{:02}{:02}{}",
                    self.below(100),
                    self.between(1, 12),
                    self.between(1, 95),
                    self.digits(6)
                );
                let key = 97 - body.parse::<u64>().expect("digits") % 97;
                format!("{body}{key:02}")
            }
            "italian_codice_fiscale" => self.codice_fiscale(),
            "spanish_dni" => self.dni(),
            "polish_pesel" => {
                let (year, month, day) = self.date();
                let coded = if year >= 2000 { month + 20 } else { month };
                let body = format!("{:02}{coded:02}{day:02}{}", year % 100, self.digits(4));
                ending(&body, |whole| sum(whole, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]).is_multiple_of(10))
                    .expect("one of ten")
            }
            "dutch_bsn" => self.until(8, |whole| {
                let last = u64::from(whole.as_bytes()[8] - b'0');
                let body = sum(&whole[..8], &[9, 8, 7, 6, 5, 4, 3, 2]);
                body % 11 == last && body > 0
            }),
            "swedish_personnummer" => {
                let (year, month, day) = self.date();
                let body = format!("{:02}{month:02}{day:02}{}", year % 100, self.digits(3));
                let whole = ending(&body, is_luhn).expect("one of ten");
                match self.below(3) {
                    0 => whole,
                    1 => format!("{}-{}", &whole[..6], &whole[6..]),
                    _ => format!("{}{whole}", year / 100),
                }
            }
            "uk_nhs" => {
                let whole =
                    self.until(9, |whole| sum(whole, &[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11));
                if self.below(2) == 0 {
                    whole
                } else {
                    format!("{} {} {}", &whole[..3], &whole[3..6], &whole[6..])
                }
            }
            "brazilian_cpf" => {
                let body = self.digits(9);
                let check = |body: &str| {
                    let weights: Vec<u64> = (2..=body.len() as u64 + 1).rev().collect();
                    let rest = sum(body, &weights) % 11;
                    if rest < 2 { 0 } else { 11 - rest }
                };
                let first = format!("{body}{}", check(&body));
                let whole = format!("{first}{}", check(&first));
                if self.below(2) == 0 {
                    return Some(whole);
                }
                format!("{}.{}.{}-{}", &whole[..3], &whole[3..6], &whole[6..9], &whole[9..])
            }
            "indian_aadhaar" => {
                let body = format!("{}{}", self.between(2, 9), self.digits(10));
                let whole = ending(&body, is_verhoeff).expect("one of ten");
                if self.below(2) == 0 {
                    whole
                } else {
                    format!("{} {} {}", &whole[..4], &whole[4..8], &whole[8..])
                }
            }
            _ => return None,
        })
    }

    /// Returns a decoy of a kind of [`DECOYS`]. `place` is its place in its column.
    ///
    /// # Panics
    /// If there is no such kind.
    pub fn decoy(&mut self, kind: &str, place: u64) -> String {
        match kind {
            "order_number" => format!("2026{:09}", 41_000_000 + place),
            "counter" => (4_000_000_000_000_000 + place).to_string(),
            // The ranges of issuers with random digits behind.
            "sixteen_digits" => format!("{}{}", self.one(&["4", "5"]), self.digits(15)),
            "fifteen_digits" => format!("37{}", self.digits(13)),
            "eleven_digits" => self.digits(11),
            "nine_digits" => self.digits(9),
            "ten_digits" => self.digits(10),
            "twelve_digits" => self.digits(12),
            "uuid" => {
                let hex = self.of(b"0123456789abcdef", 30);
                format!("{}-{}-4{}-8{}-{}", &hex[..8], &hex[8..12], &hex[12..15], &hex[15..18], &hex[18..])
            }
            "timestamp" => (1_700_000_000 + self.below(90_000_000)).to_string(),
            "milliseconds" => (1_700_000_000_000 + self.below(90_000_000_000)).to_string(),
            "date_time" => {
                let (year, month, day) = self.date();
                format!(
                    "{year}-{month:02}-{day:02} {:02}:{:02}:{:02}",
                    self.below(24),
                    self.below(60),
                    self.below(60)
                )
            }
            "version" => format!("{}.{}.{}", self.below(20), self.below(40), self.below(400)),
            "amount" => format!("{}.{:02}", self.below(100_000), self.below(100)),
            "sha256" => self.of(b"0123456789abcdef", 64),
            "bar_code" => {
                let body = format!("4{}", self.digits(11));
                let weights = [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1];
                ending(&body, |whole| sum(whole, &weights).is_multiple_of(10)).expect("one of ten")
            }
            "isbn_10" => {
                self.until(9, |whole| sum(whole, &[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11))
            }
            "sku" => format!("{}-{}", self.of(UPPER, 3), self.digits(6)),
            "ip_address" => format!("10.{}.{}.{}", self.below(256), self.below(256), self.below(256)),
            "url" => {
                format!("https://{}.example/{}?id={}", self.of(LOWER, 6), self.of(LOWER, 5), self.digits(16))
            }
            "words" => {
                let words: Vec<String> = (0..8).map(|place| self.of(LOWER, 3 + place % 5)).collect();
                words.join(" ")
            }
            "part_number" => format!("{}-{}-{}", self.digits(3), self.digits(2), self.digits(4)),
            "file_name" => format!("icon{}@{}x.png", self.below(90), self.between(2, 3)),
            "signed_number" => format!("{}{}", self.one(&["+", "-"]), self.below(100_000)),
            "public_key" => {
                format!("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{} deploy", self.of(ALPHANUMERIC, 43))
            }
            "mac_address" => {
                let all: Vec<String> = (0..6).map(|_| self.of(b"0123456789abcdef", 2)).collect();
                all.join(":")
            }
            "eight_digits_letter" => format!("{}{}", self.digits(8), self.of(b"TRWAGMYFPDXBNJZSQVHLCKE", 1)),
            // The identity of a mobile device has the check digit of a card.
            "imei" => ending(&format!("35{}", self.digits(12)), is_luhn).expect("one of ten"),
            other => panic!("there are no decoys {other}"),
        }
    }

    fn card(&mut self) -> String {
        let (prefix, length) = match self.below(5) {
            0 => ("37", 15),
            1 => ("36", 14),
            2 => (self.one(&["51", "52", "55"]), 16),
            3 => ("6011", 16),
            _ => ("4", 16),
        };
        let body = format!("{prefix}{}", self.digits(length - prefix.len() - 1));
        let whole = ending(&body, is_luhn).expect("one of ten");
        match (self.below(3), length) {
            (0, 16) => format!("{} {} {} {}", &whole[..4], &whole[4..8], &whole[8..12], &whole[12..]),
            (1, 16) => format!("{}-{}-{}-{}", &whole[..4], &whole[4..8], &whole[8..12], &whole[12..]),
            _ => whole,
        }
    }

    fn iban(&mut self) -> String {
        let (country, length) =
            self.one(&[("DE", 22), ("FR", 27), ("GB", 22), ("NL", 18), ("ES", 24), ("NO", 15), ("PL", 28)]);
        let body = match country {
            "GB" | "NL" => format!("{}{}", self.of(UPPER, 4), self.digits(length - 8)),
            _ => self.digits(length - 4),
        };
        // The check digits by trying: the number with them has the remainder 1.
        let whole = (2..99).map(|check| format!("{country}{check:02}{body}")).find(|whole| {
            let moved: String = whole[4..].chars().chain(whole[..4].chars()).collect();
            let decimal: String =
                moved.chars().map(|c| c.to_digit(36).expect("alphanumeric").to_string()).collect();
            decimal.bytes().fold(0, |rest, b| (rest * 10 + u64::from(b - b'0')) % 97) == 1
        });
        let whole = whole.expect("one of 97 check numbers fits");
        if self.below(2) == 0 {
            return whole;
        }
        let groups: Vec<&str> =
            whole.as_bytes().chunks(4).map(|four| std::str::from_utf8(four).expect("ASCII")).collect();
        groups.join(" ")
    }

    fn german_tax_id(&mut self) -> String {
        loop {
            let body = self.digits(10);
            let counts: Vec<usize> =
                ('0'..='9').map(|c| body.matches(c).count()).filter(|count| *count > 1).collect();
            if body.starts_with('0') || !matches!(counts.as_slice(), [2 | 3]) {
                continue;
            }
            let product = body.bytes().fold(10, |product, b| {
                let sum = (product + u64::from(b - b'0')) % 10;
                (if sum == 0 { 10 } else { sum }) * 2 % 11
            });
            return format!("{body}{}", (11 - product) % 10);
        }
    }

    fn codice_fiscale(&mut self) -> String {
        const ODD: &[(char, u64)] = &[
            ('0', 1),
            ('1', 0),
            ('2', 5),
            ('3', 7),
            ('4', 9),
            ('5', 13),
            ('6', 15),
            ('7', 17),
            ('8', 19),
            ('9', 21),
            ('A', 1),
            ('B', 0),
            ('C', 5),
            ('D', 7),
            ('E', 9),
            ('F', 13),
            ('G', 15),
            ('H', 17),
            ('I', 19),
            ('J', 21),
            ('K', 2),
            ('L', 4),
            ('M', 18),
            ('N', 20),
            ('O', 11),
            ('P', 3),
            ('Q', 6),
            ('R', 8),
            ('S', 12),
            ('T', 14),
            ('U', 16),
            ('V', 10),
            ('W', 22),
            ('X', 25),
            ('Y', 24),
            ('Z', 23),
        ];
        let month = self.of(b"ABCDEHLMPRST", 1);
        let day = self.between(1, 28);
        let body = format!(
            "{}{}{month}{day:02}{}{}",
            self.of(b"BCDFGLMNPRST", 6),
            self.digits(2),
            self.of(UPPER, 1),
            self.digits(3)
        );
        let sum: u64 = body
            .chars()
            .enumerate()
            .map(|(place, c)| {
                if place % 2 == 0 {
                    return ODD.iter().find(|(other, _)| *other == c).expect("a letter or digit").1;
                }
                u64::from(c.to_digit(10).unwrap_or_else(|| u32::from(c) - u32::from('A')))
            })
            .sum();
        format!("{body}{}", char::from(UPPER[usize::try_from(sum % 26).expect("small")]))
    }

    fn dni(&mut self) -> String {
        let letters = "TRWAGMYFPDXBNJZSQVHLCKE";
        let letter = |number: u64| {
            letters.chars().nth(usize::try_from(number % 23).expect("small")).expect("there are 23")
        };
        if self.below(4) == 0 {
            let (first, rest) = (self.below(3), self.below(10_000_000));
            let prefix = ["X", "Y", "Z"][usize::try_from(first).expect("small")];
            return format!("{prefix}{rest:07}{}", letter(first * 10_000_000 + rest));
        }
        let number = self.below(100_000_000);
        format!("{number:08}{}", letter(number))
    }

    fn github_token(&mut self) -> String {
        let random = self.of(ALPHANUMERIC, 30);
        // CRC-32 by its table, where the recogniser shifts bits.
        let table: Vec<u32> = (0..256_u32)
            .map(|byte| (0..8).fold(byte, |c, _| if c & 1 == 1 { 0xEDB8_8320 ^ (c >> 1) } else { c >> 1 }))
            .collect();
        let crc = random.bytes().fold(0xFFFF_FFFF_u32, |crc, byte| {
            table[usize::from(u8::try_from(crc & 0xFF).expect("a byte") ^ byte)] ^ (crc >> 8)
        }) ^ 0xFFFF_FFFF;
        let mut check = Vec::new();
        let mut rest = crc;
        for _ in 0..6 {
            check.push(ALPHANUMERIC[usize::try_from(rest % 62).expect("small")]);
            rest /= 62;
        }
        let check: String = check.iter().rev().map(|b| char::from(*b)).collect();
        format!("{}{random}{check}", self.one(&["ghp_", "gho_", "ghs_"]))
    }

    fn date(&mut self) -> (u64, u64, u64) {
        (self.between(1940, 2009), self.between(1, 12), self.between(1, 28))
    }

    /// Returns the first number of random digits and one last digit that holds.
    fn until(&mut self, count: usize, holds: impl Fn(&str) -> bool) -> String {
        loop {
            let body = self.digits(count);
            if let Some(whole) = ending(&body, &holds) {
                return whole;
            }
        }
    }
}

/// Returns the number with the last digit for which it holds.
fn ending(body: &str, holds: impl Fn(&str) -> bool) -> Option<String> {
    (0..10).map(|digit| format!("{body}{digit}")).find(|whole| holds(whole))
}

fn sum(digits: &str, weights: &[u64]) -> u64 {
    digits.bytes().zip(weights).map(|(b, weight)| u64::from(b - b'0') * weight).sum()
}

/// Luhn, by adding the digits of the doubled digits.
fn is_luhn(whole: &str) -> bool {
    let doubled = |(place, b): (usize, u8)| {
        let digit = u64::from(b - b'0') * (1 + place as u64 % 2);
        digit / 10 + digit % 10
    };
    whole.bytes().rev().enumerate().map(doubled).sum::<u64>().is_multiple_of(10)
}

/// Verhoeff, by the published tables.
fn is_verhoeff(whole: &str) -> bool {
    const TIMES: [&str; 10] = [
        "0123456789",
        "1234067895",
        "2340178956",
        "3401289567",
        "4012395678",
        "5987604321",
        "6598710432",
        "7659821043",
        "8765932104",
        "9876543210",
    ];
    const PERMUTED: [&str; 8] = [
        "0123456789",
        "1576283094",
        "5803796142",
        "8916043527",
        "9453126870",
        "4286573901",
        "2793806415",
        "7046913258",
    ];
    let at = |table: &str, place: usize| usize::from(table.as_bytes()[place] - b'0');
    whole
        .bytes()
        .rev()
        .enumerate()
        .fold(0, |sum, (place, b)| at(TIMES[sum], at(PERMUTED[place % 8], usize::from(b - b'0'))))
        == 0
}

fn base_64_url(bytes: &[u8]) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bits: String = bytes.iter().map(|byte| format!("{byte:08b}")).collect();
    bits.as_bytes()
        .chunks(6)
        .map(|six| {
            let padded = format!("{:0<6}", std::str::from_utf8(six).expect("binary digits"));
            char::from(DIGITS[usize::from_str_radix(&padded, 2).expect("binary digits")])
        })
        .collect()
}
