//! Which request gets which fault.

use std::collections::VecDeque;

use fastrand::Rng;

use crate::fault::Fault;

#[derive(Default)]
pub(crate) struct Schedule {
    queue: VecDeque<Fault>,
    random: Option<Random>,
}

struct Random {
    draws: Rng,
    ratio: f64,
    fault: Fault,
}

impl Schedule {
    pub(crate) fn push(&mut self, fault: Fault) {
        if fault.times > 0 {
            self.queue.push_back(fault);
        }
    }

    pub(crate) fn randomly(&mut self, seed: u64, ratio: f64, fault: Fault) {
        self.random = Some(Random {
            draws: Rng::with_seed(seed),
            ratio,
            fault,
        });
    }

    pub(crate) fn descriptions(&self) -> Vec<String> {
        let queued = self.queue.iter().map(|fault| match fault.times {
            1 => fault.description(),
            times => format!("{}, {times} times", fault.description()),
        });
        let random = self.random.iter().filter(|random| random.ratio > 0.0);
        let random = random.map(|random| {
            let description = random.fault.description();
            format!("{description}, at random (ratio {})", random.ratio)
        });
        queued.chain(random).collect()
    }

    /// The fault for a request with this token. The queue comes first.
    pub(crate) fn next(&mut self, token: Option<&str>) -> Option<Fault> {
        if let Some(index) = self.queue.iter().position(|fault| fault.applies_to(token)) {
            let fault = self.queue.get_mut(index)?;
            fault.times -= 1;
            return if fault.times == 0 {
                self.queue.remove(index)
            } else {
                Some(fault.clone())
            };
        }
        let random = self.random.as_mut()?;
        // Below 1: a ratio of 1 is every request, and 0 is none.
        let hit = random.draws.f64() < random.ratio;
        (hit && random.fault.applies_to(token)).then(|| random.fault.clone())
    }
}
