//! What a caller may do, asked before it is done: the questions of an action, and the refusal that its answer would have been.
//!
//! Which permissions a request needs: Kubernetes 1.36.3, apiserver `endpoints/request/requestinfo.go`; a patch that creates is
//! authorized as `create` too (`endpoints/handlers/patch.go`); `approve` on signers is `plugin/pkg/admission/certificates/approval`.

use super::csr::signer;
use super::rbac::live::apply_target;
use super::rbac::rule::Question;
use super::refusal::{CERTIFICATES, REQUESTS, Right};
use crate::error::Result;
use crate::options::{choices, options, required};
use crate::value::Value;

const NOTHING: Question<'static> = Question { namespace: "", verb: "", group: "", resource: "", subresource: "", name: "", path: "" };

options! {
    struct Check<'a> {
        action: Action = "action",
        signer_name: Option<&'a str> = "signerName",
        object: Option<Value> = "object",
        exists: Option<bool> = "exists",
        namespace: Option<&'a str> = "namespace",
        service_account: Option<&'a str> = "serviceAccount",
    }
}

choices! {
    enum Action {
        RequestCertificate = "request-certificate",
        ListRequests = "list-requests",
        Decide = "decide",
        Apply = "apply",
        IssueToken = "issue-token",
    }
}

options! {
    struct Missing<'a> {
        question: Question<'a> = "question",
    }
}

/// What must be allowed for one action: a list of alternatives each, of which one is enough, as [`Question::from_value`] reads them. Actions: `{ action: "request-certificate" }`,
/// `{ action: "list-requests" }`, `{ action: "decide", signerName? }`, `{ action: "apply", object, exists? }`,
/// `{ action: "issue-token", namespace, serviceAccount }`.
///
/// # Errors
/// [`crate::Code::InvalidOptions`]; [`crate::Code::InvalidObject`] for an object that is not applied here.
pub fn questions(action: &Value) -> Result<Value> {
    let options: Check<'_> = action.read("action")?;
    let object = options.object.unwrap_or(Value::Null);
    let requests = Question { group: CERTIFICATES, resource: REQUESTS, ..NOTHING };
    let asked = match options.action {
        Action::RequestCertificate => vec![vec![Question { verb: "create", ..requests }]],
        Action::ListRequests => vec![vec![Question { verb: "list", ..requests }]],
        Action::Decide => {
            let name = options.signer_name.unwrap_or(signer::CLIENT);
            // A rule may also name all signers of a domain.
            let all = format!("{}/*", name.split('/').next().unwrap_or_default());
            let signer = |name| Question { verb: "approve", group: CERTIFICATES, resource: "signers", name, ..NOTHING };
            return Ok(values(&[vec![Question { verb: "update", subresource: "approval", ..requests }], vec![signer(name), signer(&all)]]));
        }
        Action::Apply => {
            let target = apply_target(&object)?;
            let patch = vec![Question { verb: "patch", ..target }];
            match options.exists {
                Some(false) => vec![patch, vec![Question { verb: "create", name: "", ..target }]],
                _ => vec![patch],
            }
        }
        Action::IssueToken => {
            let (namespace, name) = (required(options.namespace, "namespace")?, required(options.service_account, "serviceAccount")?);
            vec![vec![Question { namespace, verb: "create", resource: "serviceaccounts", subresource: "token", name, ..NOTHING }]]
        }
    };
    Ok(values(&asked))
}

fn values(asked: &[Vec<Question<'_>>]) -> Value {
    let list = |questions: &Vec<Question<'_>>| Value::List(questions.iter().map(Question::to_value).collect());
    Value::List(asked.iter().map(list).collect())
}

/// The refusal for a question that the server answered with no: `{ question }` gives `{ message, details }`, as the action itself would fail.
///
/// # Errors
/// [`crate::Code::InvalidOptions`].
pub fn missing(options: &Value) -> Result<Value> {
    let Missing { question } = options.read("options")?;
    let right = Right::of(&question.checked()?);
    let message = format!("The API server reports that this caller lacks a permission. {}{}", right.whose(), right.sentence());
    Ok(Value::map([("message", Some(message.into())), ("details", Some(Value::details(&right.details())))]))
}
