//! Holds answers against the document of the routes, `/openapi.json`: what the tests receive is what it says.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use grantor::http::openapi;
use jsonschema::Validator;
use reqwest::Method;
use serde_json::{Value, json};

use super::browser::Answer;

/// The document.
pub static DOCUMENT: LazyLock<Value> = LazyLock::new(openapi::document_of_any_server);

/// Schemas that were compiled before, by their text.
static COMPILED: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);

/// Checks an answer: the status is listed, the headers are there, the body fits its schema. Addresses that the
/// document does not know are not looked at.
///
/// # Errors
/// What differs.
pub fn check(method: &Method, path: &str, answer: &Answer) -> Result<(), String> {
    let Some((_, item)) = item(&DOCUMENT, path) else { return Ok(()) };
    if *method == Method::OPTIONS {
        return Ok(());
    }
    let response = match item.get(method.as_str().to_lowercase()) {
        Some(operation) => operation["responses"].get(answer.status.to_string()).ok_or("this status is not listed")?,
        None if answer.status == 405 => &item["x-method-not-allowed"],
        None => return Err("the document does not know this method".to_owned()),
    };
    let response = resolve(&DOCUMENT, response);
    for (name, header) in response["headers"].as_object().into_iter().flatten() {
        check_header(name, resolve(&DOCUMENT, header), answer)?;
    }
    let kind = answer.header("content-type").split(';').next().unwrap_or_default();
    match response.get("content").and_then(Value::as_object) {
        _ if *method == Method::HEAD && answer.body.is_empty() => Ok(()),
        None if answer.body.is_empty() => Ok(()),
        None => Err("a body that is not documented".to_owned()),
        Some(content) => {
            let media = content.get(kind).ok_or_else(|| format!("the type {kind:?} is not documented"))?;
            if kind == "application/json" { fits(&media["schema"], &answer.json()) } else { Ok(()) }
        }
    }
}

fn check_header(name: &str, header: &Value, answer: &Answer) -> Result<(), String> {
    let Some(value) = answer.headers.get(name) else {
        return if header["required"] == true { Err(format!("no {name}")) } else { Ok(()) };
    };
    let text = value.to_str().map_err(|_| format!("{name} is no text"))?;
    let number = header["schema"]["type"] == "integer";
    let value = if number { text.parse().map_or(text.into(), |number: i64| number.into()) } else { text.into() };
    fits(&header["schema"], &value).map_err(|why| format!("{name}: {why}"))
}

/// Whether a value fits a schema of the document.
///
/// # Errors
/// All that does not.
pub fn fits(schema: &Value, value: &Value) -> Result<(), String> {
    let compiled = compile(&DOCUMENT, schema)?;
    let wrong: Vec<String> = compiled.iter_errors(value).map(|e| format!("{}: {e}", e.instance_path())).collect();
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
}

/// Compiles a schema of a document.
///
/// # Errors
/// When it is none.
pub fn compile(document: &Value, schema: &Value) -> Result<Arc<Validator>, String> {
    let mut compiled = COMPILED.lock().unwrap_or_else(|e| e.into_inner());
    let key = schema.to_string();
    if let Some(known) = compiled.get(&key) {
        return Ok(Arc::clone(known));
    }
    let whole = json!({ "allOf": [schema], "components": { "schemas": document["components"]["schemas"] } });
    let options = jsonschema::options().with_draft(jsonschema::Draft::Draft202012).should_validate_formats(true);
    let made = Arc::new(options.build(&whole).map_err(|e| format!("not a schema: {e}"))?);
    compiled.insert(key, Arc::clone(&made));
    Ok(made)
}

/// The template that a path fits, and what the document says of it.
pub fn item<'d>(document: &'d Value, path: &str) -> Option<(&'d str, &'d Value)> {
    let paths = document["paths"].as_object()?;
    let fits = |template: &str| {
        let (want, have): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
        let part = |(want, have): (&&str, &&str)| want == have || want.starts_with('{') && !have.is_empty();
        want.len() == have.len() && want.iter().zip(&have).all(part)
    };
    let exact = paths.get_key_value(path);
    let found = exact.or_else(|| paths.iter().find(|(template, _)| fits(template)));
    found.map(|(template, item)| (template.as_str(), item))
}

/// What a reference stands for; anything else stands for itself.
pub fn resolve<'d>(document: &'d Value, value: &'d Value) -> &'d Value {
    let Some(at) = value.get("$ref").and_then(Value::as_str) else { return value };
    document.pointer(at.trim_start_matches('#')).unwrap_or_else(|| panic!("there is no {at}"))
}
