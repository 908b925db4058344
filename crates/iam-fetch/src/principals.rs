//! The users, groups, roles and policies of the account, which several collectors ask about one by one.

use std::sync::Arc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::aws::pages;
use crate::collector::Call;
use crate::failure::Failure;
use crate::run::{Halt, Run};

pub(crate) const LIST_USERS: Call = Call { operation: "ListUsers", action: "iam:ListUsers" };

/// Somebody or something that IAM knows by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Principal {
    pub(crate) name: String,
    pub(crate) arn: String,
    pub(crate) id: String,
}

impl Run<'_> {
    /// The IAM users, which are listed once in a run. A list that is cut off or denied stands in the manifest as such.
    pub(crate) async fn users(&self) -> Result<Arc<[Principal]>, Halt> {
        let list = async || {
            self.plan(1);
            let mut users = Vec::new();
            let stream = self.aws.iam().list_users().into_paginator().page_size(1000).send();
            let failure = pages(stream, |page| {
                users.extend(
                    page.users()
                        .iter()
                        .map(|user| Principal::new(user.user_name(), user.arn(), user.user_id())),
                );
            })
            .await;
            self.listed(&LIST_USERS, users.is_empty(), failure)?;
            Ok(users.into())
        };
        self.users.get_or_try_init(list).await.cloned()
    }

    /// Notes a list that stands in no file.
    pub(crate) fn listed(&self, call: &Call, is_empty: bool, failure: Option<Failure>) -> Result<(), Halt> {
        match failure {
            None => self.done(call.alone(), None),
            Some(failure) => self.fail(call.alone(), &failure, !is_empty),
        }
    }
}

impl Principal {
    pub(crate) fn new(name: &str, arn: &str, id: &str) -> Self {
        Self { name: name.to_owned(), arn: arn.to_owned(), id: id.to_owned() }
    }

    /// The name as that of a file.
    pub(crate) fn file_name(&self) -> String {
        file_name(&self.name)
    }
}

/// A name as that of a JSON file.
pub(crate) fn file_name(name: &str) -> String {
    format!("{}.json", fit_for_path(name))
}

/// A name in which everything is percent-encoded that a path could stumble over.
pub(crate) fn fit_for_path(name: &str) -> String {
    if matches!(name, "." | "..") {
        "%2E".repeat(name.len())
    } else {
        utf8_percent_encode(name, ENCODED).to_string()
    }
}

/// All but what names of IAM are made of. Source: IAM User Guide, "IAM and AWS STS quotas".
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'+')
    .remove(b'=')
    .remove(b',')
    .remove(b'.')
    .remove(b'@')
    .remove(b'_')
    .remove(b'-');

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_out_of_its_folder() {
        for (name, expected) in [
            ("anna", "anna.json"),
            ("a+=,.@_-b", "a+=,.@_-b.json"),
            ("../../etc/passwd", "..%2F..%2Fetc%2Fpasswd.json"),
            ("..", "%2E%2E.json"),
            ("a\\b:c\u{0}", "a%5Cb%3Ac%00.json"),
            ("prod/db", "prod%2Fdb.json"),
            ("\u{e9}", "%C3%A9.json"),
        ] {
            assert_eq!(file_name(name), expected);
        }
    }
}
