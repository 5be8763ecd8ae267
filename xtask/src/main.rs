//! `cargo xtask`: parses the arguments and dispatches.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use clap::{Arg, ArgAction, ArgMatches, Command};
use spec_tools::commands::generate::Mode;
use spec_tools::commands::lint::Format;
use spec_tools::commands::{self, diff, watch};
use spec_tools::project::Project;
use spec_tools::report::{Report, Status, Style};
use spec_tools::{progress, threads};
use xtask::bless::artefacts::Scope;
use xtask::{bless, ci, demo, project, workspace};

fn main() -> Report {
    let matches = arguments().get_matches();
    let root = std::env::current_dir()
        .map_err(|error| format!("there is no current directory: {error}"))
        .and_then(|here| workspace::find_root(&here));
    threads::with_large_stack(|| match (root, matches.subcommand()) {
        (Ok(root), _) => dispatch(&root, &matches),
        // Files that are named need no workspace around them.
        (Err(_), Some(("lint", arguments))) if arguments.contains_id("spec") => {
            lint(&Project::default(), arguments, style())
        }
        (Err(_), Some(("diff", arguments))) if arguments.contains_id("spec") => {
            diff(&Project::default(), arguments, style())
        }
        (Err(error), _) => failed(&error),
    })
}

fn arguments() -> Command {
    Command::new("cargo xtask")
        .bin_name("cargo xtask")
        .about("The workspace's own commands")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            Command::new("generate")
                .about("Generate client and mock from spec/digilocker.yaml")
                .arg(
                    Arg::new("check")
                        .long("check")
                        .action(ArgAction::SetTrue)
                        .help("Write nothing: show what would change, and fail if anything would"),
                )
                .arg(
                    Arg::new("watch")
                        .long("watch")
                        .action(ArgAction::SetTrue)
                        .conflicts_with("check")
                        .help("Generate again at each save of the spec, until Ctrl-C"),
                )
                .arg(
                    Arg::new("snapshots")
                        .long("snapshots")
                        .action(ArgAction::SetTrue)
                        .conflicts_with_all(["check", "watch"])
                        .help("Then accept the snapshots of the new code, and show what changed in them"),
                ),
        )
        .subcommand(
            Command::new("bless")
                .about("Accept what tests see: snapshots, tables, the second operation's code")
                .arg(
                    Arg::new("proof")
                        .long("proof")
                        .action(ArgAction::SetTrue)
                        .help("Accept the record of the Rust verdicts too: it takes minutes"),
                ),
        )
        .subcommand(
            Command::new("lint")
                .about("Report everything that is wrong with a spec")
                .arg(
                    Arg::new("spec")
                        .value_name("SPEC")
                        .help("The file [default: spec/digilocker.yaml]"),
                )
                .arg(
                    Arg::new("format")
                        .long("format")
                        .value_parser(["text", "json", "sarif"])
                        .default_value("text"),
                ),
        )
        .subcommand(diff_command())
        .subcommand(
            Command::new("demo").about("Watch a token of an embedded sandbox being revoked"),
        )
        .subcommand(Command::new("ci").about("Run the checks of a pull request"))
}

fn diff_command() -> Command {
    Command::new("diff")
        .about("Say what an edit of the spec means, for the wire and for Rust")
        .arg(
            Arg::new("base")
                .long("base")
                .value_name("REV|FILE")
                .default_value("HEAD")
                .help("What to compare with: a git revision, or a file"),
        )
        .arg(
            Arg::new("spec")
                .long("spec")
                .value_name("FILE")
                .help("The file to compare [default: spec/digilocker.yaml]"),
        )
        .arg(
            Arg::new("format")
                .long("format")
                .value_parser(["text", "json", "markdown", "sarif"])
                .default_value("text")
                .help("What to write"),
        )
        .arg(
            Arg::new("changelog")
                .long("changelog")
                .action(ArgAction::SetTrue)
                .conflicts_with("format")
                .help("Write an entry for CHANGELOG.md instead"),
        )
        .arg(
            Arg::new("enforce")
                .long("enforce")
                .action(ArgAction::SetTrue)
                .help("Fail if a version has moved less than the change asks for"),
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
    // A report is made for both streams at once: colours only if both show them.
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
        Some(("generate", arguments)) => generate(&project, arguments, style),
        Some(("bless", arguments)) if arguments.get_flag("proof") => {
            bless(root, Scope::Proof, style)
        }
        Some(("bless", _)) => bless(root, Scope::Usual, style),
        Some(("lint", arguments)) => lint(&project, arguments, style),
        Some(("diff", arguments)) => diff(&project, arguments, style),
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
        _ => failed("there is no such command"),
    }
}

fn generate(project: &Project, arguments: &ArgMatches, style: Style) -> Report {
    let mode = Mode::of(arguments.get_flag("check"));
    let mut report = shown(true, || commands::generate::run(project, mode, style));
    if report.status == Status::Failed || !arguments.get_flag("snapshots") {
        return report;
    }
    let next = format!("{}\n", project::NEXT);
    if let Some(rest) = report.output.strip_suffix(&next) {
        report.output.truncate(rest.len());
    }
    report.show();
    bless(&project.root, Scope::Spec, style)
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
    // A name that the user gives is one from the current directory.
    let (dir, name) = match arguments.get_one::<String>("spec") {
        Some(name) => (Path::new(""), name),
        None => (project.root.as_path(), &project.spec),
    };
    shown(format == Format::Text, || {
        commands::lint::run(project, dir, name, format, style)
    })
}

fn diff(project: &Project, arguments: &ArgMatches, style: Style) -> Report {
    let options = diff_options(arguments);
    let for_people = !matches!(options.format, diff::Format::Json | diff::Format::Sarif);
    shown(for_people, || diff::run(project, &options, style))
}

/// With its progress on standard error, if people read that.
fn shown(for_people: bool, work: impl FnOnce() -> Report) -> Report {
    let errors = io::stderr();
    let terminal = (for_people && errors.is_terminal()).then_some(errors);
    progress::show(terminal, work)
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
