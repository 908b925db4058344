//! What reading an archive costs beside the least that it can cost: decompressing it.
//!
//! `cargo bench -p iam-trail` on a machine that does nothing else, or `cargo bench -p iam-trail -- FOLDER` for the `.json.gz`
//! files of a folder. All times are of one thread, and of the same run: the kinds of work take turns. Of each the best time is
//! told, and of the ratios, each of one round, the median: other programs disturb both parts of a round alike. The files lie
//! in memory or in the system's cache.
//!
//! The ratio that the project promises is that of `decompress and fold`. On Linux it is one of CPU times, which other programs
//! disturb less than elapsed time; `scan`, which opens and reads the files as well, is measured as elapsed time.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a benchmark that cannot go on fails, and prints"
)]

#[path = "../../xtask/src/gen_trail.rs"]
#[expect(dead_code, reason = "the benchmark makes whole archives only")]
mod gen_trail;

use std::hint::black_box;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};
use std::{env, fs};

use iam_core::cloudtrail::{Activity, Fold, Limits, Selection, TrailFile};
use iam_trail::{Request, scan};
use libdeflater::{CompressionLvl, Compressor, Decompressor};
use tempfile::TempDir;

const ROUNDS: usize = 21;

fn main() {
    // Cargo adds `--bench`.
    let given: Vec<String> = env::args().skip(1).filter(|given| given != "--bench").collect();
    for folder in &given {
        measure(folder, &Archive::read(Path::new(folder)));
    }
    if given.is_empty() {
        measure("200 MB in files of 1 MB", &Archive::new(200_000_000, 200));
        measure("40 MB in files of 10 kB", &Archive::new(40_000_000, 4_000));
    }
}

struct Archive {
    folder: PathBuf,
    /// Of the files, decompressed.
    sizes: Vec<usize>,
    packed: Vec<Vec<u8>>,
    _temporary: Option<TempDir>,
}

impl Archive {
    fn new(bytes: u64, files: u64) -> Self {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path().to_owned();
        let mut archive = Self { folder, sizes: Vec::new(), packed: Vec::new(), _temporary: Some(temporary) };
        let mut compressor = Compressor::new(CompressionLvl::new(6).unwrap());
        for file in gen_trail::files(bytes, Some(files), 1) {
            let mut packed = vec![0; compressor.gzip_compress_bound(file.json.len())];
            let size = compressor.gzip_compress(&file.json, &mut packed).unwrap();
            packed.truncate(size);
            let path = archive.folder.join(&file.path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, &packed).unwrap();
            archive.sizes.push(file.json.len());
            archive.packed.push(packed);
        }
        archive
    }

    fn read(folder: &Path) -> Self {
        let mut archive =
            Self { folder: folder.to_owned(), sizes: Vec::new(), packed: Vec::new(), _temporary: None };
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let packed = fs::read(path).unwrap();
                // What stands at the end of a gzip file is its size, decompressed.
                let size = u32::from_le_bytes(*packed.last_chunk().unwrap());
                archive.sizes.push(size as usize);
                archive.packed.push(packed);
            }
        }
        archive
    }

    fn decompress(&self, output: &mut [u8]) {
        let mut decompressor = Decompressor::new();
        for packed in &self.packed {
            black_box(decompressor.gzip_decompress(packed, output).unwrap());
        }
    }

    fn decompress_and_fold(&self, output: &mut [u8]) -> Activity {
        let mut decompressor = Decompressor::new();
        let mut fold = Fold::new(Selection::default(), Limits::default());
        for packed in &self.packed {
            let size = decompressor.gzip_decompress(packed, output).unwrap();
            fold.read(TrailFile::named("x.json.gz"), &output[..size]);
        }
        fold.finish()
    }

    fn scan(&self) -> Activity {
        let request =
            Request { paths: vec![self.folder.clone()], threads: NonZeroUsize::new(1), ..Request::default() };
        scan(&request, &(), &AtomicBool::new(false)).activity
    }
}

fn measure(what: &str, archive: &Archive) {
    let bytes: usize = archive.sizes.iter().sum();
    let mut output = vec![0; *archive.sizes.iter().max().unwrap()];
    let mut rounds = Vec::new();
    let mut activity = None;
    for _ in 0..ROUNDS {
        let (decompressed, least) = time(|| archive.decompress(&mut output));
        let (_, folded) = time(|| activity = Some(archive.decompress_and_fold(&mut output)));
        let (scanned, _) = time(|| activity = Some(archive.scan()));
        rounds.push([least, folded, decompressed, scanned]);
    }
    let activity = activity.unwrap();
    assert!(activity.gaps.is_empty(), "{:?}", activity.gaps);
    assert_eq!(activity.files.bytes, bytes as u64);
    println!("{what}: {} files, {} records", activity.files.read, activity.files.records);
    let kinds = [
        ("decompress, CPU", 0),
        ("decompress and fold, CPU", 0),
        ("decompress, elapsed", 2),
        ("scan, elapsed", 2),
    ];
    for (kind, (name, least)) in kinds.into_iter().enumerate() {
        let best = rounds.iter().map(|round| round[kind].as_secs_f64()).fold(f64::MAX, f64::min);
        let mut ratios: Vec<f64> =
            rounds.iter().map(|round| round[kind].as_secs_f64() / round[least].as_secs_f64()).collect();
        ratios.sort_by(f64::total_cmp);
        let speed = bytes as f64 / 1e6 / best;
        let ratio = ratios[ratios.len() / 2];
        println!("  {name:<25}{:>8.1} ms{speed:>8.0} MB/s of JSON  {ratio:.2} x decompress", best * 1e3);
    }
}

/// How long it took, and how much of that the CPU worked on it; all of it where the system does not tell.
fn time(work: impl FnOnce()) -> (Duration, Duration) {
    let (start, start_cpu) = (Instant::now(), cpu_time());
    work();
    let elapsed = start.elapsed();
    let cpu = start_cpu.zip(cpu_time()).map(|(start, end)| end.saturating_sub(start));
    (elapsed, cpu.unwrap_or(elapsed))
}

/// The CPU time of this thread.
///
/// Source: the Linux kernel's documentation, "Scheduler Statistics": the first number is nanoseconds spent on the CPU.
fn cpu_time() -> Option<Duration> {
    let statistics = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(statistics.split_whitespace().next()?.parse().ok()?))
}
