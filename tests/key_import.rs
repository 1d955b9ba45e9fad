//! Keys that must not be taken, beside the files of tests/vectors/keys: curves and points, other formats, and floods.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use crate::common;

use common::{System, key, vector};
use kubecred::crypto::{KeyAlgorithm, PrivateKey};
use kubecred::encoding::pem;
use kubecred::{Code, Error};

fn import(text: &[u8]) -> Result<PrivateKey, Error> {
    PrivateKey::import(text, None, &mut System)
}

fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let contents = parts.concat();
    let length = match contents.len() {
        short @ 0..0x80 => vec![short as u8],
        long => vec![0x81, u8::try_from(long).unwrap()],
    };
    [vec![tag], length, contents].concat()
}

struct Curve {
    algorithm: KeyAlgorithm,
    /// The object identifier, whole.
    oid: &'static [u8],
    /// The order of the group (FIPS 186-4, D.1.2.3 and D.1.2.4).
    order: &'static str,
}

const CURVES: [Curve; 2] = [
    Curve {
        algorithm: KeyAlgorithm::EcdsaP256,
        oid: &[0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07],
        order: "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
    },
    Curve {
        algorithm: KeyAlgorithm::EcdsaP384,
        oid: &[0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x22],
        order: "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
    },
];

impl Curve {
    fn order(&self) -> Vec<u8> {
        (0..self.order.len()).step_by(2).map(|at| u8::from_str_radix(&self.order[at..at + 2], 16).unwrap()).collect()
    }

    /// A sound key's scalar and point, out of its export.
    fn sound(&self) -> (Vec<u8>, Vec<u8>) {
        let made = key(self.algorithm);
        let size = self.order.len() / 2;
        let der = made.to_pkcs8_der().unwrap().expose().clone();
        let scalar = der.windows(3).position(|window| window == [1, 0x04, size as u8]).unwrap() + 3;
        (der[scalar..scalar + size].to_vec(), der[der.len() - 2 * size - 1..].to_vec())
    }

    /// The verdict on SEC1 (RFC 5915) and on PKCS#8 around it: the same on both.
    fn verdict(&self, scalar: &[u8], point: Option<&[u8]>) -> Option<Code> {
        let point = point.map_or(Vec::new(), |point| tlv(0xA1, &[&tlv(0x03, &[&[0], point])]));
        let key = |curve: &[u8]| tlv(0x30, &[&[2, 1, 1], &tlv(0x04, &[scalar]), curve, &point]);
        let sec1 = import(pem::encode("EC PRIVATE KEY", &key(&tlv(0xA0, &[self.oid]))).expose());
        let algorithm = tlv(0x30, &[&[0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01], self.oid]);
        let pkcs8 = tlv(0x30, &[&[2, 1, 0], &algorithm, &tlv(0x04, &[&key(&[])])]);
        let pkcs8 = import(pem::encode("PRIVATE KEY", &pkcs8).expose());
        let [sec1, pkcs8] = [sec1, pkcs8].map(|read| read.map_err(|error| error.code()).err());
        assert_eq!(sec1, pkcs8, "SEC1 and PKCS#8");
        sec1
    }
}

#[test]
fn a_scalar_outside_its_group_or_of_another_length_is_refused() {
    for curve in CURVES {
        let (scalar, point) = curve.sound();
        assert_eq!(curve.verdict(&scalar, Some(&point)), None, "the control");
        assert_eq!(curve.verdict(&scalar, None), None, "the point may be left out");
        let order = curve.order();
        let changed = |by: i8| {
            let mut number = order.clone();
            *number.last_mut().unwrap() = number.last().unwrap().wrapping_add_signed(by);
            number
        };
        assert_eq!(curve.verdict(&changed(-1), None), None, "n-1 is the largest");
        let zero = vec![0; order.len()];
        let longer = [&[0], scalar.as_slice()].concat();
        assert_eq!(curve.verdict(&longer, Some(&point)), None, "leading zeros are ignored, as by Go");
        let too_long = [&[1], scalar.as_slice()].concat();
        let wrong = [&zero, &order, &changed(1), &vec![0xFF; order.len()], &too_long, &Vec::new()];
        for scalar in wrong {
            assert_eq!(curve.verdict(scalar, None), Some(Code::InconsistentKey), "{} bytes", scalar.len());
            assert_eq!(curve.verdict(scalar, Some(&point)), Some(Code::InconsistentKey), "{} bytes", scalar.len());
        }
    }
}

