//! Secrets that wipe themselves and cannot be printed.

use std::fmt;
use zeroize::Zeroize;

/// A secret value: wiped on drop, `Debug` redacted, no `Display`, no `Clone`, no serialisation.
pub struct Secret<T: Zeroize>(T);

impl<T: Zeroize> Secret<T> {
    /// Takes the value over. Move it in; a copy left behind is not wiped.
    pub fn new(value: T) -> Self {
        Secret(value)
    }

    /// Borrows the value. Named so that every use is easy to find.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
