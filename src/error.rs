//! The closed set of failures.
//!
//! An [`Error`] has a stable [`Code`], a sentence that says what is wrong and what would be right, and, where
//! Kubernetes named them, the causes. It never contains an input value that may be secret nor a dependency's text.

use std::borrow::Cow;

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal,)*) => {
        /// What kind of failure it is; [`Code::as_str`] is what JavaScript sees as `error.code`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Code { $($(#[$doc])* $variant,)* }

        impl Code {
            /// Every code, in the order of this file.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];

            /// The stable text of the code.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Code::$variant => $text,)* }
            }
        }
    };
}

codes! {
    /// A value in the options is missing, of the wrong type or out of range.
    InvalidOptions = "invalid-options",
    /// A key algorithm that is not on the list.
    UnsupportedAlgorithm = "unsupported-algorithm",
    /// The random generator failed or returned constant bytes; no key exists.
    NoRandom = "no-random",
    /// No PEM block, a damaged one, or one of the wrong kind.
    InvalidPem = "invalid-pem",
    /// The text is larger than anything of its kind can sensibly be.
    InputTooLarge = "input-too-large",
    /// A private key is where something public was expected; nothing was kept.
    UnexpectedPrivateKey = "unexpected-private-key",
    /// The private key's encoding is not strict DER, or not one of PKCS#8, SEC1, PKCS#1.
    InvalidKey = "invalid-key",
    /// A kind of key file that we name but do not read (OpenSSH, PuTTY, PKCS#12, JWK, `Proc-Type`).
    UnsupportedKeyFormat = "unsupported-key-format",
    /// A key size or curve that is not on the list.
    UnsupportedKey = "unsupported-key",
    /// The parts of the key contradict each other.
    InconsistentKey = "inconsistent-key",
    /// The key is consistent but can be broken.
    WeakKey = "weak-key",
    /// The key is encrypted and no passphrase was given.
    PassphraseRequired = "passphrase-required",
    /// The passphrase does not open the key, or the key is damaged.
    WrongPassphrase = "wrong-passphrase",
    /// The encrypted key asks for more work than a browser should do.
    ExcessiveWork = "excessive-work",
    /// The user, groups, uid or names cannot go into a request.
    InvalidSubject = "invalid-subject",
    /// The certificate request is one that kube-apiserver would refuse.
    InvalidRequest = "invalid-request",
    /// The CertificateSigningRequest object is one that kube-apiserver would refuse.
    InvalidSigningRequest = "invalid-signing-request",
    /// The text is not a certificate, or not one that a TLS client may present.
    InvalidCertificate = "invalid-certificate",
    /// The certificate belongs to another private key.
    CertificateKeyMismatch = "certificate-key-mismatch",
    /// The certificate names another user or other groups than the request.
    CertificateSubjectMismatch = "certificate-subject-mismatch",
    /// The certificate may not be used by a TLS client, or is a CA's.
    CertificateUsage = "certificate-usage",
    /// The certificate is not valid yet; the clock may be wrong.
    CertificateNotYetValid = "certificate-not-yet-valid",
    /// The certificate is no longer valid; the clock may be wrong.
    CertificateExpired = "certificate-expired",
    /// The server address cannot go into a kubeconfig.
    InvalidServer = "invalid-server",
    /// The CA bundle contains something other than certificates.
    InvalidCertificateAuthority = "invalid-certificate-authority",
    /// A name or namespace cannot go into a kubeconfig.
    InvalidName = "invalid-name",
    /// A value that cannot be on a command line of this shell, or must not.
    UnquotableValue = "unquotable-value",
    /// The text is not YAML, JSON or KYAML as kubectl reads it.
    InvalidYaml = "invalid-yaml",
    /// The file is YAML, but not a kubeconfig that kubectl would read.
    InvalidKubeconfig = "invalid-kubeconfig",
    /// The text cannot be a bearer token, or not one of the kind that is requested.
    InvalidToken = "invalid-token",
    /// There is no `cluster-info` with a kubeconfig in it.
    ClusterInfoAbsent = "cluster-info-absent",
    /// `cluster-info` is not signed with this bootstrap token: it has expired, or the signer has not signed yet.
    ClusterInfoUnsigned = "cluster-info-unsigned",
    /// The signature does not fit: the token's secret is wrong, or something was changed.
    ClusterInfoMismatch = "cluster-info-mismatch",
    /// Signature or contents are not what kubeadm and the bootstrap signer write.
    ClusterInfoDamaged = "cluster-info-damaged",
    /// No CA in `cluster-info` has a public key that was pinned.
    PinMismatch = "pin-mismatch",

    /// The link is not an invitation, or the invitation is one that must not be made.
    InvalidInvitation = "invalid-invitation",
    /// The invitation has expired.
    InvitationExpired = "invitation-expired",
    /// The invitation's request has another key: somebody else used the link. Made in JavaScript.
    InvitationUsed = "invitation-used",

    /// The answer is not one that a Kubernetes API server gives.
    BadAnswer = "bad-answer",
    /// 401: the credential was not accepted.
    Unauthorized = "unauthorized",
    /// 403: the credential was accepted, the right is missing.
    Forbidden = "forbidden",
    /// 404: the object or the API is not there.
    NotFound = "not-found",
    /// 409: an object of this name exists.
    AlreadyExists = "already-exists",
    /// 409: somebody changed the object meanwhile.
    Conflict = "conflict",
    /// The object is not the one that the decision is about: another uid, or another spec.
    Changed = "changed",
    /// 400 or 422: the server refuses the object.
    InvalidObject = "invalid-object",
    /// 413: the object is too large for the server.
    TooLarge = "too-large",
    /// 429: the server asks to wait.
    TooManyRequests = "too-many-requests",
    /// 5xx: the server failed.
    ServerError = "server-error",
    /// 410: the watch or the list must start again.
    WatchExpired = "watch-expired",
    /// The request was denied.
    RequestDenied = "request-denied",
    /// The signer gave up on the request.
    RequestFailed = "request-failed",
    /// The request disappeared while it was waited for.
    RequestCollected = "request-collected",
    /// The server answered with another object than the one asked for.
    WrongObject = "wrong-object",

    /// WebAssembly is not available, or the module does not start. Made in JavaScript.
    WasmUnavailable = "wasm-unavailable",
    /// The module's bytes are not the expected ones. Made in JavaScript.
    WasmIntegrity = "wasm-integrity",
    /// The module stopped; the session is over. Made in JavaScript.
    WasmPanicked = "wasm-panicked",
    /// The session was closed. Made in JavaScript.
    SessionClosed = "session-closed",
    /// The handle was disposed. Made in JavaScript.
    HandleDisposed = "handle-disposed",
    /// The caller aborted. Made in JavaScript.
    Aborted = "aborted",
    /// The cluster could not be reached. Made in JavaScript.
    Network = "network",
    /// The server answered with a redirect, which is not followed. Made in JavaScript.
    Redirected = "redirected",
    /// The server did not answer in time. Made in JavaScript.
    Timeout = "timeout",
}

