//! `iam-audit`: AWS IAM hygiene from files. See `iam-audit --help`.

mod arguments;
mod clock;
mod command;
mod exit;
mod files;
mod interrupt;
#[cfg(feature = "live")]
mod live;
mod output;
mod progress;
mod settings;
mod trail;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Verb};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match arguments.verb {
        Verb::Check(arguments) => command::check::run(&arguments),
        Verb::Fetch(arguments) => command::fetch::run(&arguments),
        Verb::Analyzer(arguments) => command::analyzer::run(&arguments),
        Verb::Credentials(arguments) => command::credentials::run(&arguments),
        Verb::Trail(arguments) => command::trail::run(&arguments),
        Verb::Policy(arguments) => command::policy::run(&arguments),
        Verb::Root(arguments) => command::root::run(&arguments),
        Verb::Alarm(arguments) => command::alarm::run(&arguments),
        Verb::Notify(arguments) => command::notify::run(&arguments),
        Verb::Diff(arguments) => command::diff::run(&arguments),
        Verb::Usage(arguments) => command::usage::run(&arguments),
        Verb::Rightsize(arguments) => command::rightsize::run(&arguments),
        Verb::External(arguments) => command::external::run(&arguments),
        Verb::WhoCan(arguments) => command::who_can::run(&arguments),
        Verb::Checks(arguments) => command::checks::run(&arguments),
        Verb::Explain(arguments) => command::explain::run(&arguments),
        Verb::Completions(arguments) => command::completions::run(&arguments),
        Verb::Man(arguments) => command::man::run(&arguments),
    };
    exit::code(result)
}
