//! From a credential to a cluster: address, CA, kubeconfig, and the proof with kubectl and curl.

use super::quoting::{Shell, power_shell_string, refused};
use super::script::{Script, is_absolute, power_shell_place};
use crate::error::{Code, Error};
use crate::kubernetes::server_url;
use crate::locate::Locate;

/// What the page asks of the API, as `kubectl proxy --accept-paths` wants it. The proxy does not look at Origin:
/// whatever it lets through, any page that the person has open may write through it too (Kubernetes 1.36.3, 2026-11).
const PROXY_PATHS: [&str; 6] = [
    r"^/apis/certificates\.k8s\.io/v1/certificatesigningrequests(/[^/]+(/approval)?)?$",
    r"^/apis/authentication\.k8s\.io/v1/selfsubjectreviews$",
    r"^/apis/authorization\.k8s\.io/v1/selfsubjectaccessreviews$",
    r"^/api/v1/namespaces/default/configmaps/kube-root-ca\.crt$",
    "^/api$",
    "^/version$",
];
/// What it never does.
const PROXY_REJECTED: &str = "^(DELETE|PATCH)$";

/// What roles need on top: questions about rights, and writing roles and bindings.
const ROLES_PATHS: [&str; 2] = [
    r"^/apis/authorization\.k8s\.io/v1/selfsubjectrulesreviews$",
    r"^/apis/rbac\.authorization\.k8s\.io/v1/(namespaces/[^/]+/)?(cluster)?role(binding)?s/[^/]+$",
];

/// `{}`: the address in the kubeconfig at hand.
pub(crate) fn find_server(script: &mut Script<'_>) {
    script.program("kubectl", "config view --minify").option("", "--output=jsonpath=", "{.clusters[0].cluster.server}").run();
}

/// `{}`: where the API servers are, as the cluster itself sees them. EndpointSlices, since Endpoints are deprecated (1.33).
pub(crate) fn find_endpoints(script: &mut Script<'_>) {
    script.program("kubectl", "get endpointslices --namespace=default");
    script.option("", "--selector=", "kubernetes.io/service-name=kubernetes").run();
}

/// `{ from?: "kubeconfig" | "cluster" | "cluster-info", file? }`. `--flatten` reads the file that a kubeconfig may name.
pub(crate) fn find_authority(script: &mut Script<'_>) {
    let from = script.given("from").unwrap_or("kubeconfig");
    let file = script.file("file", "");
    let (words, prefix, template) = match from {
        "kubeconfig" => (
            "config view --minify --raw --flatten",
            "--output=go-template=",
            "{{range .clusters}}{{index .cluster `certificate-authority-data` | base64decode}}{{end}}",
        ),
        "cluster" => ("get configmap kube-root-ca.crt --namespace=default", "--output=jsonpath=", r"{.data.ca\.crt}"),
        "cluster-info" => ("get configmap cluster-info --namespace=kube-public", "--output=jsonpath=", "{.data.kubeconfig}"),
        _ => {
            return script
                .fail(Error::new(Code::InvalidOptions, "`step.from` must be one of: kubeconfig, cluster, cluster-info.").at("from"));
        }
    };
    script.program("kubectl", words).option("", prefix, template).prints_to(&file).run();
}

/// `{ file, server, certificateAuthority?, tlsServerName?, proxyUrl?, user, certificate?, key?, tokenFile?, clusterName?,
/// userName?, contextName?, namespace? }`; CA, certificate, key and token are files.
pub(crate) fn assemble(script: &mut Script<'_>) {
    let file = script.needed("file");
    let file = if file.starts_with('-') { format!("./{file}") } else { file.to_owned() };
    let server = address(script);
    let host = server.strip_prefix("https://").and_then(|rest| rest.split('/').next()).unwrap_or_default();
    let cluster = script.given("clusterName").unwrap_or(host);
    let default = format!("{}@{cluster}", script.needed("user"));
    let user = script.given("userName").unwrap_or(&default);
    let context = script.given("contextName").unwrap_or(&default);
    let authority = script.file("certificateAuthority", "");
    let (certificate, key, token) = (script.file("certificate", ""), script.file("key", ""), script.file("tokenFile", ""));
    let (name, proxy, namespace) = (script.given("tlsServerName"), script.given("proxyUrl"), script.namespace());
    if proxy.is_some_and(|url| url.holds("@")) {
        script.fail(Error::new(Code::InvalidServer, "`proxyUrl` must not contain a password."));
    }

    let kubectl = |script: &mut Script<'_>, words, field, operand: &str| {
        script.program("kubectl", words).operand(field, operand).option("file", "--kubeconfig=", &file);
    };
    kubectl(script, "config set-cluster", "clusterName", cluster);
    script.option("server", "--server=", &server);
    if !authority.is_empty() {
        script.option("certificateAuthority", "--certificate-authority=", &authority).option("", "--embed-certs=", "true");
    }
    script.maybe("tlsServerName", "--tls-server-name=", name).maybe("proxyUrl", "--proxy-url=", proxy).run();

    match [&certificate, &key, &token].map(|file| file.is_empty()) {
        [false, false, true] => {
            kubectl(script, "config set-credentials", "userName", user);
            script.option("certificate", "--client-certificate=", &certificate).option("key", "--client-key=", &key);
            script.option("", "--embed-certs=", "true").run();
        }
        // set-credentials takes a token on the command line alone; kubectl reads a named file whenever it asks.
        [true, true, false] => {
            if user.split('.').skip(1).any(|part| FIELDS.contains(&part)) {
                script.fail(refused("userName", "contains a part between dots that kubectl takes for a field name. Choose another name."));
            }
            kubectl(script, "config set", "userName", &format!("users.{user}.tokenFile"));
            script.operand("tokenFile", &token).run();
        }
        _ => {
            script.fail(Error::new(Code::InvalidOptions, "The step needs `certificate` and `key`, or `tokenFile` alone.").at("certificate"))
        }
    }

    kubectl(script, "config set-context", "contextName", context);
    script.option("clusterName", "--cluster=", cluster).option("userName", "--user=", user);
    script.maybe("namespace", "--namespace=", namespace).run();
    kubectl(script, "config use-context", "contextName", context);
    script.run();
}

