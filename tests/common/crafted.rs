//! Requests and certificates of given parts, for what no tool writes.

use super::System;
use super::mutate::Node::{self, Leaf, Raw, Tree};
use kubecred::crypto::PrivateKey;
use kubecred::encoding::pem;
use kubecred::x509::csr::EcdsaSignature;
use kubecred::x509::verify_signature;

pub const ED25519: &[u8] = &[0x30, 5, 6, 3, 0x2B, 0x65, 0x70];

pub fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

/// A name of attributes: the last byte of each (2.5.4.3 is the common name, 2.5.4.10 the organization) and its value.
pub fn name(attributes: Vec<(u8, Node)>) -> Node {
    let attribute = |(last, value)| Tree(0x31, vec![Tree(0x30, vec![Leaf(6, vec![0x55, 4, last]), value])]);
    Tree(0x30, attributes.into_iter().map(attribute).collect())
}

pub fn jane() -> Node {
    Leaf(0x0C, b"jane".to_vec())
}

/// The part of a request that is signed.
pub fn info(value: Node, spki: &[u8], attributes: Vec<Node>) -> Vec<u8> {
    let parts = vec![Leaf(2, vec![0]), name(vec![(3, value)]), Raw(spki.to_vec()), Tree(0xA0, attributes)];
    Tree(0x30, parts).encode()
}

/// A request as PEM.
pub fn request(info: &[u8], algorithm: &[u8], signature: &[u8]) -> Vec<u8> {
    let der = Tree(0x30, vec![Raw(info.to_vec()), Raw(algorithm.to_vec()), Leaf(3, [&[0], signature].concat())]).encode();
    pem::encode("CERTIFICATE REQUEST", &der).expose().clone()
}

/// A request as PEM, signed by an Ed25519 key.
pub fn signed(info: &[u8], key: &PrivateKey) -> Vec<u8> {
    request(info, ED25519, &key.sign(info, &mut System).unwrap())
}

/// A certificate of 2026 in DER; nobody looks at its signature.
pub fn certificate(subject: Node, extension: Node) -> Vec<u8> {
    let key = Leaf(3, [&[0][..], &[7; 32]].concat());
    certificate_of(subject, Tree(0x30, vec![Raw(ED25519.to_vec()), key]), extension)
}

/// The same for a public key.
pub fn certificate_of(subject: Node, public_key: Node, extension: Node) -> Vec<u8> {
    let validity = Tree(0x30, vec![Leaf(0x17, b"260101000000Z".to_vec()), Leaf(0x17, b"270101000000Z".to_vec())]);
    let ed25519 = || Raw(ED25519.to_vec());
    let to_sign = Tree(
        0x30,
        vec![
            Tree(0xA0, vec![Leaf(2, vec![2])]),
            Leaf(2, vec![1]),
            ed25519(),
            name(vec![(3, Leaf(0x13, b"ca".to_vec()))]),
            validity,
            subject,
            public_key,
            Tree(0xA3, vec![Tree(0x30, vec![extension])]),
        ],
    );
    Tree(0x30, vec![to_sign, ed25519(), Leaf(3, [&[0][..], &[7; 64]].concat())]).encode()
}

/// SubjectPublicKeyInfo of a point.
pub fn ec_key(curve: u16, point: &[u8]) -> Vec<u8> {
    let oid = hex(if curve == 256 { "2a8648ce3d030107" } else { "2b81040022" });
    let algorithm = Tree(0x30, vec![Leaf(6, hex("2a8648ce3d0201")), Leaf(6, oid)]);
    Tree(0x30, vec![algorithm, Leaf(3, [&[0], point].concat())]).encode()
}

/// AlgorithmIdentifier of ECDSA with SHA-1, 256, 384 or 512.
pub fn ecdsa_with(hash: u16) -> Vec<u8> {
    let oid = match hash {
        1 => "2a8648ce3d0401",
        256 => "2a8648ce3d040302",
        384 => "2a8648ce3d040303",
        _ => "2a8648ce3d040304",
    };
    Tree(0x30, vec![Leaf(6, hex(oid))]).encode()
}

/// Ecdsa-Sig-Value of r and s (RFC 3279, 2.2.3), each without zeros that it does not need.
pub fn ecdsa_value(r: &[u8], s: &[u8]) -> Vec<u8> {
    let number = |digits: &[u8]| {
        let first = digits.iter().position(|byte| *byte != 0).unwrap_or(digits.len());
        let sign = if digits.get(first).is_none_or(|byte| byte & 0x80 != 0) { &[0][..] } else { &[] };
        Leaf(2, [sign, &digits[first..]].concat())
    };
    Tree(0x30, vec![number(r), number(s)]).encode()
}

/// What a library says that is given the parts of a signature, as WebCrypto is.
pub fn is_right(signature: &EcdsaSignature) -> bool {
    let (r, s) = signature.numbers.split_at(signature.numbers.len() / 2);
    let key = ec_key(signature.curve, &signature.point);
    verify_signature(&key, &ecdsa_with(signature.hash), &signature.message, &ecdsa_value(r, s)).unwrap()
}
