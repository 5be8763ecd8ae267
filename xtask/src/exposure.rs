//! What the spec has that a user of the wrapper may want, and where a person adds it to the wrapper.
//!
//! The contract test `exposure` finds out what of it the wrapper has, and compares that with [`FILE`].
//! `cargo xtask generate` says what the test will ask.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

use serde_json::Value;

/// The table that `cargo xtask bless` writes.
pub const FILE: &str = "spec/EXPOSURE.md";

/// The command that runs the test.
const TEST: &str = "cargo test -p integration-tests --test contract exposure";

/// One thing in the spec.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Item {
    /// A member of the request body.
    RequestMember {
        /// Its name.
        name: String,
        /// The component of its schema, if it has one.
        component: Option<String>,
    },
    /// A value of a member of the request body.
    RequestValue {
        /// The name of the member.
        member: String,
        /// The value.
        value: String,
    },
    /// A security scheme.
    SecurityScheme {
        /// Its name.
        name: String,
        /// Its HTTP scheme, or its type.
        method: String,
    },
    /// A documented status, a range (`4XX`) or `default`.
    Status(String),
    /// A header of a response.
    Header {
        /// Whether the response is a 2xx.
        is_success: bool,
        /// Its name.
        name: String,
    },
    /// A member of a response body that is not an object. Constants are left out.
    ResponseMember {
        /// Whether the body is that of a 2xx.
        is_success: bool,
        /// The names from the body to the member.
        path: Vec<String>,
    },
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RequestMember { name, .. } => write!(f, "request member `{name}`"),
            Self::RequestValue { member, value } => write!(f, "`{member}` value `{value}`"),
            Self::SecurityScheme { name, .. } => write!(f, "security scheme `{name}`"),
            Self::Status(status) => write!(f, "status {status}"),
            Self::Header { is_success, name } => {
                write!(f, "{} header `{name}`", kind(*is_success))
            }
            Self::ResponseMember { is_success, path } => {
                write!(f, "{} member `{}`", kind(*is_success), path.join("."))
            }
        }
    }
}

fn kind(is_success: bool) -> &'static str {
    if is_success { "success" } else { "error" }
}

impl Item {
    /// The file in which a person adds the item to the wrapper, and the line after which it goes.
    fn anchor(&self) -> (&'static str, &'static str) {
        match self {
            Self::RequestMember { .. } => ("call/state.rs", "request: RevocationRequest {"),
            Self::RequestValue { .. } => ("config/hint.rs", "pub enum TokenTypeHint {"),
            Self::SecurityScheme { .. } => ("config/credentials.rs", "impl Credentials {"),
            Self::Status(_) => ("response/mod.rs", "fn by_status("),
            Self::Header { .. } => ("response/headers.rs", "impl Head {"),
            Self::ResponseMember { is_success, .. } if *is_success => {
                ("revoked.rs", "pub struct Revoked {")
            }
            Self::ResponseMember { .. } => ("error/mod.rs", "struct Details {"),
        }
    }

    /// The file and the line at which a person adds the item to the wrapper of the workspace at `root`.
    #[must_use]
    pub fn place(&self, root: &Path) -> String {
        let (file, anchor) = self.anchor();
        let file = format!("crates/digilocker/src/{file}");
        let text = std::fs::read_to_string(root.join(&file)).unwrap_or_default();
        let line = text.lines().position(|line| line.contains(anchor));
        match line {
            Some(line) => format!("{file}:{}", line + 1),
            None => file,
        }
    }
}

/// All items of the spec, which is the JSON form of a document with one operation.
#[must_use]
pub fn items(spec: &Value) -> BTreeSet<Item> {
    let mut items = BTreeSet::new();
    let Some(operation) = operation(spec) else {
        return items;
    };
    request(spec, operation, &mut items);
    for (name, scheme) in members(&spec["components"]["securitySchemes"]) {
        let scheme = resolve(spec, scheme);
        let method = scheme.get("scheme").unwrap_or(&scheme["type"]);
        items.insert(Item::SecurityScheme {
            name: name.clone(),
            method: method.as_str().unwrap_or_default().to_lowercase(),
        });
    }
    for (status, response) in members(&operation["responses"]) {
        let response = resolve(spec, response);
        let is_success = status.starts_with('2');
        items.insert(Item::Status(status.clone()));
        for (name, _) in members(&response["headers"]) {
            items.insert(Item::Header {
                is_success,
                name: name.clone(),
            });
        }
        let mut paths = Vec::new();
        leaves(spec, schema(response), &[], &mut paths);
        items.extend(
            paths
                .into_iter()
                .map(|path| Item::ResponseMember { is_success, path }),
        );
    }
    items
}