#[test]
fn a_point_that_is_not_the_key_s_is_refused() {
    for curve in CURVES {
        let (scalar, point) = curve.sound();
        let mut off = point.clone();
        *off.last_mut().unwrap() ^= 1;
        let (_, other) = curve.sound();
        for point in [other.as_slice(), &off, &point[1..], &[0], &[]] {
            assert_eq!(curve.verdict(&scalar, Some(point)), Some(Code::InconsistentKey), "{} bytes", point.len());
        }
    }
    // Ed25519 in version 1 (RFC 8410, 7) with the public half of another key.
    let [one, other] = [key(KeyAlgorithm::Ed25519), key(KeyAlgorithm::Ed25519)];
    let version_1 = |public: &[u8]| {
        let der = one.to_pkcs8_der().unwrap().expose().clone();
        let der = tlv(0x30, &[&[2, 1, 1], &der[5..], &tlv(0x81, &[&[0], public])]);
        import(pem::encode("PRIVATE KEY", &der).expose()).map_err(|error| error.code()).err()
    };
    assert_eq!(version_1(&one.public_key_der()[12..]), None);
    assert_eq!(version_1(&other.public_key_der()[12..]), Some(Code::InconsistentKey));
}

fn run(program: &str, arguments: &[&str]) -> Vec<u8> {
    let output = std::process::Command::new(program).args(arguments).output().unwrap_or_else(|error| panic!("{program}: {error}"));
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn temporary(name: &str, contents: &[u8]) -> String {
    let path = format!("{}/{name}", env!("CARGO_TARGET_TMPDIR"));
    std::fs::write(&path, contents).unwrap();
    path
}

#[test]
fn other_curves_and_curves_that_are_spelt_out_are_refused() {
    let parameters = |curve: &str, how: &str| {
        let sec1 = run("openssl", &["ecparam", "-name", curve, "-genkey", "-param_enc", how, "-noout"]);
        let options = [format!("ec_paramgen_curve:{curve}"), format!("ec_param_enc:{how}")];
        let pkcs8 = run("openssl", &["genpkey", "-algorithm", "EC", "-pkeyopt", &options[0], "-pkeyopt", &options[1]]);
        [sec1, pkcs8].map(|text| import(&text).map_err(|error| error.code()).err())
    };
    assert_eq!(parameters("prime256v1", "named_curve"), [None, None], "the control");
    for curve in ["secp256k1", "secp521r1", "brainpoolP256r1"] {
        assert_eq!(parameters(curve, "named_curve"), [Some(Code::UnsupportedKey); 2], "{curve}");
    }
    for curve in ["prime256v1", "secp384r1"] {
        assert_eq!(parameters(curve, "explicit"), [Some(Code::UnsupportedKey); 2], "{curve}");
    }
}

/// The line in the refusal does what it says.
#[test]
fn a_curve_that_is_spelt_out_is_named_by_the_line_in_the_refusal() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/reports/B05-explicit-curve.key");
    let converted = run("openssl", &["ec", "-in", file, "-param_enc", "named_curve"]);
    let converted = import(&converted).unwrap();
    let public = run("openssl", &["pkey", "-in", file, "-pubout", "-ec_param_enc", "named_curve", "-outform", "DER"]);
    assert_eq!(converted.public_key_der(), public, "the same key");
}

