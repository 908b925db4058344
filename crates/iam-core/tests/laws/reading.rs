//! Any bytes can be read without a panic, and what was written is what is read.

use std::collections::BTreeMap;

use iam_core::fact::{Fact, FileId};
use iam_core::input;
use iam_core::input::credential_report::{self, Column};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::generated::Generated;
use crate::generated::choices::choices;
use crate::verdicts::report;
use crate::{ACCOUNT, config, now};

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in vec(any::<u8>(), 0..600)) {
        let _ = input::read(bytes.clone(), FileId(0));
        let _ = credential_report::parse(bytes, FileId(0));
    }

    #[test]
    fn no_text_that_starts_like_a_report_makes_a_reader_panic(text in "(user,arn,mfa_active|arn,\"user\"|\\{\"Content\":\"|dXNlcixhcm4s|An error occurred \\()[ -~\\n\\r\"',;{}:]{0,200}") {
        let _ = input::read(text.into_bytes(), FileId(0));
    }

    #[test]
    fn no_damage_to_a_file_makes_an_audit_panic(numbers in choices(), damage in vec((any::<usize>(), any::<usize>(), any::<u8>(), 0_u8..4), 1..6)) {
        let mut files = Generated::from(&numbers).files();
        for (file, at, byte, how) in damage {
            let count = files.len();
            let bytes = &mut files[file % count].0.bytes;
            let at = at % (bytes.len() + 1);
            match how {
                0 if at < bytes.len() => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 => bytes.truncate(at),
                _ => {
                    let tail = bytes.split_off(at);
                    bytes.extend(tail.iter().rev());
                }
            }
        }
        let report = report(files, now());
        for gap in report.accounts.iter().flat_map(|account| &account.gaps) {
            prop_assert!(gap.reason != iam_core::fact::Reason::Internal, "{gap:?}");
        }
    }

    #[test]
    fn every_cell_is_read_as_it_was_written(
        names in prop::collection::btree_set("[a-z0-9+=,.@_-]{1,12}", 1..6),
        texts in vec("[ -~äß€\u{1f511}\u{202e}]{0,12}", 12),
    ) {
        let mut header = vec!["user".to_owned(), "arn".to_owned()];
        let named = ["access_key_1_last_used_service", "additional_credentials_info"];
        header.extend(named.map(str::to_owned));
        let rows: Vec<Vec<String>> = names
            .iter()
            .enumerate()
            .map(|(row, name)| {
                let mut cells = vec![name.clone(), format!("arn:aws:iam::{ACCOUNT}:user/{name}")];
                cells.extend((0..named.len()).map(|cell| texts[(row * 2 + cell) % texts.len()].clone()));
                cells
            })
            .collect();
        let account = Generated { header, rows: rows.clone(), artefacts: BTreeMap::new() };
        let csv = account.csv();
        let (report, _) = credential_report::parse(csv.clone().into_bytes(), FileId(0)).unwrap();
        prop_assert_eq!(report.rows().count(), rows.len());
        for (row, cells) in report.rows().zip(&rows) {
            prop_assert_eq!((row.user(), row.arn()), (cells[0].as_str(), cells[1].as_str()));
            for (column, cell) in [Column::AccessKey1LastUsedService, Column::AdditionalCredentialsInfo].iter().zip(&cells[2..]) {
                let Fact::Seen(text, source) = row.text(*column) else {
                    return Err(TestCaseError::fail("a cell was not seen"));
                };
                prop_assert_eq!(text, cell);
                prop_assert_eq!(report.cell(source.place), Some((column.name(), cell.as_str())));
                let region = report.region(source.place).unwrap();
                prop_assert_eq!(&quoted_at(&csv, region), cell, "at {:?}", region);
            }
        }
    }
}

/// The cell at a line and columns of a CSV, its quotation marks undone.
fn quoted_at(csv: &str, (line, start, end): (u32, u32, u32)) -> String {
    let line = csv.split('\n').nth(line as usize - 1).unwrap_or_default();
    let text: String = line.chars().skip(start as usize - 1).take((end - start) as usize).collect();
    match text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        Some(inside) => inside.replace("\"\"", "\""),
        None => text,
    }
}
