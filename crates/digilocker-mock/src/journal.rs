//! The latest exchanges and violations.

use std::collections::VecDeque;

/// Drops the oldest entry for a new one.
pub(crate) struct Ring<T> {
    size: usize,
    entries: VecDeque<T>,
    /// All entries, the dropped ones included.
    pub(crate) count: usize,
}

impl<T: Clone> Ring<T> {
    pub(crate) fn new(size: usize) -> Self {
        Self {
            size,
            entries: VecDeque::new(),
            count: 0,
        }
    }

    pub(crate) fn push(&mut self, entry: T) {
        self.count += 1;
        self.entries.push_back(entry);
        if self.entries.len() > self.size {
            self.entries.pop_front();
        }
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::new(self.size);
    }

    /// The last entries, oldest first.
    pub(crate) fn last(&self, limit: usize) -> Vec<T> {
        let skipped = self.entries.len().saturating_sub(limit);
        self.entries.range(skipped..).cloned().collect()
    }
}
