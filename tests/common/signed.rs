//! A key with certificates that it signs for itself by OpenSSL: for what looks at a certificate and not at who vouches for it.

use super::System;
use kubecred::UnixTime;
use kubecred::crypto::{KeyAlgorithm, PrivateKey};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub struct Signed {
    pub folder: PathBuf,
    pub key: PrivateKey,
}

impl Signed {
    /// The key lies in its folder, as key.pem.
    pub fn new(algorithm: KeyAlgorithm, name: &str) -> Signed {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", algorithm.as_str()));
        std::fs::create_dir_all(&folder).unwrap();
        let key = super::key(algorithm);
        std::fs::write(folder.join("key.pem"), key.export_pem(None, &mut System).unwrap().expose()).unwrap();
        Signed { folder, key }
    }

    pub fn run(&self, arguments: &str) -> Output {
        Command::new("openssl").current_dir(&self.folder).args(arguments.split_whitespace()).output().expect("openssl runs")
    }

    pub fn openssl(&self, arguments: &str) -> Vec<u8> {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    /// For /O=dev/CN=jane, unless the extensions say otherwise; for two days.
    pub fn certificate(&self, extensions: &str) -> String {
        String::from_utf8(self.openssl(&format!("req -x509 -new -key key.pem -subj /O=dev/CN=jane -days 2 {extensions}"))).unwrap()
    }

    pub fn client(&self) -> String {
        self.certificate(CLIENT)
    }
}

pub const CLIENT: &str = "-addext basicConstraints=critical,CA:FALSE -addext extendedKeyUsage=clientAuth";

/// The clock of this machine, which OpenSSL goes by.
pub fn now() -> UnixTime {
    UnixTime(std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() as i64)
}
