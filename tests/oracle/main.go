// Reads JSON lines from standard input and answers each with one, at once:
//
//	{"kind":"request","pem":"…"}  what kube-apiserver reads in a PKCS#10 request, after its signature was checked
//	{"kind":"key","pem":"…"}      whether Go loads a PKCS#8 private key; RSA keys are validated
//	{"kind":"keys"}               new keys, each with a signature algorithm: "made", see sign.go
//	{"kind":"sign","name":"…","pem":"…","info":"…"}  a signature by such a key, over base64
//	{"kind":"pairs"}              new keys of every kind, with certificates: see pairs.go
//	{"kind":"clientconfig","pem":"…"}  what client-go builds of a kubeconfig, for each of its contexts: "contexts", see clientconfig.go
//
// An answer has "ok" and, where that is false, "error"; a list or a name that is empty is left out. It uses the calls of kube-apiserver (2026-11): pem.Decode,
// x509.ParseCertificateRequest, CheckSignature.
package main

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

type question struct {
	Kind string `json:"kind"`
	PEM  string `json:"pem"`
	Name string `json:"name"`
	Info []byte `json:"info"`
}

type answer struct {
	OK            bool     `json:"ok"`
	CN            string   `json:"cn,omitempty"`
	Organizations []string `json:"organizations,omitempty"`
	UID           string   `json:"uid,omitempty"`
	DNS           []string `json:"dns,omitempty"`
	IPs           []string `json:"ips,omitempty"`
	Mails         []string `json:"mails,omitempty"`
	URIs          []string `json:"uris,omitempty"`
	KeyAlgorithm  string   `json:"keyAlgorithm,omitempty"`
	Signature     string   `json:"signatureAlgorithm,omitempty"`
	Fingerprint   string   `json:"fingerprint,omitempty"` // hex SHA-256 of the SubjectPublicKeyInfo
	Made          []made   `json:"made,omitempty"`
	Signed        []byte   `json:"signature,omitempty"`
	Pairs         []pair   `json:"pairs,omitempty"`
	Contexts      []judged `json:"contexts,omitempty"`
	Error         string   `json:"error,omitempty"`
	certificateFacts
}

// The RDN that Kubernetes 1.34 and later read as the user's uid.
var uidType = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 57683, 2}

// keyName gives the names that kubecred uses.
func keyName(public any) string {
	switch key := public.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("rsa-%d", key.N.BitLen())
	case *ecdsa.PublicKey:
		return "ecdsa-" + strings.ToLower(strings.ReplaceAll(key.Curve.Params().Name, "-", ""))
	case ed25519.PublicKey:
		return "ed25519"
	}
	return fmt.Sprintf("%T", public)
}

func fingerprint(spki []byte) string {
	sum := sha256.Sum256(spki)
	return hex.EncodeToString(sum[:])
}

func decode(text, kind string) ([]byte, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil || block.Type != kind {
		return nil, fmt.Errorf("PEM block type must be %s", kind)
	}
	return block.Bytes, nil
}

func readRequest(text string) (answer, error) {
	der, err := decode(text, "CERTIFICATE REQUEST")
	if err != nil {
		return answer{}, err
	}
	request, err := x509.ParseCertificateRequest(der)
	if err != nil {
		return answer{}, err
	}
	if err := request.CheckSignature(); err != nil {
		return answer{}, err
	}
	read := answer{
		CN:            request.Subject.CommonName,
		Organizations: request.Subject.Organization,
		DNS:           request.DNSNames,
		Mails:         request.EmailAddresses,
		KeyAlgorithm:  keyName(request.PublicKey),
		Signature:     request.SignatureAlgorithm.String(),
		Fingerprint:   fingerprint(request.RawSubjectPublicKeyInfo),
	}
	for _, ip := range request.IPAddresses {
		read.IPs = append(read.IPs, ip.String())
	}
	for _, uri := range request.URIs {
		read.URIs = append(read.URIs, uri.String())
	}
	for _, name := range request.Subject.Names {
		if value, isText := name.Value.(string); isText && name.Type.Equal(uidType) {
			read.UID = value
		}
	}
	return read, nil
}

func readKey(text string) (answer, error) {
	der, err := decode(text, "PRIVATE KEY")
	if err != nil {
		return answer{}, err
	}
	key, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return answer{}, err
	}
	var public any
	switch key := key.(type) {
	case *rsa.PrivateKey:
		if err := key.Validate(); err != nil {
			return answer{}, err
		}
		public = key.Public()
	case *ecdsa.PrivateKey:
		public = key.Public()
	case ed25519.PrivateKey:
		public = key.Public()
	default:
		return answer{}, fmt.Errorf("a key of type %T", key)
	}
	spki, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return answer{}, err
	}
	return answer{KeyAlgorithm: keyName(public), Fingerprint: fingerprint(spki)}, nil
}

func reply(line []byte) answer {
	var asked question
	if err := json.Unmarshal(line, &asked); err != nil {
		return answer{Error: "not a question: " + err.Error()}
	}
	var read answer
	var err error
	switch asked.Kind {
	case "request":
		read, err = readRequest(asked.PEM)
	case "key":
		read, err = readKey(asked.PEM)
	case "certificate":
		read, err = readCertificate(asked.Info)
	case "keys":
		read.Made, err = makeKeys()
	case "sign":
		read.Signed, err = sign(asked.Name, asked.PEM, asked.Info)
	case "pairs":
		read.Pairs, err = makePairs()
	case "clientconfig":
		read.Contexts, err = judge(asked.PEM)
	default:
		err = errors.New("kind must be request, key, keys, sign, pairs or clientconfig")
	}
	if err != nil {
		return answer{Error: err.Error()}
	}
	read.OK = true
	return read
}

func main() {
	lines := bufio.NewReader(os.Stdin)
	answers := json.NewEncoder(os.Stdout)
	for {
		line, err := lines.ReadBytes('\n')
		if len(strings.TrimSpace(string(line))) > 0 {
			if err := answers.Encode(reply(line)); err != nil {
				os.Exit(1) // nobody listens any more
			}
		}
		if errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			fmt.Fprintln(os.Stderr, "oracle:", err)
			os.Exit(1)
		}
	}
}
