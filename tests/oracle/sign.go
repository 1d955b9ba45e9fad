package main

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/hex"
	"errors"
)

// made is a private key in base64 of PKCS#8, its public key, and a signature algorithm for it.
type made struct {
	Name      string `json:"name"`
	PKCS8     string `json:"pkcs8"`
	SPKI      []byte `json:"spki"`
	Algorithm []byte `json:"algorithm"`
}

type scheme struct {
	name      string
	key       string
	algorithm string // AlgorithmIdentifier, DER in hex
	options   crypto.SignerOpts
}

const (
	sha1RSA   = "300d06092a864886f70d0101050500"
	sha256RSA = "300d06092a864886f70d01010b0500"
	sha384RSA = "300d06092a864886f70d01010c0500"
	sha512RSA = "300d06092a864886f70d01010d0500"
	noNullRSA = "300b06092a864886f70d01010b"
	isoSHA1   = "300906052b0e03021d0500"
)

// pss gives the parameters that Go reads for a hash: 1, 2, 3 for SHA-256, -384, -512.
func pss(hash byte, salt byte) string {
	inner := []byte{0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, hash, 0x05, 0x00}
	mgf := append([]byte{0x30, 0x1a, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08}, inner...)
	body := append([]byte{0xa0, byte(len(inner))}, inner...)
	body = append(append(body, 0xa1, byte(len(mgf))), mgf...)
	body = append(body, 0xa2, 0x03, 0x02, 0x01, salt)
	parameters := append([]byte{0x30, byte(len(body))}, body...)
	oid := []byte{0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a}
	return hex.EncodeToString(append([]byte{0x30, byte(len(oid) + len(parameters))}, append(oid, parameters...)...))
}

func ecdsaWith(last ...byte) string {
	oid := append([]byte{0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04}, last...)
	return hex.EncodeToString(append([]byte{0x30, byte(len(oid) + 2), 0x06, byte(len(oid))}, oid...))
}

var schemes = []scheme{
	{"p224-sha256", "P-224", ecdsaWith(3, 2), crypto.SHA256},
	{"p224-sha1", "P-224", ecdsaWith(1), crypto.SHA1},
	{"p224-sha512", "P-224", ecdsaWith(3, 4), crypto.SHA512},
	{"p256-sha1", "P-256", ecdsaWith(1), crypto.SHA1},
	{"p256-sha256", "P-256", ecdsaWith(3, 2), crypto.SHA256},
	{"p256-sha512", "P-256", ecdsaWith(3, 4), crypto.SHA512},
	{"p384-sha1", "P-384", ecdsaWith(1), crypto.SHA1},
	{"p384-sha384", "P-384", ecdsaWith(3, 3), crypto.SHA384},
	{"p521-sha1", "P-521", ecdsaWith(1), crypto.SHA1},
	{"p521-sha256", "P-521", ecdsaWith(3, 2), crypto.SHA256},
	{"p521-sha512", "P-521", ecdsaWith(3, 4), crypto.SHA512},
	{"ed25519", "Ed25519", "300506032b6570", crypto.Hash(0)},
	{"rsa1024-sha1", "RSA-1024", sha1RSA, crypto.SHA1},
	{"rsa1024-iso-sha1", "RSA-1024", isoSHA1, crypto.SHA1},
	{"rsa1024-sha256", "RSA-1024", sha256RSA, crypto.SHA256},
	{"rsa1024-no-null", "RSA-1024", noNullRSA, crypto.SHA256},
	{"rsa1024-sha384", "RSA-1024", sha384RSA, crypto.SHA384},
	{"rsa1024-sha512", "RSA-1024", sha512RSA, crypto.SHA512},
	{"rsa1024-pss-sha256", "RSA-1024", pss(1, 32), &rsa.PSSOptions{SaltLength: 32, Hash: crypto.SHA256}},
	{"rsa1024-pss-sha384", "RSA-1024", pss(2, 48), &rsa.PSSOptions{SaltLength: 48, Hash: crypto.SHA384}},
	{"rsa1024-pss-wrong-salt", "RSA-1024", pss(1, 20), &rsa.PSSOptions{SaltLength: 20, Hash: crypto.SHA256}},
	{"rsa1025-sha256", "RSA-1025", sha256RSA, crypto.SHA256},
	{"rsa1025-pss-sha256", "RSA-1025", pss(1, 32), &rsa.PSSOptions{SaltLength: 32, Hash: crypto.SHA256}},
	{"rsa2048-pss-sha512", "RSA-2048", pss(3, 64), &rsa.PSSOptions{SaltLength: 64, Hash: crypto.SHA512}},
	{"rsa2048-sha256", "RSA-2048", sha256RSA, crypto.SHA256},
	{"p256-as-rsa", "P-256", sha256RSA, crypto.SHA256},
	{"rsa-as-ecdsa", "RSA-1024", ecdsaWith(3, 2), crypto.SHA256},
	{"ed25519-as-ecdsa", "Ed25519", ecdsaWith(3, 2), crypto.Hash(0)},
	{"ed25519-null", "Ed25519", "300706032b65700500", crypto.Hash(0)},
	{"rsa-md5", "RSA-1024", "300d06092a864886f70d0101040500", crypto.SHA256},
	{"p256-dsa", "P-256", "300b0609608648016503040302", crypto.SHA256},
	{"p256-unknown", "P-256", "30050603550403", crypto.SHA256},
}

