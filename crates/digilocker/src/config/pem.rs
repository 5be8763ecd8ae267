//! Distinguishes PEM certificates from DER.

/// The certificate from its first PEM block on: a comment or a byte order mark may precede it. `None` if
/// it is DER.
pub(super) fn pem(certificate: &[u8]) -> Option<&[u8]> {
    const BEGIN: &[u8] = b"-----BEGIN ";
    let mut windows = certificate.windows(BEGIN.len());
    let at = windows.position(|window| window == BEGIN)?;
    Some(&certificate[at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_before_the_first_block_is_skipped() {
        #[track_caller]
        fn check(certificate: &str, expected: Option<&str>) {
            let found = pem(certificate.as_bytes());
            assert_eq!(found, expected.map(str::as_bytes), "{certificate:?}");
        }
        check("-----BEGIN A", Some("-----BEGIN A"));
        check("\u{feff}# a\n-----BEGIN A", Some("-----BEGIN A"));
        check("-----BEGIN A-----BEGIN B", Some("-----BEGIN A-----BEGIN B"));
        check("-----BEGIN", None);
        check("0\u{82}", None);
        check("", None);
    }
}