/// By contents, not by label, as `parsePrivateKey` of crypto/tls.
#[test]
fn a_key_is_read_under_the_label_of_another_kind() {
    let rsa = run("openssl", &["genrsa", "-traditional", "2048"]);
    let ec = run("openssl", &["ecparam", "-name", "prime256v1", "-genkey", "-noout"]);
    let pkcs8 = run("openssl", &["genpkey", "-algorithm", "ED25519"]);
    for text in [rsa, ec, pkcs8] {
        let text = String::from_utf8(text).unwrap();
        let right = import(text.as_bytes()).unwrap().fingerprint();
        let bare = text.replace("RSA PRIVATE KEY", "PRIVATE KEY").replace("EC PRIVATE KEY", "PRIVATE KEY");
        for label in ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"] {
            assert_eq!(import(bare.replace("PRIVATE KEY", label).as_bytes()).unwrap().fingerprint(), right, "{label}");
        }
    }
    let key = import(&vector("reports/B21c-pkcs1-labelled-private-key.key")).unwrap();
    assert_eq!(key.algorithm(), KeyAlgorithm::Rsa2048);
}

/// OpenSSL before 1.0.2 left leading zeros of the scalar out, and took zero bits at the end of the point for unused ones.
#[test]
fn sec1_is_read_as_old_openssl_wrote_it() {
    // A scalar of 31 bytes (p256: 2^240 + 1), and a point that ends in zeros: both are searched for, by counting up.
    let mut seen = (false, false);
    for number in 1u32.. {
        let mut scalar = vec![0u8; 32];
        scalar[28..].copy_from_slice(&number.to_be_bytes());
        let signing = p256_point(&scalar);
        let point = &signing[..];
        let zeros = point.last().unwrap().trailing_zeros().min(8);
        let short = scalar.iter().position(|byte| *byte != 0).unwrap();
        let (bits, unused) = if zeros == 8 { (&point[..64], point[63].trailing_zeros() as u8) } else { (point, zeros as u8) };
        if zeros == 8 && bits[63] == 0 {
            continue;
        }
        let public = tlv(0xA1, &[&tlv(0x03, &[&[unused], bits])]);
        let key = tlv(0x30, &[&[2, 1, 1], &tlv(0x04, &[&scalar[short..]]), &tlv(0xA0, &[CURVES[0].oid]), &public]);
        let read = import(pem::encode("EC PRIVATE KEY", &key).expose()).unwrap();
        assert_eq!(&read.public_key_der()[26..], point);
        seen = (seen.0 || unused > 0 && zeros < 8, seen.1 || zeros == 8);
        if seen == (true, true) {
            break;
        }
    }
}

fn p256_point(scalar: &[u8]) -> Vec<u8> {
    let key = tlv(0x30, &[&[2, 1, 1], &tlv(0x04, &[scalar]), &tlv(0xA0, &[CURVES[0].oid])]);
    import(pem::encode("EC PRIVATE KEY", &key).expose()).unwrap().public_key_der()[26..].to_vec()
}

#[test]
fn keys_that_cannot_be_converted_say_how_to_create_another() {
    let three = run("openssl", &["genrsa", "-primes", "3", "2048"]);
    let traditional = run("openssl", &["rsa", "-in", &temporary("three-primes.pem", &three), "-traditional"]);
    for (text, words) in [
        (three, "more than two primes"),
        (traditional, "more than two primes"),
        (run("openssl", &["genrsa", "1024"]), "2048, 3072 and 4096"),
        (run("openssl", &["ecparam", "-name", "secp521r1", "-genkey", "-noout"]), "P-256 and P-384"),
        (run("openssl", &["genpkey", "-algorithm", "X25519"]), "not supported"),
    ] {
        let error = import(&text).unwrap_err();
        assert_eq!(error.code(), Code::UnsupportedKey, "{words}");
        assert!(error.message().contains(words) && error.message().contains("openssl "), "{}", error.message());
    }
}

