//! `cargo run -p parcels-tool [-- --check]`: a complete program that generates a client.

use spec_tools::commands::generate::{self, Mode};
use spec_tools::project::{Generator, Interface, Output, Project};
use spec_tools::report::{Report, Style};

fn main() -> Report {
    let is_check = std::env::args().any(|argument| argument == "--check");
    generate::run(&project(), Mode::of(is_check), Style::Plain)
}

fn project() -> Project {
    Project {
        client: Output::new("src/generated.rs", "Cargo.toml"),
        generator: Generator {
            interface: Interface::Builder,
            derives: vec!["PartialEq".to_owned()],
            ..Generator::default()
        },
        generate_command: Some("cargo run -p parcels-tool"),
        ..Project::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."), "spec.yaml")
    }
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
