//! The buffers that hold a request's body are zeroed: the memory of this process is read after they are
//! freed, which needs no `unsafe`.

use std::fs::File;
use std::os::unix::fs::FileExt;

use digilocker_client::Token;
use digilocker_client::types::RevocationRequest;

use super::*;

/// Small enough for the allocator to keep the memory, large enough that its notes in what is freed leave
/// most of it.
const LENGTH: usize = 8 * 1024;

/// Allocates only when it is made: an allocation would take the very memory that is looked at.
struct Memory {
    file: File,
    seen: Vec<u8>,
}

impl Memory {
    fn open() -> Self {
        Self {
            file: File::open("/proc/self/mem").unwrap(),
            seen: vec![0; LENGTH],
        }
    }

    /// How often the token's text is at this address.
    fn marks(&mut self, at: usize) -> usize {
        self.file.read_exact_at(&mut self.seen, at as u64).unwrap();
        let windows = self.seen.windows(8);
        windows.filter(|bytes| bytes == b"markmark").count()
    }
}

/// A request as the generated code builds it, and where its body is.
fn request() -> (Request, usize) {
    let body = RevocationRequest {
        token: Token::new("mark".repeat(LENGTH / 4)).unwrap(),
        token_type_hint: None,
    };
    let http = reqwest::Client::new();
    let request = http.post("http://localhost/").json(&body).build().unwrap();
    let at = address(&request);
    (request, at)
}

fn address(request: &Request) -> usize {
    request.body().unwrap().as_bytes().unwrap().as_ptr() as usize
}

fn in_body() -> Authentication {
    Authentication::Body {
        id: "id".to_owned(),
        secret: None,
    }
}

#[test]
fn a_dropped_request_leaves_no_body() {
    let mut memory = Memory::open();

    // That the test can fail: what is not encoded here is still there.
    let (plain, at) = request();
    drop(plain);
    assert!(memory.marks(at) > 1000);

    for encoding in [BodyEncoding::Json, BodyEncoding::Form] {
        for authentication in [Authentication::None, in_body()] {
            let (mut request, generated) = request();
            encode(&mut request, encoding, &authentication).unwrap();
            let encoded = address(&request);
            assert!(memory.marks(encoded) > 1000);
            let is_same =
                encoding == BodyEncoding::Json && matches!(authentication, Authentication::None);
            assert_eq!(encoded == generated, is_same);
            if !is_same {
                // The generated JSON goes as soon as another body takes its place.
                assert_eq!(memory.marks(generated), 0);
            }
            drop(request);
            assert_eq!(memory.marks(encoded), 0);
        }
    }
}

#[test]
fn a_refused_body_is_zeroed() {
    let mut memory = Memory::open();
    let body = format!(r#"["{}"]"#, "mark".repeat(LENGTH / 4));
    for (encoding, authentication) in [
        (BodyEncoding::Form, Authentication::None),
        (BodyEncoding::Json, in_body()),
    ] {
        let mut request = Request::new(http::Method::POST, "http://localhost/".parse().unwrap());
        *request.body_mut() = Some(body.clone().into());
        let at = address(&request);
        assert!(memory.marks(at) > 1000);
        assert!(encode(&mut request, encoding, &authentication).is_err());
        assert_eq!(memory.marks(at), 0);
    }
}