#[test]
fn other_formats_are_refused_by_their_names() {
    let rsa = run("openssl", &["genrsa", "-traditional", "2048"]);
    let file = temporary("other-formats.pem", &rsa);
    let dek = run("openssl", &["rsa", "-in", &file, "-traditional", "-aes128", "-passout", "pass:words"]);
    assert!(String::from_utf8_lossy(&dek).contains("DEK-Info: AES-128-CBC"));
    let openssh = format!("{}/other-formats.openssh", env!("CARGO_TARGET_TMPDIR"));
    let _ = std::fs::remove_file(&openssh);
    run("ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-f", &openssh]);
    let certificate = temporary("other-formats.crt", &run("openssl", &["req", "-x509", "-key", &file, "-subj", "/CN=a"]));
    let pkcs12 = run("openssl", &["pkcs12", "-export", "-inkey", &file, "-in", &certificate, "-passout", "pass:words"]);
    let putty: &[u8] = b"PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: a\nPublic-Lines: 2\nAAAA\n";
    for (text, word) in [
        (dek.as_slice(), "Proc-Type"),
        (&std::fs::read(&openssh).unwrap(), "OpenSSH"),
        (&pkcs12, "PKCS#12"),
        (putty, "PuTTY"),
        (b" {\"kty\":\"EC\",\"crv\":\"P-256\",\"d\":\"c2VjcmV0\"}", "JWK"),
    ] {
        let error = import(text).unwrap_err();
        assert_eq!(error.code(), Code::UnsupportedKeyFormat, "{word}");
        assert!(error.message().contains(word), "{word}: {}", error.message());
    }
    let certificate = std::fs::read(&certificate).unwrap();
    let error = import(&certificate).unwrap_err();
    assert_eq!(error.code(), Code::InvalidKey, "certificate and key swapped");
    assert!(error.message().contains("Give its private key"), "{}", error.message());
}

#[test]
fn refusals_say_what_is_wrong() {
    for (file, words) in [
        ("03-qInv-wrong.pem", "The coefficient for the Chinese remainder"),
        ("06-p-equals-q.pem", "the same"),
        ("10-e3.pem", "65537"),
        ("13-rsa1536.pem", "2048, 3072 and 4096"),
        ("13-rsa1536.pem", "openssl genrsa -out"),
        ("18-trailing-in-octet.pem", "damaged"),
        ("reports/B05-explicit-curve.key", "LibreSSL before 3.4"),
        ("reports/B05-explicit-curve.key", "openssl ec -in KEY -param_enc named_curve"),
        ("27-roca.pem", "ROCA"),
    ] {
        let path = if file.contains('/') { file.to_owned() } else { format!("keys/{file}") };
        let error = import(&vector(&path)).unwrap_err();
        assert!(error.message().contains(words), "{file}: {}", error.message());
    }
}

#[test]
fn floods_of_blocks_and_headers_are_refused() {
    let million = 1_000_000;
    let block = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    let begin = "-----BEGIN PRIVATE KEY-----\n";
    let shapes = [
        ("blocks", "", block),
        ("header lines", begin, "a: b\n"),
        ("headers that never end", begin, "-----BEGIN :-----\n-----END :\n"),
        ("ends", begin, "\n-----END PRIVATE KEY-----x"),
        ("begins", "", "-----BEGIN "),
        ("begin lines", "", begin),
        ("colons", begin, ":"),
        ("empty lines", begin, "\n"),
    ];
    for (name, start, part) in shapes {
        // A million, and as many as the readers of keys and of PEM look at.
        for count in [million, (255 << 10) / part.len(), (2 << 20) / part.len() - 100] {
            let text = format!("{start}{}", part.repeat(count));
            let refused = import(text.as_bytes()).unwrap_err().code();
            assert!(matches!(refused, Code::InputTooLarge | Code::InvalidPem | Code::InvalidKey), "{name}: {refused:?}");
            let read = pem::decode(text.as_bytes()).map_err(|error| error.code());
            assert!(matches!(read, Err(Code::InputTooLarge | Code::InvalidPem)), "{name}, {count}");
        }
    }
}

/// PKCS#8 around ECPrivateKey, whose own field for the curve is optional (RFC 5915, 3): where both name one, they must be the same.
#[test]
fn a_curve_that_is_named_twice_must_be_the_same() {
    let [p256, p384] = CURVES;
    let algorithm = tlv(0x30, &[&[0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01], p256.oid]);
    let (scalar, _) = p256.sound();
    let read = |inner: &[u8]| {
        let key = tlv(0x30, &[&[2, 1, 1], &tlv(0x04, &[&scalar]), inner]);
        let pkcs8 = tlv(0x30, &[&[2, 1, 0], &algorithm, &tlv(0x04, &[&key])]);
        import(pem::encode("PRIVATE KEY", &pkcs8).expose()).map(|key| key.algorithm()).map_err(|error| error.code())
    };
    assert_eq!(read(&tlv(0xA0, &[p256.oid])), Ok(KeyAlgorithm::EcdsaP256));
    assert_eq!(read(&[]), Ok(KeyAlgorithm::EcdsaP256));
    assert_eq!(read(&tlv(0xA0, &[p384.oid])), Err(Code::InconsistentKey));
}