fn request(spec: &Value, operation: &Value, items: &mut BTreeSet<Item>) {
    let body = resolve(spec, schema(resolve(spec, &operation["requestBody"])));
    for (name, schema) in members(&body["properties"]) {
        let reference = schema["$ref"].as_str();
        items.insert(Item::RequestMember {
            name: name.clone(),
            component: reference.and_then(|path| Some(path.rsplit('/').next()?.to_owned())),
        });
        let values = resolve(spec, schema)["enum"].as_array();
        for value in values.into_iter().flatten() {
            items.insert(Item::RequestValue {
                member: name.clone(),
                value: value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned),
            });
        }
    }
}

/// The paths of all members that are not objects, and not constant.
fn leaves(spec: &Value, schema: &Value, path: &[String], found: &mut Vec<Vec<String>>) {
    /// Deeper ones are those of a schema that contains itself.
    const MAX_DEPTH: usize = 8;
    let schema = resolve(spec, schema);
    let parts = schema["allOf"].as_array();
    for part in parts.into_iter().flatten() {
        leaves(spec, part, path, found);
    }
    for (name, member) in members(&schema["properties"]) {
        let path = [path, std::slice::from_ref(name)].concat();
        let member = resolve(spec, member);
        let is_object = member.get("properties").or(member.get("allOf")).is_some();
        let is_constant = member["enum"].as_array().is_some_and(|it| it.len() == 1);
        if is_object && path.len() < MAX_DEPTH {
            leaves(spec, member, &path, found);
        } else if !is_constant {
            found.push(path);
        }
    }
}

/// The operation of the spec.
#[must_use]
pub fn operation(spec: &Value) -> Option<&Value> {
    let mut operations = members(&spec["paths"]).flat_map(|(_, item)| members(item));
    operations.find_map(|(_, operation)| operation.get("operationId").and(Some(operation)))
}

/// The schema of the first media type of a request body or a response.
#[must_use]
pub fn schema(body: &Value) -> &Value {
    members(&body["content"])
        .next()
        .map_or(&Value::Null, |(_, media_type)| &media_type["schema"])
}

/// Follows references within the document.
#[must_use]
pub fn resolve<'a>(spec: &'a Value, value: &'a Value) -> &'a Value {
    let pointer = value["$ref"]
        .as_str()
        .and_then(|path| path.strip_prefix('#'));
    let target = pointer.and_then(|pointer| spec.pointer(pointer));
    target.map_or(value, |target| resolve(spec, target))
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// What a person decides about new items of the spec, with the place for each. Empty if there are none.
#[must_use]
pub fn questions<'a>(root: &Path, new: impl IntoIterator<Item = &'a Item>) -> String {
    let title = format!("to decide, asked by `{TEST}`:");
    list(&title, new, |item| {
        let need = match item {
            Item::Status(_) => "it needs a row of its own",
            _ => "users need it",
        };
        format!("if {need}, add it at {}", item.place(root))
    })
}

/// What comes next after the spec changed, from its JSON form before and after.
#[must_use]
pub fn next_step(root: &Path, specs: [&str; 2]) -> String {
    let [old, new] = specs.map(|spec| items(&serde_json::from_str(spec).unwrap_or_default()));
    let new_items = questions(root, new.difference(&old));
    let gone = list("no longer in the spec:", old.difference(&new), |item| {
        format!("remove it at {}", item.place(root))
    });
    format!(
        "{new_items}{gone}next: run `cargo xtask bless`, which accepts what was not added, and \
         `cargo test --workspace`\n"
    )
}

/// A title, and a line for each item. Empty if there are none.
fn list<'a>(
    title: &str,
    items: impl IntoIterator<Item = &'a Item>,
    line: impl Fn(&Item) -> String,
) -> String {
    let lines: Vec<_> = items
        .into_iter()
        .map(|item| format!("  {item}: {}\n", line(item)))
        .collect();
    if lines.is_empty() {
        return String::new();
    }
    format!("{title}\n{}", lines.concat())
}

#[cfg(test)]
mod tests;
