//! The output of `kubectl describe secret`: names, the token in full, sizes of the rest.
//!
//! Source: `describeSecret` in k8s.io/kubectl 0.36.3, pkg/describe/describe.go: of a Secret of type
//! `kubernetes.io/service-account-token` the key `token` is printed as text, every other key as its size.

use crate::encoding::json;
use crate::value::Value;
use base64ct::{Base64, Base64UrlUnpadded, Encoding};

const ACCOUNT: &str = "kubernetes.io/service-account.name";

/// What is printed below `Data`.
const RULE: &str = "====";

/// The Secret as an object, with the token as its only data. `None` where the text is not such an output.
pub(crate) fn secret(text: &str) -> Option<Value> {
    let field = |name: &str| {
        text.lines()
            .find_map(|line| line.trim_start().strip_prefix(name)?.strip_prefix(':').map(str::trim))
            .filter(|value| !value.is_empty())
    };
    let mut lines = text.lines().map(str::trim);
    lines.find(|line| *line == "Data")?;
    (lines.next()? == RULE).then_some(())?;
    let name = field("Name")?;
    let kind = field("Type")?;
    let token = lines.find_map(|line| line.strip_prefix("token:")).map(str::trim).filter(|token| !token.ends_with(" bytes"));
    let account = annotation(text, ACCOUNT).map(str::to_owned).or_else(|| claimed_account(token?));
    let data = token.map(|token| Value::map([("token", Some(Base64::encode_string(token.as_bytes()).into()))]));
    Some(Value::map([
        ("apiVersion", Some("v1".into())),
        ("kind", Some("Secret".into())),
        (
            "metadata",
            Some(Value::map([
                ("name", Some(name.into())),
                ("namespace", field("Namespace").map(Value::from)),
                ("annotations", account.map(|account| Value::map([(ACCOUNT, Some(account.into()))]))),
            ])),
        ),
        ("type", Some(kind.into())),
        ("data", data),
    ]))
}

/// The service account that the token of a Secret names (`serviceAccountNameClaim` in Kubernetes): part of the output may
/// have been left out.
fn claimed_account(token: &str) -> Option<String> {
    let payload = Base64UrlUnpadded::decode_vec(token.split('.').nth(1)?).ok()?;
    let claims = json::read(std::str::from_utf8(&payload).ok()?)?.value;
    claims.text(&["kubernetes.io/serviceaccount/service-account.name"]).map(str::to_owned)
}

fn annotation<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let at = text.find(name)?;
    text[at + name.len()..].strip_prefix(':')?.lines().next().map(str::trim).filter(|value| !value.is_empty())
}
