//! Reads filters. Written by hand rather than with a library of parsers, since every error has to name its place and the
//! attribute, and every name is resolved where it stands.

use crate::attribute::{ScimAttribute, ScimValueKind};
use crate::error::{ScimError, invalid_filter};
use crate::filter::{FilterOperator, FilterValue, ScimFilter};
use crate::path::ScimPath;
use crate::resource_type::ResourceType;
use jiff::Timestamp;

/// What the names of a filter mean.
#[derive(Debug, Clone, Copy)]
pub(crate) enum FilterScope {
    /// Attributes of a type of resource.
    Resource(&'static ResourceType),
    /// Parts of an attribute.
    Parts(&'static ScimAttribute),
}

#[derive(Debug, Clone, PartialEq)]
enum FilterToken<'a> {
    Open,
    Close,
    OpenBracket,
    CloseBracket,
    Text(String),
    Word(&'a str),
}

pub(crate) struct FilterParser<'a> {
    text: &'a str,
    /// Where the next token starts, in bytes.
    position: usize,
    scope: FilterScope,
    depth: usize,
    comparisons: usize,
}

impl<'a> FilterParser<'a> {
    pub(crate) fn new(text: &'a str, scope: FilterScope) -> Result<Self, ScimError> {
        if text.len() > ScimFilter::LONGEST {
            return Err(invalid_filter(format!("the filter is longer than {} bytes", ScimFilter::LONGEST)));
        }
        Ok(Self { text, position: 0, scope, depth: 0, comparisons: 0 })
    }

    /// Reads a filter, as far as it goes.
    pub(crate) fn filter(&mut self) -> Result<ScimFilter, ScimError> {
        self.depth += 1;
        if self.depth > ScimFilter::DEEPEST {
            return Err(invalid_filter(format!("the filter is nested deeper than {}", ScimFilter::DEEPEST)));
        }
        let mut any = vec![self.all()?];
        while self.takes_word("or")? {
            any.push(self.all()?);
        }
        self.depth -= 1;
        Ok(one_or(any, ScimFilter::Any))
    }

    /// Reads the end of the text.
    pub(crate) fn end(&mut self) -> Result<(), ScimError> {
        match self.next()? {
            None => Ok(()),
            Some(token) => Err(self.unexpected(Some(&token), "\"and\", \"or\" or the end")),
        }
    }

    /// Reads the bracket that ends a selection, and the part that may follow it.
    pub(crate) fn after_bracket(&mut self) -> Result<Option<&'a str>, ScimError> {
        self.expect(&FilterToken::CloseBracket, "\"]\"")?;
        let rest = self.text.get(self.position..).unwrap_or_default();
        match rest.strip_prefix('.') {
            None if rest.is_empty() => Ok(None),
            Some(part) => Ok(Some(part)),
            None => Err(self.wrong(&format!("{rest:?} follows the selection"))),
        }
    }

    fn all(&mut self) -> Result<ScimFilter, ScimError> {
        let mut all = vec![self.single()?];
        while self.takes_word("and")? {
            all.push(self.single()?);
        }
        Ok(one_or(all, ScimFilter::All))
    }

    fn single(&mut self) -> Result<ScimFilter, ScimError> {
        const EXPECTED: &str = "an attribute, \"not (\" or \"(\"";
        match self.next()? {
            Some(FilterToken::Open) => self.in_parentheses(),
            Some(FilterToken::Word(word)) if word.eq_ignore_ascii_case("not") => {
                self.expect(&FilterToken::Open, "\"(\" after \"not\"")?;
                Ok(ScimFilter::Not(Box::new(self.in_parentheses()?)))
            }
            Some(FilterToken::Word(word)) => self.comparison(word),
            other => Err(self.unexpected(other.as_ref(), EXPECTED)),
        }
    }

    fn in_parentheses(&mut self) -> Result<ScimFilter, ScimError> {
        let filter = self.filter()?;
        self.expect(&FilterToken::Close, "\")\"")?;
        Ok(filter)
    }

