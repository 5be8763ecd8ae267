//! Building and cloning a client. No connection is made.

use crate::clients::{ID, SECRET, TIMEOUT, oauth2_http_client};
use crate::{Outcome, child};

/// The clients, with their titles.
pub(crate) const ALL: [(&str, &str); 3] = [
    ("digilocker", "**`digilocker::Client`**"),
    ("reqwest", "`reqwest` 0.13, default TLS"),
    ("reqwest12", "`reqwest` 0.12 as `oauth2` uses it, `rustls`"),
];

pub(crate) enum Built {
    Digilocker(digilocker::Client),
    Reqwest(reqwest::Client),
    Reqwest12(oauth2::reqwest::Client),
}

/// Builds a client for the production host, with TLS.
pub(crate) fn build(name: &str) -> Outcome<Built> {
    Ok(match name {
        "digilocker" => Built::Digilocker(
            digilocker::Client::builder(digilocker::Environment::Production)
                .credentials(digilocker::Credentials::basic(ID, SECRET))
                .build()?,
        ),
        "reqwest" => Built::Reqwest(reqwest::Client::builder().timeout(TIMEOUT).build()?),
        "reqwest12" => Built::Reqwest12(oauth2_http_client()?),
        _ => return Err(format!("no client `{name}`").into()),
    })
}

/// Returns the milliseconds of the first and the next build, and the KiB of resident memory for 10,000 clones.
pub(crate) fn clones(name: &str) -> Outcome<String> {
    let mut milliseconds = [0.0; 2];
    let mut client = None;
    for milliseconds in &mut milliseconds {
        let start = std::time::Instant::now();
        client = Some(build(name)?);
        *milliseconds = start.elapsed().as_secs_f64() * 1e3;
    }
    let kib = client.ok_or("no client")?.kib_of_clones(10_000)?;
    let [first, further] = milliseconds;
    Ok(format!("{first} {further} {kib}"))
}

impl Built {
    // Clones the client itself, because this enum may be larger.
    fn kib_of_clones(&self, count: usize) -> Outcome<u32> {
        match self {
            Self::Digilocker(client) => kib_of_clones(client, count),
            Self::Reqwest(client) => kib_of_clones(client, count),
            Self::Reqwest12(client) => kib_of_clones(client, count),
        }
    }
}

fn kib_of_clones<T: Clone>(client: &T, count: usize) -> Outcome<u32> {
    let before = child::memory("VmRSS")?;
    let clones = vec![client.clone(); count];
    let after = child::memory("VmRSS")?;
    drop(clones);
    Ok(after - before)
}
