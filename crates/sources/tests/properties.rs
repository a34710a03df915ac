//! Directories at random, written in every way that LDIF allows: the memberships that are read are those that were written.

#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_sources::{SourceRecord, read_ldif};
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// How a line is written.
#[derive(Debug, Clone, Copy)]
struct Hand {
    /// Whether values are written in base64.
    encodes: bool,
    /// After how many characters a line is folded, if it is.
    folds_after: Option<usize>,
    /// Whether names of attributes and the values of a distinguished name are in upper case.
    shouts: bool,
    /// Whether a comment goes before each entry.
    comments: bool,
}

fn hand() -> impl Strategy<Value = Hand> {
    (any::<bool>(), proptest::option::of(3_usize..40), any::<bool>(), any::<bool>())
        .prop_map(|(encodes, folds_after, shouts, comments)| Hand { encodes, folds_after, shouts, comments })
}

impl Hand {
    /// Writes one value.
    fn line(self, name: &str, value: &str) -> String {
        let name = if self.shouts { name.to_uppercase() } else { name.to_owned() };
        // A value that begins with a space, a colon or `<`, or is not ASCII, has to be encoded.
        let must = !value.is_ascii() || value.starts_with([' ', ':', '<']) || value.ends_with(' ');
        let line = if self.encodes || must {
            format!("{name}:: {}", STANDARD.encode(value))
        } else {
            format!("{name}: {value}")
        };
        let Some(width) = self.folds_after else { return line + "\n" };
        let characters: Vec<char> = line.chars().collect();
        let pieces: Vec<String> = characters.chunks(width).map(|piece| piece.iter().collect()).collect();
        pieces.join("\n ") + "\n"
    }

    /// Writes a distinguished name in one of its spellings.
    fn name(self, common: &str) -> String {
        let mut escaped = String::new();
        for (at, character) in common.chars().enumerate() {
            let is_edge = character == ' ' && (at == 0 || at + 1 == common.chars().count());
            if self.shouts && (",+\"\\<>;=#".contains(character) || is_edge) {
                for byte in character.to_string().bytes() {
                    escaped.push_str(&format!("\\{byte:02X}"));
                }
            } else if ",+\"\\<>;=#".contains(character) || is_edge {
                escaped.push('\\');
                escaped.push(character);
            } else {
                escaped.push(character);
            }
        }
        if self.shouts { format!("CN = {escaped} , DC=X") } else { format!("cn={escaped},dc=x") }
    }
}

/// A directory: the members of each group, by number; accounts come after the groups.
#[derive(Debug, Clone)]
struct Directory {
    names: Vec<String>,
    members: Vec<BTreeSet<usize>>,
    /// The order of the entries, and how each is written.
    hands: Vec<Hand>,
    backwards: bool,
    /// Whether an account says itself where it is a member.
    said_by_members: bool,
}

fn directory() -> impl Strategy<Value = Directory> {
    // Names with everything that has a meaning in a distinguished name.
    let name = "[a-z0-9 ,+=#;<>\"\\\\\u{e4}\u{df}]{1,12}";
    (1_usize..5, 1_usize..12).prop_flat_map(move |(groups, accounts)| {
        let all = groups + accounts;
        (
            vec(name, all),
            vec(btree_set(0..all, 0..all), groups),
            vec(hand(), all),
            any::<bool>(),
            any::<bool>(),
        )
            .prop_map(|(names, members, hands, backwards, said_by_members)| {
                // A number keeps the names apart.
                let names =
                    names.into_iter().enumerate().map(|(number, name)| format!("{number}-{name}z")).collect();
                Directory { names, members, hands, backwards, said_by_members }
            })
    })
}

impl Directory {
    fn written(&self) -> String {
        let mut entries = Vec::new();
        for (number, (name, hand)) in self.names.iter().zip(&self.hands).enumerate() {
            let mut entry = if hand.comments { "# an entry\n#  of many\n".to_owned() } else { String::new() };
            entry += &hand.line("dn", &hand.name(name));
            let is_group = number < self.members.len();
            entry += &hand.line("objectClass", if is_group { "groupOfNames" } else { "person" });
            entry += &hand.line("userPassword", "SECRET");
            if let Some(members) = self.members.get(number).filter(|_| !self.said_by_members) {
                for member in members {
                    entry += &hand.line("member", &hand.name(self.names.get(*member).unwrap()));
                }
            }
            if self.said_by_members {
                for (group, members) in self.members.iter().enumerate() {
                    if members.contains(&number) {
                        entry += &hand.line("memberOf", &hand.name(self.names.get(group).unwrap()));
                    }
                }
            }
            entries.push(entry);
        }
        if self.backwards {
            entries.reverse();
        }
        entries.join("\n")
    }

    fn memberships(&self) -> BTreeSet<(usize, usize)> {
        let pairs = |(group, members): (usize, &BTreeSet<usize>)| -> Vec<(usize, usize)> {
            members.iter().map(|member| (*member, group)).collect()
        };
        self.members.iter().enumerate().flat_map(pairs).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_read_is_what_was_written(directory in directory()) {
        let text = directory.written();
        let mut records = Vec::new();
        let report = read_ldif(text.as_bytes(), &mut records).unwrap_or_else(|error| panic!("{error}\n{text}"));
        prop_assert_eq!(&report.listed, &vec![], "{}", text);
        // The number at the beginning of a name finds it again.
        let mut numbers = BTreeMap::new();
        let mut edges = BTreeSet::new();
        for record in &records {
            let shown = format!("{record:?}");
            prop_assert!(!shown.contains("SECRET"));
            if let SourceRecord::Node(node) = record {
                let number: String = node.name.chars().take_while(char::is_ascii_digit).collect();
                numbers.insert(node.key.clone(), number);
            }
        }
        prop_assert_eq!(numbers.len(), directory.names.len());
        let named = |number: usize| {
            let name = directory.names.get(number).unwrap();
            name.chars().take_while(char::is_ascii_digit).collect::<String>()
        };
        for record in &records {
            if let SourceRecord::Edge(edge) = record {
                edges.insert((numbers.get(&edge.from).unwrap().clone(), numbers.get(&edge.to).unwrap().clone()));
            }
        }
        let expected: BTreeSet<(String, String)> =
            directory.memberships().into_iter().map(|(member, group)| (named(member), named(group))).collect();
        prop_assert_eq!(edges, expected, "{}", text);
    }
}
