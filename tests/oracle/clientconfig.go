package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/net/http/httpguts"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	_ "k8s.io/client-go/plugin/pkg/client/auth" // the providers that kubectl knows
	"k8s.io/client-go/plugin/pkg/client/auth/exec"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// judged is what client-go makes of one context.
type judged struct {
	Name  string `json:"name"`
	OK    bool   `json:"ok"`
	Stage string `json:"stage,omitempty"` // where it stops: validate, server, transport, keys, headers
	Error string `json:"error,omitempty"` // for people
	Files bool   `json:"files,omitempty"` // the context names files; each was replaced by a good one
	Plain bool   `json:"plain,omitempty"` // client-go speaks plain http: neither the user nor the CA is read
}

var errStop = errors.New("no request is sent")

// judge builds, for each context, what kubectl builds before its first request. Files that the kubeconfig names cannot be seen
// in a browser, so they are replaced by good ones: what is left is what the text itself decides.
func judge(text string) ([]judged, error) {
	config, err := clientcmd.Load([]byte(text))
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, len(config.Contexts))
	for name := range config.Contexts {
		names = append(names, name)
	}
	sort.Strings(names)
	all := []judged{}
	for _, name := range names {
		one := judged{Name: name}
		own := config.DeepCopy()
		// NewDefaultClientConfig knows no context without a name, and an empty override is none.
		if one.Files, err = withFiles(own, name); err == nil {
			one.Plain, one.Stage, err = build(*own, name)
		}
		if err != nil {
			one.Error = err.Error()
		} else {
			one.OK, one.Stage = true, ""
		}
		all = append(all, one)
	}
	return all, nil
}

func build(config clientcmdapi.Config, name string) (plain bool, stage string, err error) {
	if name == "" {
		return plain, "validate", errors.New("a context without a name cannot be chosen")
	}
	if err := clientcmd.ConfirmUsable(config, name); err != nil {
		return plain, "validate", err
	}
	made, err := clientcmd.NewDefaultClientConfig(config, &clientcmd.ConfigOverrides{CurrentContext: name}).ClientConfig()
	if err != nil {
		return plain, "validate", err
	}
	address, _, err := rest.DefaultServerUrlFor(made)
	if err != nil {
		return plain, "server", err
	}
	plain = address.Scheme == "http"
	// What net/http checks of an address when it sends a request (transport.go, request.go).
	if address.Scheme != "http" && address.Scheme != "https" {
		return plain, "server", fmt.Errorf("unsupported protocol scheme %q", address.Scheme)
	}
	if address.Host == "" {
		return plain, "server", errors.New("no Host in request URL")
	}
	if _, err := rest.TLSConfigFor(made); err != nil {
		return plain, "transport", err
	}
	if len(made.CertData) > 0 && len(made.KeyData) > 0 {
		if _, err := tls.X509KeyPair(made.CertData, made.KeyData); err != nil {
			return plain, "keys", err
		}
	}
	if made.ExecProvider != nil {
		if _, err := exec.GetAuthenticator(made.ExecProvider, nil); err != nil {
			return plain, "transport", err
		}
	}
	if _, err := rest.TransportFor(made); err != nil {
		return plain, "transport", err
	}
	made.NegotiatedSerializer = serializer.NewCodecFactory(runtime.NewScheme()).WithoutConversion()
	client, err := rest.UnversionedRESTClientFor(made)
	if err != nil {
		return plain, "server", err
	}
	path, err := http.NewRequestWithContext(context.Background(), http.MethodGet, client.Get().AbsPath("/version").URL().String(), nil)
	if err != nil {
		return plain, "server", err
	}
	host, err := httpguts.PunycodeHostPort(path.URL.Host)
	if err != nil {
		return plain, "server", err
	}
	if !httpguts.ValidHostHeader(host) {
		return plain, "server", errors.New("invalid Host header")
	}
	stage, err = headers(made)
	return plain, stage, err
}

// recorder takes a request in the place of the network.
type recorder struct{ seen http.Header }

func (r *recorder) RoundTrip(request *http.Request) (*http.Response, error) {
	r.seen = request.Header
	return nil, errStop
}

