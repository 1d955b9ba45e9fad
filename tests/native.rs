//! The native tests of the core: one program with a module for each file. A program for each file takes twice as long to build (2026-11).
//! One file: `cargo test --test native token::`.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod common;
mod kubectl;
mod shells;

#[path = "access.rs"]
mod access;
#[path = "certificate.rs"]
mod certificate;
#[path = "certificate_differential.rs"]
mod certificate_differential;
#[path = "certificate_reports.rs"]
mod certificate_reports;
#[path = "checks.rs"]
mod checks;
#[path = "client_go.rs"]
mod client_go;
#[path = "command.rs"]
mod command;
#[path = "command_files.rs"]
mod command_files;
#[path = "confirmed.rs"]
mod confirmed;
#[path = "crafted.rs"]
mod crafted;
#[path = "decisions.rs"]
mod decisions;
#[path = "differential.rs"]
mod differential;
#[path = "discovery.rs"]
mod discovery;
#[path = "example.rs"]
mod example;
#[path = "finding_codes.rs"]
mod finding_codes;
#[path = "input.rs"]
mod input;
#[path = "invitation.rs"]
mod invitation;
#[path = "key.rs"]
mod key;
#[path = "key_import.rs"]
mod key_import;
#[path = "key_steps.rs"]
mod key_steps;
#[path = "kubeconfig.rs"]
mod kubeconfig;
#[path = "kubeconfig_engine.rs"]
mod kubeconfig_engine;
#[path = "kubeconfig_merge.rs"]
mod kubeconfig_merge;
#[path = "kubeconfig_redact.rs"]
mod kubeconfig_redact;
#[path = "kubectl_clients.rs"]
mod kubectl_clients;
#[path = "kubectl_differs.rs"]
mod kubectl_differs;
#[path = "kubectl_numbers.rs"]
mod kubectl_numbers;
#[path = "kubectl_reads.rs"]
mod kubectl_reads;
#[path = "kubernetes.rs"]
mod kubernetes;
#[path = "limbo.rs"]
mod limbo;
#[path = "names.rs"]
mod names;
#[path = "no_text_decisions.rs"]
mod no_text_decisions;
#[path = "oracle.rs"]
mod oracle;
#[path = "pkcs12.rs"]
mod pkcs12;
#[path = "refusals.rs"]
mod refusals;
#[path = "renewal.rs"]
mod renewal;
#[path = "request.rs"]
mod request;
#[path = "review.rs"]
mod review;
#[path = "rsa_filter.rs"]
mod rsa_filter;
#[path = "service_account.rs"]
mod service_account;
#[path = "token.rs"]
mod token;
#[path = "vectors.rs"]
mod vectors;
#[path = "viewing.rs"]
mod viewing;
#[path = "yaml.rs"]
mod yaml;

/// A file that is not named above would not run.
#[test]
fn every_file_is_a_module() {
    let named = include_str!("native.rs");
    for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests")).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        let of_native = name.ends_with(".rs") && name != "native.rs" && !name.starts_with("wasm");
        assert!(!of_native || named.contains(&format!("#[path = \"{name}\"]")), "{name} is missing in tests/native.rs");
    }
}
