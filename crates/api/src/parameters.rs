//! The query of a request, as one struct per row: each field is a parameter.
//!
//! The names, types and meanings of the parameters are written in that struct alone. The OpenAPI document, the parsing by
//! the server and the writing by its clients come from it.

mod values;

pub use values::{DecisionEffect, ExportFormat, ItemLimit, PageSize, PersonRef, SearchText, TrendDays};

use crate::endpoint::{Parameter, ParameterPlace};
use crate::openapi::Shape;
use utoipa::ToSchema;

/// The query of a row.
pub trait RequestQuery: Sized {
    /// Returns its parameters, in the order of the document.
    fn parameters() -> Vec<Parameter>;

    /// Parses the query. `take` returns the value of a parameter, if the request has it.
    ///
    /// # Errors
    /// For the first parameter that is missing or has a wrong value.
    fn read(take: impl FnMut(&'static str) -> Option<String>) -> Result<Self, ParameterError>;

    /// Writes the parameters that have a value, in the order of the document.
    fn write(&self, put: impl FnMut(&'static str, String));
}

/// The row has no query.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NoQuery;

impl RequestQuery for NoQuery {
    fn parameters() -> Vec<Parameter> {
        Vec::new()
    }

    fn read(_: impl FnMut(&'static str) -> Option<String>) -> Result<Self, ParameterError> {
        Ok(Self)
    }

    fn write(&self, _: impl FnMut(&'static str, String)) {}
}

/// A parameter that is missing, or whose value is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {}", wrong.detail)]
pub struct ParameterError {
    /// The name of the parameter.
    pub name: &'static str,
    /// The problem.
    pub wrong: WrongValue,
}

/// The problem with a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct WrongValue {
    /// The problem.
    pub detail: String,
    /// The remedy, unless the problem says it.
    pub remedy: Option<&'static str>,
}

/// A type that a parameter can have.
pub trait ParameterValue: Sized {
    /// Its type in the document.
    type Schema: ToSchema + 'static;

    /// The remedy if a required parameter of this type is missing.
    const REMEDY: Option<&'static str> = None;

    /// Parses a value.
    ///
    /// # Errors
    /// If the text is none, with the problem and the remedy.
    fn parse(text: &str) -> Result<Self, WrongValue>;

    /// Returns the value as it is written in a query.
    fn text(&self) -> String;
}

/// A field of a query: a required value, or an optional one.
pub(crate) trait ParameterField: Sized {
    /// The value's type in the document.
    type Schema: ToSchema + 'static;

    const REQUIRED: bool;

    fn read(name: &'static str, given: Option<String>) -> Result<Self, ParameterError>;

    fn write(&self, name: &'static str, put: &mut impl FnMut(&'static str, String));
}

impl<V: ParameterValue> ParameterField for V {
    type Schema = V::Schema;

    const REQUIRED: bool = true;

    fn read(name: &'static str, given: Option<String>) -> Result<Self, ParameterError> {
        let missing = || WrongValue { detail: format!("say which {name}"), remedy: V::REMEDY };
        let value = given.ok_or_else(missing).and_then(|text| V::parse(&text));
        value.map_err(|wrong| ParameterError { name, wrong })
    }

    fn write(&self, name: &'static str, put: &mut impl FnMut(&'static str, String)) {
        put(name, self.text());
    }
}

impl<V: ParameterValue> ParameterField for Option<V> {
    type Schema = V::Schema;

    const REQUIRED: bool = false;

    fn read(name: &'static str, given: Option<String>) -> Result<Self, ParameterError> {
        given.map(|text| <V as ParameterField>::read(name, Some(text))).transpose()
    }

    fn write(&self, name: &'static str, put: &mut impl FnMut(&'static str, String)) {
        if let Some(value) = self {
            put(name, value.text());
        }
    }
}

/// Describes a field for the document.
pub(crate) fn describe<F: ParameterField>(name: &'static str, about: &'static str) -> Parameter {
    Parameter {
        name,
        place: ParameterPlace::Query,
        about: about.trim_ascii(),
        required: F::REQUIRED,
        shape: Shape::of::<F::Schema>(),
    }
}

/// Declares a query. The documentation of each field is its meaning in the OpenAPI document. A field that is no `Option`
/// is required.
macro_rules! query {
    ($(#[$meta:meta])* $name:ident { $($(#[doc = $about:literal])+ $field:ident: $type:ty,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name {
            $($(#[doc = $about])+ pub $field: $type,)+
        }

        impl $crate::RequestQuery for $name {
            fn parameters() -> Vec<$crate::Parameter> {
                vec![$($crate::parameters::describe::<$type>(stringify!($field), concat!($($about),+))),+]
            }

            fn read(
                mut take: impl FnMut(&'static str) -> Option<String>,
            ) -> Result<Self, $crate::ParameterError> {
                use $crate::parameters::ParameterField;
                Ok(Self { $($field: ParameterField::read(stringify!($field), take(stringify!($field)))?,)+ })
            }

            fn write(&self, mut put: impl FnMut(&'static str, String)) {
                use $crate::parameters::ParameterField;
                $(ParameterField::write(&self.$field, stringify!($field), &mut put);)+
            }
        }
    };
}

pub(crate) use query;
