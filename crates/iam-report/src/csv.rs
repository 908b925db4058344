//! stub
use std::borrow::Cow;
pub(crate) fn safe(cell: &str) -> Cow<'_, str> {
    Cow::Borrowed(cell)
}
pub fn render(_: &iam_core::audit::Report, _: &mut dyn std::io::Write) -> std::io::Result<()> {
    Ok(())
}
