//! The protocol polyring-adapter/1 and the server text.
use std::collections::HashMap;
use std::io::{stdin, stdout, BufRead, Write};

/// How a request fails: `skip WHY` or `no WHY`.
pub enum Failure {
    Skip(String),
    No(String),
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(why: E) -> Failure {
        Failure::No(why.to_string())
    }
}

pub fn skip<T>(why: &str) -> Result<T, Failure> {
    Err(Failure::Skip(why.to_string()))
}

/// One word of a server list.
pub enum Place {
    Host { host: String, ip: String, port: String },
    Path(String),
}

/// A value of a type that Rust's clients take.
pub enum Value {
    Bytes(Vec<u8>),
    Text(String),
    Int(i64),
    Float(f64),
    Bool(bool),
}

pub trait Adapter {
    const HELLO: &'static str;
    fn servers(&mut self, list: Vec<Place>) -> Result<(), Failure>;
    fn locate(&self, key: &str) -> Result<usize, Failure>;
    fn set(&mut self, key: &str, value: &[u8]) -> Result<(), Failure>;
    fn get(&mut self, key: &str) -> Result<Option<Vec<u8>>, Failure>;
    fn many(&mut self, keys: &[&str]) -> Result<HashMap<String, Vec<u8>>, Failure>;
    /// What was stored is read by a type that the reader has to know: "fetch" gives its bytes.
    fn store(&mut self, key: &str, value: Value) -> Result<(), Failure>;
}

fn decode(word: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut parts = word.split('%');
    bytes.extend(parts.next().unwrap_or("").bytes());
    for part in parts {
        bytes.extend(u8::from_str_radix(part.get(..2).unwrap_or(""), 16));
        bytes.extend(part.bytes().skip(2));
    }
    bytes
}

fn encode(bytes: &[u8]) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    let text = |&b: &u8| if plain(b) { (b as char).to_string() } else { format!("%{:02X}", b) };
    bytes.iter().map(text).collect()
}

/// The key as a Rust program has it; bytes that are no UTF-8 cannot be expressed.
fn text(word: &str) -> Result<String, Failure> {
    Ok(String::from_utf8(decode(word))?)
}

fn value(kind: &str, word: &str) -> Result<Value, Failure> {
    Ok(match kind {
        "bytes" => Value::Bytes(decode(word)),
        "text" => Value::Text(text(word)?),
        "int" => Value::Int(text(word)?.parse()?),
        "float" => Value::Float(text(word)?.parse()?),
        "bool" => Value::Bool(text(word)?.parse()?),
        _ => return skip(&format!("values of the type {}", kind)),
    })
}

fn many<A: Adapter>(adapter: &mut A, words: &[&str]) -> Result<String, Failure> {
    let keys = words.iter().map(|word| text(word)).collect::<Result<Vec<_>, _>>()?;
    let found = adapter.many(&keys.iter().map(String::as_str).collect::<Vec<_>>())?;
    let word = |key| found.get(key).map_or("-".to_string(), |value| format!("+{}", encode(value)));
    Ok(format!("many {}", keys.iter().map(word).collect::<Vec<_>>().join(" ")))
}

/// Parts a host from what follows it: the end of a host in brackets is the bracket.
fn split_host(text: &str, ends: &[char]) -> (String, String) {
    let inside = if text.starts_with('[') { text.find(']').map_or(0, |at| at + 1) } else { 0 };
    let end = text[inside..].find(ends).map_or(text.len(), |at| inside + at);
    (text[..end].to_string(), text[end..].to_string())
}

fn parse(word: &str) -> Result<Place, Failure> {
    if let Some(path) = word.strip_prefix("unix:") {
        if path.contains([':', ';']) {
            return skip("weights, ports and attributes of unix sockets");
        }
        return Ok(Place::Path(text(path)?));
    }
    let (host, rest) = split_host(word, &['/', ':']);
    let (ip, rest) = match rest.strip_prefix('/') {
        Some(after) => split_host(after, &[':']),
        None => (String::new(), rest),
    };
    let port = rest.trim_start_matches(':');
    if !port.bytes().all(|b| b.is_ascii_digit()) || word.contains(['=', ';']) {
        return skip("weights, names and attributes of servers");
    }
    Ok(Place::Host { host: text(&host)?, ip, port: port.to_string() })
}

fn answer<A: Adapter>(adapter: &mut A, line: &str) -> Result<String, Failure> {
    let words: Vec<&str> = line.split(' ').collect();
    let word = |at: usize| words.get(at).copied().unwrap_or("");
    match words[0] {
        "hello" => Ok(format!("hello {}", A::HELLO)),
        "servers" => {
            let list = words[1..].iter().map(|word| parse(word)).collect::<Result<_, _>>()?;
            adapter.servers(list)?;
            Ok("ok".to_string())
        }
        "locate" => Ok(format!("at {}", adapter.locate(&text(word(1))?)?)),
        "set" => {
            adapter.set(&text(word(1))?, &decode(word(2)))?;
            Ok("ok".to_string())
        }
        "get" | "fetch" => Ok(match adapter.get(&text(word(1))?)? {
            Some(value) if words[0] == "get" => format!("value {}", encode(&value)),
            Some(value) => format!("typed bytes {}", encode(&value)),
            None => "miss".to_string(),
        }),
        "many" => many(adapter, if words.len() > 1 { &words[1..] } else { &[""] }),
        "store" => {
            adapter.store(&text(word(1))?, value(word(2), word(3))?)?;
            Ok("ok".to_string())
        }
        verb => skip(verb),
    }
}

/// Answers requests until "bye".
pub fn serve<A: Adapter>(mut adapter: A) {
    let lines = stdin().lock().split(b'\n').map_while(Result::ok);
    let texts = lines.map(|line| String::from_utf8_lossy(&line).into_owned());
    for line in texts.take_while(|line| line != "bye") {
        let (word, why) = match answer(&mut adapter, &line) {
            Ok(reply) => (reply, String::new()),
            Err(Failure::Skip(why)) => ("skip ".to_string(), why),
            Err(Failure::No(why)) if line.starts_with("servers") => ("skip ".to_string(), why),
            Err(Failure::No(why)) => ("no ".to_string(), why),
        };
        let why: Vec<&str> = why.split(|c: char| !c.is_ascii_graphic()).collect();
        println!("{}{}", word, why.join(" "));
        let _ = stdout().flush(); // a runner that is gone needs no answer
    }
}
