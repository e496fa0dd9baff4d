//! The crate `memcache`. usage: rust-memcache default
mod protocol;
mod standin;

use memcache::Client;
use protocol::{skip, Adapter, Failure, Place, Value};
use standin::StandIns;
use std::collections::HashMap;
use std::time::Duration;

#[derive(Default)]
struct RustMemcache {
    urls: Vec<String>,
    real: Option<Client>,
    asked: Option<(Client, StandIns)>, // the client whose servers are stand-ins
}

/// Only the place in the list decides, so an address beside a name takes its place.
fn url(place: Place) -> Result<String, Failure> {
    match place {
        Place::Path(path) => Ok(format!("memcache://{}", path)),
        Place::Host { port, .. } if port.is_empty() => skip("a host without a port"),
        Place::Host { host, ip, port } => {
            Ok(format!("memcache://{}:{}", if ip.is_empty() { host } else { ip }, port))
        }
    }
}

fn connect(urls: Vec<String>) -> Result<Client, Failure> {
    // r2d2 tries for 30 seconds where nobody listens, and the runner waits for 10.
    Ok(Client::builder()
        .add_server(urls)?
        .with_connection_timeout(Duration::from_secs(5))
        .build()?)
}

impl RustMemcache {
    /// The client connects to all servers at once, and a list may be for locate alone.
    fn real(&mut self) -> Result<&Client, Failure> {
        if self.real.is_none() {
            self.real = Some(connect(self.urls.clone())?);
        }
        self.real.as_ref().map_or_else(|| skip("no servers"), Ok)
    }
}

impl Adapter for RustMemcache {
    const HELLO: &'static str = concat!(
        "rust-memcache ",
        env!("CLIENT_VERSION"),
        " rust servers,locate,set,get,many,store,fetch runtime=",
        env!("CLIENT_RUNTIME")
    );

    fn servers(&mut self, list: Vec<Place>) -> Result<(), Failure> {
        *self = RustMemcache::default();
        self.urls = list.into_iter().map(url).collect::<Result<_, _>>()?;
        let stand_ins = StandIns::start(self.urls.len())?;
        self.asked = Some((connect(stand_ins.urls())?, stand_ins));
        Ok(())
    }

    fn locate(&self, key: &str) -> Result<usize, Failure> {
        let found: Option<String> = match &self.asked {
            Some((client, _)) => client.get(key)?,
            None => None,
        };
        Ok(found.unwrap_or_default().parse()?)
    }

    fn set(&mut self, key: &str, value: &[u8]) -> Result<(), Failure> {
        Ok(self.real()?.set(key, value, 0)?)
    }

    fn get(&mut self, key: &str) -> Result<Option<Vec<u8>>, Failure> {
        Ok(self.real()?.get(key)?)
    }

    fn many(&mut self, keys: &[&str]) -> Result<HashMap<String, Vec<u8>>, Failure> {
        Ok(self.real()?.gets(keys)?)
    }

    fn store(&mut self, key: &str, value: Value) -> Result<(), Failure> {
        let client = self.real()?;
        Ok(match value {
            Value::Bytes(value) => client.set(key, value.as_slice(), 0),
            Value::Text(value) => client.set(key, value, 0),
            Value::Int(value) => client.set(key, value, 0),
            Value::Float(value) => client.set(key, value, 0),
            Value::Bool(value) => client.set(key, value, 0),
        }?)
    }
}

fn main() {
    protocol::serve(RustMemcache::default());
}
