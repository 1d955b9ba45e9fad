//! What findings are about: a closed set, each with a stable code.

/// The variants once: with their codes, in the list of all, and as text.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)*) => {
        /// What a finding is about. The codes are stable; new ones may be added.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum FindingCode {
            $($(#[$doc])* $name,)*
        }

        impl FindingCode {
            /// All of them, by their codes.
            pub const ALL: &[FindingCode] = &[$(FindingCode::$name,)*];

            /// The code in kebab-case, as JavaScript sees it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(FindingCode::$name => $code,)*
                }
            }
        }
    };
}

codes! {
    /// Subjectaccessreviews localsubjectaccessreviews.
    AccessReview = "access-review",
    /// The API server answers 403.
    AdmissionRefuses = "admission-refuses",
    /// The value is in angle brackets, as in a template.
    AngleBrackets = "angle-brackets",
    /// Certificates.k8s.io/v1beta1 was removed in Kubernetes 1.22.
    ApiVersionRemoved = "api-version-removed",
    /// `metadata.name` must not contain / or %, and must not be `.` or `..`.
    ApiVersionUnknown = "api-version-unknown",
    /// May have a part of the API answered by a server of their own.
    ApiservicesWrite = "apiservices-write",
    /// The subject holds attributes that the signer drops.
    AttributeDropped = "attribute-dropped",
    /// The subject holds more than user and groups (such as OU or C).
    AttributeUnused = "attribute-unused",
    /// The token's audience is not the API server.
    AudienceElsewhere = "audience-elsewhere",
    /// Kubectl gets the token by itself, as these settings say.
    AuthProvider = "auth-provider",
    /// Auth-provider oidc needs idp-issuer-url and client-id in its config.
    AuthProviderConfig = "auth-provider-config",
    /// Kubectl 1.26 and later do not have this auth-provider.
    AuthProviderRemoved = "auth-provider-removed",
    /// Kubectl has no auth-provider of this name.
    AuthProviderUnknown = "auth-provider-unknown",
    /// The cluster tells different CAs in different places.
    AuthoritiesDiffer = "authorities-differ",
    /// The CA bundle holds a certificate that has ended.
    AuthorityExpired = "authority-expired",
    /// The kubeconfig names the CA by its path.
    AuthorityInFile = "authority-in-file",
    /// The CA bundle holds a certificate that is no CA's.
    AuthorityIsLeaf = "authority-is-leaf",
    /// The bundle has more than 100 certificates.
    AuthorityMany = "authority-many",
    /// The bundle has more than 100 certificates.
    AuthorityPartlyUnreadable = "authority-partly-unreadable",
    /// Where the CA of the cluster was taken from.
    AuthoritySource = "authority-source",
    /// No server address, so kubectl would try localhost:8080.
    AuthorityTwice = "authority-twice",
    /// No source returned a CA.
    AuthorityUnknown = "authority-unknown",
    /// The certificate's PEM block has headers.
    AuthorityUnreadable = "authority-unreadable",
    /// No base64 has this length, so the value is cut off.
    Base64CutOff = "base64-cut-off",
    /// The whole text was base64 and was decoded.
    Base64Encoded = "base64-encoded",
    /// The value is base64 for URLs, with - and \_.
    Base64ForUrls = "base64-for-urls",
    /// There is a = inside the base64, where one value ends and the next begins.
    Base64Joined = "base64-joined",
    /// Not valid base64.
    Base64Padding = "base64-padding",
    /// The value is encoded in base64 twice.
    Base64Twice = "base64-twice",
    /// The text begins with a byte-order mark (U+FEFF), which was removed.
    Base64Unpadded = "base64-unpadded",
    /// The base64 used the URL-safe alphabet.
    Base64UrlSafe = "base64-url-safe",
    /// User name and password.
    BasicAuth = "basic-auth",
    /// A ClusterRoleBinding cannot refer to a Role.
    BindingEmpty = "binding-empty",
    /// A ClusterRoleBinding cannot refer to a Role.
    BindingRoleKind = "binding-role-kind",
    /// A bootstrap token.
    BootstrapToken = "bootstrap-token",
    /// The PEM text begins with a byte-order mark (BOM), so kubectl does not see the first block.
    ByteOrderMark = "byte-order-mark",
    /// It asks to be a certificate authority.
    CaAskedFor = "ca-asked-for",
    /// The text begins with a byte-order mark (U+FEFF), which was removed.
    CarriageReturns = "carriage-returns",
    /// Less than a fifth of its lifetime is left.
    CertificateEndsSoon = "certificate-ends-soon",
    /// The certificate has expired.
    CertificateExpired = "certificate-expired",
    /// There is a certificate where the private key belongs.
    CertificateInsteadOfKey = "certificate-instead-of-key",
    /// The certificate belongs to another private key.
    CertificateKeyMismatch = "certificate-key-mismatch",
    /// The certificate is not valid yet.
    CertificateNotYetValid = "certificate-not-yet-valid",
    /// The certificate is valid for longer than was requested.
    CertificateOutlivesRequest = "certificate-outlives-request",
    /// The certificates are larger than 256 KiB in total, so the API server ends the TLS handshake.
    CertificateTooLarge = "certificate-too-large",
    /// The client certificate is given as data and as a file.
    CertificateTwice = "certificate-twice",
    /// The certificate's private key is missing, and kubectl refuses.
    CertificateUnreadable = "certificate-unreadable",
    /// Is not one for clients, so the server answers 401.
    CertificateUsage = "certificate-usage",
    /// The certificate is not of version 3.
    CertificateVersion = "certificate-version",
    /// The server takes the user of the certificate, not the one of the token.
    CertificateWins = "certificate-wins",
    /// The certificate's private key is missing, and kubectl refuses.
    CertificateWithoutKey = "certificate-without-key",
    /// The certificate of this key was not the first.
    ChainReordered = "chain-reordered",
    /// A challenge password is in the request, for everyone to read.
    ChallengePassword = "challenge-password",
    /// A name stands twice in one object.
    ClaimDuplicate = "claim-duplicate",
    /// A claim of the token has an unusual value.
    ClaimOdd = "claim-odd",
    /// The claim aud must be a text or a list of texts.
    ClaimType = "claim-type",
    /// Namespace, Secret or service account is not named.
    ClaimsMissing = "claims-missing",
    /// This is a CA certificate.
    ClientIsAuthority = "client-is-authority",
    /// Names no cluster, so kubectl would try localhost:8080.
    ClusterMissing = "cluster-missing",
    /// Names no cluster, so kubectl would try localhost:8080.
    ClusterNotFound = "cluster-not-found",
    /// A role of a namespace names a resource of the cluster.
    ClusterResourceInNamespace = "cluster-resource-in-namespace",
    /// Contains combining characters.
    CombiningCharacters = "combining-characters",
    /// May change configuration in every namespace, that of kube-system included.
    ConfigmapsWrite = "configmaps-write",
    /// Contains characters that look like ASCII.
    ConfusableCharacters = "confusable-characters",
    /// There is no context of the name in current-context.
    ContextNotFound = "context-not-found",
    /// A context without a name cannot be chosen.
    ContextUnnamed = "context-unnamed",
    /// Delete deletecollection.
    CrdsDelete = "crds-delete",
    /// May change kinds of objects.
    CrdsWrite = "crds-write",
    /// An extension that the server does not know is marked critical, so it refuses this certificate (401).
    CriticalExtension = "critical-extension",
    /// Csidrivers csinodes volumeattachments.
    CsiWrite = "csi-write",
    /// May approve certificate requests, for the signers that an approve rule names.
    CsrApprove = "csr-approve",
    /// Delete deletecollection.
    CsrDecideLate = "csr-decide-late",
    /// May put certificates into requests, for the signers that a sign rule names.
    CsrStatus = "csr-status",
    /// A field for a path contains the data itself.
    DataInPathField = "data-in-path-field",
    /// The value begins like a data.
    DataUrl = "data-url",
    /// May read the API server's own logs or profiler, which hold parts of its memory.
    DebugPaths = "debug-paths",
    /// Core apps batch.
    DeleteMany = "delete-many",
    /// The value is DER, the binary form.
    Der = "der",
    /// Nothing is in this file.
    Empty = "empty",
    /// Core discovery.k8s.io.
    EndpointsWrite = "endpoints-write",
    /// The value contains \\\n where a line break was.
    EscapedLineBreaks = "escaped-line-breaks",
    /// Every verb, so escalate, bind, impersonate, approve and those still to come as well.
    Everything = "everything",
    /// Auth-provider cannot be used together with exec.
    ExecAndAuthProvider = "exec-and-auth-provider",
    /// Exec needs apiVersion.
    ExecApiVersion = "exec-api-version",
    /// Exec needs command, or kubectl refuses.
    ExecCommand = "exec-command",
    /// An environment variable of exec has no name, and kubectl refuses.
    ExecEnvName = "exec-env-name",
    /// Exec.interactiveMode is required with apiVersion v1.
    ExecInteractiveMode = "exec-interactive-mode",
    /// `spec.expirationSeconds` must be a whole number of seconds from 600 to 2147483647.
    ExpirationRefused = "expiration-refused",
    /// An extension other than the SAN is asked for.
    ExtensionDropped = "extension-dropped",
    /// The requested extensions cannot be parsed.
    ExtensionsMalformed = "extensions-malformed",
    /// The extensions cannot be read, and the server passes over them without a word.
    ExtensionsUnreadable = "extensions-unreadable",
    /// The text begins with a byte-order mark (U+FEFF), which was removed.
    FieldName = "field-name",
    /// Names a file beside this one, which is not read here and is lost when the kubeconfig is moved.
    FileReference = "file-reference",
    /// Flowschemas prioritylevelconfigurations.
    FlowWrite = "flow-write",
    /// Kubeadm binds this group to cluster-admin.
    GroupClusterAdmins = "group-cluster-admins",
    /// The server adds this group by itself.
    GroupImplied = "group-implied",
    /// This looks like system:masters but is another group, without any right of its own.
    GroupLooksReserved = "group-looks-reserved",
    /// This is the group of kubelets.
    GroupNodes = "group-nodes",
    /// Groups that begin with system.
    GroupReserved = "group-reserved",
    /// The API server refuses requests for system:masters with the signer kubernetes.io/kube-apiserver-client.
    GroupSystemMasters = "group-system-masters",
    /// A group is named twice.
    GroupTwice = "group-twice",
    /// A second set of extensions is hidden in an attribute, where the server does not look.
    HiddenAttribute = "hidden-attribute",
    /// The text begins with a byte-order mark (U+FEFF), which was removed.
    HtmlEscaped = "html-escaped",
    /// The value contains HTML escapes such as &#43.
    HtmlEscapes = "html-escapes",
    /// May act as any user or group, administrators included.
    Impersonate = "impersonate",
    /// The role may act as service accounts.
    ImpersonateAccounts = "impersonate-accounts",
    /// Users groups serviceaccounts nodes uids.
    ImpersonateConstrained = "impersonate-constrained",
    /// Uids userextras userextras/scopes.
    ImpersonateExtra = "impersonate-extra",
    /// Every request is made in another's name, which the server allows to few.
    Impersonation = "impersonation",
    /// A value of as, as-uid, as-groups or as-user-extra contains a control character.
    ImpersonationCharacters = "impersonation-characters",
    /// As-uid, as-groups and as-user-extra need as, or kubectl refuses.
    ImpersonationWithoutUser = "impersonation-without-user",
    /// The text begins with a byte-order mark (U+FEFF), which was removed.
    Indented = "indented",
    /// The certificate's text is too large.
    InputTooLarge = "input-too-large",
    /// Whoever sits between can pose as the cluster and take the credential.
    Insecure = "insecure",
    /// Insecure-skip-tls-verify cannot be combined with a CA.
    InsecureWithAuthority = "insecure-with-authority",
    /// The certificate cannot be parsed.
    InvalidCertificate = "invalid-certificate",
    /// Must be at most 63 lower case letters, digits and hyphens, beginning and ending with a letter or digit.
    InvalidNamespace = "invalid-namespace",
    /// The certificate's text is not PEM.
    InvalidPem = "invalid-pem",
    /// Kubectl does not replace ~ or variables in a path.
    InvisibleCharacters = "invisible-characters",
    /// The service account that submitted the request is not the one of the invitation.
    InvitationAccountDiffers = "invitation-account-differs",
    /// A match proves that the sender had the link, not who the sender is.
    InvitationCompareFingerprint = "invitation-compare-fingerprint",
    /// Kubernetes cannot limit create to one name.
    InvitationCreateUnlimited = "invitation-create-unlimited",
    /// The invitation has expired.
    InvitationExpired = "invitation-expired",
    /// The request asks for a uid or for alternative names, which an invitation never contains.
    InvitationExtraNames = "invitation-extra-names",
    /// The request is for other groups than the invitation.
    InvitationGroupsDiffer = "invitation-groups-differ",
    /// The objects of the invitation are not as they were made.
    InvitationIncomplete = "invitation-incomplete",
    /// The request was submitted after the invitation had expired.
    InvitationLate = "invitation-late",
    /// The request asks for another lifetime than the invitation.
    InvitationLifetimeDiffers = "invitation-lifetime-differs",
    /// The link of the invitation contains a token.
    InvitationLinkSecret = "invitation-link-secret",
    /// The invitation is not in the cluster.
    InvitationMissing = "invitation-missing",
    /// The request has another name than the invitation.
    InvitationNameDiffers = "invitation-name-differs",
    /// Nothing in an invitation is signed.
    InvitationNotVerified = "invitation-not-verified",
    /// The page of the link is not served over https.
    InvitationPageInsecure = "invitation-page-insecure",
    /// The page of the link is reachable on this computer only.
    InvitationPageOnlyHere = "invitation-page-only-here",
    /// The request has the name of an invitation, but somebody else submitted it.
    InvitationRequestorDiffers = "invitation-requestor-differs",
    /// The request is for another signer than the invitation.
    InvitationSignerDiffers = "invitation-signer-differs",
    /// Requests are sent to another host than the kubeconfig will name.
    InvitationTwoServers = "invitation-two-servers",
    /// The request asks for other usages than the invitation.
    InvitationUsagesDiffer = "invitation-usages-differ",
    /// The request is for another user than the invitation.
    InvitationUserDiffers = "invitation-user-differs",
    /// An IPv4 address is written as IPv6.
    IpMapped = "ip-mapped",
    /// The certificate belongs to another key than the request.
    IssuedToAnotherKey = "issued-to-another-key",
    /// The certificate names another user or other groups than the request.
    IssuedToAnotherName = "issued-to-another-name",
    /// A certificate was set without anybody's approval.
    IssuedWithoutApproval = "issued-without-approval",
    /// It does not say who made it.
    IssuerMissing = "issuer-missing",
    /// Until when the API server keeps the request.
    KeptUntil = "kept-until",
    /// The private key is of a kind that kubectl does not use.
    KeyAlgorithm = "key-algorithm",
    /// The EC key is on a curve that kubectl does not know.
    KeyCurve = "key-curve",
    /// The numbers of the private key contradict each other, so kubectl refuses it.
    KeyDamaged = "key-damaged",
    /// The private key is encrypted, and kubectl asks for no passphrase.
    KeyEncrypted = "key-encrypted",
    /// The EC key spells its curve out instead of naming it, as LibreSSL before 3.4 and OpenSSL 1.0 write it.
    KeyExplicitCurve = "key-explicit-curve",
    /// The private key is in OpenSSH's own format, which kubectl does not read.
    KeyFormat = "key-format",
    /// There is a private key where the certificate belongs.
    KeyInsteadOfCertificate = "key-instead-of-certificate",
    /// The private key cannot be used by the API server's clients.
    KeyNotUsable = "key-not-usable",
    /// Go refuses the public key.
    KeyRefused = "key-refused",
    /// An RSA key of more than 8192 bits.
    KeyTooLong = "key-too-long",
    /// No credential.
    KeyTwice = "key-twice",
    /// There is no PEM block of a private key in the value, only blocks of another kind.
    KeyUnreadable = "key-unreadable",
    /// The user has a private key and no client certificate.
    KeyWithoutCertificate = "key-without-certificate",
    /// The text begins with a byte-order mark (U+FEFF), which was removed.
    KubectlDescribe = "kubectl-describe",
    /// The block is labelled NEW CERTIFICATE REQUEST, which the server refuses.
    LabelNew = "label-new",
    /// The certificate's lifetime is another than was requested.
    LifetimeDiffers = "lifetime-differs",
    /// It lasts longer than 90 days, or as long as the server's default, which is usually a year.
    LifetimeLong = "lifetime-long",
    /// The API server shortened the lifetime of the token.
    LifetimeShortened = "lifetime-shortened",
    /// The PEM text is on one line.
    LineBreaksLost = "line-breaks-lost",
    /// The text begins with a byte-order mark (U+FEFF), which was removed.
    LineBreaksMissing = "line-breaks-missing",
    /// Looks like plain ASCII text, but contains.
    LooksLikeAscii = "looks-like-ascii",
    /// Taken literally, as one name.
    LooksLikeDn = "looks-like-dn",
    /// The text begins with a byte-order mark (U+FEFF), which was removed.
    MailQuoted = "mail-quoted",
    /// More rows than are shown.
    MatrixCut = "matrix-cut",
    /// Mixes letters of several scripts.
    MixedScripts = "mixed-scripts",
    /// Holds control or invisible characters, which can pretend to be another name.
    NameCharacters = "name-characters",
    /// The name begins with csr-.
    NameCsr = "name-csr",
    /// `metadata.name` or `metadata.generateName` is required.
    NameMissing = "name-missing",
    /// A name is of a type that is no text.
    NameNotText = "name-not-text",
    /// `metadata.name` must not contain / or %, and must not be `.` or `..`.
    NameRefused = "name-refused",
    /// List and watch work with resourceNames only when asked for one object.
    NamesList = "names-list",
    /// Create and deletecollection name no object, so resourceNames rules them out.
    NamesWithoutName = "names-without-name",
    /// May change the labels of namespaces.
    NamespacesChange = "namespaces-change",
    /// May delete a namespace, and everything in it.
    NamespacesDelete = "namespaces-delete",
    /// Update patch delete deletecollection.
    NetworkPoliciesWrite = "network-policies-write",
    /// Fields are indented with no-break spaces.
    NoBreakSpaceIndentation = "no-break-space-indentation",
    /// The text begins with a byte-order mark (U+FEFF), which was removed.
    NoBreakSpaces = "no-break-spaces",
    /// No CA in the file.
    NoCertificateAuthority = "no-certificate-authority",
    /// No credential.
    NoCredential = "no-credential",
    /// No context is the current one.
    NoCurrentContext = "no-current-context",
    /// There is no PEM block in the value.
    NoPem = "no-pem",
    /// No server address, so kubectl would try localhost:8080.
    NoServer = "no-server",
    /// Delete deletecollection.
    NodesDelete = "nodes-delete",
    /// May read the logs of nodes' services.
    NodesLog = "nodes-log",
    /// Get create update patch delete.
    NodesProxy = "nodes-proxy",
    /// May change the status of nodes.
    NodesStatus = "nodes-status",
    /// May change labels and taints of nodes, and so draw others' pods to a node of their choice.
    NodesWrite = "nodes-write",
    /// The value contains characters that base64 does not have.
    NotBase64 = "not-base64",
    /// Is not in Unicode normalization form C because of.
    NotNormalized = "not-normalized",
    /// This manifest was not submitted to a cluster, and the API server would refuse it as it is.
    NotSubmitted = "not-submitted",
    /// The text is not UTF-8.
    NotUtf8 = "not-utf-8",
    /// The token contains a line end or another control character.
    NotVerified = "not-verified",
    /// The PEM text begins with a byte-order mark (BOM), so kubectl does not see the first block.
    Omitted = "omitted",
    /// The certificate comes from another CA than the server's own.
    OtherIssuer = "other-issuer",
    /// Some rights hold in single namespaces and are not listed.
    OtherNamespaces = "other-namespaces",
    /// The field takes the data itself, and this is a path.
    PathInDataField = "path-in-data-field",
    /// Kubectl takes a path here and does not read file.
    PathIsUrl = "path-is-url",
    /// Kubectl does not replace ~ or variables in a path.
    PathNotExpanded = "path-not-expanded",
    /// Paths are in no namespace, so this rule gives nothing here.
    PathsInNamespace = "paths-in-namespace",
    /// The PEM block has no -----END line, so it is cut off.
    PemCutOff = "pem-cut-off",
    /// The PEM block is damaged.
    PemDamaged = "pem-damaged",
    /// The block has header lines, which are left out.
    PemHeaders = "pem-headers",
    /// The field takes the base64 of the PEM text, and this is the PEM text itself.
    PemInDataField = "pem-in-data-field",
    /// The lines of the PEM text are indented or have white space around them.
    PemIndented = "pem-indented",
    /// There is a % behind the value.
    PercentAtEnd = "percent-at-end",
    /// The value is a variable or template that was not replaced.
    Placeholder = "placeholder",
    /// The role may attach to the programs of pods.
    PodsAttach = "pods-attach",
    /// Pods/binding bindings.
    PodsBind = "pods-bind",
    /// The role may change pods.
    PodsChange = "pods-change",
    /// The role may create pods.
    PodsCreate = "pods-create",
    /// The role may add ephemeral containers.
    PodsDebug = "pods-debug",
    /// The role may evict pods.
    PodsEvict = "pods-evict",
    /// The role may run commands in pods.
    PodsExec = "pods-exec",
    /// The role may read logs.
    PodsLog = "pods-log",
    /// The role may reach the ports of pods.
    PodsPortforward = "pods-portforward",
    /// Pods/proxy services/proxy.
    PodsProxy = "pods-proxy",
    /// Validatingadmissionpolicies validatingadmissionpolicybindings mutatingadmissionpolicies mutatingadmissionpolicybindings.
    PoliciesWrite = "policies-write",
    /// May let their pods push others aside.
    PriorityWrite = "priority-write",
    /// This is a private key, not a CA certificate, and kubectl refuses it.
    PrivateKeyInAuthority = "private-key-in-authority",
    /// A link takes a certificate request or a certificate, and nothing else.
    PrivateKeyInPaste = "private-key-in-paste",
    /// A private key is in the same text.
    PrivateKeyIncluded = "private-key-included",
    /// Everything goes through this proxy.
    Proxy = "proxy",
    /// The address of the proxy has no host name.
    ProxyIncomplete = "proxy-incomplete",
    /// Proxy-url must begin with http://, https:// or socks5://.
    ProxyInvalid = "proxy-invalid",
    /// Everything goes through this proxy.
    ProxyPassword = "proxy-password",
    /// Resourcequotas limitranges.
    QuotasWrite = "quotas-write",
    /// The text begins with a byte-order mark (U+FEFF), which was removed.
    Quoted = "quoted",
    /// There are quotation marks around the value that are part of it.
    Quotes = "quotes",
    /// The bytes are DER.
    RawDer = "raw-der",
    /// Roles clusterroles.
    RbacBind = "rbac-bind",
    /// Rolebindings clusterrolebindings.
    RbacBindingsWrite = "rbac-bindings-write",
    /// Roles clusterroles.
    RbacEscalate = "rbac-escalate",
    /// Roles clusterroles.
    RbacRolesWrite = "rbac-roles-write",
    /// An administrator denied it.
    RequestDenied = "request-denied",
    /// The signer refused it.
    RequestFailed = "request-failed",
    /// The certificate would be too large for a TLS handshake, which carries 64 KiB.
    RequestLarge = "request-large",
    /// `spec.request` is required.
    RequestMissing = "request-missing",
    /// `spec.request` contains the PEM text itself.
    RequestNotBase64 = "request-not-base64",
    /// `spec.request` contains a shell command as text.
    RequestPlaceholder = "request-placeholder",
    /// NEW CERTIFICATE REQUEST.
    RequestRefused = "request-refused",
    /// It has waited for more than a day and may be deleted at any moment.
    RequestStale = "request-stale",
    /// It was sent by somebody else than the user it asks for.
    RequestorDiffers = "requestor-differs",
    /// The resource is in another API group.
    ResourceElsewhere = "resource-elsewhere",
    /// The core group has no such resource.
    ResourceUnknown = "resource-unknown",
    /// Its rules are gathered from other ClusterRoles by their labels.
    RoleAggregated = "role-aggregated",
    /// Its label adds these rules to view, edit or admin, and so to everyone who holds that role.
    RoleAggregates = "role-aggregates",
    /// The rules are those of Kubernetes 1.36.
    RoleBuiltIn = "role-built-in",
    /// Cluster-admin may do everything in the whole cluster.
    RoleClusterAdmin = "role-cluster-admin",
    /// Edit and admin read and write secrets, run commands in pods and make tokens for every service account there.
    RoleEdit = "role-edit",
    /// The role of this binding is not among the manifests, so what it gives is not known here.
    RoleUnknown = "role-unknown",
    /// Sees the configuration and logs of every namespace, kube-system included.
    RoleViewEverywhere = "role-view-everywhere",
    /// The user runs a program for its credential.
    RunsAProgram = "runs-a-program",
    /// May change with which isolation pods run.
    RuntimeWrite = "runtime-write",
    /// The SAN holds names of kinds that the signer drops.
    SanDropped = "san-dropped",
    /// The role may read secrets.
    SecretsGet = "secrets-get",
    /// The role may list secrets.
    SecretsList = "secrets-list",
    /// The role may write secrets.
    SecretsWrite = "secrets-write",
    /// There is a percent sign in the address that is not part of a valid escape.
    ServerEscape = "server-escape",
    /// Plain http, which is right for kubectl proxy on this machine and nowhere else.
    ServerHttp = "server-http",
    /// Only programs inside the cluster reach this name.
    ServerInCluster = "server-in-cluster",
    /// The address lacks a host name or the number of a port.
    ServerIncomplete = "server-incomplete",
    /// The address has no host name that kubectl can find.
    ServerInvalid = "server-invalid",
    /// An IPv6 address must be in square brackets.
    ServerIpv6 = "server-ipv6",
    /// Only programs on the server's own machine reach this address.
    ServerOnlyHere = "server-only-here",
    /// The API server sets `spec.username`, `spec.uid`, `spec.groups`, `spec.extra` and `status` itself.
    ServerOverwrites = "server-overwrites",
    /// The port of the server address must be a number from 1 to 65535.
    ServerPort = "server-port",
    /// The address contains a query or a fragment, which kubectl ignores.
    ServerQuery = "server-query",
    /// The address must begin with https://.
    ServerScheme = "server-scheme",
    /// The server does not tell its address.
    ServerUnknown = "server-unknown",
    /// Everything goes through this proxy.
    ServerUnusual = "server-unusual",
    /// The address contains a user name or password, which kubectl sends as basic authentication.
    ServerUser = "server-user",
    /// The API server sent a warning.
    ServerWarning = "server-warning",
    /// There is no https:// in front of the address.
    ServerWithoutScheme = "server-without-scheme",
    /// The role may write service accounts.
    ServiceaccountsWrite = "serviceaccounts-write",
    /// The role may write the status of services.
    ServicesStatus = "services-status",
    /// The role may write services.
    ServicesWrite = "services-write",
    /// The text holds a great many blocks.
    SeveralBlocks = "several-blocks",
    /// More than one common name.
    SeveralCommonNames = "several-common-names",
    /// The value was shortened.
    Shortened = "shortened",
    /// The key is too long for the signature to be checked here.
    SignatureNotChecked = "signature-not-checked",
    /// Go does not verify this signature algorithm.
    SignatureUnknown = "signature-unknown",
    /// The signature does not verify.
    SignatureWrong = "signature-wrong",
    /// Not a built-in signer.
    SignerCustom = "signer-custom",
    /// The signer refuses the request.
    SignerFails = "signer-fails",
    /// Approved some time ago, and nothing has signed it.
    SignerMissing = "signer-missing",
    /// `spec.signerName` is required.
    SignerNameMissing = "signer-name-missing",
    /// The API server refuses the signer's name.
    SignerNameRefused = "signer-name-refused",
    /// No built-in signer has this name.
    SignerUnknown = "signer-unknown",
    /// May let anyone in by certificate under any name and group but system:masters, themselves included.
    SignersApproveClient = "signers-approve-client",
    /// May approve certificates of nodes.
    SignersApproveKubelet = "signers-approve-kubelet",
    /// May approve certificates under which somebody poses as a node's kubelet to the API server.
    SignersApproveServing = "signers-approve-serving",
    /// May say which CAs stand for a signer (ClusterTrustBundles).
    SignersAttest = "signers-attest",
    /// May sign certificates in a signer's name.
    SignersSign = "signers-sign",
    /// May change where new volumes are made, and with which credentials.
    StorageClassesWrite = "storage-classes-write",
    /// Names a service account by its user name.
    SubjectAccountAsUser = "subject-account-as-user",
    /// Gives rights to every program in every namespace.
    SubjectAllAccounts = "subject-all-accounts",
    /// Gives rights to everyone who reaches the API server, without any credential.
    SubjectAnonymous = "subject-anonymous",
    /// Gives rights to every pod of that namespace that asks for no account of its own.
    SubjectDefaultAccount = "subject-default-account",
    /// The claim sub names another account than the claim kubernetes.io, which is the one that counts.
    SubjectDiffers = "subject-differs",
    /// Gives rights to everyone with any credential, all service accounts included, and on some clouds anyone with an account there.
    SubjectEveryone = "subject-everyone",
    /// Members of system:masters may do everything without any binding, and nothing takes that away.
    SubjectMasters = "subject-masters",
    /// Gives rights to every program in that namespace, those added later as well.
    SubjectNamespaceAccounts = "subject-namespace-accounts",
    /// Gives rights to every node.
    SubjectNodes = "subject-nodes",
    /// A name that begins with system.
    SubjectSystem = "subject-system",
    /// White space at the beginning or end makes this a different name.
    SurroundingSpace = "surrounding-space",
    /// The text begins with a byte-order mark (U+FEFF), which was removed.
    TextAround = "text-around",
    /// The server's certificate is held against this name instead of the address.
    TlsServerName = "tls-server-name",
    /// Signed in a way that kube-apiserver does not take.
    TokenAlgorithm = "token-algorithm",
    /// A token and a password.
    TokenAndBasic = "token-and-basic",
    /// Begins with Bearer, which kubectl adds itself.
    TokenBearer = "token-bearer",
    /// The token is bound to an object.
    TokenBound = "token-bound",
    /// The token contains a line end or another control character.
    TokenCharacters = "token-characters",
    /// What is not part of the token was removed.
    TokenCleaned = "token-cleaned",
    /// The role may create tokens for service accounts.
    TokenCreate = "token-create",
    /// It begins like a JSON Web Token and is none.
    TokenDamaged = "token-damaged",
    /// An encrypted token (JWE).
    TokenEncrypted = "token-encrypted",
    /// The token has expired.
    TokenExpired = "token-expired",
    /// A pod's own token.
    TokenExtended = "token-extended",
    /// The file of tokenFile is used instead of this token.
    TokenFileWins = "token-file-wins",
    /// The token is valid for very long.
    TokenLifetimeLong = "token-lifetime-long",
    /// This token does not end.
    TokenNeverEnds = "token-never-ends",
    /// The token is not valid yet.
    TokenNotYetValid = "token-not-yet-valid",
    /// Made by an issuer outside the cluster.
    TokenOfOthers = "token-of-others",
    /// An opaque token.
    TokenOpaque = "token-opaque",
    /// May ask whose token this is.
    TokenReview = "token-review",
    /// It begins like a JSON Web Token and is none.
    TokenShortened = "token-shortened",
    /// This is a token in base64 once more, as a Secret holds it.
    TokenStillEncoded = "token-still-encoded",
    /// Not signed.
    TokenUnsigned = "token-unsigned",
    /// The token is used, and the program is not run.
    TokenWins = "token-wins",
    /// No time at which it ends (claim exp).
    TokenWithoutEnd = "token-without-end",
    /// May change which CAs programs in the cluster trust.
    TrustBundlesWrite = "trust-bundles-write",
    /// The text begins with a byte-order mark (U+FEFF), which was removed.
    TypographicDashes = "typographic-dashes",
    /// The signer left the uid out of the certificate.
    UidDropped = "uid-dropped",
    /// Contains characters that Unicode does not recommend in names.
    UncommonCharacters = "uncommon-characters",
    /// A private key is where a certificate belongs.
    UnexpectedPrivateKey = "unexpected-private-key",
    /// A field that kubectl does not know and passes over.
    UnknownField = "unknown-field",
    /// Bytes stand behind the parts of the request, where the server does not look.
    UnreadBytes = "unread-bytes",
    /// Belongs to no context, so it is used only where a command names it.
    Unused = "unused",
    /// The value contains escapes of a URL, such as %2B or %3D.
    UrlEscapes = "url-escapes",
    /// A usage is listed twice.
    UsageDuplicate = "usage-duplicate",
    /// The API server does not know this usage.
    UsageUnknown = "usage-unknown",
    /// The usages of the certificate are others than were requested.
    UsagesDiffer = "usages-differ",
    /// `spec.usages` is required.
    UsagesMissing = "usages-missing",
    /// No user name.
    UserEmpty = "user-empty",
    /// This is the name of callers without a credential.
    UserIsAnonymous = "user-is-anonymous",
    /// This is the user name of a service account.
    UserIsServiceAccount = "user-is-service-account",
    /// More than 64 characters.
    UserLong = "user-long",
    /// Names no cluster, so kubectl would try localhost:8080.
    UserMissing = "user-missing",
    /// Names no cluster, so kubectl would try localhost:8080.
    UserNotFound = "user-not-found",
    /// Names that begin with system.
    UserReserved = "user-reserved",
    /// The PEM text is in UTF-16.
    Utf16 = "utf-16",
    /// The verbs are get, list, watch, create, update, patch, delete and deletecollection, in lower case.
    VerbUnknown = "verb-unknown",
    /// The version is not 0, which the server does not mind and other programs do.
    VersionOdd = "version-odd",
    /// May make volumes of type hostPath, which are the node's own files.
    VolumesCreate = "volumes-create",
    /// The request is not approved yet.
    WaitingForApproval = "waiting-for-approval",
    /// Approved, not signed yet.
    WaitingForSigner = "waiting-for-signer",
    /// Signed over SHA-1, which the server still takes in requests.
    WeakHash = "weak-hash",
    /// A weak key, which the server takes all the same.
    WeakKey = "weak-key",
    /// Mutatingwebhookconfigurations validatingwebhookconfigurations validatingadmissionpolicies validatingadmissionpolicybindings.
    WebhooksDelete = "webhooks-delete",
    /// Mutatingwebhookconfigurations validatingwebhookconfigurations.
    WebhooksWrite = "webhooks-write",
    /// There is white space behind the token.
    WhiteSpace = "white-space",
    /// Every API group, and whatever is installed later.
    WildcardGroups = "wildcard-groups",
    /// Every path of the API server that is no resource, its logs and profiler included.
    WildcardPaths = "wildcard-paths",
    /// Every resource of its groups, subresources such as pods/exec included, and those still to come.
    WildcardResources = "wildcard-resources",
    /// Every verb, so escalate, bind, impersonate, approve and those still to come as well.
    WildcardVerbs = "wildcard-verbs",
    /// This is a Windows path in double quotes, where YAML reads \\\n, \\t, \\P and the like as special characters.
    WindowsPathEscaped = "windows-path-escaped",
    /// Core apps batch extensions.
    WorkloadsWrite = "workloads-write",
    /// Kubectl reads this field in any case, and other programs do not.
    WrongCase = "wrong-case",
    /// The text begins with a byte-order mark (U+FEFF), which was removed.
    ZeroWidthCharacters = "zero-width-characters",
}

impl std::fmt::Display for FindingCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