/// What `kubectl config set`, which splits at dots, takes for the field of a user (client-go, AuthInfo).
const FIELDS: [&str; 15] = [
    "as",
    "as-groups",
    "as-uid",
    "as-user-extra",
    "auth-provider",
    "client-certificate",
    "client-certificate-data",
    "client-key",
    "client-key-data",
    "exec",
    "extensions",
    "password",
    "token",
    "tokenFile",
    "username",
];

fn address(script: &mut Script<'_>) -> String {
    let server = server_url::normalise(script.needed("server"));
    script.or_empty(server)
}

/// `{ file, folder?: "downloads" }`: for this terminal alone, and never in place of `~/.kube/config`.
pub(crate) fn use_kubeconfig(script: &mut Script<'_>) {
    let file = script.needed("file");
    let folder = script.given("folder");
    if folder.is_some_and(|folder| folder != "downloads") {
        script.fail(Error::new(Code::InvalidOptions, "`step.folder` must be downloads.").at("folder"));
    }
    let quoted = script.quoted("file", file);
    // KUBECONFIG is a list.
    if file.contains(if script.shell.is_windows() { ';' } else { ':' }) {
        script.fail(refused("file", "contains the character that separates the files in KUBECONFIG. Choose another file name."));
    }
    let absolute = is_absolute(file);
    let choose = |downloads: &'static str, here: &'static str| match (folder, absolute) {
        (Some(_), _) => downloads,
        (None, false) => here,
        (None, true) => "",
    };
    match script.shell {
        Shell::Sh => {
            let before = choose("\"$HOME\"/Downloads/", "\"$PWD\"/");
            script.line(&format!("chmod 600 {before}{quoted}"));
            script.line(&format!("export KUBECONFIG={before}{quoted}"));
        }
        Shell::PowerShell if folder.is_some() => {
            script.line("$env:KUBECONFIG = Join-Path $HOME ");
            script.append(&power_shell_string(&format!("Downloads/{file}")));
        }
        Shell::PowerShell => script.line(&format!("$env:KUBECONFIG = {}", power_shell_place(file))),
        Shell::Cmd => {
            let before = choose(r"%USERPROFILE%\Downloads\", r"%CD%\");
            script.line(&format!("set \"KUBECONFIG={before}{file}\""));
        }
    }
    // Windows' chmod 600; see `Script::restricted`.
    match script.shell {
        Shell::Sh => {}
        Shell::PowerShell => script
            .line("icacls.exe $env:KUBECONFIG /reset /q; if ($?) { icacls.exe $env:KUBECONFIG /inheritance:r /grant:r '*S-1-3-4:F' /q }"),
        Shell::Cmd => {
            script.line("icacls \"%KUBECONFIG%\" /reset /q && icacls \"%KUBECONFIG%\" /inheritance:r /grant:r *S-1-3-4:F /q");
        }
    }
    script.program("kubectl", "auth whoami").run();
}

/// `{ kubeconfig?, verbose? }`: as whom the server sees one; verbose shows address and answer of each call.
pub(crate) fn who_am_i(script: &mut Script<'_>) {
    let file = script.file("kubeconfig", "");
    let verbose = script.flag("verbose");
    script.program("kubectl", "auth whoami");
    if !file.is_empty() {
        script.option("kubeconfig", "--kubeconfig=", &file);
    }
    if verbose {
        script.option("", "", "-v=6");
    }
    script.run();
}

/// `{ server, credential, path?, certificateAuthority?, insecure?, certificate?, key?, tokenFile?, whoAmI? }`; CA,
/// certificate, key and token are files.
pub(crate) fn curl(script: &mut Script<'_>) {
    let server = address(script);
    let (insecure, who, path, credential) =
        (script.flag("insecure"), script.flag("whoAmI"), script.given("path"), script.needed("credential"));
    let authority = script.file("certificateAuthority", "ca.crt");
    let (certificate, key) = (script.file("certificate", "client.crt"), script.file("key", "client.key"));
    let token = script.file("tokenFile", "token");
    let path = match path {
        None if who => "/apis/authentication.k8s.io/v1/selfsubjectreviews",
        None if insecure => "/version",
        None => "/api",
        Some(path) if !who && is_path(path) => path,
        Some(_) => {
            return script.fail(
                Error::new(
                    Code::InvalidOptions,
                    "`step.path` must begin with a slash and be percent-encoded, where `whoAmI` is not given.",
                )
                .at("path"),
            );
        }
    };
    let url = server + path;
    if insecure {
        script.remark("insecure: curl accepts any server here, so this sends no credential");
        script.program("curl", "--insecure");
        return ask(script, who, &url);
    }
    let begin = |script: &mut Script<'_>| {
        script.program("curl", "").pair("--cacert", "certificateAuthority", &authority);
    };
    match (credential, script.shell) {
        // The token comes by standard input, or where a pipe would put it on a command line (cmd starts itself again for
        // what is before one) by a file that is deleted afterwards.
        ("token", Shell::Sh) => {
            let file = script.quoted("tokenFile", &token);
            begin(script);
            script.after(&format!("sed 's/^/Authorization: Bearer /' {file} | ")).pair("--header", "", "@-");
        }
        ("token", Shell::PowerShell) => {
            let file = script.quoted("tokenFile", &token);
            begin(script);
            script.after(&format!("'header = \"Authorization: Bearer {{0}}\"' -f (Get-Content -Raw -LiteralPath {file}).Trim() | "));
            script.pair("--config", "", "-");
        }
        ("token", Shell::Cmd) => {
            let header = format!("{token}.header");
            // type and del take a slash for an option.
            let [file, place] = [&token, &header].map(|name| script.quoted("tokenFile", &name.replace('/', "\\")));
            script.line(&format!("> {place} <nul set /p \"=Authorization: Bearer \""));
            script.line(&format!("type {file} >> {place}"));
            begin(script);
            script.pair("--header", "tokenFile", &format!("@{header}"));
            ask(script, who, &url);
            return script.line(&format!("del {place}"));
        }
        ("certificate", Shell::Sh) => {
            if certificate.holds(":") {
                script.fail(refused("certificate", "contains a colon, after which curl expects a passphrase. Choose another file name."));
            }
            begin(script);
            script.pair("--cert", "certificate", &certificate).pair("--key", "key", &key);
        }
        ("certificate", _) => {
            let both = format!("{}.p12", certificate.strip_suffix(".crt").unwrap_or(&certificate));
            script.remark("the curl of Windows takes key and certificate in one PKCS 12 file");
            script.program("openssl", "pkcs12 -export").pair("-in", "certificate", &certificate).pair("-inkey", "key", &key);
            script.pair("-out", "certificate", &both).pair("-passout", "", "pass:").run();
            begin(script);
            script.pair("--cert-type", "", "P12").pair("--cert", "certificate", &format!("{both}:"));
        }
        _ => script.fail(Error::new(Code::InvalidOptions, "`step.credential` must be one of: certificate, token.").at("credential")),
    }
    ask(script, who, &url);
}

