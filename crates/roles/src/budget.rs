//! How much work may be done.

/// Counts work down. A step is about one comparison of two numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WorkBudget {
    left: u64,
    is_used_up: bool,
}

impl WorkBudget {
    pub(crate) const fn new(steps: u64) -> Self {
        Self { left: steps, is_used_up: false }
    }

    /// Takes steps, and returns whether there were as many.
    pub(crate) fn take(&mut self, steps: usize) -> bool {
        match self.left.checked_sub(u64::try_from(steps).unwrap_or(u64::MAX)) {
            Some(left) => self.left = left,
            None => self.is_used_up = true,
        }
        !self.is_used_up
    }

    pub(crate) const fn is_used_up(&self) -> bool {
        self.is_used_up
    }
}
