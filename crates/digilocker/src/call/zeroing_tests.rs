//! The buffers of a request's body are zeroed. The tests read the memory of this process after it is freed,
//! without `unsafe`.

use std::fs::File;
use std::os::unix::fs::FileExt;

use digilocker_client::Token;
use digilocker_client::types::TokenTypeHint;

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

fn parameters() -> RevocationRequest {
    RevocationRequest {
        token: Token::new("mark".repeat(LENGTH / 4)).unwrap(),
        token_type_hint: None,
    }
}

/// A request as the generated code builds it, and the address of its body.
fn request() -> (Request, usize) {
    let http = reqwest::Client::new();
    let request = http.post("http://localhost/").json(&parameters());
    let request = request.build().unwrap();
    let at = address(&request);
    (request, at)
}

fn address(request: &Request) -> usize {
    request.body().unwrap().as_bytes().unwrap().as_ptr() as usize
}

fn in_body() -> Authentication {
    Authentication {
        client_id: Some("id".to_owned()),
        ..Authentication::default()
    }
}

#[test]
fn the_body_of_a_dropped_request_is_zeroed() {
    let mut memory = Memory::open();

    // The control: the body of a request that is not replaced stays in memory.
    let (plain, at) = request();
    drop(plain);
    assert!(memory.count_marks(at) > 1000);

    for encoding in [BodyEncoding::Json, BodyEncoding::Form] {
        for authentication in [Authentication::default(), in_body()] {
            let encoded = encode(&parameters(), encoding, &authentication).unwrap();
            let (mut request, generated) = request();
            replace(&mut request, encoded.as_ref(), encoding);
            let sent = address(&request);
            assert!(memory.count_marks(sent) > 1000);
            assert_eq!(sent == generated, encoded.is_none());
            if encoded.is_some() {
                // The generated JSON is zeroed as soon as another body replaces it.
                assert_eq!(memory.count_marks(generated), 0);
            }
            drop(request);
            drop(encoded);
            assert_eq!(memory.count_marks(sent), 0);
        }
    }
}

/// A buffer that grows leaves a copy that is not zeroed.
#[test]
fn the_buffer_of_an_encoded_body_does_not_grow() {
    let text = "\u{1}\"%é".repeat(1000);
    let request = RevocationRequest {
        token: Token::new("\"+%~".repeat(1000)).unwrap(),
        token_type_hint: Some(TokenTypeHint::RefreshToken),
    };
    let parameters = Parameters {
        request: &request,
        client_id: Some(&text),
        client_secret: Some(&text),
    };
    let length = 6 * (4000 + 2 * text.len()) + 256;
    for write in [json, form] {
        let encoded = write(&parameters, length).unwrap();
        assert!(encoded.len() < length);
        assert_eq!(encoded.capacity(), length);
    }
}
