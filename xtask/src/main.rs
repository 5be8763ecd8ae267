//! `cargo xtask`: parses the arguments and dispatches.

use std::io::{self, Write};
use std::path::Path;

use clap::Parser;
use spec_tools::commands::generate::{self, Mode};
use spec_tools::commands::{diff, lint, watch};
use spec_tools::project::Project;
use spec_tools::report::{Report, Status, Style};
use spec_tools::threads;
use xtask::bless::artefacts::Scope;
use xtask::{bless, ci, demo, project, workspace};

/// Generate code from the OpenAPI spec, check the spec and compare its versions
#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    arg_required_else_help = true
)]
enum Command {
    /// Generate the client and the mock from spec/digilocker.yaml
    Generate {
        /// Write nothing; show the difference, and fail if there is one
        #[arg(long)]
        check: bool,
        /// Generate again whenever the spec is saved, until Ctrl-C
        #[arg(long, conflicts_with = "check")]
        watch: bool,
        /// Also update the snapshots of the generated code, and show the difference
        #[arg(long, conflicts_with_all = ["check", "watch"])]
        snapshots: bool,
    },
    /// Update snapshots and tables that tests compare
    Bless {
        /// Also compile every edit and update `proved.md`; takes minutes
        #[arg(long)]
        proof: bool,
    },
    /// Lint a spec
    Lint {
        /// The spec to lint [default: spec/digilocker.yaml]
        spec: Option<String>,
        /// Output format
        #[arg(long, value_parser = ["text", "json", "sarif"], default_value = "text")]
        format: String,
    },
    /// Compare two specs: impact on the HTTP API and on Rust code
    Diff {
        /// The spec to compare with: a git revision or a file
        #[arg(long, value_name = "REV|FILE", default_value = "HEAD")]
        base: String,
        /// The changed spec [default: spec/digilocker.yaml]
        #[arg(long, value_name = "FILE")]
        spec: Option<String>,
        /// Output format
        #[arg(long, value_parser = ["text", "json", "markdown", "sarif"], default_value = "text")]
        format: String,
        /// Print an entry for CHANGELOG.md
        #[arg(long, conflicts_with = "format")]
        changelog: bool,
        /// Fail if a version is too low for the changes, or no code can be generated
        #[arg(long)]
        enforce: bool,
    },
    /// Revoke a token of an embedded sandbox, step by step
    Demo,
    /// Run the checks of a pull request
    Ci,
}

fn main() -> Report {
    let command = Command::parse();
    let root = std::env::current_dir()
        .map_err(|error| format!("cannot read the current directory: {error}"))
        .and_then(|here| workspace::find_root(&here));
    let has_file = matches!(
        command,
        Command::Lint { spec: Some(_), .. } | Command::Diff { spec: Some(_), .. }
    );
    threads::with_large_stack(|| match root {
        Ok(root) => run(command, project::project(&root)),
        // They work outside a workspace, too.
        Err(_) if has_file => run(command, Project::default()),
        Err(error) => failed(&error),
    })
}

fn run(command: Command, project: Project) -> Report {
    let style = style();
    match command {
        Command::Generate { watch: true, .. } => {
            ended(watch::run(&project, style, &mut io::stdout()))
        }
        Command::Generate {
            snapshots: true, ..
        } => with_snapshots(project, style),
        Command::Generate { check, .. } => generate::run(&project, Mode::of(check), style),
        Command::Bless { proof: true } => bless(&project.root, Scope::Proof, style),
        Command::Bless { proof: false } => bless(&project.root, Scope::Usual, style),
        Command::Lint { spec, format } => {
            let format = match format.as_str() {
                "json" => lint::Format::Json,
                "sarif" => lint::Format::Sarif,
                _ => lint::Format::Text,
            };
            // A path on the command line is relative to the current directory.
            let (dir, name) = match &spec {
                Some(name) => (Path::new(""), name),
                None => (project.root.as_path(), &project.spec),
            };
            lint::run(&project, dir, name, format, style)
        }
        Command::Diff {
            base,
            spec,
            format,
            changelog,
            enforce,
        } => {
            let format = match format.as_str() {
                _ if changelog => diff::Format::Changelog,
                "json" => diff::Format::Json,
                "markdown" => diff::Format::Markdown,
                "sarif" => diff::Format::Sarif,
                _ => diff::Format::Text,
            };
            let options = diff::Options {
                base,
                spec,
                format,
                enforce,
            };
            diff::run(&project, &options, style)
        }
        Command::Demo => {
            let steps = demo::steps(&project.root, style);
            if steps.status == Status::Failed {
                return steps;
            }
            steps.show();
            ended(demo::example(&project.root))
        }
        Command::Ci => ended(ci::run(&project.root)),
    }
}

fn style() -> Style {
    // One style for both streams: colours only if both are terminals.
    match Style::of(&io::stdout()) {
        Style::Colour => Style::of(&io::stderr()),
        Style::Plain => Style::Plain,
    }
}

fn with_snapshots(mut project: Project, style: Style) -> Report {
    // It is the end of the output, after that of `bless`.
    let next_step = project.next_step.take();
    let spec = || {
        let name = project.spec_json.as_deref().unwrap_or_default();
        std::fs::read_to_string(project.root.join(name)).unwrap_or_default()
    };
    let before = spec();
    let report = generate::run(&project, Mode::Write, style);
    if report.status == Status::Failed {
        return report;
    }
    report.show();
    let mut report = bless(&project.root, Scope::Spec, style);
    let after = spec();
    if let Some(next) = next_step
        && before != after
    {
        report.output += &next(&project.root, [&before, &after]);
    }
    report
}

fn bless(root: &Path, scope: Scope, style: Style) -> Report {
    bless::run(root, scope, style, |line| {
        let _ = io::stderr().write_all(line.as_bytes());
    })
}

fn ended(result: Result<(), String>) -> Report {
    match result {
        Ok(()) => Report::ok(String::new()),
        Err(error) => failed(&error),
    }
}

fn failed(error: &str) -> Report {
    Report::failed(format!("error: {error}\n"))
}
