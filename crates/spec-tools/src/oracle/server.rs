//! A server that sends a given response to each call, and records the requests.

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

/// Identifies a call: the index of the sample, and of the case.
pub(super) type Key = (usize, usize);

/// A response.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    /// The media type and the body.
    pub(super) content: Option<(String, String)>,
}

/// A request.
#[derive(Clone, Debug, Default)]
pub(super) struct Sent {
    pub(super) method: String,
    /// Path and query, without the prefix that identifies the call.
    pub(super) target: String,
    /// Headers, with names in lower case.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
}

#[derive(Debug)]
pub(super) struct Server {
    pub(super) address: SocketAddr,
    sent: Arc<Mutex<HashMap<Key, Sent>>>,
}

impl Server {
    /// Starts a server that runs until the process ends.
    pub(super) fn start(replies: HashMap<Key, Reply>) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let sent = Arc::new(Mutex::new(HashMap::new()));
        let (kept, replies) = (Arc::clone(&sent), Arc::new(replies));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (kept, replies) = (Arc::clone(&kept), Arc::clone(&replies));
                // An aborted connection counts as no request.
                std::thread::spawn(move || serve(stream, &replies, &kept));
            }
        });
        Ok(Self { address, sent })
    }

    /// The request of a call, if one was sent.
    pub(super) fn sent(&self, key: Key) -> Option<Sent> {
        let sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        sent.get(&key).cloned()
    }
}

fn serve(
    mut stream: TcpStream,
    replies: &HashMap<Key, Reply>,
    kept: &Mutex<HashMap<Key, Sent>>,
) -> io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let (mut line, mut request) = (String::new(), Sent::default());
    reader.read_line(&mut line)?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (Some(method), Some(target)) = (words.next(), words.next()) else {
        return Ok(());
    };
    loop {
        let mut line = Vec::new();
        reader.read_until(b'\n', &mut line)?;
        let line = String::from_utf8_lossy(&line).into_owned();
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        let header = (name.to_lowercase(), value.trim().to_owned());
        request.headers.push(header);
    }
    let length = request.header("content-length");
    let length = length.and_then(|length| length.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body)?;
    request.body = String::from_utf8_lossy(&body).into_owned();
    let mut steps = target.splitn(4, '/').skip(1);
    let mut number = || steps.next()?.parse::<usize>().ok();
    let (Some(at), Some(case)) = (number(), number()) else {
        return Ok(());
    };
    request.target = format!("/{}", steps.next().unwrap_or_default());
    let is_head = method == "HEAD";
    request.method = method;
    kept.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .insert((at, case), request);
    let Some(reply) = replies.get(&(at, case)) else {
        return Ok(());
    };
    let status = reply.status;
    let mut head = format!("HTTP/1.1 {status} Given\r\nconnection: close\r\n").into_bytes();
    // RFC 9110, sections 15.3.5 and 15.4.5.
    let has_body = !matches!(status, 100..=199 | 204 | 304);
    let (media, body) = reply.content.clone().unwrap_or_default();
    if has_body {
        write!(head, "content-length: {}\r\n", body.len())?;
    }
    if !media.is_empty() {
        write!(head, "content-type: {media}\r\n")?;
    }
    stream.write_all(&head)?;
    stream.write_all(b"\r\n")?;
    if has_body && !is_head {
        stream.write_all(body.as_bytes())?;
    }
    Ok(())
}

impl Sent {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let header = headers.find(|(one, _)| one == name)?;
        Some(&header.1)
    }
}
