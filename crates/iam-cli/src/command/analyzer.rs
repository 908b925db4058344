use crate::arguments::Analyzer;
use crate::exit::Exit;

/// Drives IAM Access Analyzer.
pub(crate) fn run(arguments: &Analyzer) -> anyhow::Result<Exit> {
    #[cfg(feature = "live")]
    return crate::live::analyzer::run(arguments);
    #[cfg(not(feature = "live"))]
    {
        let _ = arguments;
        super::fetch::no_network()
    }
}
