//! `cargo xtask`: parses the arguments and dispatches.

use std::io::{self, Write};
use std::path::Path;

use clap::{Arg, ArgAction, ArgMatches, Command};
use spec_tools::commands::generate::Mode;
use spec_tools::commands::lint::Format;
use spec_tools::commands::{self, diff, watch};
use spec_tools::project::Project;
use spec_tools::report::{Report, Status, Style};
use spec_tools::threads;
use xtask::bless::artefacts::Scope;
use xtask::{bless, ci, demo, project, workspace};

fn main() -> Report {
    let matches = arguments().get_matches();
    let root = std::env::current_dir()
        .map_err(|error| format!("cannot read the current directory: {error}"))
        .and_then(|here| workspace::find_root(&here));
    threads::with_large_stack(|| match (root, matches.subcommand()) {
        (Ok(root), _) => dispatch(&root, &matches),
        // `lint` and `diff` of explicit files also work outside a workspace.
        (Err(_), Some(("lint", arguments))) if arguments.contains_id("spec") => {
            lint(&Project::default(), arguments, style())
        }
        (Err(_), Some(("diff", arguments))) if arguments.contains_id("spec") => {
            diff::run(&Project::default(), &diff_options(arguments), style())
        }
        (Err(error), _) => failed(&error),
    })
}

fn arguments() -> Command {
    Command::new("cargo xtask")
        .bin_name("cargo xtask")
        .about("Generate code from the OpenAPI spec, check the spec and compare its versions")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            Command::new("generate")
                .about("Generate the client and the mock from spec/digilocker.yaml")
                .arg(
                    Arg::new("check")
                        .long("check")
                        .action(ArgAction::SetTrue)
                        .help("Write nothing; show the difference, and fail if there is one"),
                )
                .arg(
                    Arg::new("watch")
                        .long("watch")
                        .action(ArgAction::SetTrue)
                        .conflicts_with("check")
                        .help("Generate again whenever the spec is saved, until Ctrl-C"),
                )
                .arg(
                    Arg::new("snapshots")
                        .long("snapshots")
                        .action(ArgAction::SetTrue)
                        .conflicts_with_all(["check", "watch"])
                        .help("Also update the snapshots of the generated code, and show the difference"),
                ),
        )
        .subcommand(
            Command::new("bless")
                .about("Update snapshots and tables that tests compare")
                .arg(
                    Arg::new("proof")
                        .long("proof")
                        .action(ArgAction::SetTrue)
                        .help("Also compile every edit and update `proved.md`; takes minutes"),
                ),
        )
        .subcommand(
            Command::new("lint")
                .about("Lint a spec")
                .arg(
                    Arg::new("spec")
                        .value_name("SPEC")
                        .help("The spec to lint [default: spec/digilocker.yaml]"),
                )
                .arg(
                    Arg::new("format")
                        .long("format")
                        .value_parser(["text", "json", "sarif"])
                        .default_value("text")
                        .help("Output format"),
                ),
        )
        .subcommand(diff_command())
        .subcommand(
            Command::new("demo").about("Revoke a token of an embedded sandbox, step by step"),
        )
        .subcommand(Command::new("ci").about("Run the checks of a pull request"))
}

fn diff_command() -> Command {
    Command::new("diff")
        .about("Compare two specs: impact on the HTTP API and on Rust code")
        .arg(
            Arg::new("base")
                .long("base")
                .value_name("REV|FILE")
                .default_value("HEAD")
                .help("The spec to compare with: a git revision or a file"),
        )
        .arg(
            Arg::new("spec")
                .long("spec")
                .value_name("FILE")
                .help("The changed spec [default: spec/digilocker.yaml]"),
        )
        .arg(
            Arg::new("format")
                .long("format")
                .value_parser(["text", "json", "markdown", "sarif"])
                .default_value("text")
                .help("Output format"),
        )
        .arg(
            Arg::new("changelog")
                .long("changelog")
                .action(ArgAction::SetTrue)
                .conflicts_with("format")
                .help("Print an entry for CHANGELOG.md"),
        )
        .arg(
            Arg::new("enforce")
                .long("enforce")
                .action(ArgAction::SetTrue)
                .help("Fail if a version is too low for the changes, or no code can be generated"),
        )
}

fn diff_options(arguments: &ArgMatches) -> diff::Options {
    let text = |name: &str| arguments.get_one::<String>(name).map(String::as_str);
    diff::Options {
        base: text("base").unwrap_or("HEAD").to_owned(),
        spec: text("spec").map(str::to_owned),
        format: match text("format") {
            _ if arguments.get_flag("changelog") => diff::Format::Changelog,
            Some("json") => diff::Format::Json,
            Some("markdown") => diff::Format::Markdown,
            Some("sarif") => diff::Format::Sarif,
            _ => diff::Format::Text,
        },
        enforce: arguments.get_flag("enforce"),
    }
}

fn style() -> Style {
    // One style for both streams: colours only if both are terminals.
    match Style::of(&io::stdout()) {
        Style::Colour => Style::of(&io::stderr()),
        Style::Plain => Style::Plain,
    }
}

fn dispatch(root: &Path, matches: &ArgMatches) -> Report {
    let (style, project) = (style(), project::project(root));
    match matches.subcommand() {
        Some(("generate", arguments)) if arguments.get_flag("watch") => {
            ended(watch::run(&project, style, &mut io::stdout()))
        }
        Some(("generate", arguments)) => generate(project, arguments, style),
        Some(("bless", arguments)) if arguments.get_flag("proof") => {
            bless(root, Scope::Proof, style)
        }
        Some(("bless", _)) => bless(root, Scope::Usual, style),
        Some(("lint", arguments)) => lint(&project, arguments, style),
        Some(("diff", arguments)) => diff::run(&project, &diff_options(arguments), style),
        Some(("demo", _)) => {
            let steps = demo::steps(root, style);
            if steps.status == Status::Failed {
                return steps;
            }
            steps.show();
            let notice = |line: &str| Report::ok(line.to_owned()).show();
            ended(demo::example(root, notice))
        }
        Some(("ci", _)) => ended(ci::run(root)),
        _ => failed("unknown command"),
    }
}

fn generate(mut project: Project, arguments: &ArgMatches, style: Style) -> Report {
    let mode = Mode::of(arguments.get_flag("check"));
    let with_snapshots = arguments.get_flag("snapshots");
    // It is the end of the output, after that of `bless`.
    let next_step = project.next_step.take_if(|_| with_snapshots);
    let spec = || {
        let name = project.spec_json.as_deref().unwrap_or_default();
        std::fs::read_to_string(project.root.join(name)).unwrap_or_default()
    };
    let before = spec();
    let report = commands::generate::run(&project, mode, style);
    if report.status == Status::Failed || !with_snapshots {
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

fn lint(project: &Project, arguments: &ArgMatches, style: Style) -> Report {
    let format = match arguments.get_one::<String>("format").map(String::as_str) {
        Some("json") => Format::Json,
        Some("sarif") => Format::Sarif,
        _ => Format::Text,
    };
    // A path on the command line is relative to the current directory.
    let (dir, name) = match arguments.get_one::<String>("spec") {
        Some(name) => (Path::new(""), name),
        None => (project.root.as_path(), &project.spec),
    };
    commands::lint::run(project, dir, name, format, style)
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
