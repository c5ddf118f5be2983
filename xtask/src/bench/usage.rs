//! What a running process has used, by the system's books.

use std::fs;

/// Of one process with all its threads.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Usage {
    /// Seconds of processor time since it began.
    pub(super) seconds: f64,
    /// The most memory that it ever held, in bytes.
    pub(super) peak: u64,
}

/// That of the process `id`.
pub(super) fn of(id: u32) -> Result<Usage, String> {
    let read = |name: &str| {
        let path = format!("/proc/{id}/{name}");
        fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))
    };
    let ticks = rustix::param::clock_ticks_per_second() as f64;
    read_usage(&read("stat")?, &read("status")?, ticks).ok_or_else(|| format!("no usage of {id}"))
}

fn read_usage(stat: &str, status: &str, ticks: f64) -> Option<Usage> {
    // The name of the program, in brackets, may hold anything.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut time = || fields.next()?.parse::<f64>().ok();
    let seconds = (time()? + time()?) / ticks;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let peak = peak.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?;
    Some(Usage { seconds, peak: peak * 1024 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_memory_are_found() {
        let stat = "7 (a b) c) S 1 2 3 4 5 6 7 8 9 10 150 50 0 0 20";
        let status = "Name:\tx\nVmHWM:\t    12 kB\nVmRSS:\t 9 kB\n";
        let expected = Usage { seconds: 2.0, peak: 12 * 1024 };
        assert_eq!(read_usage(stat, status, 100.0), Some(expected));
        assert_eq!(read_usage("", status, 100.0), None);
        assert!(of(std::process::id()).unwrap().peak > 0);
    }
}