func makeKey(kind string) (crypto.Signer, error) {
	switch kind {
	case "P-224":
		return ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	case "P-256":
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case "P-384":
		return ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	case "P-521":
		return ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	case "RSA-1024":
		return rsa.GenerateKey(rand.Reader, 1024)
	case "RSA-1025":
		return rsa.GenerateKey(rand.Reader, 1025)
	case "RSA-2048":
		return rsa.GenerateKey(rand.Reader, 2048)
	}
	_, key, err := ed25519.GenerateKey(rand.Reader)
	return key, err
}

func makeKeys() ([]made, error) {
	keys := map[string]crypto.Signer{}
	var all []made
	for _, scheme := range schemes {
		if keys[scheme.key] == nil {
			key, err := makeKey(scheme.key)
			if err != nil {
				return nil, err
			}
			keys[scheme.key] = key
		}
		private, err := x509.MarshalPKCS8PrivateKey(keys[scheme.key])
		if err != nil {
			return nil, err
		}
		public, err := x509.MarshalPKIXPublicKey(keys[scheme.key].Public())
		if err != nil {
			return nil, err
		}
		algorithm, err := hex.DecodeString(scheme.algorithm)
		if err != nil {
			return nil, err
		}
		if rest, err := asn1.Unmarshal(algorithm, &asn1.RawValue{}); err != nil || len(rest) > 0 {
			return nil, errors.New("not DER: the algorithm of " + scheme.name)
		}
		all = append(all, made{scheme.name, base64.StdEncoding.EncodeToString(private), public, algorithm})
	}
	return all, nil
}

var (
	lastText string
	lastKey  any
)

func sign(name, text string, info []byte) ([]byte, error) {
	for _, scheme := range schemes {
		if scheme.name != name {
			continue
		}
		if lastText != text {
			der, err := base64.StdEncoding.DecodeString(text)
			if err != nil {
				return nil, err
			}
			if lastKey, err = x509.ParsePKCS8PrivateKey(der); err != nil {
				return nil, err
			}
			lastText = text
		}
		message := bytes.Clone(info)
		if hash := scheme.options.HashFunc(); hash != 0 {
			digest := hash.New()
			digest.Write(info)
			message = digest.Sum(nil)
		}
		return lastKey.(crypto.Signer).Sign(rand.Reader, message, scheme.options)
	}
	return nil, errors.New("no such scheme")
}
