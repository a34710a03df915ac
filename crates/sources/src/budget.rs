//! A limit for the length of one record of an input that is read in one go.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// The number of bytes that may still be read before the next record begins.
#[derive(Clone)]
pub(crate) struct RecordBudget {
    limit: u64,
    left: Rc<Cell<u64>>,
}

impl RecordBudget {
    /// Returns a budget of this many bytes for each record.
    pub(crate) fn of(limit: u64) -> Self {
        Self { limit, left: Rc::new(Cell::new(limit)) }
    }

    /// Notes that a record has ended.
    pub(crate) fn renew(&self) {
        self.left.set(self.limit);
    }

    /// Returns whether the reading failed because a record was longer than the limit.
    pub(crate) fn is_spent(&self) -> bool {
        self.left.get() == 0
    }

    /// Returns a reader that fails when the budget is spent.
    pub(crate) fn limit<R: Read>(&self, input: R) -> BudgetedReader<R> {
        BudgetedReader { input, budget: self.clone() }
    }
}

/// A reader that fails when its budget is spent.
pub(crate) struct BudgetedReader<R> {
    input: R,
    budget: RecordBudget,
}

impl<R: Read> Read for BudgetedReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        let left = self.budget.left.get();
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        let Some(part) = buffer.get_mut(..most).filter(|part| !part.is_empty()) else {
            return Err(io::Error::other("a record is longer than its limit"));
        };
        let read = self.input.read(part)?;
        self.budget.left.set(left.saturating_sub(u64::try_from(read).unwrap_or(u64::MAX)));
        Ok(read)
    }
}
