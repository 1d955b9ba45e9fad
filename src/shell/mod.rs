//! The same steps as command lines: kubectl, openssl and curl, for sh, PowerShell and cmd.
//!
//! Values are quoted so that each program gets exactly them (`quoting.rs`); what a shell cannot carry is refused. No line
//! contains a secret: keys and tokens are named by their files and reach programs from there or by standard input.

mod connect;
mod csr;
mod openssl;
mod quoting;
mod rbac;
mod script;

use crate::error::{Code, Error, Result};
use crate::value::Value;
pub use quoting::Shell;
use script::Script;

/// The command lines of one step (`CommandStep` in types.ts), without a line end after the last.
///
/// # Errors
/// [`Code::UnquotableValue`] where a value cannot be on a line of this shell; [`Code::InvalidOptions`] for an unknown
/// step or shell and wrong shapes; [`Code::InvalidSubject`], [`Code::InvalidServer`], [`Code::InvalidName`],
/// [`Code::InvalidSigningRequest`], [`Code::UnexpectedPrivateKey`] as where the same values are used without a terminal.
pub fn commands(step: &Value, shell: &str) -> Result<String> {
    let mut script = Script::new(Shell::from_name(shell)?, step);
    let Some((_, write)) = STEPS.iter().find(|(name, _)| Some(*name) == step.text(&["step"])) else {
        return Err(Error::new(Code::InvalidOptions, "`step.step` must name a step that there are command lines for.").at("step"));
    };
    write(&mut script);
    script.finish()
}

type Step = fn(&mut Script<'_>);

const STEPS: [(&str, Step); 23] = [
    ("generate-with-openssl", openssl::generate),
    ("submit-request", csr::submit),
    ("submit-request-file", csr::submit_file),
    ("list-requests", csr::list),
    ("show-request", csr::show),
    ("approve", csr::approve),
    ("deny", csr::deny),
    ("wait-for-certificate", csr::wait),
    ("fetch-certificate", csr::fetch),
    ("find-server", connect::find_server),
    ("find-endpoints", connect::find_endpoints),
    ("find-certificate-authority", connect::find_authority),
    ("assemble-kubeconfig", connect::assemble),
    ("use-kubeconfig", connect::use_kubeconfig),
    ("who-am-i", connect::who_am_i),
    ("curl", connect::curl),
    ("proxy", connect::proxy),
    ("create-service-account", rbac::create_service_account),
    ("create-token", rbac::create_token),
    ("read-secret-token", rbac::read_secret_token),
    ("apply", rbac::apply),
    ("bind-role", rbac::bind_role),
    ("list-rights", rbac::list_rights),
];
