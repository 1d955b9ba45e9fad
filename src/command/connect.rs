//! From a credential to a cluster: address, CA, kubeconfig, and the proof with kubectl and curl.

use super::script::{Command, Script, is_absolute, path, power_shell_place};
use super::shell::{Shell, carried, power_shell_string, refused, word};
use super::{given, namespace, options};
use crate::error::{Code, Error, Result};
use crate::kubeconfig::server;
use crate::value::{Options, Value};

/// What the page asks of the API, as `kubectl proxy --accept-paths` wants it. The proxy does not look at Origin:
/// whatever it lets through, any page that the person has open may write through it too (Kubernetes 1.36.3, 2026-11).
const PROXY_PATHS: [&str; 5] = [
    r"^/apis/certificates\.k8s\.io/v1/certificatesigningrequests(/[^/]+(/approval)?)?$",
    r"^/apis/authentication\.k8s\.io/v1/selfsubjectreviews$",
    r"^/api/v1/namespaces/default/configmaps/kube-root-ca\.crt$",
    "^/api$",
    "^/version$",
];
/// What it never does.
const PROXY_REJECTED: &str = "^(DELETE|PATCH)$";
/// What roles need on top: questions about rights, and writing roles and bindings.
const ROLES_PATHS: [&str; 2] = [
    r"^/apis/authorization\.k8s\.io/v1/selfsubject(rules|access)reviews$",
    r"^/apis/rbac\.authorization\.k8s\.io/v1/(namespaces/[^/]+/)?(cluster)?role(binding)?s/[^/]+$",
];

/// `{}`: the address in the kubeconfig at hand.
pub(super) fn find_server(script: &mut Script, step: &Value) -> Result<()> {
    options(step, &[])?;
    script.run(&Command::new("kubectl", "config view --minify").option("", "--output=jsonpath=", "{.clusters[0].cluster.server}"))
}

/// `{}`: where the API servers are, as the cluster itself sees them. EndpointSlices, since Endpoints are deprecated (1.33).
pub(super) fn find_endpoints(script: &mut Script, step: &Value) -> Result<()> {
    options(step, &[])?;
    script.run(&Command::new("kubectl", "get endpointslices").option("", "--namespace=", "default").option(
        "",
        "--selector=",
        "kubernetes.io/service-name=kubernetes",
    ))
}

/// `{ from?: "kubeconfig" | "cluster" | "cluster-info", file? }`. `--flatten` reads the file that a kubeconfig may name.
pub(super) fn find_authority(script: &mut Script, step: &Value) -> Result<()> {
    let options = options(step, &["from", "file"])?;
    let command = match given(&options, "from")?.unwrap_or("kubeconfig") {
        "kubeconfig" => Command::new("kubectl", "config view --minify --raw --flatten").option(
            "",
            "--output=go-template=",
            "{{range .clusters}}{{index .cluster `certificate-authority-data` | base64decode}}{{end}}",
        ),
        "cluster" => Command::new("kubectl", "get configmap kube-root-ca.crt").option("", "--namespace=", "default").option(
            "",
            "--output=jsonpath=",
            r"{.data.ca\.crt}",
        ),
        "cluster-info" => Command::new("kubectl", "get configmap cluster-info").option("", "--namespace=", "kube-public").option(
            "",
            "--output=jsonpath=",
            "{.data.kubeconfig}",
        ),
        _ => return Err(Error::new(Code::InvalidOptions, "from of step must be kubeconfig, cluster or cluster-info")),
    };
    script.run(&command.into_file(given(&options, "file")?))
}

