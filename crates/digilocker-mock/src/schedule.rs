//! Which request meets which fault.

use std::collections::VecDeque;

use crate::fault::Fault;
use crate::random;

#[derive(Default)]
pub(crate) struct Schedule {
    queue: VecDeque<Fault>,
    random: Option<Random>,
}

struct Random {
    seed: u64,
    ratio: f64,
    fault: Fault,
    drawn: u64,
}

impl Schedule {
    pub(crate) fn push(&mut self, fault: Fault) {
        if fault.times > 0 {
            self.queue.push_back(fault);
        }
    }

    pub(crate) fn randomly(&mut self, seed: u64, ratio: f64, fault: Fault) {
        self.random = Some(Random {
            seed,
            ratio,
            fault,
            drawn: 0,
        });
    }

    /// The fault for the request that arrives now. The queue comes first.
    pub(crate) fn next(&mut self) -> Option<Fault> {
        if let Some(first) = self.queue.front_mut() {
            first.times -= 1;
            return if first.times == 0 {
                self.queue.pop_front()
            } else {
                Some(first.clone())
            };
        }
        let random = self.random.as_mut()?;
        let n = random.drawn;
        random.drawn += 1;
        random::happens(random.seed, n, random.ratio).then(|| random.fault.clone())
    }
}
