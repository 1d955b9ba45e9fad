#!/usr/bin/env bash
# Builds the image of www/deploy without a daemon and without a base image, by buildah:
#   www/deploy/image.sh PAGE ARCHIVE        PAGE: what www/deploy/build.mjs made; ARCHIVE: an OCI archive, for skopeo copy or docker load
# In it are nginx of this machine (NGINX_PROGRAM, by default the one on the PATH) with the libraries that it is linked with, the page and the
# configuration: no shell, no package manager, nothing that writes. The same settings as in the Dockerfile, which has nginx from a base image.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
[ $# -eq 2 ] || { echo "image: say which page and which archive: image.sh PAGE ARCHIVE" >&2; exit 2; }
page=$1 archive=$2
nginx=${NGINX_PROGRAM:-$(command -v nginx)} || { echo "image: nginx is missing: name it in NGINX_PROGRAM" >&2; exit 1; }
[ -f "$page/index.html" ] || { echo "image: $page has no index.html: run www/deploy/build.mjs" >&2; exit 1; }
umask 022
work=$(mktemp -d)
container=
end() {
  [ -z "$container" ] || buildah rm "$container" >/dev/null
  rm -rf "$work"
}
trap end EXIT

root=$work/root
mkdir -p "$root/usr/sbin" "$root/etc/kubecred" "$root/srv/kubecred" "$root/dev" "$root/proc" "$root/var/log/nginx" "$root/var/lib/nginx"
cp -L "$nginx" "$root/usr/sbin/nginx"
# "NAME => FILE (ADDRESS)" and, for the loader, "FILE (ADDRESS)"; the vdso has no file.
ldd "$nginx" | sed -nE 's/^.* => (\/[^ ]+) .*$/\1/p; s/^[[:space:]]+(\/[^ ]+) \(.*$/\1/p' | while read -r library; do
  mkdir -p "$root$(dirname "$library")"
  cp -L "$library" "$root$library"
done
cp -r "$page" "$root/srv/kubecred/html"
cp "$here"/*.conf "$root/etc/kubecred/"
chmod -R u=rwX,go=rX "$root"

container=$(buildah from scratch)
buildah add --quiet "$container" "$root" / >/dev/null
# The one folder that is written to; in Kubernetes an emptyDir takes its place.
mkdir -p "$work/srv/tmp"
buildah add --quiet --chown 65532:65532 "$container" "$work/srv" /srv/kubecred >/dev/null
buildah config --user 65532:65532 --port 8080 --stop-signal SIGQUIT \
  --entrypoint '["/usr/sbin/nginx","-p","/srv/kubecred/","-c","/etc/kubecred/nginx.conf","-g","daemon off;"]' "$container"
buildah commit --quiet "$container" "oci-archive:$archive" >/dev/null
