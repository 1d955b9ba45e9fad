// What Go makes of requests and keys, as kube-apiserver would: the standard library alone.
module kubecred/tests/oracle

go 1.22
