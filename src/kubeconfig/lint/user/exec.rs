//! `exec`: the program that kubectl runs for a credential, and whether kubectl knows how.
//!
//! Source: k8s.io/client-go `tools/clientcmd/validation.go` (`validateAuthInfo`) and `tools/clientcmd/api/v1/defaults.go` v0.36.

use crate::finding::{Finding, FindingCode};
use crate::kubeconfig::lint::{Linter, Spot, has};
use crate::yaml::tree::Node;

impl Linter {
    /// What it would run. Nothing is run here.
    pub(super) fn exec(&mut self, spot: Spot<'_>) {
        let Some(exec) = spot.body.get("exec") else { return };
        let variables = exec.get("env").map_or(&[][..], Node::items);
        let variables = if variables.is_empty() { String::new() } else { format!(", {} environment variables", variables.len()) };
        let arguments = exec.get("args").map_or(0, |args| args.items().len());
        let finding = Finding::warning(
            FindingCode::RunsAProgram,
            format!(
                "kubectl runs a program with your permissions ({arguments} arguments{variables}). Use the file only if you trust that program. Nothing is run here."
            ),
        );
        self.say(spot, "exec", finding);
        if has(spot.body, "auth-provider") {
            self.error(
                spot,
                "auth-provider",
                FindingCode::ExecAndAuthProvider,
                "The user has both exec and auth-provider, so kubectl refuses the file. Remove one of them.",
            );
        }
        self.program(spot, exec.text_of("command"));
        if !has(exec, "command") {
            self.error(
                spot,
                "exec",
                FindingCode::ExecCommand,
                "There is no command in exec, so kubectl refuses the file. Add exec.command.",
            );
        }
        let version = exec.text_of("apiVersion");
        match version {
            "client.authentication.k8s.io/v1" | "client.authentication.k8s.io/v1beta1" => {}
            "" => self.error(spot, "exec", FindingCode::ExecApiVersion, "There is no apiVersion in exec, so kubectl refuses the file. Add apiVersion: client.authentication.k8s.io/v1."),
            "client.authentication.k8s.io/v1alpha1" => self.error(
                spot,
                "exec",
                FindingCode::ExecApiVersion,
                "`exec.apiVersion` is client.authentication.k8s.io/v1alpha1, which kubectl 1.24 and later do not know. Update the program, and write client.authentication.k8s.io/v1 or v1beta1, whichever it supports.",
            ),
            _ => self.error(
                spot,
                "exec",
                FindingCode::ExecApiVersion,
                "`exec.apiVersion` is one that kubectl does not know. It knows client.authentication.k8s.io/v1 and client.authentication.k8s.io/v1beta1. Write the one that the program supports.",
            ),
        }
        match exec.text_of("interactiveMode") {
            "Never" | "IfAvailable" | "Always" => {}
            // client-go fills it in for these two alone (SetDefaults_ExecConfig).
            "" if matches!(version, "client.authentication.k8s.io/v1beta1" | "client.authentication.k8s.io/v1alpha1") => {}
            "" => self.error(
                spot,
                "exec",
                FindingCode::ExecInteractiveMode,
                "`exec.interactiveMode` is required with apiVersion v1. Set it to Never, IfAvailable or Always.",
            ),
            _ => self.error(
                spot,
                "exec",
                FindingCode::ExecInteractiveMode,
                "`exec.interactiveMode` has a value that kubectl does not know. Set it to Never, IfAvailable or Always, in exactly this case.",
            ),
        }
        if exec.get("env").map_or(&[][..], Node::items).iter().any(|one| !has(one, "name")) {
            self.error(
                spot,
                "exec",
                FindingCode::ExecEnvName,
                "An environment variable of exec has no name, so kubectl refuses the file. Add the name.",
            );
        }
    }
}