    fn comparison(&mut self, name: &str) -> Result<ScimFilter, ScimError> {
        self.comparisons += 1;
        if self.comparisons > ScimFilter::MOST_COMPARISONS {
            let most = ScimFilter::MOST_COMPARISONS;
            return Err(invalid_filter(format!("the filter has more than {most} comparisons")));
        }
        let path = self.resolve(name)?;
        match self.next()? {
            Some(FilterToken::OpenBracket) => self.selection(path),
            Some(FilterToken::Word(word)) if word.eq_ignore_ascii_case("pr") => Ok(ScimFilter::Present(path)),
            Some(FilterToken::Word(word)) => match FilterOperator::read(word) {
                None => Err(self.wrong(&format!("there is no operator {word:?}"))),
                Some(operator) => {
                    let value = self.value(path, operator)?;
                    Ok(ScimFilter::Compare { path, operator, value })
                }
            },
            other => Err(self.unexpected(other.as_ref(), "an operator such as \"eq\"")),
        }
    }

    fn resolve(&self, name: &str) -> Result<ScimPath, ScimError> {
        match self.scope {
            FilterScope::Resource(kind) => ScimPath::parse(kind, name).map_err(|detail| self.wrong(&detail)),
            FilterScope::Parts(attribute) => match attribute.part(name) {
                Some(part) => Ok(ScimPath { extension: None, attribute: Some(part), part: None }),
                None => Err(self.wrong(&format!("{} has no part {name:?}", attribute.name))),
            },
        }
    }

    fn selection(&mut self, path: ScimPath) -> Result<ScimFilter, ScimError> {
        let complex = path.attribute.filter(|attribute| {
            attribute.kind == ScimValueKind::Complex && path.part.is_none() && attribute.multi_valued
        });
        let Some(attribute) = complex else {
            return Err(self.wrong(&format!("{path} has no values to select from")));
        };
        let outer = std::mem::replace(&mut self.scope, FilterScope::Parts(attribute));
        let filter = Box::new(self.filter()?);
        self.scope = outer;
        self.expect(&FilterToken::CloseBracket, "\"]\"")?;
        Ok(ScimFilter::Values { path, filter })
    }

    /// Reads the value that an attribute is compared with, as the attribute's type.
    fn value(&mut self, path: ScimPath, operator: FilterOperator) -> Result<FilterValue, ScimError> {
        let leaf = path.leaf().and_then(|leaf| match leaf.kind {
            ScimValueKind::Complex => leaf.part("value"),
            _ => Some(leaf),
        });
        let Some(leaf) = leaf else {
            return Err(self.wrong(&format!("{path} has parts: compare one of them")));
        };
        let token = self.next()?;
        if matches!(token, Some(FilterToken::Word(word)) if word.eq_ignore_ascii_case("null")) {
            return self.only_equality(&path, operator).map(|()| FilterValue::Null);
        }
        match (leaf.kind, token) {
            (ScimValueKind::Boolean, token) => {
                self.only_equality(&path, operator)?;
                let word = match &token {
                    Some(FilterToken::Word(word)) => *word,
                    Some(FilterToken::Text(text)) => text.as_str(),
                    _ => "",
                };
                let read = read_boolean(word);
                read.map(FilterValue::Boolean).ok_or_else(|| self.wrong(&format!("{path} is true or false")))
            }
            (ScimValueKind::DateTime, Some(FilterToken::Text(text))) => {
                if matches!(
                    operator,
                    FilterOperator::Contains | FilterOperator::StartsWith | FilterOperator::EndsWith
                ) {
                    return Err(self.wrong(&format!("{path} is a moment, and has no pieces to compare")));
                }
                let moment = text.parse::<Timestamp>();
                let detail = || format!("{text:?} is no moment such as 2026-11-30T12:00:00Z");
                moment.map(FilterValue::Moment).map_err(|_| self.wrong(&detail()))
            }
            (_, Some(FilterToken::Text(text))) => {
                Ok(FilterValue::Text(if leaf.folds_case() { text.to_lowercase() } else { text }))
            }
            (_, Some(FilterToken::Word(word))) => {
                Err(self.wrong(&format!("{path} is a text: write {word:?} in quotation marks")))
            }
            (_, other) => Err(self.unexpected(other.as_ref(), "a value")),
        }
    }

