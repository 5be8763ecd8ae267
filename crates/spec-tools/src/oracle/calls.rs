//! Generates code that calls the operation of a client.

use std::fmt::Write as _;

use quote::ToTokens;
use syn::{FnArg, GenericArgument, ImplItem, Item, Pat, PathArguments, ReturnType, Type};

/// The code that calls the operation of a sample.
#[derive(Clone, Debug, Default)]
pub(super) struct Call {
    /// A module with a function `call`.
    pub(super) code: String,
    /// The names of the arguments, in order.
    pub(super) arguments: Vec<String>,
}

/// Generates the call of the only operation of `client`, which is the module `path`.
pub(super) fn call(client: &str, path: &str) -> Result<Call, String> {
    let file = syn::parse_file(client).map_err(|error| error.to_string())?;
    let functions = file.items.iter().filter_map(|item| match item {
        Item::Impl(item) if item.trait_.is_none() => Some(&item.items),
        _ => None,
    });
    let function = functions
        .flatten()
        .find_map(|item| match item {
            ImplItem::Fn(function) if function.sig.asyncness.is_some() => Some(function),
            _ => None,
        })
        .ok_or("there is no operation")?;
    let signature = &function.sig;
    let (mut names, mut bound, mut passed) = (Vec::new(), String::new(), String::new());
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
        let _ = write!(
            passed,
            "{}, ",
            expression.replace('$', &format!("a{index}"))
        );
    }
    let ReturnType::Type(_, returned) = &signature.output else {
        return Err("nothing is returned".to_owned());
    };
    let returned = generics(returned);
    let [success, error] = returned.as_slice() else {
        return Err("no `Result` is returned".to_owned());
    };
    let read = |outer: &Type| match generics(outer).first().map(|inner| plain(inner)) {
        Some(name) if name.ends_with("ByteStream") => "bytes",
        _ => "typed",
    };
    let code = format!(
        "use super::*;\n
pub async fn call(base: &str, args: &[Value]) -> Value {{
    let client = {path}::Client::new(base);
{bound}    match client.{}({passed}).await {{
        Ok(response) => {{
            let status = response.status().as_u16();
            json!({{\"ok\": status, \"value\": {}(response.into_inner()).await}})
        }}
        Err(Error::ErrorResponse(response)) => {{
            let status = response.status().as_u16();
            json!({{\"error\": status, \"value\": {}(response.into_inner()).await}})
        }}
        Err(error) => failed(error),
    }}
}}
",
        signature.ident,
        read(success),
        read(error),
    );
    Ok(Call {
        code,
        arguments: names,
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

fn plain(kind: &Type) -> String {
    kind.to_token_stream().to_string().replace(' ', "")
}

/// A module that makes no call.
pub(super) const NONE: &str = "use super::*;

pub async fn call(_: &str, _: &[Value]) -> Value {
    Value::Null
}
";

/// The program that makes the calls listed in a file, and prints the outcome of each.
pub(super) fn main(samples: &[usize]) -> String {
    let arms = samples
        .iter()
        .map(|at| format!("        {at} => s{at}::call(base, args).await,\n"));
    let arms = arms.collect::<Vec<_>>().concat();
    format!("{MAIN}{arms}        _ => Value::Null,\n    }}\n}}\n")
}

const MAIN: &str = r#"#![allow(warnings)]
use std::panic::AssertUnwindSafe;

use futures_util::{FutureExt, TryStreamExt};
use progenitor_client::{ByteStream, Error};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

fn main() {
    let file = std::env::args().nth(1).expect("a file");
    let text = std::fs::read_to_string(file).expect("to read");
    let calls: Vec<(u64, u64, String, Vec<Value>)> = serde_json::from_str(&text).expect("calls");
    std::panic::set_hook(Box::new(|_| {}));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    for (at, index, base, args) in calls {
        let call = AssertUnwindSafe(call(at, &base, &args)).catch_unwind();
        let outcome = runtime.block_on(call).unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| text.to_string()));
            json!({"failed": format!("panics: {}", text.unwrap_or_default())})
        });
        println!("{}", json!([at, index, outcome]));
    }
}

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

async fn call(at: u64, base: &str, args: &[Value]) -> Value {
    match at {
"#;
