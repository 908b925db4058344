/// What other catalogues call the same rule. Sources: the catalogues named at each field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mappings {
    /// CIS Amazon Web Services Foundations Benchmark.
    pub cis: Cis,
    /// AWS Security Hub CSPM controls.
    pub security_hub: &'static [&'static str],
    /// PCI DSS 4.0 requirements.
    pub pci_dss: &'static [&'static str],
    /// MITRE ATT&CK techniques.
    pub attack: &'static [&'static str],
}

/// The recommendation's number in each version of the CIS benchmark, where the version has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cis {
    /// Versions 1.4 to 4.0.
    pub v1_4: Option<&'static str>,
    /// Version 5.0.
    pub v5_0: Option<&'static str>,
    /// Version 6.0.
    pub v6_0: Option<&'static str>,
    /// Version 7.0.
    pub v7_0: Option<&'static str>,
}

impl Cis {
    /// In no version.
    pub const NONE: Self = Self { v1_4: None, v5_0: None, v6_0: None, v7_0: None };

    /// In every version, under these numbers.
    pub const fn at(v1_4: &'static str, v5_0: &'static str, v6_0: &'static str, v7_0: &'static str) -> Self {
        Self { v1_4: Some(v1_4), v5_0: Some(v5_0), v6_0: Some(v6_0), v7_0: Some(v7_0) }
    }

    /// Version and number, oldest version first.
    pub fn iter(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        [("1.4-4.0", self.v1_4), ("5.0", self.v5_0), ("6.0", self.v6_0), ("7.0", self.v7_0)]
            .into_iter()
            .filter_map(|(version, number)| Some((version, number?)))
    }
}

impl Mappings {
    /// Known to no other catalogue.
    pub const NONE: Self = Self { cis: Cis::NONE, security_hub: &[], pci_dss: &[], attack: &[] };

    /// Every mapping as framework and id, such as `("cis-aws-5.0", "1.3")`.
    pub fn iter(self) -> impl Iterator<Item = (String, &'static str)> {
        let named = |framework: &'static str, ids: &'static [&'static str]| {
            ids.iter().map(move |id| (framework.to_owned(), *id))
        };
        self.cis
            .iter()
            .map(|(version, number)| (format!("cis-aws-{version}"), number))
            .chain(named("security-hub", self.security_hub))
            .chain(named("pci-dss-4.0", self.pci_dss))
            .chain(named("mitre-attack", self.attack))
    }
}