/// RFC 8410, 3: they must be absent, and Go says "invalid Ed25519 private key parameters".
#[test]
fn parameters_of_an_ed25519_key_are_refused() {
    let read = |parameters: &[u8]| {
        let algorithm = tlv(0x30, &[&[0x06, 0x03, 0x2B, 0x65, 0x70], parameters]);
        let pkcs8 = tlv(0x30, &[&[2, 1, 0], &algorithm, &tlv(0x04, &[&tlv(0x04, &[&[7; 32]])])]);
        import(pem::encode("PRIVATE KEY", &pkcs8).expose()).map(|key| key.algorithm()).map_err(|error| error.code())
    };
    assert_eq!(read(&[]), Ok(KeyAlgorithm::Ed25519));
    assert_eq!(read(&[5, 0]), Err(Code::InvalidKey));
}

#[test]
fn texts_without_a_private_key_are_told_apart() {
    let parameters = run("openssl", &["ecparam", "-name", "prime256v1"]);
    let error = import(&parameters).unwrap_err();
    assert_eq!(error.code(), Code::InvalidPem);
    assert!(error.message().contains("EC PARAMETERS"), "{}", error.message());
    let sound = key(KeyAlgorithm::EcdsaP256);
    for label in ["PUBLIC KEY", "CERTIFICATE REQUEST"] {
        let error = import(pem::encode(label, sound.public_key_der()).expose()).unwrap_err();
        assert_eq!(error.code(), Code::InvalidKey);
        assert!(error.message().contains("This is public"), "{}", error.message());
    }
}

/// A key with a part of another one behind it: nothing tells which of the two was meant.
#[test]
fn a_damaged_block_next_to_a_key_is_not_ignored() {
    let sound = key(KeyAlgorithm::EcdsaP256).export_pem(None, &mut System).unwrap();
    let cut = [sound.expose().as_slice(), b"-----BEGIN PRIVATE KEY-----\nMIGH\n"].concat();
    let error = import(&cut).unwrap_err();
    assert_eq!(error.code(), Code::InvalidPem);
    assert!(error.message().contains("damaged"), "{}", error.message());
}

#[test]
fn as_many_bytes_are_read_as_the_refusal_says() {
    let sound = key(KeyAlgorithm::EcdsaP256).export_pem(None, &mut System).unwrap();
    let padded = |length: usize| [vec![b'\n'; length - sound.expose().len()], sound.expose().clone()].concat();
    assert_eq!(import(&padded(256 << 10)).unwrap().algorithm(), KeyAlgorithm::EcdsaP256);
    for length in [(256 << 10) + 1, 300 << 10] {
        let error = import(&padded(length)).unwrap_err();
        assert_eq!(error.code(), Code::InputTooLarge);
        assert!(error.message().contains("256 KiB"), "{}", error.message());
    }
    // Blocks that Go does not see, as they are indented, and more of them than are read.
    let block = " -----BEGIN PRIVATE KEY-----\n AAAA\n -----END PRIVATE KEY-----\n";
    assert_eq!(import(block.repeat(2_001).as_bytes()).unwrap_err().code(), Code::InputTooLarge);
}

/// Go refuses exponents of more than 31 bits, and none below (crypto/rsa, `checkPublicKeySize`).
#[test]
fn exponents_are_taken_as_far_as_go_takes_them() {
    for (exponent, verdict) in
        [("65537", None), ("1073741827", None), ("2147483647", None), ("2147483649", Some(Code::WeakKey)), ("65535", Some(Code::WeakKey))]
    {
        let exponent = format!("rsa_keygen_pubexp:{exponent}");
        let key = run("openssl", &["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-pkeyopt", &exponent]);
        assert_eq!(import(&key).map_err(|error| error.code()).err(), verdict, "{exponent}");
    }
}
