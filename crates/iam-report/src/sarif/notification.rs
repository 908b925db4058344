//! What could not be read, as notifications of the log.

use iam_core::audit::{AccountReport, ReportedGap};
use iam_core::evidence::UnusedFile;
use iam_core::input::Artefact;
use serde::Serialize;

use super::location::Location;
use super::shape::Text;

#[derive(Serialize)]
pub(super) struct Notification<'a> {
    level: &'static str,
    message: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    locations: Option<[Location; 1]>,
    properties: NotificationProperties<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NotificationProperties<'a> {
    account: Option<String>,
    reason: &'static str,
    artefact: Option<&'static str>,
    remedy: &'a str,
    blocks: usize,
}

impl<'a> Notification<'a> {
    pub(super) fn of_gap(account: &AccountReport, gap: &'a ReportedGap) -> Self {
        Self {
            level: "warning",
            message: Text::of(format!("{}: {}", account.name(), gap.what)),
            locations: Location::of_gap(gap).map(|location| [location]),
            properties: NotificationProperties {
                account: account.id.map(|id| id.to_string()),
                reason: gap.reason.as_str(),
                artefact: gap.artefact.map(Artefact::name),
                remedy: &gap.remedy,
                blocks: gap.blocks,
            },
        }
    }

    pub(super) fn of_file(file: &'a UnusedFile) -> Self {
        Self {
            level: "warning",
            message: Text::of(format!("{}: {}", file.path, file.why)),
            locations: Some([Location::of_file(&file.path, None)]),
            properties: NotificationProperties {
                account: None,
                reason: "unused-file",
                artefact: None,
                remedy: &file.remedy,
                blocks: 0,
            },
        }
    }
}
