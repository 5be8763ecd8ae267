//! A port on which nothing listens.

use std::net::{Ipv4Addr, SocketAddr};

use socket2::{Domain, Socket, Type};

/// Refuses connections. The port is bound while this lives, so that no other process takes it.
pub(crate) struct ClosedPort(Socket);

impl ClosedPort {
    pub(crate) fn new() -> Self {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        socket.bind(&address.into()).unwrap();
        Self(socket)
    }

    pub(crate) fn url(&self) -> String {
        let address = self.0.local_addr().unwrap().as_socket().unwrap();
        format!("http://{address}")
    }
}
