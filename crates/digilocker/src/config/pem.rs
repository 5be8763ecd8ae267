//! Which of its two forms a root certificate has.

/// A root certificate in PEM, from its first block on: a comment or a byte order mark may precede it.
/// `None` if it is DER.
pub(super) fn pem(certificate: &[u8]) -> Option<&[u8]> {
    const BEGIN: &[u8] = b"-----BEGIN ";
    let mut windows = certificate.windows(BEGIN.len());
    let at = windows.position(|window| window == BEGIN)?;
    Some(&certificate[at..])
}
