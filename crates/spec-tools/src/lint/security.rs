//! Security requirements.

use serde_json::Value;

use super::group::{Context, group};
use super::walk::{nearest, suggested};
use crate::finding::Finding;
use crate::rule::Rule;
use crate::yaml::escape;

group! {
    security;

    Error SECURITY_UNDEFINED = "security-undefined", "no client can tell how to authenticate",
        "define it in `components/securitySchemes`, or correct the name";
}

/// `security-undefined`.
fn security(context: &Context<'_>) -> Vec<Finding> {
    let document = context.document;
    let schemes = document.value.pointer("/components/securitySchemes");
    let schemes = || schemes.and_then(Value::as_object).into_iter().flatten();
    let operations = document.operations().into_iter();
    let operations = operations.map(|operation| (operation.pointer, operation.value));
    let mut findings = Vec::new();
    for (at, holder) in operations.chain([(String::new(), &document.value)]) {
        let list = holder.get("security").and_then(Value::as_array);
        for (index, requirement) in list.into_iter().flatten().enumerate() {
            for (name, _) in requirement.as_object().into_iter().flatten() {
                if schemes().all(|(known, _)| known != name) {
                    let span = document.span(&format!("{at}/security/{index}/{}", escape(name)));
                    let message = format!("there is no security scheme `{name}`");
                    let finding = Finding::new(&SECURITY_UNDEFINED, span, message);
                    let meant = nearest(name, schemes().map(|(known, _)| known.as_str()));
                    findings.push(suggested(finding, meant));
                }
            }
        }
    }
    findings
}
