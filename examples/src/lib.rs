//! Small programs that embed iam-audit as a library. Each is run by a test of this crate.
