//! A value that is looked at and forgotten.

/// A value of a sample. It cannot be printed, logged, serialised or compared, so that it stays out of everything that is
/// written; only this room reads what it holds.
///
/// ```compile_fail
/// let value = countersign_labels::SampledValue::new("4111 1111 1111 1111");
/// println!("{value:?}");
/// ```
///
/// ```compile_fail
/// let value = countersign_labels::SampledValue::new("4111 1111 1111 1111");
/// let text: String = value.to_string();
/// ```
pub struct SampledValue<'a>(&'a str);

impl<'a> SampledValue<'a> {
    /// The longest value that is looked at, in bytes; of a longer one, the beginning.
    pub const LONGEST: usize = 64 * 1024;

    /// Takes a value, or the beginning of a long one.
    pub fn new(text: &'a str) -> Self {
        Self(text.get(..text.floor_char_boundary(Self::LONGEST)).unwrap_or(text))
    }

    pub(crate) const fn reveal(&self) -> &'a str {
        self.0
    }
}
