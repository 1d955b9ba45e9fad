package main

import (
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"time"
)

// pair is a private key in DER, in each form that Go writes, and a certificate for it.
type pair struct {
	Name        string `json:"name"`
	PKCS8       []byte `json:"pkcs8"`
	Traditional []byte `json:"traditional,omitempty"` // PKCS#1 or SEC 1
	Certificate []byte `json:"certificate,omitempty"`
	Authority   []byte `json:"authority,omitempty"` // the same key as a CA
}

func makePair(name string, key crypto.Signer) (one pair, err error) {
	one.Name = name
	if one.PKCS8, err = x509.MarshalPKCS8PrivateKey(key); err != nil {
		return one, err
	}
	switch key := key.(type) {
	case *rsa.PrivateKey:
		one.Traditional = x509.MarshalPKCS1PrivateKey(key)
	case *ecdsa.PrivateKey:
		if one.Traditional, err = x509.MarshalECPrivateKey(key); err != nil {
			return one, err
		}
	}
	template := x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()),
		Subject:      pkix.Name{CommonName: name, Organization: []string{"dev"}},
		NotBefore:    time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:     time.Date(2126, 1, 1, 0, 0, 0, 0, time.UTC),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	if one.Certificate, err = x509.CreateCertificate(rand.Reader, &template, &template, key.Public(), key); err != nil {
		return one, err
	}
	template.IsCA, template.BasicConstraintsValid, template.KeyUsage, template.ExtKeyUsage = true, true, x509.KeyUsageCertSign, nil
	one.Authority, err = x509.CreateCertificate(rand.Reader, &template, &template, key.Public(), key)
	return one, err
}

// makePairs gives keys of every kind that kubectl knows, and some that it refuses. tests/vectors/pairs.json was made with it:
// a run with a seed must meet the same keys.
func makePairs() ([]pair, error) {
	var all []pair
	for _, name := range []string{"P-224", "P-256", "P-384", "P-521", "Ed25519", "RSA-1024", "RSA-1025", "RSA-2048"} {
		key, err := makeKey(name)
		if err != nil {
			return nil, err
		}
		one, err := makePair(name, key)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	three, err := rsa.GenerateMultiPrimeKey(rand.Reader, 3, 1024)
	if err != nil {
		return nil, err
	}
	one, err := makePair("three primes", three)
	if err != nil {
		return nil, err
	}
	exchange, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	other, err := x509.MarshalPKCS8PrivateKey(exchange)
	if err != nil {
		return nil, err
	}
	return append(all, one, pair{Name: "X25519", PKCS8: other}), nil
}
