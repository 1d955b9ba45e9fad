//! Any POSIX shell, by itself: a folder, programs in it that tell what they were given, and a run.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder that is removed at the end.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Folder {
        let folder = std::env::temp_dir().join(format!("kubecred-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Folder(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Programs that write down their words, each followed by NUL, an empty one after the last; and what they read.
pub fn programs(folder: &Path, names: &[&str]) {
    let text = "#!/bin/sh\n{ printf '%s\\0' \"${0##*/}\" \"$@\"; [ \"$2\" != whoami ] || printf '%s\\0' \"KUBECONFIG=$KUBECONFIG\"; printf '\\0'; } >> \"$LOG\"\n\
        case \" $* \" in *' - '* | *' @- '*) cat >> \"$LOG.stdin\" ;; esac\n";
    fs::create_dir_all(folder.join("bin")).unwrap();
    for name in names {
        let file = folder.join("bin").join(name);
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    }
}

/// What the programs were given when this shell read the text.
pub fn sh(shell: &str, folder: &Path, text: &str) -> Vec<Vec<String>> {
    let _ = fs::remove_file(folder.join("log"));
    let _ = fs::remove_file(folder.join("log.stdin"));
    fs::write(folder.join("script"), text).unwrap();
    let path = format!("{}:{}", folder.join("bin").display(), std::env::var("PATH").unwrap());
    let log = folder.join("log");
    let done = Command::new(shell)
        .args(["-eu", "script"])
        .current_dir(folder)
        .env_clear()
        .envs([("PATH", path.as_str()), ("LOG", log.to_str().unwrap()), ("HOME", "/nowhere"), ("LC_ALL", "C.UTF-8")])
        .output()
        .unwrap();
    assert!(done.status.success(), "{shell}: {}", String::from_utf8_lossy(&done.stderr));
    assert!(done.stderr.is_empty(), "{shell}: {}", String::from_utf8_lossy(&done.stderr));
    let log = String::from_utf8(fs::read(log).unwrap()).unwrap();
    log.split("\0\0").filter(|run| !run.is_empty()).map(|run| run.split('\0').map(str::to_owned).collect()).collect()
}
