//! `cargo run -p parcels-tool [-- --check]`: all that a project needs to generate its client.

use std::io::{self, Write};
use std::process::ExitCode;

use spec_tools::commands::generate::{self, Mode};
use spec_tools::project::{GenerateCommand, Generator, Interface, Output, Project};
use spec_tools::report::Style;

fn project() -> Project {
    Project {
        root: concat!(env!("CARGO_MANIFEST_DIR"), "/..").into(),
        spec: "spec.yaml".to_owned(),
        client: Output {
            code: "src/generated.rs".to_owned(),
            manifest: "Cargo.toml".to_owned(),
        },
        generator: Generator {
            interface: Interface::Builder,
            derives: vec!["PartialEq".to_owned()],
            ..Generator::default()
        },
        generate_command: GenerateCommand("cargo run -p parcels-tool".to_owned()),
        ..Project::default()
    }
}

fn main() -> ExitCode {
    let is_check = std::env::args().any(|argument| argument == "--check");
    let mode = if is_check { Mode::Check } else { Mode::Write };
    let report = generate::run(&project(), mode, Style::Plain);
    // Nobody is left to tell that nobody reads.
    let _ = io::stdout().write_all(report.output.as_bytes());
    let _ = io::stderr().write_all(report.errors.as_bytes());
    ExitCode::from(report.status.code())
}

#[cfg(test)]
mod tests {
    use spec_tools::report::Status;

    use super::*;

    #[test]
    fn the_generated_client_is_current() {
        let report = generate::run(&project(), Mode::Check, Style::Plain);
        let text = report.output + &report.errors;
        assert_eq!(report.status, Status::Ok, "{text}");
    }
}