/// Ends a line of curl. The question who one is is YAML, because that needs no quotes.
fn ask(script: &mut Script<'_>, who: bool, url: &str) {
    if who {
        script.pair("--header", "", "Content-Type: application/yaml");
        script.pair("--data", "", "{apiVersion: authentication.k8s.io/v1, kind: SelfSubjectReview}");
    }
    script.option("server", "", url).run();
}

/// A path and query as they go over the wire (RFC 3986, 3.3 and 3.4), without what curl takes for a pattern.
fn is_path(path: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/?&=%:@!$'()*+,;".contains(&byte);
    path.starts_with('/') && !path.starts_with("//") && path.bytes().all(fits) && !path.split('/').any(|part| part == "..")
}

/// `{ folder?, port?, roles? }`: kubectl proxy with the page and no more of the API than the page uses, that for roles only
/// when asked for.
pub(crate) fn proxy(script: &mut Script<'_>) {
    let (folder, port, roles) = (script.file("folder", "dist"), script.number("port", 65535.0), script.flag("roles"));
    let mut paths = PROXY_PATHS.to_vec();
    if roles {
        paths.extend(ROLES_PATHS);
    }
    script.program("kubectl", "proxy").option("folder", "--www=", &folder).option("", "--www-prefix=", "/kubecred/");
    script.maybe("port", "--port=", port.map(|port| port.to_string()).as_deref());
    script
        .option("", "--accept-paths=", &paths.join(","))
        .option("", "--reject-methods=", if roles { "^DELETE$" } else { PROXY_REJECTED })
        .run();
}