/// One cause, as Kubernetes' `Status.details.causes` names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail {
    /// The field, such as `spec.usages[0]`; absent where none was named.
    pub field: Option<String>,
    /// What is wrong with it.
    pub message: String,
}

/// A failure: a code, a sentence, and Kubernetes' causes where there are any. Boxed: what carries a `Result` on moves one
/// word then: 6 KB less compressed wasm (2026-11).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Box<Failure>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Failure {
    code: Code,
    message: Cow<'static, str>,
    field: Option<Box<str>>,
    details: Vec<Detail>,
}

impl Error {
    /// A failure with a sentence. The sentence must not hold anything that may be secret.
    pub fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        Error::made(code, message.into())
    }

    #[inline(never)]
    fn made(code: Code, message: Cow<'static, str>) -> Self {
        Error(Box::new(Failure { code, message, field: None, details: Vec::new() }))
    }

    /// The same failure with Kubernetes' causes.
    #[must_use]
    pub fn with_details(mut self, details: Vec<Detail>) -> Self {
        self.0.details = details;
        self
    }

    /// The same failure about a field, by its path in the argument or the object: what shows it at that field looks at the path.
    #[must_use]
    pub fn at(mut self, field: &str) -> Self {
        let message = self.message().to_owned();
        self.0.field = Some(field.into());
        self.with_details(vec![Detail { field: Some(field.to_owned()), message }])
    }

    /// A failure of one field of an object or an option, in the form of Kubernetes: `field: what is wrong`.
    pub fn of_field(code: Code, field: &str, message: impl Into<String>) -> Self {
        let message = message.into();
        let mut error = Error::new(code, format!("{field}: {message}"));
        error.0.field = Some(field.into());
        error.with_details(vec![Detail { field: Some(field.to_owned()), message }])
    }

    /// The same failure with its field alone, where the details are given already.
    #[must_use]
    pub fn about(mut self, field: &str) -> Self {
        self.0.field = Some(field.into());
        self
    }

    /// The field that is wrong, by its path: in the argument (`groups[1]` of a subject), or in the object that Kubernetes would
    /// refuse (`spec.usages[0]`). `None` where the failure is not about one field.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        self.0.field.as_deref()
    }

    /// The code.
    #[must_use]
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// The sentence.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Kubernetes' causes; empty where there are none.
    #[must_use]
    pub fn details(&self) -> &[Detail] {
        &self.0.details
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Error {}

/// What every fallible function of the core returns.
pub type Result<T> = std::result::Result<T, Error>;
