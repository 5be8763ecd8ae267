//! Which of its two forms a root certificate has.

/// A root certificate in PEM, from its first block on: a comment or a byte order mark may precede it.
/// `None` if it is DER.
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
    fn a_pem_begins_with_its_first_block() {
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
