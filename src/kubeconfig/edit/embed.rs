//! The contents of a file in the place of its path.

use super::table::Tables;
use crate::crypto::PrivateKey;
use crate::error::Result;
use crate::kubeconfig::build;
use crate::kubeconfig::schema::wrong_option;
use crate::kubeconfig::tree::Section;
use crate::options::options;
use crate::random::Random;
use crate::token;
use crate::x509::certificate::{Chain, authority_bundle};
use crate::yaml::tree::Node;

options! {
    pub(super) struct Embed<'a> {
        section: Section = "section",
        name: &'a str = "name",
        field: &'a str = "field",
        contents: &'a str = "contents",
    }
}

/// `{ section, name, field, contents }`, field as `client-key`. What was read is encoded again, as in a new kubeconfig: kubectl does not take
/// every text from which a certificate or key can be read, one with a byte-order mark for example.
pub(super) fn file(tables: &mut Tables, change: &Embed<'_>, random: &mut dyn Random) -> Result<()> {
    let (section, field, contents) = (change.section.as_str(), change.field, change.contents.as_bytes());
    let body = tables.body(section, change.name)?;
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
    wrong_option("`field` must be a field of this entry that contains the path of a file.")
}
