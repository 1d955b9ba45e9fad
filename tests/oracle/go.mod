// What Go makes of requests and keys, as kube-apiserver would: the standard library alone.
// Its Go version is that of tests/cluster: it decides how strict crypto/x509 is (a lower one accepts wrong CRT exponents).
module kubecred/tests/oracle

go 1.26.0
