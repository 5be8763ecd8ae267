//! Which of its two forms a root certificate has.

/// A root certificate that is PEM, from its first block on: what comes before is a comment, or a mark
/// of the byte order. `None` if it is DER.
pub(crate) fn pem(certificate: &[u8]) -> Option<&[u8]> {
    const BEGIN: &[u8] = b"-----BEGIN ";
    let mut windows = certificate.windows(BEGIN.len());
    let at = windows.position(|window| window == BEGIN)?;
    Some(&certificate[at..])
}