// headers checks what goes along with every request. No program is run and no provider is asked: neither is in it.
func headers(made *rest.Config) (string, error) {
	plain := rest.CopyConfig(made)
	plain.ExecProvider, plain.AuthProvider = nil, nil
	var last recorder
	wrapped, err := rest.HTTPWrappersForConfig(plain, &last)
	if err != nil {
		return "headers", err
	}
	request, err := http.NewRequest(http.MethodGet, "https://127.0.0.1/version", nil)
	if err != nil {
		return "headers", err
	}
	if _, err := wrapped.RoundTrip(request); !errors.Is(err, errStop) {
		return "headers", err
	}
	for name, values := range last.seen {
		if !httpguts.ValidHeaderFieldName(name) {
			return "headers", fmt.Errorf("invalid header field name %q", name)
		}
		for _, value := range values {
			if !httpguts.ValidHeaderFieldValue(value) {
				return "headers", fmt.Errorf("invalid header field value for %q", name)
			}
		}
	}
	return "", nil
}

// good are files of the right kind.
var good = sync.OnceValues(func() (map[string]string, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "oracle"}, NotAfter: time.Now().Add(time.Hour)}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "oracle")
	if err != nil {
		return nil, err
	}
	files := map[string]string{"folder": folder}
	for name, data := range map[string][]byte{
		"certificate": pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate}),
		"key":         pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}),
		"token":       []byte("token"),
	} {
		files[name] = filepath.Join(folder, name)
		if err := os.WriteFile(files[name], data, 0o600); err != nil {
			return nil, err
		}
	}
	return files, nil
})

var questions atomic.Uint64

// withFiles replaces the files of a context. Where one half of a pair is a file and the other is data, no file can fit the data:
// the data is judged alone.
func withFiles(config *clientcmdapi.Config, name string) (bool, error) {
	files, err := good()
	if err != nil {
		return false, err
	}
	used := config.Contexts[name]
	found := false
	replace := func(field *string, file string) {
		if *field != "" {
			found, *field = true, files[file]
		}
	}
	if cluster := config.Clusters[used.Cluster]; cluster != nil {
		replace(&cluster.CertificateAuthority, "certificate")
	}
	user := config.AuthInfos[used.AuthInfo]
	if user == nil {
		return found, nil
	}
	replace(&user.ClientCertificate, "certificate")
	replace(&user.ClientKey, "key")
	replace(&user.TokenFile, "token")
	if provider := user.AuthProvider; provider != nil {
		if provider.Config["idp-certificate-authority"] != "" {
			found, provider.Config["idp-certificate-authority"] = true, files["certificate"]
		}
		if provider.Config["client-id"] != "" { // client-go keeps the first provider of an id and does not look at later ones
			provider.Config["client-id"] = fmt.Sprint(questions.Add(1))
		}
	}
	certificate, key := len(user.ClientCertificateData) > 0, len(user.ClientKeyData) > 0
	switch {
	case certificate && user.ClientCertificate == "" && user.ClientKey != "" && !key && readsCertificate(user.ClientCertificateData):
		user.ClientCertificateData, err = os.ReadFile(files["certificate"])
	case key && user.ClientKey == "" && user.ClientCertificate != "" && !certificate && readsKey(user.ClientKeyData):
		user.ClientKeyData, err = os.ReadFile(files["key"])
	}
	return found, err
}

// blocks gives the PEM blocks of a text.
func blocks(text []byte) (all []*pem.Block) {
	for {
		block, rest := pem.Decode(text)
		if block == nil {
			return all
		}
		all, text = append(all, block), rest
	}
}

// readsCertificate and readsKey are the halves of tls.X509KeyPair.
func readsCertificate(text []byte) bool {
	for _, block := range blocks(text) {
		if block.Type == "CERTIFICATE" {
			_, err := x509.ParseCertificate(block.Bytes)
			return err == nil
		}
	}
	return false
}

func readsKey(text []byte) bool {
	for _, block := range blocks(text) {
		if block.Type == "PRIVATE KEY" || strings.HasSuffix(block.Type, " PRIVATE KEY") {
			if _, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
				return true
			}
			if key, err := x509.ParsePKCS8PrivateKey(block.Bytes); err == nil {
				switch key.(type) {
				case *rsa.PrivateKey, *ecdsa.PrivateKey, ed25519.PrivateKey:
					return true
				}
				return false // X25519 and the like
			}
			_, err := x509.ParseECPrivateKey(block.Bytes)
			return err == nil
		}
	}
	return false
}