    fn only_equality(&self, path: &ScimPath, operator: FilterOperator) -> Result<(), ScimError> {
        if operator.is_equality() {
            return Ok(());
        }
        Err(self.wrong(&format!("{path} can be compared so with \"eq\" and \"ne\" only")))
    }

    fn takes_word(&mut self, expected: &str) -> Result<bool, ScimError> {
        let before = self.position;
        match self.next()? {
            Some(FilterToken::Word(word)) if word.eq_ignore_ascii_case(expected) => Ok(true),
            _ => {
                self.position = before;
                Ok(false)
            }
        }
    }

    fn expect(&mut self, expected: &FilterToken<'_>, name: &str) -> Result<(), ScimError> {
        match self.next()? {
            Some(token) if token == *expected => Ok(()),
            other => Err(self.unexpected(other.as_ref(), name)),
        }
    }

    fn next(&mut self) -> Result<Option<FilterToken<'a>>, ScimError> {
        let rest = self.text.get(self.position..).unwrap_or_default();
        let trimmed = rest.trim_start_matches([' ', '\t']);
        self.position += rest.len() - trimmed.len();
        let Some(first) = trimmed.chars().next() else { return Ok(None) };
        let (token, length) = match first {
            '(' => (FilterToken::Open, 1),
            ')' => (FilterToken::Close, 1),
            '[' => (FilterToken::OpenBracket, 1),
            ']' => (FilterToken::CloseBracket, 1),
            '"' => {
                let (text, length) = self.quoted(trimmed)?;
                (FilterToken::Text(text), length)
            }
            _ => {
                let ends = |character: char| character.is_whitespace() || "()[]\"".contains(character);
                let length = trimmed.find(ends).unwrap_or(trimmed.len());
                let Some(word) = trimmed.get(..length).filter(|word| !word.is_empty()) else {
                    return Err(self.wrong(&format!("{first:?} is not allowed here")));
                };
                (FilterToken::Word(word), length)
            }
        };
        self.position += length;
        Ok(Some(token))
    }

    /// Reads a text as JSON writes one. Returns it with its length in the filter.
    fn quoted(&self, from: &str) -> Result<(String, usize), ScimError> {
        let mut escaped = false;
        let end = from.char_indices().skip(1).find(|(_, character)| {
            let ends = *character == '"' && !escaped;
            escaped = *character == '\\' && !escaped;
            ends
        });
        let Some((end, _)) = end else { return Err(self.wrong("a text has no closing quotation mark")) };
        let quoted = from.get(..=end).unwrap_or_default();
        let text: String = serde_json::from_str(quoted)
            .map_err(|_| self.wrong(&format!("{quoted} is not a text as JSON writes one")))?;
        Ok((text, quoted.len()))
    }

    fn unexpected(&self, found: Option<&FilterToken<'_>>, expected: &str) -> ScimError {
        let found = match found {
            None => "the end".to_owned(),
            Some(FilterToken::Open) => "\"(\"".to_owned(),
            Some(FilterToken::Close) => "\")\"".to_owned(),
            Some(FilterToken::OpenBracket) => "\"[\"".to_owned(),
            Some(FilterToken::CloseBracket) => "\"]\"".to_owned(),
            Some(FilterToken::Text(text)) => format!("the text {text:?}"),
            Some(FilterToken::Word(word)) => format!("{word:?}"),
        };
        self.wrong(&format!("{expected} was expected, not {found}"))
    }

    /// Makes an error that says how far the filter was read.
    fn wrong(&self, detail: &str) -> ScimError {
        let read = self.text.get(..self.position).unwrap_or(self.text);
        invalid_filter(format!("{detail} (at character {})", read.chars().count()))
    }
}

pub(crate) fn read_boolean(word: &str) -> Option<bool> {
    if word.eq_ignore_ascii_case("true") {
        return Some(true);
    }
    word.eq_ignore_ascii_case("false").then_some(false)
}

fn one_or(mut filters: Vec<ScimFilter>, several: fn(Vec<ScimFilter>) -> ScimFilter) -> ScimFilter {
    match filters.pop() {
        Some(only) if filters.is_empty() => only,
        Some(last) => {
            filters.push(last);
            several(filters)
        }
        None => several(filters),
    }
}
