//! Rights: roles and bindings of rbac.authorization.k8s.io/v1.
//!
//! | room | what it knows |
//! |---|---|
//! | [`manifest`] | builds roles and bindings, refusing what the server would refuse |
//! | [`template`] | what people ask for, with the least that does the work |
//! | [`rule`] | whether a rule lets a request through |
//! | [`mod@matrix`] | what a set of manifests lets somebody do, offline |
//! | [`risk`], [`shape`] | what is dangerous in a role, and what does not do what it seems to |
//! | [`mod@grant`] | how dangerous it is to grant manifests |
//! | [`live`] | what the server says a caller may do; server-side apply |
//!
//! Source: "Using RBAC Authorization" and "Role Based Access Control Good Practices" in the Kubernetes documentation.

pub mod grant;
pub mod live;
pub mod manifest;
pub mod matrix;
pub mod risk;
mod risks;
pub mod rule;
pub mod shape;
mod table;
pub mod template;

use crate::error::Result;
use crate::input;
use crate::options::options;
use crate::value::Value;

options! {
    struct Applied {
        created: Option<bool> = "created",
        before: Option<Value> = "before",
        after: Option<Value> = "after",
    }
}

/// What manifests let somebody do ([`matrix::matrix`]); they may be text.
///
/// # Errors
/// Those of [`matrix::matrix`]; of a text what [`crate::yaml::read::value`] says.
pub fn matrix(mut options: Value) -> Result<Value> {
    read_manifests(&mut options)?;
    matrix::matrix(&options)
}

/// Whether manifests let somebody do things ([`matrix::answers`]); they may be text.
///
/// # Errors
/// As [`matrix()`].
pub fn review(mut options: Value) -> Result<Value> {
    read_manifests(&mut options)?;
    matrix::answers(&options)
}

/// What is dangerous in manifests ([`matrix::findings`]); they may be text.
///
/// # Errors
/// As [`matrix()`].
pub fn findings(mut manifests: Value) -> Result<Value> {
    read_texts(&mut manifests)?;
    matrix::findings(&manifests).map(|findings| Value::findings(&findings))
}

/// How dangerous it is to grant manifests ([`grant::grant`]); they may be text.
///
/// # Errors
/// As [`matrix()`].
pub fn grant(mut manifests: Value) -> Result<Value> {
    read_texts(&mut manifests)?;
    grant::grant(&manifests).map(|risk| risk.to_value())
}

/// What became of an object by server-side apply: `{ created?, before?, after? }` ([`live::applied`]).
///
/// # Errors
/// [`crate::Code::InvalidOptions`].
pub fn applied(options: &Value) -> Result<&'static str> {
    let Applied { created, before, after } = options.read("options")?;
    Ok(live::applied(created.unwrap_or(false), before.as_ref(), &after.unwrap_or(Value::Null)))
}

fn read_manifests(options: &mut Value) -> Result<()> {
    let Value::Map(pairs) = options else { return Ok(()) };
    pairs.iter_mut().filter(|(key, _)| key == "manifests").try_for_each(|(_, value)| read_texts(value))
}

/// Puts objects in place of texts: JSON or YAML, taken apart as kubectl does. Objects stay.
fn read_texts(value: &mut Value) -> Result<()> {
    match value {
        Value::String(text) => *value = Value::List(documents(text)?),
        Value::List(items) => {
            let mut objects = Vec::new();
            for item in items.drain(..) {
                match item {
                    Value::String(text) => objects.extend(documents(&text)?),
                    object => objects.push(object),
                }
            }
            *items = objects;
        }
        _ => {}
    }
    Ok(())
}

fn documents(text: &str) -> Result<Vec<Value>> {
    Ok(input::objects::objects(text.as_bytes())?.0)
}
