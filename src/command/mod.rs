//! The same steps as command lines: kubectl, openssl and curl, for sh, PowerShell and cmd.
//!
//! Values are quoted so that each program gets exactly them ([`shell`]); what a shell cannot carry is refused. No line
//! holds a secret: keys and tokens are named by their files and reach programs from there or by standard input.

mod access;
mod connect;
mod openssl;
mod request;
mod script;
mod shell;

use crate::error::{Code, Error, Result};
use crate::kubernetes::signer::is_label;
use crate::kubernetes::signing_request;
use crate::value::{Options, Value};
use script::Script;
pub use shell::Shell;

/// The command lines of one step (`CommandStep` in index.d.ts), without a line end after the last.
///
/// # Errors
/// [`Code::UnquotableValue`] where a value cannot stand on a line of this shell; [`Code::InvalidOptions`] for an unknown
/// step or shell and wrong shapes; [`Code::InvalidSubject`], [`Code::InvalidServer`], [`Code::InvalidName`],
/// [`Code::InvalidSigningRequest`], [`Code::UnexpectedPrivateKey`] as where the same values are used without a terminal.
pub fn commands(step: &Value, shell: &str) -> Result<String> {
    let script = &mut Script::new(Shell::from_name(shell)?);
    match step.text(&["step"]).unwrap_or_default() {
        "generate-with-openssl" => openssl::generate(script, step),
        "submit-request" => request::submit(script, step),
        "submit-request-file" => request::submit_file(script, step),
        name @ ("approve" | "deny") => request::decide(script, step, name),
        "list-requests" => request::list(script, step),
        "show-request" => request::show(script, step),
        "wait-for-certificate" => request::wait(script, step),
        "fetch-certificate" => request::fetch(script, step),
        "assemble-kubeconfig" => connect::assemble(script, step),
        "use-kubeconfig" => connect::use_kubeconfig(script, step),
        "who-am-i" => connect::who_am_i(script, step),
        "curl" => connect::curl(script, step),
        "proxy" => connect::proxy(script, step),
        "find-server" => connect::find_server(script, step),
        "find-endpoints" => connect::find_endpoints(script, step),
        "find-certificate-authority" => connect::find_authority(script, step),
        "create-service-account" => access::create_service_account(script, step),
        "create-token" => access::create_token(script, step),
        "read-secret-token" => access::read_secret_token(script, step),
        "apply" => access::apply(script, step),
        "bind-role" => access::bind_role(script, step),
        "list-rights" => access::list_rights(script, step),
        _ => Err(Error::new(Code::InvalidOptions, "step is not one that there are command lines for")),
    }?;
    Ok(std::mem::replace(script, Script::new(Shell::Sh)).finish())
}

/// The options of a step; `step` itself is always known.
fn options<'a>(step: &'a Value, known: &[&str]) -> Result<Options<'a>> {
    let mut all = vec!["step"];
    all.extend(known);
    Options::read("step", step, &all)
}

/// A text where it is given and not empty.
fn given<'a>(options: &Options<'a>, field: &'static str) -> Result<Option<&'a str>> {
    Ok(options.text(field)?.filter(|text| !text.is_empty()))
}

/// The name of an object: what a path segment may be (see `api`), since kubectl reads `a/b` as TYPE/NAME.
fn object_name<'a>(options: &Options<'a>, field: &'static str) -> Result<&'a str> {
    let name = options.required_text(field)?;
    if name.is_empty() || name == "." || name == ".." || name.contains(['/', '%']) {
        return Err(Error::new(
            Code::InvalidName,
            format!("{field} cannot be that of an object: it is empty, a dot, or holds a slash or a percent sign"),
        ));
    }
    Ok(name)
}

/// A whole number of seconds.
fn seconds(options: &Options<'_>, field: &str) -> Result<Option<u64>> {
    match options.value(field) {
        None => Ok(None),
        Some(Value::Number(number)) if number.fract() == 0.0 && (1.0..=4_294_967_296.0).contains(number) => Ok(Some(*number as u64)),
        Some(_) => Err(Error::new(Code::InvalidOptions, format!("{field} of step must be a whole number of seconds"))),
    }
}

/// The user's name made fit for a file or an object.
fn slug(text: &str) -> String {
    let slug = signing_request::slug(text);
    if slug.is_empty() { "user".to_owned() } else { slug }
}

/// A namespace.
fn namespace<'a>(options: &Options<'a>) -> Result<Option<&'a str>> {
    let Some(namespace) = given(options, "namespace")? else { return Ok(None) };
    if is_label(namespace) {
        Ok(Some(namespace))
    } else {
        Err(wrong_name("namespace", "lower case letters, digits and hyphens, 63 at most"))
    }
}

fn wrong_name(field: &str, want: &str) -> Error {
    Error::new(Code::InvalidName, format!("{field} is not a name that Kubernetes takes: {want}"))
}