/// `{ file, server, certificateAuthority?, tlsServerName?, proxyUrl?, user, certificate?, key?, tokenFile?, clusterName?,
/// userName?, contextName?, namespace? }`; CA, certificate, key and token are files.
pub(super) fn assemble(script: &mut Script, step: &Value) -> Result<()> {
    let known = [
        "file",
        "server",
        "certificateAuthority",
        "tlsServerName",
        "proxyUrl",
        "user",
        "certificate",
        "key",
        "tokenFile",
        "clusterName",
        "userName",
        "contextName",
        "namespace",
    ];
    let options = options(step, &known)?;
    let file = path(options.required_text("file")?);
    let server = server::normalise(options.required_text("server")?)?;
    let host = server.strip_prefix("https://").and_then(|rest| rest.split('/').next()).unwrap_or_default();
    let cluster = given(&options, "clusterName")?.unwrap_or(host);
    let default = format!("{}@{cluster}", options.required_text("user")?);
    let user = given(&options, "userName")?.unwrap_or(&default);
    let context = given(&options, "contextName")?.unwrap_or(&default);
    let kubectl = |words| Command::new("kubectl", words).option("file", "--kubeconfig=", file.as_str());
    let proxy = given(&options, "proxyUrl")?;
    if proxy.is_some_and(|url| url.contains('@')) {
        return Err(Error::new(Code::InvalidServer, "proxyUrl must hold no password"));
    }

    let mut set = kubectl("config set-cluster").operand("clusterName", cluster).option("server", "--server=", server.as_str());
    if let Some(authority) = given(&options, "certificateAuthority")? {
        set = set.option("certificateAuthority", "--certificate-authority=", path(authority)).option("", "--embed-certs=", "true");
    }
    let set = set.maybe("tlsServerName", "--tls-server-name=", given(&options, "tlsServerName")?);
    script.run(&set.maybe("proxyUrl", "--proxy-url=", proxy))?;

    match (given(&options, "certificate")?, given(&options, "key")?, given(&options, "tokenFile")?) {
        (Some(certificate), Some(key), None) => script.run(
            &kubectl("config set-credentials")
                .operand("userName", user)
                .option("certificate", "--client-certificate=", path(certificate))
                .option("key", "--client-key=", path(key))
                .option("", "--embed-certs=", "true"),
        )?,
        // set-credentials takes a token on the command line alone; kubectl reads a named file whenever it asks.
        (None, None, Some(token)) => {
            let property = format!("users.{}.tokenFile", property_name(user)?);
            script.run(&kubectl("config set").operand("userName", property).operand("tokenFile", path(token)))?;
        }
        _ => return Err(Error::new(Code::InvalidOptions, "step needs certificate and key, or tokenFile alone")),
    }

    let set = kubectl("config set-context").operand("contextName", context).option("clusterName", "--cluster=", cluster);
    script.run(&set.option("userName", "--user=", user).maybe("namespace", "--namespace=", namespace(&options)?))?;
    script.run(&kubectl("config use-context").operand("contextName", context))
}

