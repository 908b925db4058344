//! A made-up credential report: the same seed gives the same bytes.
//!
//! Of 100 users about 40 have a password, 45 a key and the rest neither. Nine in ten are in order; the others have no MFA,
//! idle keys or old ones. That is a well-kept account; `testdata/accounts/neglected` is the opposite.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

const HEADER: &str = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,\
password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,\
access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,\
access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,\
cert_1_last_rotated,cert_2_active,cert_2_last_rotated";

const ROOT: &str = "<root_account>,arn:aws:iam::111122223333:root,2015-02-01T10:00:00Z,true,2024-01-02T09:00:00Z,\
2020-05-05T12:00:00Z,not_supported,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A";

/// Writes a report of so many users into a file.
pub(crate) fn write(users: u32, seed: u64, path: &Path) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    report(users, seed, &mut out)?;
    out.flush()
}

/// Writes a report of so many users.
pub(crate) fn report(users: u32, seed: u64, out: &mut impl Write) -> io::Result<()> {
    write!(out, "{HEADER}\n{ROOT}")?;
    let mut random = Random(seed);
    for number in 0..users {
        let name = format!("user-{number:07}");
        write!(out, "\n{name},arn:aws:iam::111122223333:user/{name},{}", random.date(2016, 2024))?;
        let kind = random.below(100);
        if kind < 40 {
            let mfa = random.below(100) < 97;
            let used = if random.below(100) < 95 { random.recent() } else { "no_information".to_owned() };
            write!(out, ",true,{used},{},N/A,{mfa}", random.date(2024, 2025))?;
        } else {
            write!(out, ",false,N/A,N/A,N/A,false")?;
        }
        if (40..85).contains(&kind) {
            let made = if random.below(100) < 94 { random.recent() } else { random.date(2020, 2024) };
            let used = if random.below(100) < 94 { random.recent() } else { "N/A".to_owned() };
            write!(out, ",true,{made},{used},eu-west-1,s3")?;
        } else {
            write!(out, ",false,N/A,N/A,N/A,N/A")?;
        }
        write!(out, ",false,N/A,N/A,N/A,N/A,false,N/A,false,N/A")?;
    }
    Ok(())
}

/// `SplitMix64` (Steele, Lea and Flood, 2014): small, and the same on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % limit
    }

    fn date(&mut self, first: u64, last: u64) -> String {
        let (year, month, day) =
            (first + self.below(last - first + 1), 1 + self.below(12), 1 + self.below(28));
        self.at(&format!("{year}-{month:02}-{day:02}"))
    }

    /// In the month before 2026-01-15.
    fn recent(&mut self) -> String {
        let day = if self.below(2) == 0 {
            format!("2025-12-{:02}", 16 + self.below(12))
        } else {
            format!("2026-01-{:02}", 1 + self.below(14))
        };
        self.at(&day)
    }

    fn at(&mut self, day: &str) -> String {
        format!("{day}T{:02}:{:02}:{:02}Z", self.below(24), self.below(60), self.below(60))
    }
}
