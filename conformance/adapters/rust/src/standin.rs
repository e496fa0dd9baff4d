//! Servers that answer every get with their own number, in memcached's binary protocol: the client
//! itself then tells where it looks, without memcached and with keys of any bytes.
use std::io::{Read, Result, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::{fs, process, thread};

const GET: u8 = 0;

/// One server a place of the list; their sockets go when this does.
pub struct StandIns {
    folder: PathBuf,
    count: usize,
}

impl StandIns {
    pub fn start(count: usize) -> Result<StandIns> {
        let folder = std::env::temp_dir().join(format!("polyring-stand-ins-{}", process::id()));
        fs::create_dir_all(&folder)?;
        let all = StandIns { folder, count };
        for at in 0..count {
            let listener = UnixListener::bind(all.path(at))?;
            thread::spawn(move || {
                for link in listener.incoming().flatten() {
                    thread::spawn(move || serve(link, at));
                }
            });
        }
        Ok(all)
    }

    fn path(&self, at: usize) -> PathBuf {
        self.folder.join(at.to_string())
    }

    pub fn urls(&self) -> Vec<String> {
        (0..self.count).map(|at| format!("memcache://{}", self.path(at).display())).collect()
    }
}

impl Drop for StandIns {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder); // a folder that stays harms nobody
    }
}

fn serve(mut link: UnixStream, at: usize) -> Result<()> {
    loop {
        let mut request = [0; 24];
        link.read_exact(&mut request)?;
        let length = u32::from_be_bytes([request[8], request[9], request[10], request[11]]);
        let mut key = vec![0; length as usize];
        link.read_exact(&mut key)?;
        link.write_all(&reply(request[1], at.to_string().as_bytes()))?;
    }
}

/// A get's value comes after four bytes of flags, other replies have the value alone.
fn reply(opcode: u8, value: &[u8]) -> Vec<u8> {
    let flags: &[u8] = if opcode == GET { &[0; 4] } else { &[] };
    let mut reply = vec![0x81, opcode, 0, 0, flags.len() as u8, 0, 0, 0];
    reply.extend(((flags.len() + value.len()) as u32).to_be_bytes());
    reply.extend([0; 12]);
    reply.extend(flags);
    reply.extend(value);
    reply
}
