//! Whether a project's settings can be used.

use crate::project::Project;
use crate::registry;
use crate::report::Report;

/// A report of the rules that `project` changes and that do not exist, if there are any.
pub(super) fn refused(project: &Project) -> Option<Report> {
    let is_known = |id: &str| registry::of_specs().any(|rule| rule.id == id);
    let unknown = project
        .rules
        .iter()
        .find(|change| !is_known(&change.rule))?;
    Some(Report::failed(format!(
        "error: the project changes a rule that does not exist: `{}`\n",
        unknown.rule
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{Level, RuleChange};

    #[test]
    fn a_rule_that_does_not_exist_is_refused() {
        let change = |rule: &str| RuleChange {
            rule: rule.to_owned(),
            level: Level::Off,
            reason: "a test".to_owned(),
        };
        let with = |rule| Project {
            rules: vec![change(rule)],
            ..Project::default()
        };
        assert_eq!(refused(&with("schema-not")), None);
        // A change is no finding, which could be turned off.
        for unknown in ["schema-nit", "property-added"] {
            let report = refused(&with(unknown)).expect("a report");
            assert!(report.errors.contains(unknown), "{}", report.errors);
        }
    }
}
