/// The program that a report names as its maker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tool<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its version, such as `1.2.3`.
    pub version: &'a str,
}

impl Tool<'static> {
    /// iam-audit in the version of this crate, which is the version of all its crates.
    pub const THIS: Self = Self { name: "iam-audit", version: env!("CARGO_PKG_VERSION") };
}

impl Default for Tool<'static> {
    fn default() -> Self {
        Self::THIS
    }
}
