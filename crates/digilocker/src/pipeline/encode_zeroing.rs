//! The buffers of a request's body are zeroed. The tests read the memory of this process after it is freed,
//! without `unsafe`.

use std::fs::File;
use std::os::unix::fs::FileExt;

use digilocker_client::Token;
use digilocker_client::types::RevocationRequest;

use super::*;

/// Small enough that the allocator keeps the memory, and large enough that its bookkeeping overwrites
/// little of it.
const LENGTH: usize = 8 * 1024;

/// Allocates only when it is created: a later allocation could reuse the memory under test.
struct Memory {
    file: File,
    buffer: Vec<u8>,
}

impl Memory {
    fn open() -> Self {
        Self {
            file: File::open("/proc/self/mem").unwrap(),
            buffer: vec![0; LENGTH],
        }
    }

    /// Counts the occurrences of the token's text at this address.
    fn count_marks(&mut self, at: usize) -> usize {
        self.file
            .read_exact_at(&mut self.buffer, at as u64)
            .unwrap();
        let windows = self.buffer.windows(8);
        windows.filter(|bytes| bytes == b"markmark").count()
    }
}

/// A request as the generated code builds it, and the address of its body.
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
fn the_body_of_a_dropped_request_is_zeroed() {
    let mut memory = Memory::open();

    // The control: the body of a request that is not encoded stays in memory.
    let (plain, at) = request();
    drop(plain);
    assert!(memory.count_marks(at) > 1000);

    for encoding in [BodyEncoding::Json, BodyEncoding::Form] {
        for authentication in [Authentication::None, in_body()] {
            let (mut request, generated) = request();
            encode(&mut request, encoding, &authentication).unwrap();
            let encoded = address(&request);
            assert!(memory.count_marks(encoded) > 1000);
            let is_same =
                encoding == BodyEncoding::Json && matches!(authentication, Authentication::None);
            assert_eq!(encoded == generated, is_same);
            if !is_same {
                // The generated JSON is zeroed as soon as another body replaces it.
                assert_eq!(memory.count_marks(generated), 0);
            }
            drop(request);
            assert_eq!(memory.count_marks(encoded), 0);
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
        assert!(memory.count_marks(at) > 1000);
        assert!(encode(&mut request, encoding, &authentication).is_err());
        assert_eq!(memory.count_marks(at), 0);
    }
}
