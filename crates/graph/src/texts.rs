//! Many short texts in one long one.

use crate::error::GraphError;
use std::collections::HashMap;

/// Texts by number, one behind the other.
#[derive(Debug, Default)]
pub(crate) struct TextArena {
    all: String,
    ends: Vec<u32>,
}

impl TextArena {
    pub(crate) fn push(&mut self, text: &str) -> Result<(), GraphError> {
        self.all.push_str(text);
        let end = u32::try_from(self.all.len());
        self.ends.push(end.map_err(|_| GraphError::TooLarge { what: "bytes of names" })?);
        Ok(())
    }

    pub(crate) fn get(&self, number: u32) -> &str {
        let number = number as usize;
        let end = |at: usize| self.ends.get(at).map_or(0, |end| *end as usize);
        let start = number.checked_sub(1).map_or(0, end);
        self.all.get(start..end(number)).unwrap_or_default()
    }

    pub(crate) fn bytes(&self) -> usize {
        self.all.capacity() + self.ends.capacity() * size_of::<u32>()
    }
}

/// Texts by number, each once; 0 is the absent one.
#[derive(Debug, Default)]
pub(crate) struct TextNumbers {
    numbers: HashMap<Box<str>, u32>,
}

impl TextNumbers {
    pub(crate) fn number(&mut self, text: Option<&str>) -> Result<u32, GraphError> {
        let Some(text) = text else { return Ok(0) };
        if let Some(number) = self.numbers.get(text) {
            return Ok(*number);
        }
        let number = u32::try_from(self.numbers.len() + 1);
        let number = number.map_err(|_| GraphError::TooLarge { what: "texts about edges" })?;
        self.numbers.insert(text.into(), number);
        Ok(number)
    }

    /// Returns the texts, the absent one first as an empty one.
    pub(crate) fn into_arena(self) -> Result<TextArena, GraphError> {
        let mut texts: Vec<(u32, Box<str>)> =
            self.numbers.into_iter().map(|(text, number)| (number, text)).collect();
        texts.sort_unstable();
        let mut arena = TextArena::default();
        arena.push("")?;
        texts.iter().try_for_each(|(_, text)| arena.push(text))?;
        Ok(arena)
    }
}
