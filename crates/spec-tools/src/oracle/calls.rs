//! Generates code that calls the operation of a client, also on a server that the mock sets up.

use std::fmt::Write as _;

use quote::ToTokens;
use syn::{
    FnArg, GenericArgument, ImplItem, ImplItemFn, Item, Pat, PathArguments, ReturnType, Type,
};

/// The code that calls the operation of a sample.
#[derive(Clone, Debug, Default)]
pub(super) struct Call {
    /// A module with a function `call`.
    pub(super) code: String,
    /// The names of the arguments, in order.
    pub(super) arguments: Vec<String>,
}

/// Generates the call of the only operation of `client`. The paths are those of the modules of client and mock, and
/// `responses` the arms that set up a response of the mock.
pub(super) fn call(
    client: &str,
    [path, mock_path]: &[String; 2],
    responses: &str,
) -> Result<Call, String> {
    let file = syn::parse_file(client).map_err(|error| error.to_string())?;
    let function = functions(&file.items)
        .find(|function| function.sig.asyncness.is_some())
        .ok_or("there is no operation")?;
    let signature = &function.sig;
    let (mut names, mut bound) = (Vec::new(), String::new());
    let (mut passed, mut matched) = (String::new(), String::new());
    for argument in &signature.inputs {
        let FnArg::Typed(argument) = argument else {
            continue;
        };
        let Pat::Ident(name) = &*argument.pat else {
            return Err("an argument without a name".to_owned());
        };
        let index = names.len();
        names.push(name.ident.to_string());
        let (annotation, expression) = value(&argument.ty);
        let make = match option(&argument.ty) {
            Some(_) => "opt",
            None => "arg",
        };
        let _ = writeln!(
            bound,
            "    let a{index}{annotation} = {make}(&args[{index}]);"
        );
        let variable = format!("a{index}");
        let _ = write!(passed, "{}, ", expression.replace('$', &variable));
        let expression = match expression {
            "$" if plain(&argument.ty) == "B" => "json!($)",
            "$" => "Clone::clone(&$)",
            borrowed => borrowed,
        };
        let expected = expression.replace('$', &variable);
        let _ = write!(matched, ".{}({expected})", name.ident);
    }
    let operation = &signature.ident;
    let ReturnType::Type(_, returned) = &signature.output else {
        return Err("nothing is returned".to_owned());
    };
    let returned = generics(returned);
    let [success, error] = returned.as_slice() else {
        return Err("no `Result` is returned".to_owned());
    };
    let read = |outer: &Type| match generics(outer).first().map(plain) {
        Some(name) if name.ends_with("ByteStream") => "bytes",
        _ => "typed",
    };
    let code = format!(
        "use super::*;
use {mock_path}::MockServerExt;\n
pub async fn call(base: &str, args: &[Value], mocked: Mocked<'_>) -> Value {{
    let client = {path}::Client::new(base);
{bound}    let mock = mocked.map(|(server, status, value)| {{
        server.{operation}(|when, then| {{
            when{matched};
            match status {{
{responses}                _ => panic!(\"the mock has no response {{status}}\"),
            }};
        }})
    }});
    let outcome = match client.{operation}({passed}).await {{
        Ok(response) => {{
            let status = response.status().as_u16();
            json!({{\"ok\": status, \"value\": {}(response.into_inner()).await}})
        }}
        Err(Error::ErrorResponse(response)) => {{
            let status = response.status().as_u16();
            json!({{\"error\": status, \"value\": {}(response.into_inner()).await}})
        }}
        Err(error) => failed(error),
    }};
    match mock {{
        Some(mock) if mock.calls() == 0 => json!({{\"failed\": \"the request does not match\"}}),
        _ => outcome,
    }}
}}
",
        read(success),
        read(error),
    );
    Ok(Call {
        code,
        arguments: names,
    })
}

/// Names of the responses of a mock whose status is in 1XX, 2XX and so on.
const CLASSES: [&str; 5] = [
    "informational",
    "success",
    "redirect",
    "client_error",
    "server_error",
];

/// For each response of `mock`, the arm that sends `value` with it. The most specific status comes first.
pub(super) fn responses(mock: &str) -> Result<String, String> {
    let file = syn::parse_file(mock).map_err(|error| error.to_string())?;
    let modules = file.items.iter().filter_map(|item| match item {
        Item::Mod(module) => module.content.as_ref(),
        _ => None,
    });
    let mut arms = Vec::new();
    for function in modules.flat_map(|(_, items)| functions(items)) {
        let (name, code) = (&function.sig.ident, plain(&function.block));
        let status = code.split_once(".status(").map(|(_, after)| after);
        let Some((status, _)) = status.and_then(|after| after.split_once(')')) else {
            continue;
        };
        let class = (1..).zip(CLASSES).find(|(_, class)| name == class);
        let (rank, pattern) = match class {
            _ if status != "status" => (0, status.to_owned()),
            Some((class, _)) => (1, format!("{class}00..={class}99")),
            None => (2, "_".to_owned()),
        };
        let arguments = function.sig.inputs.iter();
        let arguments = arguments.map(|argument| match plain(argument).as_str() {
            "self" => "",
            "status:u16" => "status, ",
            "value:&str" => "&arg::<String>(value)",
            kind if kind.starts_with("value:&") => "&arg(value)",
            _ => "arg(value)",
        });
        let arguments: String = arguments.collect();
        arms.push((rank, format!("{pattern} => then.{name}({arguments}),\n")));
    }
    arms.sort();
    Ok(arms.into_iter().map(|(_, arm)| arm).collect())
}

/// The functions of all types.
fn functions(items: &[Item]) -> impl Iterator<Item = &ImplItemFn> {
    let items = items.iter().filter_map(|item| match item {
        Item::Impl(item) if item.trait_.is_none() => Some(&item.items),
        _ => None,
    });
    items.flatten().filter_map(|item| match item {
        ImplItem::Fn(function) => Some(function),
        _ => None,
    })
}

/// The type annotation of a variable for an argument of this type, and the expression that passes it as `$`.
fn value(kind: &Type) -> (&'static str, &'static str) {
    let is_str = |kind: &Type| matches!(kind, Type::Reference(it) if plain(&it.elem) == "str");
    match option(kind) {
        Some(inner) if is_str(inner) => (": Option<String>", "$.as_deref()"),
        Some(Type::Reference(_)) => ("", "$.as_ref()"),
        None if is_str(kind) => (": String", "&$"),
        None if matches!(kind, Type::Reference(_)) => ("", "&$"),
        // An untyped body.
        None if plain(kind) == "B" => (": String", "$"),
        _ => ("", "$"),
    }
}

fn option(kind: &Type) -> Option<&Type> {
    let Type::Path(path) = kind else { return None };
    let is_option = path.path.segments.last()?.ident == "Option";
    is_option.then(|| generics(kind).first().copied()).flatten()
}

fn generics(kind: &Type) -> Vec<&Type> {
    let Type::Path(path) = kind else {
        return Vec::new();
    };
    let arguments = path.path.segments.last().map(|last| &last.arguments);
    let Some(PathArguments::AngleBracketed(arguments)) = arguments else {
        return Vec::new();
    };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(kind) => Some(kind),
        _ => None,
    });
    types.collect()
}

fn plain(code: &impl ToTokens) -> String {
    code.to_token_stream().to_string().replace(' ', "")
}

/// A module that makes no call.
pub(super) const NONE: &str = "use super::*;

pub async fn call(_: &str, _: &[Value], _: Mocked<'_>) -> Value {
    Value::Null
}
";

/// The program that makes the calls listed in a file, and prints the outcome of each.
pub(super) fn main(samples: &[usize]) -> String {
    let arms = samples
        .iter()
        .map(|at| format!("        {at} => s{at}::call(base, args, mocked).await,\n"));
    let arms = arms.collect::<Vec<_>>().concat();
    format!("{MAIN}{arms}        _ => Value::Null,\n    }}\n}}\n")
}

const MAIN: &str = r#"#![allow(warnings)]
use std::panic::AssertUnwindSafe;

use futures_util::{FutureExt, TryStreamExt};
use httpmock::MockServer;
use progenitor_client::{ByteStream, Error};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

fn main() {
    let file = std::env::args().nth(1).expect("a file");
    let text = std::fs::read_to_string(file).expect("to read");
    let calls: Vec<(u64, u64, String, Vec<Value>, (u16, Value))> = serde_json::from_str(&text).expect("calls");
    std::panic::set_hook(Box::new(|_| {}));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let server = MockServer::start();
    for (at, index, base, args, (status, value)) in calls {
        let outcome = |base: &str, mocked: Mocked<'_>| {
            let call = AssertUnwindSafe(call(at, base, &args, mocked)).catch_unwind();
            runtime.block_on(call).unwrap_or_else(|panic| {
                let text = panic.downcast_ref::<String>().cloned();
                let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| text.to_string()));
                json!({"failed": format!("panics: {}", text.unwrap_or_default())})
            })
        };
        server.reset();
        let mocked = outcome(&server.base_url(), Some((&server, status, &value)));
        println!("{}", json!([at, index, outcome(&base, None), mocked]));
    }
}

/// A server for the mock, and the response that it sends: the status, and its value as an argument.
type Mocked<'a> = Option<(&'a MockServer, u16, &'a Value)>;

fn arg<T: DeserializeOwned>(value: &Value) -> T {
    match serde_json::from_value(value[0].clone()) {
        Ok(value) => value,
        Err(error) => panic!("the type {} refuses {}: {error}", std::any::type_name::<T>(), value[0]),
    }
}

fn opt<T: DeserializeOwned>(value: &Value) -> Option<T> {
    value.get(0).map(|_| arg(value))
}

async fn typed<T: Serialize>(value: T) -> Value {
    match serde_json::to_value(value) {
        Ok(value) => value,
        Err(error) => panic!("the response value cannot be serialized: {error}"),
    }
}

async fn bytes(stream: ByteStream) -> Value {
    match stream.into_inner().map_ok(|part| part.to_vec()).try_concat().await {
        Ok(all) => String::from_utf8_lossy(&all).into(),
        Err(error) => panic!("{error}"),
    }
}

fn failed<E>(error: Error<E>) -> Value {
    let text = match error {
        Error::InvalidRequest(why) => format!("invalid request: {why}"),
        Error::CommunicationError(why) => format!("not sent: {why:?}"),
        Error::InvalidUpgrade(why) => why.to_string(),
        Error::ResponseBodyError(why) => format!("the body cannot be read: {why:?}"),
        Error::InvalidResponsePayload(_, why) => format!("the response cannot be parsed: {why}"),
        Error::UnexpectedResponse(it) => format!("unexpected response {}", it.status()),
        Error::ErrorResponse(_) => "an error".to_owned(),
        Error::Custom(why) => why,
    };
    json!({"failed": text})
}

async fn call(at: u64, base: &str, args: &[Value], mocked: Mocked<'_>) -> Value {
    match at {
"#;
