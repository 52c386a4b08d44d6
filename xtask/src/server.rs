//! A static file server for one folder: right media types, ranges, validators, nothing cached unasked. It listens
//! on this machine only.

use crate::fault::{Fault, Outcome};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

/// A header longer than this is not a browser's.
const LONGEST_HEAD: u64 = 64 * 1024;

pub struct Server {
    listeners: Vec<TcpListener>,
    site: Site,
}

/// A folder, and the path of the host that it appears under: "" or "/some/path".
#[derive(Clone)]
struct Site {
    folder: PathBuf,
    under: String,
}

impl Server {
    /// Takes the port on both of the addresses that "localhost" may mean.
    pub fn bind(folder: PathBuf, under: &str, port: u16) -> Outcome<Self> {
        let v4 = TcpListener::bind(("127.0.0.1", port)).map_err(|error| {
            let other = port.wrapping_add(1).max(1024);
            Fault::new(
                format!("port {port} is not to be had: {error}"),
                format!("stop the other program, or choose another port: cargo xtask serve --port {other}"),
            )
        })?;
        let listeners = std::iter::once(v4).chain(TcpListener::bind(("::1", port))).collect();
        let under = under.trim_matches('/');
        let under = if under.is_empty() { String::new() } else { format!("/{under}") };
        Ok(Self { listeners, site: Site { folder, under } })
    }

    pub fn under(&self) -> &str {
        &self.site.under
    }

    /// Answers until the program is stopped.
    pub fn run(self) {
        let site = &self.site;
        std::thread::scope(|scope| {
            for listener in &self.listeners {
                scope.spawn(move || {
                    for stream in listener.incoming().flatten() {
                        let site = site.clone();
                        // A visitor who leaves in the middle is no fault of ours.
                        std::thread::spawn(move || converse(&stream, &site).ok());
                    }
                });
            }
        });
    }
}

/// What a request asks for, as far as it matters to a static server.
#[derive(Default)]
struct Request {
    method: String,
    target: String,
    range: Option<String>,
    if_range: Option<String>,
    if_none_match: Option<String>,
    close: bool,
}

fn converse(stream: &TcpStream, site: &Site) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    while let Some(request) = read_request(&mut reader)? {
        respond(stream, site, &request)?;
        if request.close {
            break;
        }
    }
    Ok(())
}

fn read_request(reader: &mut BufReader<&TcpStream>) -> std::io::Result<Option<Request>> {
    let mut head = reader.by_ref().take(LONGEST_HEAD);
    let mut line = String::new();
    if head.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace().map(str::to_owned);
    let mut request = Request {
        method: words.next().unwrap_or_default(),
        target: words.next().unwrap_or_default(),
        ..Request::default()
    };
    request.close = words.next().is_none_or(|version| version == "HTTP/1.0");
    loop {
        line.clear();
        if head.read_line(&mut line)? == 0 || line.trim_end().is_empty() {
            return Ok(Some(request));
        }
        let Some((name, value)) = line.split_once(':') else { continue };
        let value = value.trim().to_owned();
        match name.to_ascii_lowercase().as_str() {
            "range" => request.range = Some(value),
            "if-range" => request.if_range = Some(value),
            "if-none-match" => request.if_none_match = Some(value),
            "connection" => request.close |= value.eq_ignore_ascii_case("close"),
            // A body would be read as the next request: whoever sends one gets one answer.
            "content-length" | "transfer-encoding" => request.close = true,
            _ => {}
        }
    }
}

fn respond(mut stream: &TcpStream, site: &Site, request: &Request) -> std::io::Result<()> {
    if request.method != "GET" && request.method != "HEAD" {
        return refuse(stream, "405 Method Not Allowed", "Allow: GET, HEAD\r\n");
    }
    let Some((path, mut file)) = path_of(&request.target, &site.under).and_then(|inside| open(&site.folder, &inside))
    else {
        return refuse(stream, "404 Not Found", "");
    };
    let about = file.metadata()?;
    let size = about.len();
    let changed = about.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    let tag = format!("\"{size:x}-{changed:x}\"");
    if request.if_none_match.as_ref().is_some_and(|tags| tags.contains(&tag)) {
        return write!(stream, "HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\nCache-Control: no-cache\r\n\r\n");
    }
    let same = request.if_range.as_ref().is_none_or(|known| *known == tag);
    let range = request.range.as_deref().filter(|_| same).and_then(|range| parse_range(range, size));
    let (status, first, length) = match range {
        Some(Some((first, length))) => (
            format!("206 Partial Content\r\nContent-Range: bytes {first}-{}/{size}", first + length - 1),
            first,
            length,
        ),
        Some(None) => {
            return refuse(stream, "416 Range Not Satisfiable", &format!("Content-Range: bytes */{size}\r\n"));
        }
        None => ("200 OK".to_owned(), 0, size),
    };
    let media = media_type(&path);
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {media}\r\nContent-Length: {length}\r\nETag: {tag}\r\nCache-Control: no-cache\r\n\
         Accept-Ranges: bytes\r\nX-Content-Type-Options: nosniff\r\n\r\n"
    )?;
    if request.method == "GET" {
        file.seek(SeekFrom::Start(first))?;
        std::io::copy(&mut file.take(length), &mut stream)?;
    }
    Ok(())
}

