//! The words and lists of a statement.

use super::ListItem;

/// Reads a statement from left to right.
pub(super) struct Scanner<'a>(&'a str);

impl<'a> Scanner<'a> {
    pub(super) const fn of(text: &'a str) -> Self {
        Self(text)
    }

    pub(super) fn skip_space(&mut self) {
        self.0 = self.0.trim_start();
    }

    pub(super) const fn is_at_end(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns what is left.
    pub(super) const fn rest(&self) -> &'a str {
        self.0
    }

    /// Takes this character, if it is next behind any space.
    pub(super) fn eat(&mut self, character: char) -> bool {
        self.skip_space();
        match self.0.strip_prefix(character) {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }

    /// Takes a word of capitals, digits and underscores that begins with a capital.
    pub(super) fn capitals(&mut self) -> Option<&'a str> {
        self.skip_space();
        let end = self
            .0
            .find(|character: char| {
                !character.is_ascii_uppercase() && !character.is_ascii_digit() && character != '_'
            })
            .unwrap_or(self.0.len());
        let (word, rest) = self.0.split_at_checked(end)?;
        if !word.starts_with(|character: char| character.is_ascii_uppercase()) {
            return None;
        }
        self.0 = rest;
        Some(word)
    }

    /// Takes a word of capitals if it is one of these and this character follows it.
    pub(super) fn word_before(&mut self, known: impl Fn(&str) -> bool, next: char) -> Option<&'a str> {
        let before = self.0;
        let word = self.capitals().filter(|word| known(word));
        if word.is_some() && self.eat(next) {
            return word;
        }
        self.0 = before;
        None
    }

    /// Takes a list of names, separated by commas.
    pub(super) fn list(&mut self) -> Result<Vec<ListItem>, String> {
        let mut items = Vec::new();
        loop {
            let excluded = self.exclusion();
            let name = self.name()?;
            items.push(ListItem { excluded, name });
            if !self.eat(',') {
                return Ok(items);
            }
        }
    }

    /// Takes the exclamation marks before a name. Two of them are none.
    pub(super) fn exclusion(&mut self) -> bool {
        let mut excluded = false;
        while self.eat('!') {
            excluded = !excluded;
        }
        self.skip_space();
        excluded
    }

    /// Takes a name: up to a space or a separator, unless they are escaped or in quotes.
    fn name(&mut self) -> Result<String, String> {
        let mut name = String::new();
        let (mut quoted, mut end) = (false, self.0.len());
        let mut characters = self.0.char_indices();
        while let Some((at, character)) = characters.next() {
            match character {
                '\\' => name.extend(characters.next().map(|(_, escaped)| escaped)),
                '"' => quoted = !quoted,
                // The name of a group of another kind has a colon behind the sign of a group: `%:admins`.
                ':' if !quoted && name == "%" => name.push(':'),
                _ if !quoted && (character.is_whitespace() || ",:=!()".contains(character)) => {
                    end = at;
                    break;
                }
                _ => name.push(character),
            }
        }
        if quoted {
            return Err("a quote does not end".to_owned());
        }
        if name.is_empty() {
            return Err(format!("a name is missing before `{}`", shown(self.0)));
        }
        self.0 = self.0.get(end..).unwrap_or_default();
        Ok(name)
    }

    /// Takes a command with its arguments, up to a separator that is neither escaped nor in quotes.
    pub(super) fn command(&mut self) -> Result<String, String> {
        self.skip_space();
        while let Some(rest) = digest_at(self.0) {
            self.0 = rest;
            self.eat(',');
            self.skip_space();
        }
        let mut command = String::new();
        let (mut quoted, mut end) = (false, self.0.len());
        let mut characters = self.0.char_indices();
        while let Some((at, character)) = characters.next() {
            match character {
                '\\' => match characters.next() {
                    Some((_, escaped)) if ",:=\\ ".contains(escaped) => command.push(escaped),
                    Some((_, other)) => command.extend(['\\', other]),
                    None => {}
                },
                '"' => {
                    quoted = !quoted;
                    command.push(character);
                }
                ',' | ':' if !quoted => {
                    end = at;
                    break;
                }
                _ => command.push(character),
            }
        }
        self.0 = self.0.get(end..).unwrap_or_default();
        let command = command.trim().to_owned();
        if command.is_empty() { Err("a command is missing".to_owned()) } else { Ok(command) }
    }

    /// Takes a word up to a space or a comma.
    pub(super) fn value(&mut self) {
        self.skip_space();
        let end = self.0.find(|character: char| character.is_whitespace()).unwrap_or(self.0.len());
        self.0 = self.0.get(end..).unwrap_or_default();
    }
}

/// Returns what follows the digest of a program that stands here.
fn digest_at(text: &str) -> Option<&str> {
    let rest = ["sha224", "sha256", "sha384", "sha512"].iter().find_map(|kind| text.strip_prefix(kind))?;
    let rest = rest.trim_start().strip_prefix(':')?.trim_start();
    let end =
        rest.find(|character: char| character.is_whitespace() || character == ',').unwrap_or(rest.len());
    rest.get(end..).map(str::trim_start)
}

fn shown(text: &str) -> String {
    crate::text::shortened(text.get(..40).unwrap_or(text))
}
