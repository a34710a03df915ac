//! How the name of a person is written by whoever writes it down: scripts, order, case, typing mistakes.
//!
//! Nothing of this is shared with the code that is measured, which has tables of its own.

use crate::dice::SeededDice;

/// How a source turns letters into the letters that it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Letters {
    /// As the person writes them.
    Native,
    /// ASCII, as a passport has them: ü as ue, ø as oe, я as ia.
    Passport,
    /// ASCII, as a keyboard has them: ü as u, ø as o, я as ya.
    Keyboard,
}

impl Letters {
    pub(crate) fn write(self, text: &str) -> String {
        let mut written = String::with_capacity(text.len());
        for letter in text.chars() {
            let lower = letter.to_lowercase().next().unwrap_or(letter);
            let spelt = match self {
                Self::Native => None,
                _ if letter.is_ascii() => None,
                Self::Passport => spelling(lower).map(|(passport, _)| passport),
                Self::Keyboard => spelling(lower).map(|(_, keyboard)| keyboard),
            };
            match spelt {
                None => written.push(letter),
                Some(spelt) if letter.is_lowercase() => written.push_str(spelt),
                Some(spelt) => {
                    let mut letters = spelt.chars();
                    written.extend(letters.next().map(|first| first.to_ascii_uppercase()));
                    written.push_str(letters.as_str());
                }
            }
        }
        written
    }
}

/// Returns how a letter is spelt in passports and on keyboards.
const fn spelling(letter: char) -> Option<(&'static str, &'static str)> {
    Some(match letter {
        'ä' | 'æ' => ("ae", "a"),
        'ö' | 'ø' => ("oe", "o"),
        'ü' => ("ue", "u"),
        'å' => ("aa", "a"),
        'ß' => ("ss", "ss"),
        'á' | 'à' | 'â' | 'ã' | 'ą' | 'ă' => ("a", "a"),
        'é' | 'è' | 'ê' | 'ë' | 'ę' | 'ě' => ("e", "e"),
        'í' | 'ì' | 'ï' | 'ı' | 'i' => ("i", "i"),
        'ó' | 'ò' | 'ô' | 'õ' => ("o", "o"),
        'ú' | 'ù' | 'û' | 'ů' => ("u", "u"),
        'ý' => ("y", "y"),
        'ñ' => ("n", "n"),
        'ń' | 'ň' => ("n", "n"),
        'ç' | 'ć' | 'č' => ("c", "c"),
        'ş' | 'ś' | 'š' => ("s", "s"),
        'ž' | 'ź' | 'ż' => ("z", "z"),
        'ł' => ("l", "l"),
        'ř' => ("r", "r"),
        'ť' => ("t", "t"),
        'ď' => ("d", "d"),
        'ğ' => ("g", "g"),
        'а' => ("a", "a"),
        'б' => ("b", "b"),
        'в' => ("v", "v"),
        'г' => ("g", "g"),
        'д' => ("d", "d"),
        'е' => ("e", "e"),
        'ё' => ("e", "yo"),
        'ж' => ("zh", "zh"),
        'з' => ("z", "z"),
        'и' => ("i", "i"),
        'й' => ("i", "y"),
        'к' => ("k", "k"),
        'л' => ("l", "l"),
        'м' => ("m", "m"),
        'н' => ("n", "n"),
        'о' => ("o", "o"),
        'п' => ("p", "p"),
        'р' => ("r", "r"),
        'с' => ("s", "s"),
        'т' => ("t", "t"),
        'у' => ("u", "u"),
        'ф' => ("f", "f"),
        'х' => ("kh", "h"),
        'ц' => ("ts", "ts"),
        'ч' => ("ch", "ch"),
        'ш' => ("sh", "sh"),
        'щ' => ("shch", "sch"),
        'ъ' => ("ie", ""),
        'ы' => ("y", "y"),
        'ь' => ("", ""),
        'э' => ("e", "e"),
        'ю' => ("iu", "yu"),
        'я' => ("ia", "ya"),
        'α' | 'ά' => ("a", "a"),
        'β' => ("v", "v"),
        'γ' => ("g", "g"),
        'δ' => ("d", "d"),
        'ε' | 'έ' => ("e", "e"),
        'ζ' => ("z", "z"),
        'η' | 'ή' => ("i", "i"),
        'θ' => ("th", "th"),
        'ι' | 'ί' | 'ϊ' => ("i", "i"),
        'κ' => ("k", "k"),
        'λ' => ("l", "l"),
        'μ' => ("m", "m"),
        'ν' => ("n", "n"),
        'ξ' => ("x", "x"),
        'ο' | 'ό' => ("o", "o"),
        'π' => ("p", "p"),
        'ρ' => ("r", "r"),
        'σ' | 'ς' => ("s", "s"),
        'τ' => ("t", "t"),
        'υ' | 'ύ' => ("y", "i"),
        'φ' => ("f", "f"),
        'χ' => ("ch", "h"),
        'ψ' => ("ps", "ps"),
        'ω' | 'ώ' => ("o", "o"),
        _ => return None,
    })
}

/// Returns the text in small ASCII letters and digits alone, as a login or the part of an address has it.
pub(crate) fn compact(text: &str) -> String {
    Letters::Keyboard.write(text).to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect()
}

/// Returns the text with one typing mistake: a letter left out, doubled, exchanged with the next, or another one.
pub(crate) fn mistype(dice: &mut SeededDice, text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if letters.len() < 4 {
        return text.to_owned();
    }
    let at = 1 + dice.below(letters.len() - 2);
    match dice.below(4) {
        0 => {
            letters.remove(at);
        }
        1 => {
            let doubled = letters.get(at).copied().unwrap_or('e');
            letters.insert(at, doubled);
        }
        2 => letters.swap(at, at + 1),
        _ => {
            if let Some(letter) = letters.get_mut(at) {
                *letter = dice.pick(&['a', 'e', 'i', 'n', 'r', 's', 't']);
            }
        }
    }
    letters.into_iter().collect()
}

/// Returns a number with one digit wrong, or two exchanged.
pub(crate) fn misnumber(dice: &mut SeededDice, number: &str) -> String {
    let mut digits: Vec<char> = number.chars().collect();
    let at = dice.below(digits.len().saturating_sub(1));
    if dice.chance(500) {
        digits.swap(at, at + 1);
    } else if let Some(digit) = digits.get_mut(at) {
        *digit = dice.pick(&['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    }
    digits.into_iter().collect()
}

/// Returns the full name in one of the orders that directories have.
pub(crate) fn full_name(dice: &mut SeededDice, given: &str, family: &str) -> String {
    match dice.below(20) {
        0..=12 => format!("{given} {family}"),
        13..=17 => format!("{family}, {given}"),
        18 => format!("{} {}", given, family.to_uppercase()),
        _ => {
            let middle = dice.pick(&["A.", "B.", "J.", "M.", "R.", "T."]);
            format!("{given} {middle} {family}")
        }
    }
}
