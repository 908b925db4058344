//! Neither order nor spelling matters.

use proptest::prelude::*;

use crate::generated::choices::choices;
use crate::generated::{Generated, in_folder};
use crate::verdicts::verdicts;
use crate::{config, now, shuffle};

proptest! {
    #![proptest_config(config(192))]

    #[test]
    fn the_order_of_rows_columns_and_files_does_not_matter(numbers in choices(), seed in any::<u64>()) {
        let account = Generated::from(&numbers);
        let expected = account.verdicts();
        let mut rows = account.clone();
        shuffle(&mut rows.rows, seed);
        prop_assert_eq!(&rows.verdicts(), &expected);

        let mut order: Vec<usize> = (0..account.header.len()).collect();
        shuffle(&mut order, seed);
        let mut columns = account.clone();
        let in_order = |cells: &[String]| -> Vec<String> { order.iter().map(|index| cells[*index].clone()).collect() };
        columns.header = in_order(&account.header);
        columns.rows = account.rows.iter().map(|row| in_order(row)).collect();
        prop_assert_eq!(&columns.verdicts(), &expected);

        let mut files = account.files();
        shuffle(&mut files, seed);
        prop_assert_eq!(&verdicts(files, now()), &expected);
    }

    #[test]
    fn capital_letters_and_line_ends_do_not_matter(numbers in choices()) {
        let account = Generated::from(&numbers);
        let expected = account.verdicts();
        let mut capital = account.clone();
        for cell in capital.rows.iter_mut().flatten().filter(|cell| ["true", "false"].contains(&cell.as_str())) {
            cell.make_ascii_uppercase();
        }
        prop_assert_eq!(&capital.verdicts(), &expected);

        let mut files = account.files();
        let csv = account.csv();
        files[0] = in_folder("credential-report.csv", csv.trim_end().replace('\n', "\r\n"));
        prop_assert_eq!(&verdicts(files.clone(), now()), &expected);
        let utf_16: Vec<u8> = csv.encode_utf16().flat_map(u16::to_le_bytes).collect();
        files[0] = in_folder("credential-report.csv", utf_16);
        prop_assert_eq!(&verdicts(files, now()), &expected);
    }
}
