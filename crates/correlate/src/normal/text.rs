//! Letters: without marks and case, in Latin script.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Returns the text in small Latin letters without marks. Cyrillic and Greek letters are transliterated, what is neither is
/// kept; everything that is no letter or digit becomes a space.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.nfc().flat_map(char::to_lowercase) {
        match transliterate(letter) {
            Some(latin) => folded.push_str(latin),
            None => folded.extend(
                std::iter::once(letter)
                    .nfkd()
                    .filter(|part| !is_combining_mark(*part))
                    .map(|part| transliterate(part).map_or(Spelt::Letter(part), Spelt::Latin))
                    .flat_map(Spelt::letters)
                    .map(|part| if part.is_alphanumeric() { part } else { ' ' }),
            ),
        }
    }
    folded
}

/// A letter, or what stands for it.
enum Spelt {
    Letter(char),
    Latin(&'static str),
}

impl Spelt {
    fn letters(self) -> impl Iterator<Item = char> {
        let (one, many) = match self {
            Self::Letter(letter) => (Some(letter), ""),
            Self::Latin(latin) => (None, latin),
        };
        one.into_iter().chain(many.chars())
    }
}

/// Returns what is left of a folded word once the differences between systems of transliteration are taken away: ü is u and
/// ue, й is i, y and j, χ is ch and h. Words that differ only by such a choice have the same skeleton.
pub(crate) fn skeleton(word: &str) -> String {
    let mut text = word.to_owned();
    for (from, to) in REDUCTIONS {
        if text.contains(from) {
            text = text.replace(from, to);
        }
    }
    let mut last = None;
    text.retain(|letter| last.replace(letter) != Some(letter));
    text
}

const REDUCTIONS: [(&str, &str); 23] = [
    ("shch", "sh"),
    ("sch", "sh"),
    ("ae", "a"),
    ("oe", "o"),
    ("ue", "u"),
    ("aa", "a"),
    ("kh", "h"),
    ("ch", "h"),
    ("yo", "e"),
    ("jo", "e"),
    ("iu", "u"),
    ("yu", "u"),
    ("ju", "u"),
    ("ia", "a"),
    ("ya", "a"),
    ("ja", "a"),
    ("ph", "f"),
    ("th", "t"),
    ("x", "ks"),
    ("y", "i"),
    ("j", "i"),
    ("w", "v"),
    ("ou", "u"),
];

const fn transliterate(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ı' => "i",
        'ħ' => "h",
        // Cyrillic: Russian, Ukrainian, Belarusian, Bulgarian, Serbian.
        'а' => "a",
        'б' => "b",
        'в' => "v",
        'г' | 'ґ' => "g",
        'д' => "d",
        'е' | 'э' | 'є' => "e",
        'ё' => "e",
        'ж' => "zh",
        'з' => "z",
        'и' | 'і' | 'й' => "i",
        'ї' => "yi",
        'к' => "k",
        'л' => "l",
        'м' => "m",
        'н' => "n",
        'о' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'у' | 'ў' => "u",
        'ф' => "f",
        'х' => "kh",
        'ц' => "ts",
        'ч' => "ch",
        'ш' => "sh",
        'щ' => "shch",
        'ъ' | 'ь' => "",
        'ы' => "y",
        'ю' => "yu",
        'я' => "ya",
        'ј' => "j",
        'љ' => "lj",
        'њ' => "nj",
        'ћ' => "c",
        'ђ' => "dj",
        'џ' => "dz",
        // Greek.
        'α' => "a",
        'β' => "v",
        'γ' => "g",
        'δ' => "d",
        'ε' => "e",
        'ζ' => "z",
        'η' => "i",
        'θ' => "th",
        'ι' => "i",
        'κ' => "k",
        'λ' => "l",
        'μ' => "m",
        'ν' => "n",
        'ξ' => "x",
        'ο' | 'ω' => "o",
        'π' => "p",
        'ρ' => "r",
        'σ' | 'ς' => "s",
        'τ' => "t",
        'υ' => "y",
        'φ' => "f",
        'χ' => "ch",
        'ψ' => "ps",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(one: &str, other: &str) {
        assert_eq!(skeleton(&fold(one)), skeleton(&fold(other)), "{one} {other}");
    }

    #[test]
    fn spellings_of_one_name_have_one_skeleton() {
        same("Müller", "Mueller");
        same("MÜLLER", "Muller");
        same("Jørgensen", "Joergensen");
        same("Łukasz", "Lukasz");
        same("Åsa", "Aasa");
        same("Юлия", "Iuliia");
        same("Юлия", "Yuliya");
        same("Сергей", "Sergey");
        same("Щербаков", "Shcherbakov");
        same("Χρήστος", "Christos");
        same("Χρήστος", "Hristos");
        same("Γεώργιος", "Georgios");
        same("Groß", "Gross");
        // Composed and decomposed.
        same("Jos\u{e9}", "Jose\u{301}");
        same("İbrahim", "Ibrahim");
    }

    #[test]
    fn other_names_have_other_skeletons() {
        for (one, other) in [("Meyer", "Meier-Bach"), ("Olsen", "Olson"), ("Hart", "Hard"), ("Anna", "Hanna")]
        {
            assert_ne!(skeleton(&fold(one)), skeleton(&fold(other)), "{one} {other}");
        }
    }

    #[test]
    fn letters_of_other_scripts_are_kept() {
        assert_eq!(fold("王 伟"), "王 伟");
        assert_eq!(fold("a-b_c"), "a b c");
    }
}
