//! Times one operation so many times, and prints class and nanoseconds of each, a line each: the statistics are timing.bench.mjs'.
use kubecred_bench_timing::{OPERATIONS, Trial};
use std::fmt::Write as _;
use std::time::Instant;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, seed, count] = &arguments[..] else {
        for (name, operation, classes, control) in OPERATIONS {
            println!("{name}\t{operation}\t{classes}\t{control}");
        }
        return;
    };
    let mut trial = Trial::new(name, seed.parse().expect("a seed"));
    let count: usize = count.parse().expect("how often");
    let mut out = String::new();
    // The first tenth warms caches and branches, and is not told.
    for turn in 0..count + count / 10 {
        let class = trial.choose();
        let start = Instant::now();
        trial.run();
        let time = start.elapsed().as_nanos();
        if turn >= count / 10 {
            let _ = writeln!(out, "{class} {time}");
        }
    }
    print!("{out}");
}
