package main

import (
	"crypto/x509"
	"fmt"
	"time"
)

// certificateFacts is what x509.ParseCertificate reads of a certificate, as far as kubecred reports it.
type certificateFacts struct {
	Version   int      `json:"version,omitempty"`
	Issuer    string   `json:"issuer,omitempty"`
	Serial    string   `json:"serial,omitempty"` // hex in whole bytes
	NotBefore int64    `json:"notBefore,omitempty"`
	NotAfter  int64    `json:"notAfter,omitempty"`
	IsCA      bool     `json:"isCA,omitempty"`
	MayIssue  bool     `json:"mayIssue,omitempty"` // as CheckSignatureFrom judges a parent
	Usages    []string `json:"usages,omitempty"`
	Client    bool     `json:"client,omitempty"`    // as Verify judges a leaf for client authentication
	Unhandled bool     `json:"unhandled,omitempty"` // an unhandled critical extension
}

// {"kind":"certificate","info":"…"}  what Go reads in a certificate, DER in base64
func readCertificate(der []byte) (answer, error) {
	read, err := x509.ParseCertificate(der)
	if err != nil {
		return answer{}, err
	}
	serial := read.SerialNumber.Bytes()
	if len(serial) == 0 {
		serial = []byte{0}
	}
	facts := certificateFacts{
		Version:   read.Version,
		Issuer:    read.Issuer.CommonName,
		Serial:    fmt.Sprintf("%x", serial),
		NotBefore: seconds(read.NotBefore),
		NotAfter:  seconds(read.NotAfter),
		IsCA:      read.IsCA,
		MayIssue: !(read.Version == 3 && !read.BasicConstraintsValid || read.BasicConstraintsValid && !read.IsCA) &&
			(read.KeyUsage == 0 || read.KeyUsage&x509.KeyUsageCertSign != 0),
		Client:    len(read.ExtKeyUsage) == 0 && len(read.UnknownExtKeyUsage) == 0,
		Unhandled: len(read.UnhandledCriticalExtensions) > 0,
	}
	if facts.Issuer == "" && len(read.Issuer.Organization) > 0 {
		facts.Issuer = read.Issuer.Organization[0]
	}
	for _, known := range []struct {
		usage x509.KeyUsage
		name  string
	}{
		{x509.KeyUsageDigitalSignature, "digital signature"}, {x509.KeyUsageKeyEncipherment, "key encipherment"},
		{x509.KeyUsageCertSign, "cert sign"}, {x509.KeyUsageCRLSign, "crl sign"},
	} {
		if read.KeyUsage&known.usage != 0 {
			facts.Usages = append(facts.Usages, known.name)
		}
	}
	for _, usage := range read.ExtKeyUsage {
		facts.Client = facts.Client || usage == x509.ExtKeyUsageClientAuth || usage == x509.ExtKeyUsageAny
		switch usage {
		case x509.ExtKeyUsageServerAuth:
			facts.Usages = append(facts.Usages, "server auth")
		case x509.ExtKeyUsageClientAuth:
			facts.Usages = append(facts.Usages, "client auth")
		case x509.ExtKeyUsageAny:
			facts.Usages = append(facts.Usages, "any")
		}
	}
	result := answer{
		CN:               read.Subject.CommonName,
		Organizations:    read.Subject.Organization,
		Fingerprint:      fingerprint(read.RawSubjectPublicKeyInfo),
		certificateFacts: facts,
	}
	for _, name := range read.Subject.Names {
		if value, isText := name.Value.(string); isText && name.Type.Equal(uidType) {
			result.UID = value
		}
	}
	return result, nil
}

func seconds(instant time.Time) int64 { return instant.Unix() }
