//! The address of the server, passed to a client process as one argument.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use crate::Outcome;

/// A base URL and, over TLS, the file of the root certificate to trust.
#[derive(Clone)]
pub(crate) struct Endpoint {
    base: String,
    root: Option<PathBuf>,
}

impl Endpoint {
    pub(crate) fn plain(address: SocketAddr) -> Self {
        Self {
            base: format!("http://{address}"),
            root: None,
        }
    }

    pub(crate) fn tls(address: SocketAddr, root: PathBuf) -> Self {
        Self {
            base: format!("https://{address}"),
            root: Some(root),
        }
    }

    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// The root certificate, as PEM.
    pub(crate) fn root_certificate(&self) -> Outcome<Option<Vec<u8>>> {
        Ok(self.root.as_ref().map(std::fs::read).transpose()?)
    }

    /// The address, for clients that are measured over plain HTTP only.
    pub(crate) fn without_tls(&self) -> Outcome<SocketAddr> {
        let address = self.base.strip_prefix("http://");
        Ok(address
            .ok_or("this client is measured without TLS")?
            .parse()?)
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.base)?;
        match &self.root {
            Some(root) => write!(f, ",{}", root.display()),
            None => Ok(()),
        }
    }
}

impl FromStr for Endpoint {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (base, root) = match text.split_once(',') {
            Some((base, root)) => (base, Some(PathBuf::from(root))),
            None => (text, None),
        };
        Ok(Self {
            base: base.to_owned(),
            root,
        })
    }
}
