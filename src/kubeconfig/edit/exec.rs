//! How kubectl calls the program that gives it a user's credential.
//!
//! Source: k8s.io/client-go `tools/clientcmd/api/types.go` and `validation.go` v0.36.

use super::table::Tables;
use crate::error::Result;
use crate::kubeconfig::schema::wrong_option;
use crate::options::{choices, options};
use crate::yaml::tree::{Data, Node};

options! {
    pub(super) struct Exec<'a> {
        user: &'a str = "user",
        api_version: Option<Version> = "apiVersion",
        interactive_mode: Option<Mode> = "interactiveMode",
    }
}

choices! {
    enum Version {
        V1 = "client.authentication.k8s.io/v1",
        V1beta1 = "client.authentication.k8s.io/v1beta1",
    }
}

choices! {
    /// Whether the program may read from the terminal.
    enum Mode {
        Never = "Never",
        IfAvailable = "IfAvailable",
        Always = "Always",
    }
}

/// `{ user, apiVersion?, interactiveMode? }` of a user whose credential comes from a program; command, arguments and variables stay.
pub(super) fn program(tables: &mut Tables, change: &Exec<'_>) -> Result<()> {
    let exec = tables.body("users", change.user)?.get_mut("exec");
    let exec = exec.filter(|exec| matches!(exec.data, Data::Map(_)));
    let exec = exec.ok_or_else(|| wrong_option("This user has no exec. Name a user whose credential comes from a program."))?;
    for (field, value) in
        [("apiVersion", change.api_version.map(Version::as_str)), ("interactiveMode", change.interactive_mode.map(Mode::as_str))]
    {
        if let Some(value) = value {
            exec.set(field, Node::text(value));
        }
    }
    Ok(())
}
