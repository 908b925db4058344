use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use iam_core::cloudtrail::may_be_records;

use crate::content::{Packing, packing};
use crate::decode::Decoder;
use crate::transport::may_be_wrapped;

/// How much of a file is looked at.
const START: usize = 16 * 1024;

/// Whether a file holds CloudTrail records or a part of an activity, to judge by its first bytes.
///
/// # Errors
///
/// When the file cannot be opened or read.
pub fn may_hold_records(path: &Path) -> io::Result<bool> {
    let mut start = Vec::with_capacity(START);
    File::open(path)?.take(START as u64).read_to_end(&mut start)?;
    Ok(match packing(&start) {
        Packing::Plain => may_be_records(&start) || may_be_wrapped(&start),
        packed => unpacked(&start, packed).is_some_and(|start| may_be_records(&start)),
    })
}

/// What the start of a packed file unpacks to, as far as it goes.
fn unpacked(start: &[u8], packing: Packing) -> Option<Vec<u8>> {
    let mut decoder = Decoder::new(packing).ok()?;
    let mut output = vec![0; START];
    let (mut consumed, mut produced) = (0, 0);
    loop {
        let step = decoder.step(start.get(consumed..)?, output.get_mut(produced..)?);
        consumed += step.consumed;
        produced += step.produced;
        if step.damage.is_some() || step.consumed + step.produced == 0 || produced == output.len() {
            output.truncate(produced);
            return Some(output);
        }
    }
}
