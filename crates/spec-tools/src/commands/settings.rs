//! Validates a project's settings.

use crate::project::Project;
use crate::registry;
use crate::report::Report;

/// A failure if `project` changes a rule that does not exist.
pub(super) fn refused(project: &Project) -> Option<Report> {
    let is_known = |id: &str| registry::of_specs().any(|rule| rule.id == id);
    let unknown = project
        .rules
        .iter()
        .find(|change| !is_known(&change.rule))?;
    Some(Report::failed(format!(
        "error: unknown rule in the project's settings: `{}`\n",
        unknown.rule
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{Level, RuleChange};

    #[test]
    fn unknown_rule_is_rejected() {
        let with = |rule: &str| Project {
            rules: vec![RuleChange {
                rule: rule.to_owned(),
                level: Level::Off,
                reason: "a test".to_owned(),
            }],
            ..Project::default()
        };
        assert_eq!(refused(&with("schema-not")), None);
        // Rules of changes cannot be turned off.
        for unknown in ["schema-nit", "property-added"] {
            let report = refused(&with(unknown)).expect("a report");
            assert!(report.errors.contains(unknown), "{}", report.errors);
        }
    }
}