/// `kubectl config set` splits at dots, and takes what it knows as a field's name for one.
fn property_name(user: &str) -> Result<&str> {
    let fields = [
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
    if user.split('.').skip(1).any(|part| fields.contains(&part)) {
        return Err(refused("userName", "holds a part between dots that kubectl takes for a field's name: choose another"));
    }
    Ok(user)
}

/// `{ file, folder?: "downloads" }`: for this terminal alone, and never in place of `~/.kube/config`.
pub(super) fn use_kubeconfig(script: &mut Script, step: &Value) -> Result<()> {
    let options = options(step, &["file", "folder"])?;
    let file = carried("file", options.required_text("file")?)?;
    let downloads = match given(&options, "folder")? {
        None => false,
        Some("downloads") => true,
        Some(_) => return Err(Error::new(Code::InvalidOptions, "folder of step must be \"downloads\"")),
    };
    // KUBECONFIG is a list.
    let separator = if script.shell.is_windows() { ';' } else { ':' };
    if file.contains(separator) {
        return Err(refused("file", "holds the sign that separates the files in KUBECONFIG"));
    }
    match script.shell {
        Shell::Sh => {
            let folder = match (downloads, is_absolute(file)) {
                (true, _) => "\"$HOME\"/Downloads/",
                (false, true) => "",
                (false, false) => "\"$PWD\"/",
            };
            let file = word(Shell::Sh, "file", folder, file)?;
            script.line(format!("chmod 600 {file}"));
            script.line(format!("export KUBECONFIG={file}"));
        }
        Shell::PowerShell if downloads => {
            script.line(format!("$env:KUBECONFIG = Join-Path $HOME {}", power_shell_string(&format!("Downloads/{file}"))));
        }
        Shell::PowerShell => script.line(format!("$env:KUBECONFIG = {}", power_shell_place(file))),
        Shell::Cmd => {
            if file.contains(['%', '!', '"']) {
                return Err(refused(
                    "file",
                    "holds a percent sign, exclamation mark or double quote, which cmd cannot carry: use PowerShell",
                ));
            }
            let folder = match (downloads, is_absolute(file)) {
                (true, _) => r"%USERPROFILE%\Downloads\",
                (false, true) => "",
                (false, false) => r"%CD%\",
            };
            script.line(format!("set \"KUBECONFIG={folder}{file}\""));
        }
    }
    script.run(&Command::new("kubectl", "auth whoami"))
}

/// `{ kubeconfig?, verbose? }`: as whom the server sees one; verbose shows address and answer of each call.
pub(super) fn who_am_i(script: &mut Script, step: &Value) -> Result<()> {
    let options = options(step, &["kubeconfig", "verbose"])?;
    let file = given(&options, "kubeconfig")?.map(path);
    let words = if options.flag("verbose")?.unwrap_or(false) { "auth whoami -v=6" } else { "auth whoami" };
    script.run(&Command::new("kubectl", words).maybe("kubeconfig", "--kubeconfig=", file.as_deref()))
}

/// `{ server, credential, path?, certificateAuthority?, insecure?, certificate?, key?, tokenFile?, whoAmI? }`; CA,
/// certificate, key and token are files.
pub(super) fn curl(script: &mut Script, step: &Value) -> Result<()> {
    let known = ["server", "credential", "path", "certificateAuthority", "insecure", "certificate", "key", "tokenFile", "whoAmI"];
    let options = options(step, &known)?;
    let server = server::normalise(options.required_text("server")?)?;
    let insecure = options.flag("insecure")?.unwrap_or(false);
    let who = options.flag("whoAmI")?.unwrap_or(false);
    let url_path = match given(&options, "path")? {
        Some(path) if !who => checked_path(path)?,
        Some(_) => return Err(Error::new(Code::InvalidOptions, "step takes path or whoAmI, not both")),
        None if who => "/apis/authentication.k8s.io/v1/selfsubjectreviews",
        None if insecure => "/version",
        None => "/api",
    };
    let url = format!("{server}{url_path}");
    let credential = options.required_text("credential")?;
    if !["certificate", "token"].contains(&credential) {
        return Err(Error::new(Code::InvalidOptions, "credential of step must be certificate or token"));
    }
    if insecure {
        script.remark("insecure: curl takes whoever answers for the server, so this sends no credential");
        return script.run(&asking(Command::new("curl", "--insecure"), who).option("server", "", url));
    }
    let file = |field: &'static str, default: &'static str| Ok::<_, Error>(path(given(&options, field)?.unwrap_or(default)));
    let authority = file("certificateAuthority", "ca.crt")?;
    let curl = || asking(Command::new("curl", "").pair("--cacert", "certificateAuthority", authority.as_str()), who);
    if credential == "token" {
        return with_token(script, &file("tokenFile", "token")?, curl(), url);
    }
    let (certificate, key) = (file("certificate", "client.crt")?, file("key", "client.key")?);
    if certificate.bytes().skip(2).any(|byte| byte == b':') || certificate.contains(':') && !script.shell.is_windows() {
        return Err(refused("certificate", "holds a colon, after which curl expects a passphrase"));
    }
    if script.shell == Shell::Sh {
        return script.run(&curl().pair("--cert", "certificate", certificate).pair("--key", "key", key).option("server", "", url));
    }
    let both = format!("{}.p12", certificate.strip_suffix(".crt").unwrap_or(&certificate));
    script.remark("the curl of Windows takes key and certificate in one PKCS 12 file");
    let bundle = Command::new("openssl", "pkcs12 -export").pair("-in", "certificate", certificate).pair("-inkey", "key", key);
    script.run(&bundle.pair("-out", "certificate", both.as_str()).pair("-passout", "", "pass:"))?;
    script.run(&curl().pair("--cert-type", "", "P12").pair("--cert", "certificate", format!("{both}:")).option("server", "", url))
}

/// The question who one is; YAML, because it needs no quotes.
fn asking(curl: Command<'_>, who: bool) -> Command<'_> {
    if !who {
        return curl;
    }
    let review = "{apiVersion: authentication.k8s.io/v1, kind: SelfSubjectReview}";
    curl.pair("--header", "", "Content-Type: application/yaml").pair("--data", "", review)
}

/// The token comes by standard input, or where a pipe would put it on a command line (cmd starts itself anew for what
/// stands before one) by a file that is deleted afterwards.
fn with_token(script: &mut Script, token: &str, curl: Command<'_>, url: String) -> Result<()> {
    carried("tokenFile", token)?;
    match script.shell {
        Shell::Sh => {
            let file = word(Shell::Sh, "tokenFile", "", token)?;
            script.run_after(
                &format!("sed 's/^/Authorization: Bearer /' {file} | "),
                &curl.pair("--header", "", "@-").option("server", "", url),
            )
        }
        Shell::PowerShell => {
            let file = power_shell_string(token);
            let before = format!("'header = \"Authorization: Bearer {{0}}\"' -f (Get-Content -Raw -LiteralPath {file}).Trim() | ");
            script.run_after(&before, &curl.pair("--config", "", "-").option("server", "", url))
        }
        Shell::Cmd => {
            let header = word(Shell::Cmd, "tokenFile", "", &format!("{token}.header"))?;
            script.line(format!("> {header} <nul set /p \"=Authorization: Bearer \""));
            script.line(format!("type {} >> {header}", word(Shell::Cmd, "tokenFile", "", &token.replace('/', "\\"))?));
            script.run(&curl.pair("--header", "tokenFile", format!("@{token}.header")).option("server", "", url))?;
            script.line(format!("del {}", word(Shell::Cmd, "tokenFile", "", &format!("{token}.header").replace('/', "\\"))?));
            Ok(())
        }
    }
}

/// A path and query as they go over the wire (RFC 3986, 3.3 and 3.4), without what curl takes for a pattern.
fn checked_path(path: &str) -> Result<&str> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/?&=%:@!$'()*+,;".contains(&byte);
    if path.starts_with('/') && !path.starts_with("//") && path.bytes().all(fits) && !path.split('/').any(|part| part == "..") {
        return Ok(path);
    }
    Err(Error::new(Code::InvalidOptions, "path of step must begin with a slash and be written as in a URL, percent-encoded"))
}

/// `{ folder?, port?, roles? }`: kubectl proxy with the page and no more of the API than the page uses, that for roles only
/// when asked for.
pub(super) fn proxy(script: &mut Script, step: &Value) -> Result<()> {
    let options = options(step, &["folder", "port", "roles"])?;
    let folder = path(given(&options, "folder")?.unwrap_or("dist"));
    let mut proxy = Command::new("kubectl", "proxy").option("folder", "--www=", folder).option("", "--www-prefix=", "/kubecred/");
    if let Some(port) = port(&options)? {
        proxy = proxy.option("port", "--port=", port.to_string());
    }
    let roles = options.flag("roles")?.unwrap_or(false);
    let mut paths = PROXY_PATHS.to_vec();
    if roles {
        paths.extend(ROLES_PATHS);
    }
    let proxy = proxy.option("", "--accept-paths=", paths.join(","));
    script.run(&proxy.option("", "--reject-methods=", if roles { "^DELETE$" } else { PROXY_REJECTED }))
}

fn port(options: &Options<'_>) -> Result<Option<u16>> {
    match options.value("port") {
        None => Ok(None),
        Some(Value::Number(port)) if port.fract() == 0.0 && (0.0..=65535.0).contains(port) => Ok(Some(*port as u16)),
        Some(_) => Err(Error::new(Code::InvalidOptions, "port of step must be a number up to 65535")),
    }
}
