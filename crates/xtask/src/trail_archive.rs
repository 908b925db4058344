//! Writes a made-up CloudTrail archive into a folder, in the layout of an organisation's bucket.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use libdeflater::{CompressionLvl, Compressor};

use crate::gen_trail;

/// CloudTrail's own files are compressed about as well as at this level.
const LEVEL: i32 = 6;

/// Does what the arguments of `cargo xtask gen-trail` ask for.
pub(crate) fn write(arguments: &[&str]) -> anyhow::Result<()> {
    let wanted = Wanted::parse(arguments)?;
    let totals = archive(&wanted)?;
    #[expect(clippy::print_stdout, reason = "this is a program")]
    {
        let Totals { files, json, compressed } = totals;
        println!("{files} files, {json} bytes of JSON, {compressed} bytes compressed");
    }
    Ok(())
}

#[derive(Debug)]
struct Wanted {
    /// Of JSON, before compression.
    bytes: u64,
    seed: u64,
    files: Option<u64>,
    folder: PathBuf,
}

impl Wanted {
    fn parse(arguments: &[&str]) -> anyhow::Result<Self> {
        let (mut bytes, mut seed, mut files, mut folder) = (None, 1, None, None);
        let mut left = arguments.iter().copied();
        while let Some(argument) = left.next() {
            let mut value = || left.next().with_context(|| format!("{argument} needs a value"));
            match argument {
                "--size" => bytes = Some(size(value()?)?),
                "--seed" => seed = value()?.parse().context("--seed")?,
                "--files" => files = Some(value()?.parse().context("--files")?),
                _ if argument.starts_with('-') => bail!("no such option: {argument}"),
                _ => ensure!(folder.replace(argument.into()).is_none(), "one folder, please"),
            }
        }
        let bytes = bytes.context("--size is missing, as in --size 256MB")?;
        Ok(Self { bytes, seed, files, folder: folder.context("the folder is missing")? })
    }
}

/// Bytes from a number with a unit that is a power of ten.
fn size(text: &str) -> anyhow::Result<u64> {
    let units = [("kB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000)];
    let parsed = units.into_iter().find_map(|(unit, factor)| {
        let number: u64 = text.strip_suffix(unit)?.trim_end().parse().ok()?;
        number.checked_mul(factor)
    });
    parsed.with_context(|| format!("`{text}` is no size: a whole number and kB, MB or GB"))
}

/// What was written.
#[derive(Debug, Default)]
struct Totals {
    files: u64,
    json: u64,
    compressed: u64,
}

fn archive(wanted: &Wanted) -> anyhow::Result<Totals> {
    let folder = &wanted.folder;
    let is_new = fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none());
    ensure!(is_new, "{} holds something already", folder.display());
    let level = CompressionLvl::new(LEVEL).map_err(|error| anyhow::anyhow!("{error:?}"))?;
    let mut compressor = Compressor::new(level);
    let mut totals = Totals::default();
    for file in gen_trail::files(wanted.bytes, wanted.files, wanted.seed) {
        let gzip = compress(&mut compressor, &file.json)?;
        place(&folder.join(&file.path), &gzip)?;
        totals.files += 1;
        totals.json += u64::try_from(file.json.len())?;
        totals.compressed += u64::try_from(gzip.len())?;
    }
    Ok(totals)
}

fn compress(compressor: &mut Compressor, json: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut gzip = vec![0; compressor.gzip_compress_bound(json.len())];
    let length = compressor.gzip_compress(json, &mut gzip)?;
    gzip.truncate(length);
    Ok(gzip)
}

fn place(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    fs::write(path, bytes).with_context(|| path.display().to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// The generator promises an archive like a real one; these are the figures that it promises.
    #[test]
    fn an_archive_looks_like_a_real_one() {
        let mut compressor = Compressor::new(CompressionLvl::new(LEVEL).unwrap());
        let (mut json, mut gzip) = (0, 0);
        let (mut records, mut same, mut data, mut denied, mut roles) = (0, 0, 0, 0, 0);
        for file in gen_trail::files(12_000_000, None, 1) {
            json += file.json.len();
            gzip += compress(&mut compressor, &file.json).unwrap().len();
            let parsed: Value = serde_json::from_slice(&file.json).unwrap();
            let mut before = &Value::Null;
            for record in parsed["Records"].as_array().unwrap() {
                records += 1;
                same += usize::from(record["userIdentity"] == *before);
                data += usize::from(record["eventCategory"] == "Data");
                denied += usize::from(record["errorCode"].as_str().is_some_and(|code| {
                    code.contains("AccessDenied") || code.contains("UnauthorizedOperation")
                }));
                roles += usize::from(record["userIdentity"]["type"] == "AssumedRole");
                before = &record["userIdentity"];
                let time = record["eventTime"].as_str().unwrap();
                assert!(("2026-01-01T00:00:00Z".."2026-01-16").contains(&time), "{time}");
            }
        }
        let percent = |part: usize| part * 100 / records;
        assert!((11_800_000..12_200_000).contains(&json), "bytes: {json}");
        assert!((1260..=1450).contains(&(json / records)), "bytes for each record: {}", json / records);
        assert!((10..13).contains(&(json / gzip)), "compressed: {}", json / gzip);
        assert!((75..=79).contains(&percent(same)), "identity as before: {}", percent(same));
        assert!((27..=33).contains(&percent(data)), "data events: {}", percent(data));
        assert!((4..=6).contains(&percent(denied)), "denied: {}", percent(denied));
        assert!((56..=66).contains(&percent(roles)), "of roles: {}", percent(roles));
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes() {
        let all = |seed| -> Vec<(String, Vec<u8>)> {
            gen_trail::files(300_000, Some(3), seed).map(|file| (file.path, file.json)).collect()
        };
        assert_eq!(all(1), all(1));
        assert_ne!(all(1), all(2));
        assert_eq!(gen_trail::records(100_000, 1), gen_trail::records(100_000, 1));
    }

    #[test]
    fn an_archive_lies_in_the_layout_of_a_bucket() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_str().unwrap();
        write(&["--size", "50kB", "--files", "2", path]).unwrap();
        let day = "AWSLogs/o-exampleorg1/111122223333/CloudTrail/eu-west-1/2026/01/01";
        let names: Vec<_> = fs::read_dir(folder.path().join(day)).unwrap().collect();
        assert_eq!(names.len(), 1);
        assert!(write(&["--size", "50kB", path]).is_err(), "the folder is not empty");
        assert!(write(&["--size", "50KiB", path]).is_err(), "no such unit");
    }
}
