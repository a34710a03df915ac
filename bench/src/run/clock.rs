//! Time and processor time.

use super::sample::Sample;
use rustix::time::{ClockId, clock_gettime};
use std::time::Instant;

/// A stopwatch over this process: all its threads, user and system.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    wall: Instant,
    cpu: f64,
}

impl Clock {
    /// Begin.
    pub fn start() -> Self {
        Self { cpu: own_cpu(), wall: Instant::now() }
    }

    /// What was spent since, on so many operations.
    pub fn stop(self, operations: u64) -> Sample {
        let wall = self.wall.elapsed().as_secs_f64();
        Sample::new(own_cpu() - self.cpu, wall, operations)
    }
}

/// Processor time that this process has used, in seconds.
fn own_cpu() -> f64 {
    seconds(ClockId::ProcessCPUTime)
}

/// Processor time that this thread has used, in seconds.
pub fn thread_cpu() -> f64 {
    seconds(ClockId::ThreadCPUTime)
}

#[expect(clippy::cast_precision_loss, reason = "seconds since a process began fit a double by far")]
fn seconds(clock: ClockId) -> f64 {
    let time = clock_gettime(clock);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// Processor time that other processes have used, in seconds, all their threads; in steps of 10 ms, which is what
/// `/proc` counts in. A process that is gone counts as nothing: measure while it lives.
pub fn cpu_of(processes: &[u32]) -> f64 {
    processes.iter().filter_map(|process| ticks(*process)).sum::<f64>() / 100.0
}

fn ticks(process: u32) -> Option<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The second field is a name in parentheses and may hold anything; what follows the last one is numbers.
    let (_, numbers) = stat.rsplit_once(')')?;
    let mut fields = numbers.split_whitespace().skip(11);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_takes_processor_time_and_a_process_is_charged_for_it() {
        let (clock, before) = (Clock::start(), cpu_of(&[std::process::id()]));
        let mut sum = 0_u64;
        while clock.wall.elapsed().as_millis() < 200 {
            sum = std::hint::black_box(sum.wrapping_mul(31).wrapping_add(7));
        }
        let sample = clock.stop(1);
        assert!(sample.cpu_seconds > 0.02 && sample.wall_seconds >= 0.2, "{sample:?}");
        assert!(cpu_of(&[std::process::id()]) > before);
    }
}
