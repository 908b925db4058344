/// The columns of a credential report that AWS documents.
///
/// Source: IAM User Guide, "Generate credential reports for your AWS account".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
#[expect(missing_docs, reason = "the names are AWS's own column names")]
pub enum Column {
    User,
    Arn,
    UserCreationTime,
    PasswordEnabled,
    PasswordLastUsed,
    PasswordLastChanged,
    PasswordNextRotation,
    MfaActive,
    AccessKey1Active,
    AccessKey1LastRotated,
    AccessKey1LastUsedDate,
    AccessKey1LastUsedRegion,
    AccessKey1LastUsedService,
    AccessKey2Active,
    AccessKey2LastRotated,
    AccessKey2LastUsedDate,
    AccessKey2LastUsedRegion,
    AccessKey2LastUsedService,
    Cert1Active,
    Cert1LastRotated,
    Cert2Active,
    Cert2LastRotated,
    AdditionalCredentialsInfo,
}

/// What a cell of a column may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Flag,
    Stamp,
}

impl Column {
    /// Every column, in the order in which AWS writes them.
    pub const ALL: [Self; 23] = [
        Self::User,
        Self::Arn,
        Self::UserCreationTime,
        Self::PasswordEnabled,
        Self::PasswordLastUsed,
        Self::PasswordLastChanged,
        Self::PasswordNextRotation,
        Self::MfaActive,
        Self::AccessKey1Active,
        Self::AccessKey1LastRotated,
        Self::AccessKey1LastUsedDate,
        Self::AccessKey1LastUsedRegion,
        Self::AccessKey1LastUsedService,
        Self::AccessKey2Active,
        Self::AccessKey2LastRotated,
        Self::AccessKey2LastUsedDate,
        Self::AccessKey2LastUsedRegion,
        Self::AccessKey2LastUsedService,
        Self::Cert1Active,
        Self::Cert1LastRotated,
        Self::Cert2Active,
        Self::Cert2LastRotated,
        Self::AdditionalCredentialsInfo,
    ];

    /// The name in the header.
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Arn => "arn",
            Self::UserCreationTime => "user_creation_time",
            Self::PasswordEnabled => "password_enabled",
            Self::PasswordLastUsed => "password_last_used",
            Self::PasswordLastChanged => "password_last_changed",
            Self::PasswordNextRotation => "password_next_rotation",
            Self::MfaActive => "mfa_active",
            Self::AccessKey1Active => "access_key_1_active",
            Self::AccessKey1LastRotated => "access_key_1_last_rotated",
            Self::AccessKey1LastUsedDate => "access_key_1_last_used_date",
            Self::AccessKey1LastUsedRegion => "access_key_1_last_used_region",
            Self::AccessKey1LastUsedService => "access_key_1_last_used_service",
            Self::AccessKey2Active => "access_key_2_active",
            Self::AccessKey2LastRotated => "access_key_2_last_rotated",
            Self::AccessKey2LastUsedDate => "access_key_2_last_used_date",
            Self::AccessKey2LastUsedRegion => "access_key_2_last_used_region",
            Self::AccessKey2LastUsedService => "access_key_2_last_used_service",
            Self::Cert1Active => "cert_1_active",
            Self::Cert1LastRotated => "cert_1_last_rotated",
            Self::Cert2Active => "cert_2_active",
            Self::Cert2LastRotated => "cert_2_last_rotated",
            Self::AdditionalCredentialsInfo => "additional_credentials_info",
        }
    }

    /// The column with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.name().eq_ignore_ascii_case(name.trim()))
    }

    pub(super) fn kind(self) -> Kind {
        match self {
            Self::PasswordEnabled
            | Self::MfaActive
            | Self::AccessKey1Active
            | Self::AccessKey2Active
            | Self::Cert1Active
            | Self::Cert2Active => Kind::Flag,
            Self::UserCreationTime
            | Self::PasswordLastUsed
            | Self::PasswordLastChanged
            | Self::PasswordNextRotation
            | Self::AccessKey1LastRotated
            | Self::AccessKey1LastUsedDate
            | Self::AccessKey2LastRotated
            | Self::AccessKey2LastUsedDate
            | Self::Cert1LastRotated
            | Self::Cert2LastRotated => Kind::Stamp,
            _ => Kind::Text,
        }
    }

    pub(super) fn index(self) -> usize {
        self as usize
    }
}
