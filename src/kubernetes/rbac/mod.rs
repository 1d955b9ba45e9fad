//! Rights: roles and bindings of rbac.authorization.k8s.io/v1.
//!
//! | room | what it knows |
//! |---|---|
//! | [`manifest`] | builds roles and bindings, refusing what the server would refuse |
//! | [`template`] | what people ask for, with the least that does the work |
//! | [`rule`] | whether a rule lets a request through |
//! | [`matrix`] | what a set of manifests lets somebody do, offline |
//! | [`risk`], [`shape`] | what is dangerous in a role, and what does not do what it seems to |
//! | [`live`] | what the server says a caller may do; server-side apply |
//!
//! Source: "Using RBAC Authorization" and "Role Based Access Control Good Practices" in the Kubernetes documentation.

pub mod live;
pub mod manifest;
pub mod matrix;
pub mod risk;
mod risks;
pub mod rule;
pub mod shape;
mod table;
pub mod template;

use crate::error::{Code, Error, Result};
use crate::input;
use crate::value::{Value, options};

options! {
    struct Applied {
        created: Option<bool> = "created",
        before: Option<Value> = "before",
        after: Option<Value> = "after",
    }
}

/// The entry for JavaScript, one for all: `manifests`, `templates`, `matrix`, `review`, `findings`, `applied`.
///
/// # Errors
/// Those of the room; [`Code::InvalidOptions`] for any other name.
pub fn call(what: &str, mut options: Value) -> Result<Value> {
    if let (Value::Map(pairs), "matrix" | "review") = (&mut options, what) {
        for (_, value) in pairs.iter_mut().filter(|(key, _)| key == "manifests") {
            read_texts(value)?;
        }
    }
    match what {
        "manifests" => manifest::build(&options).map(Value::List),
        "templates" => Ok(template::list()),
        "matrix" => matrix::matrix(&options),
        "review" => matrix::answers(&options),
        "findings" => {
            read_texts(&mut options)?;
            matrix::findings(&options).map(|findings| Value::findings(&findings))
        }
        "applied" => {
            let Applied { created, before, after } = options.read("options")?;
            Ok(live::applied(created.unwrap_or(false), before.as_ref(), &after.unwrap_or(Value::Null)).into())
        }
        _ => Err(Error::new(Code::InvalidOptions, "no such operation")),
    }
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
