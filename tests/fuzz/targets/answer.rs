//! What an API server answers, and what a caller asks of it: never a panic, and no line break or space in a path.
//! The first byte chooses the operation or reader, the rest is its argument.
#![no_main]

mod shared;

use kubecred::Value;
use kubecred::kubernetes::operation::Operation;
use kubecred::kubernetes::{api, csr::signing_request, discovery, rbac};
use kubecred::x509::csr::Confirmed;
use libfuzzer_sys::fuzz_target;
use shared::{NOW, object};

const OPERATIONS: [&str; 27] = [
    "create-signing-request", "get-signing-request", "watch-signing-request", "list-signing-requests", "page-signing-requests",
    "watch-signing-requests", "approve", "deny", "list-cluster-role-bindings", "list-role-bindings", "who-am-i", "version",
    "api-addresses", "root-ca", "cluster-info", "trust-bundles", "issue-token", "get-secret", "permissions", "can", "get-object",
    "apply", "list-invitations", "close-invitation", "delete-invitation", "combine", "roles",
];

fuzz_target!(|data: &[u8]| {
    let Some((choice, rest)) = data.split_first() else { return };
    let Some(value) = object(rest) else { return };
    match OPERATIONS[usize::from(*choice) % OPERATIONS.len()] {
        "combine" => {
            let _ = discovery::combine(&value, NOW);
            let _ = discovery::inspect(&value, NOW);
            let options = Value::map([("bootstrapToken", Some("07401b.f395accd246ae52d".into()))]);
            let _ = discovery::verify_cluster_info(&value, &options);
        }
        "roles" => {
            let _ = rbac::findings(value.clone());
            let _ = rbac::matrix(value.clone());
            let _ = rbac::review(value.clone());
            let _ = rbac::applied(&value);
        }
        name => {
            let operation = Operation::from_name(name).expect("an operation of the table");
            if let Ok(request) = api::request(operation, &value, NOW) {
                assert!(request.path.starts_with('/') && request.path.bytes().all(|byte| byte.is_ascii_graphic()), "{}", request.path);
            }
            let _ = api::answer(operation, &value, None, NOW);
        }
    }
    let read = signing_request::read_all_confirmed(&value, false, &Confirmed::default());
    let _ = read.map(|reports| reports.iter().map(|report| report.to_value(NOW)).count());
});