fn refuse(mut stream: &TcpStream, status: &str, headers: &str) -> std::io::Result<()> {
    let length = status.len();
    write!(stream, "HTTP/1.1 {status}\r\n{headers}Content-Type: text/plain\r\nContent-Length: {length}\r\n\r\n{status}")
}

/// The file's path inside the folder: decoded, without the query, and never one that climbs out.
fn path_of(target: &str, under: &str) -> Option<PathBuf> {
    let path = target.split(['?', '#']).next()?.strip_prefix(under)?;
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, tail @ ..] = rest {
        if let (b'%', [high, low, tail @ ..]) = (first, tail) {
            bytes.push(u8::from_str_radix(std::str::from_utf8(&[*high, *low]).ok()?, 16).ok()?);
            rest = tail;
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    let decoded = String::from_utf8(bytes).ok()?;
    let inside = PathBuf::from(decoded.strip_prefix('/')?);
    let tame =
        inside.components().all(|part| matches!(part, Component::Normal(_))) && !decoded.contains(['\0', '\\', ':']);
    tame.then_some(inside)
}

fn open(folder: &Path, inside: &Path) -> Option<(PathBuf, File)> {
    let mut path = folder.join(inside);
    if path.is_dir() {
        path.push("index.html");
    }
    let file = File::open(&path).ok()?;
    file.metadata().ok()?.is_file().then_some((path, file))
}

/// `bytes=a-b`, `bytes=a-`, `bytes=-n`. Nothing: not understood, send the whole. `Some(None)`: outside the file.
#[allow(clippy::option_option)]
fn parse_range(range: &str, size: u64) -> Option<Option<(u64, u64)>> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    if first.is_empty() {
        let length = last.parse::<u64>().ok()?.min(size);
        return Some((length > 0).then_some((size - length, length)));
    }
    let first = first.parse::<u64>().ok()?;
    let last = if last.is_empty() { u64::MAX } else { last.parse::<u64>().ok()? };
    if last < first {
        return None;
    }
    Some((first < size).then(|| (first, last.min(size - 1) - first + 1)))
}

fn media_type(path: &Path) -> &'static str {
    match path.extension().and_then(|ending| ending.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "md" | "txt" | "wgsl" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        assert_eq!(parse_range("bytes=0-3", 10), Some(Some((0, 4))));
        assert_eq!(parse_range("bytes=8-99", 10), Some(Some((8, 2))));
        assert_eq!(parse_range("bytes=4-", 10), Some(Some((4, 6))));
        assert_eq!(parse_range("bytes=-3", 10), Some(Some((7, 3))));
        assert_eq!(parse_range("bytes=10-", 10), Some(None));
        assert_eq!(parse_range("bytes=5-4", 10), None);
        assert_eq!(parse_range("lines=1-2", 10), None);
    }

    #[test]
    fn stays_inside() {
        assert_eq!(path_of("/models/a%20b.json?v=1", ""), Some(PathBuf::from("models/a b.json")));
        assert_eq!(path_of("/x/y/", "/x/y"), Some(PathBuf::new()));
        assert_eq!(path_of("/index.html", "/x/y"), None);
        for bad in ["/../Cargo.toml", "/%2e%2e/Cargo.toml", "//etc/passwd", "/a\\..\\b", "/C:/x", "/%00", "/%zz", "x"] {
            assert_eq!(path_of(bad, ""), None, "{bad}");
        }
    }

    /// A real conversation: two requests on one connection, a range and a refused climb.
    #[test]
    fn converses() {
        let folder = std::env::temp_dir().join(format!("glassbox-server-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("a.wasm"), b"0123456789").unwrap();
        let server = Server::bind(folder.clone(), "", 0).unwrap();
        let address = server.listeners[0].local_addr().unwrap();
        std::thread::spawn(move || server.run());
        let mut stream = TcpStream::connect(address).unwrap();
        stream
            .write_all(
                b"GET /a.wasm HTTP/1.1\r\nRange: bytes=2-4\r\n\r\nGET /../x HTTP/1.1\r\nConnection: close\r\n\r\n",
            )
            .unwrap();
        let mut heard = String::new();
        stream.read_to_string(&mut heard).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        assert!(heard.starts_with("HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 2-4/10\r\n"), "{heard}");
        assert!(heard.contains("Content-Type: application/wasm\r\n"), "{heard}");
        assert!(heard.contains("\r\n\r\n234HTTP/1.1 404 Not Found\r\n"), "{heard}");
    }
}
