//! The latest exchanges and violations.

use std::collections::VecDeque;

use crate::exchange::Exchange;
use crate::violation::Violation;

/// Two rings of the same size. The oldest entry is dropped for a new one.
pub(crate) struct Journal {
    size: usize,
    exchanges: VecDeque<Exchange>,
    violations: VecDeque<Violation>,
    /// All violations, the dropped ones included.
    violation_count: usize,
}

impl Journal {
    pub(crate) fn new(size: usize) -> Self {
        Self {
            size,
            exchanges: VecDeque::new(),
            violations: VecDeque::new(),
            violation_count: 0,
        }
    }

    pub(crate) fn record(&mut self, exchange: Exchange) {
        for violation in exchange.violations() {
            self.violation_count += 1;
            push(&mut self.violations, self.size, violation.clone());
        }
        push(&mut self.exchanges, self.size, exchange);
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::new(self.size);
    }

    pub(crate) fn exchanges(&self) -> Vec<Exchange> {
        self.exchanges.iter().cloned().collect()
    }

    pub(crate) fn violations(&self) -> Vec<Violation> {
        self.violations.iter().cloned().collect()
    }

    pub(crate) fn violation_count(&self) -> usize {
        self.violation_count
    }
}

fn push<T>(ring: &mut VecDeque<T>, size: usize, entry: T) {
    if size == 0 {
        return;
    }
    if ring.len() == size {
        ring.pop_front();
    }
    ring.push_back(entry);
}
