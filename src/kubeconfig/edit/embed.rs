//! The contents of a file in the place of its path.

use super::table::{Tables, section};
use crate::crypto::PrivateKey;
use crate::error::Result;
use crate::kubeconfig::build;
use crate::kubeconfig::schema::wrong_option;
use crate::random::Random;
use crate::token;
use crate::value::{Options, Value};
use crate::x509::certificate::{Chain, authority_bundle};
use crate::yaml::tree::Node;

/// `{ section, name, field, contents }`, field as `client-key`. What was read is encoded again, as in a new kubeconfig: kubectl does not take
/// every text from which a certificate or key can be read, one with a byte-order mark for example.
pub(super) fn file(tables: &mut Tables, change: &Value, random: &mut dyn Random) -> Result<()> {
    let change = Options::read("an embedded file", change, &["section", "name", "field", "contents"])?;
    let (section, field, contents) = (section(&change)?, change.required_text("field")?, change.required_text("contents")?.as_bytes());
    let body = tables.body(section, change.required_text("name")?)?;
    if body.text_of(field).is_empty() {
        return Err(wrong_field());
    }
    let (embedded, data) = match (section, field) {
        ("clusters", "certificate-authority") => ("certificate-authority-data", build::base64(authority_bundle(contents)?.as_bytes())),
        ("users", "client-certificate") => ("client-certificate-data", build::base64(Chain::read(contents)?.to_pem().as_bytes())),
        ("users", "client-key") => ("client-key-data", build::key_data(&PrivateKey::import(contents, None, random)?)?),
        ("users", "tokenFile") => ("token", Node::text(token::clean(contents)?)),
        _ => return Err(wrong_field()),
    };
    body.remove(field);
    body.set(embedded, data);
    Ok(())
}

fn wrong_field() -> crate::error::Error {
    wrong_option("field of an embedded file must be one that names a file in this entry")
}
