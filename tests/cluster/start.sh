#!/usr/bin/env bash
# Starts a real control plane (etcd, kube-apiserver, kube-controller-manager) on loopback with its data in DIR, and
# returns when it is ready: tests/cluster/start.sh DIR. Ends with tests/cluster/stop.sh DIR.
# Writes to DIR:
#   admin.kubeconfig   for a member of system:masters, by token
#   ca.crt             the CA that signed the API server's certificate
#   client-ca.crt      the CA that signs client certificates: another one, as on k3s
#   env                KUBECONFIG=… and SERVER=…, one a line, unquoted
#   pids               what was started: "PID name", in the order of starting
#   log/ pki/ etcd/    what each program said, keys, data
# Optional, split at blanks: APISERVER_FLAGS and CONTROLLER_FLAGS, added to the flags below.
set -euo pipefail
umask 077
HERE=$(cd "$(dirname "$0")" && pwd)
[ $# -eq 1 ] || { echo "cluster: say in which folder: start.sh DIR" >&2; exit 2; }
mkdir -p "$1"
DIR=$(cd "$1" && pwd)
. "$HERE/../../scripts/env.sh"
SECONDS_TO_START=120   # it takes about 5; a machine that compiles meanwhile may take ten times that

say() { printf 'cluster: %s\n' "$*" >&2; }
[ ! -e "$DIR/pids" ] || { say "a control plane was started in $DIR already; end it with tests/cluster/stop.sh $DIR"; exit 1; }
[ -x "$KUBECRED_BIN/kubectl" ] || { say "the control plane is not built yet: run scripts/setup.sh cluster"; exit 1; }
command -v openssl >/dev/null || { say "openssl is missing: install the package openssl"; exit 1; }
read -ra apiserver_flags <<<"${APISERVER_FLAGS:-}"
read -ra controller_flags <<<"${CONTROLLER_FLAGS:-}"
rm -rf "$DIR/etcd" "$DIR/log" "$DIR/pki"
mkdir -p "$DIR/log" "$DIR/pki"

# Certificates. The configuration is our own, so that no system's openssl.cnf adds or doubles an extension.
cd "$DIR/pki"
cat >openssl.cnf <<'CNF'
[req]
distinguished_name = name
[name]
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = IP:127.0.0.1, IP:10.0.0.1, DNS:localhost, DNS:kubernetes, DNS:kubernetes.default.svc
CNF
quietly() { "$@" 2>openssl.log || { say "openssl failed:"; cat openssl.log >&2; exit 1; }; }
# LibreSSL before 3.4 (macOS) spells the curve out otherwise, and the API server refuses such keys.
key=(-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -pkeyopt ec_param_enc:named_curve -nodes -config openssl.cnf)
quietly openssl req -x509 "${key[@]}" -extensions ca -keyout ca.key -out ../ca.crt -subj /CN=serving-ca -days 30
quietly openssl req -x509 "${key[@]}" -extensions ca -keyout client-ca.key -out ../client-ca.crt -subj /CN=client-ca -days 30
quietly openssl req "${key[@]}" -keyout apiserver.key -out apiserver.csr -subj /CN=kube-apiserver
quietly openssl x509 -req -in apiserver.csr -CA ../ca.crt -CAkey ca.key -set_serial 1 -days 30 -extfile openssl.cnf -extensions server -out apiserver.crt
quietly openssl ecparam -genkey -name prime256v1 -noout -out service-account.key
quietly openssl ec -in service-account.key -pubout -out service-account.pub
token=$(openssl rand -hex 16)
printf '%s,admin,admin,system:masters\n' "$token" >tokens.csv
cd "$DIR"

free_ports() { # so many, all different
  node -e 'const { createServer } = require("node:net"); const open = [];
    for (let i = 0; i < Number(process.argv[1]); i++) open.push(createServer().listen(0, "127.0.0.1"));
    Promise.all(open.map((s) => new Promise((done) => s.once("listening", done))))
      .then(() => { console.log(open.map((s) => s.address().port).join(" ")); open.forEach((s) => s.close()); });' "$1"
}

# Each program gets a process group of its own (set -m), so that Ctrl-C in a terminal reaches the script alone and the
# programs end in order.
launch() { # name, command …
  local name=$1; shift
  set -m
  "$@" >"$DIR/log/$name.log" 2>&1 </dev/null &
  set +m
  printf '%s %s\n' "$!" "$name" >>"$DIR/pids"
  disown "$!"
}

write_kubeconfig() { # port
  cat >"$DIR/admin.kubeconfig" <<CONFIG
apiVersion: v1
kind: Config
clusters:
- name: kubecred-demo
  cluster:
    certificate-authority-data: $(base64 <"$DIR/ca.crt" | tr -d '\n')
    server: https://127.0.0.1:$1
users:
- name: admin
  user:
    token: $token
contexts:
- name: admin@kubecred-demo
  context:
    cluster: kubecred-demo
    user: admin
current-context: admin@kubecred-demo
CONFIG
  printf 'KUBECONFIG=%s\nSERVER=https://127.0.0.1:%s\n' "$DIR/admin.kubeconfig" "$1" >"$DIR/env"
}

start_all() {
  local etcd_port api_port
  read -r etcd_port api_port <<<"$(free_ports 2)"
  write_kubeconfig "$api_port"
  # Port 0 for the peers of an etcd that has none: it only has to be free.
  launch etcd "$KUBECRED_BIN/server" --data-dir "$DIR/etcd" --log-level warn --unsafe-no-fsync \
    --listen-client-urls "http://127.0.0.1:$etcd_port" --advertise-client-urls "http://127.0.0.1:$etcd_port" \
    --listen-peer-urls http://127.0.0.1:0
  launch kube-apiserver "$KUBECRED_BIN/kube-apiserver" --etcd-servers "http://127.0.0.1:$etcd_port" \
    --secure-port "$api_port" --bind-address 127.0.0.1 --advertise-address 127.0.0.1 \
    --tls-cert-file "$DIR/pki/apiserver.crt" --tls-private-key-file "$DIR/pki/apiserver.key" \
    --client-ca-file "$DIR/client-ca.crt" --token-auth-file "$DIR/pki/tokens.csv" --authorization-mode Node,RBAC \
    --service-account-issuer https://kubernetes.default.svc.cluster.local \
    --service-account-key-file "$DIR/pki/service-account.pub" --service-account-signing-key-file "$DIR/pki/service-account.key" \
    --service-cluster-ip-range 10.0.0.0/24 --enable-bootstrap-token-auth --allow-privileged=true ${apiserver_flags[@]+"${apiserver_flags[@]}"}
  # The controller manager ends after ten seconds without a healthy API server; on a busy machine it takes longer (seen 2026-11).
  SECONDS=0
  until ask get --raw /healthz || [ -n "$(ended)" ] || [ "$SECONDS" -gt "$SECONDS_TO_START" ]; do sleep 0.2; done
  # Port 0: it serves nothing, so it cannot collide. Alone, it has no leader to elect.
  launch kube-controller-manager "$KUBECRED_BIN/kube-controller-manager" --kubeconfig "$DIR/admin.kubeconfig" \
    --secure-port 0 --leader-elect=false \
    --cluster-signing-cert-file "$DIR/client-ca.crt" --cluster-signing-key-file "$DIR/pki/client-ca.key" \
    --root-ca-file "$DIR/ca.crt" --service-account-private-key-file "$DIR/pki/service-account.key" \
    --controllers certificatesigningrequest-signing-controller,certificatesigningrequest-approving-controller \
    --controllers certificatesigningrequest-cleaner-controller,serviceaccount-controller,serviceaccount-token-controller \
    --controllers root-ca-certificate-publisher-controller,namespace-controller,bootstrap-signer-controller \
    --controllers token-cleaner-controller,clusterrole-aggregation-controller ${controller_flags[@]+"${controller_flags[@]}"}
}

ask() { "$KUBECRED_BIN/kubectl" --kubeconfig "$DIR/admin.kubeconfig" --request-timeout 5s "$@" >/dev/null 2>&1; }
# Ready: the API server says so, and the controllers have done what a new cluster shows first.
ready() { ask get --raw /readyz && ask -n default get configmap kube-root-ca.crt && ask -n default get serviceaccount default; }
ended() { # the name of a program that is no longer running
  local pid name
  while read -r pid name; do kill -0 "$pid" 2>/dev/null || { printf '%s' "$name"; return; }; done <"$DIR/pids"
}
give_up() { # why, whose log
  say "$1; the end of $DIR/log/$2.log:"
  tail -n 15 "$DIR/log/$2.log" >&2
  bash "$HERE/stop.sh" "$DIR"
  exit 1
}
trap 'bash "$HERE/stop.sh" "$DIR"; exit 1' INT TERM HUP

# A port that was free a moment ago may be taken by the time it is used: then all is started again with others.
for attempt in 1 2 3 4 5; do
  start_all
  SECONDS=0
  until ready; do
    gone=$(ended)
    if [ -n "$gone" ]; then
      if [ "$attempt" -lt 5 ] && grep -q 'address already in use' "$DIR/log/$gone.log"; then
        say "a port was taken meanwhile; starts again with others"
        bash "$HERE/stop.sh" "$DIR"
        rm -rf "$DIR/etcd"
        continue 2
      fi
      give_up "$gone ended while starting" "$gone"
    fi
    [ "$SECONDS" -lt "$SECONDS_TO_START" ] || give_up "not ready after $SECONDS_TO_START seconds" kube-apiserver
    sleep 0.2
  done
  say "Kubernetes $KUBECRED_KUBERNETES is ready after ${SECONDS}s: kubectl --kubeconfig $DIR/admin.kubeconfig"
  exit 0
done
