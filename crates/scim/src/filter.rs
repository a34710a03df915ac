//! Filters (RFC 7644, section 3.4.2.2): which resources, or which values of an attribute, a client means.

use crate::error::ScimError;
use crate::parse::{FilterParser, FilterScope};
use crate::path::ScimPath;
use crate::resource_type::ResourceType;
use jiff::Timestamp;

/// A filter whose names are resolved and whose values have the types of their attributes.
#[derive(Debug, Clone)]
pub enum ScimFilter {
    /// All of these hold.
    All(Vec<Self>),
    /// One of these holds.
    Any(Vec<Self>),
    /// This does not hold.
    Not(Box<Self>),
    /// The attribute has a value.
    Present(ScimPath),
    /// A value of the attribute compares so.
    Compare {
        /// The attribute.
        path: ScimPath,
        /// How its values compare.
        operator: FilterOperator,
        /// With what.
        value: FilterValue,
    },
    /// One value of the attribute fulfils a filter over its parts.
    Values {
        /// The attribute.
        path: ScimPath,
        /// The filter, whose names are parts.
        filter: Box<Self>,
    },
}

/// How two values compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilterOperator {
    /// They are equal.
    Equal,
    /// No value of the attribute is equal.
    NotEqual,
    /// The attribute's has the other in it.
    Contains,
    /// The attribute's starts with the other.
    StartsWith,
    /// The attribute's ends with the other.
    EndsWith,
    /// The attribute's comes later.
    Greater,
    /// The attribute's is equal or comes later.
    GreaterOrEqual,
    /// The attribute's comes earlier.
    Less,
    /// The attribute's is equal or comes earlier.
    LessOrEqual,
}

impl FilterOperator {
    /// All operators with the words of the standard.
    pub const ALL: [(&'static str, Self); 9] = [
        ("eq", Self::Equal),
        ("ne", Self::NotEqual),
        ("co", Self::Contains),
        ("sw", Self::StartsWith),
        ("ew", Self::EndsWith),
        ("gt", Self::Greater),
        ("ge", Self::GreaterOrEqual),
        ("lt", Self::Less),
        ("le", Self::LessOrEqual),
    ];

    /// Returns the operator with a word in any case.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, operator)| *operator)
    }

    /// Returns the word of the standard.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(_, operator)| *operator == self).map_or("", |(name, _)| name)
    }

    /// Returns whether it asks for an order or for a piece of a text, which not every value has.
    pub const fn is_equality(self) -> bool {
        matches!(self, Self::Equal | Self::NotEqual)
    }
}

/// What a filter compares with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilterValue {
    /// A text, in lower case if the attribute does not distinguish.
    Text(String),
    /// True or false.
    Boolean(bool),
    /// A moment.
    Moment(Timestamp),
    /// No value.
    Null,
}

impl ScimFilter {
    /// Maximum length of a filter, in bytes.
    pub const LONGEST: usize = 8 * 1024;
    /// Maximum number of comparisons of a filter.
    pub const MOST_COMPARISONS: usize = 200;
    /// Maximum depth of parentheses and brackets.
    pub const DEEPEST: usize = 16;

    /// Reads a filter over resources of a type.
    ///
    /// # Errors
    /// [`InvalidFilter`](crate::ScimErrorType::InvalidFilter) with the place and what is wrong there.
    pub fn parse(kind: &'static ResourceType, text: &str) -> Result<Self, ScimError> {
        let mut parser = FilterParser::new(text, FilterScope::Resource(kind))?;
        let filter = parser.filter()?;
        parser.end()?;
        Ok(filter)
    }

    /// Returns a text that the attribute must be equal to in every resource that the filter selects. A store can look
    /// such a text up, and filter only what it finds.
    pub fn required_text(&self, attribute: &str) -> Option<&str> {
        match self {
            Self::All(filters) => filters.iter().find_map(|filter| filter.required_text(attribute)),
            Self::Compare { path, operator: FilterOperator::Equal, value: FilterValue::Text(text) } => {
                let is_it = path.part.is_none() && path.extension.is_none();
                let name = path.attribute.map(|attribute| attribute.name);
                (is_it && name == Some(attribute)).then_some(text)
            }
            _ => None,
        }
    }
}
