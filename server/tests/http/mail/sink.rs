//! A mail server that stores each mail it receives, with the minimum of SMTP (RFC 5321). It uses no code of Mintmark.

use std::sync::{Arc, Mutex};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// How the server treats a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    /// Accepts everything.
    Takes,
    /// Stops answering, and closes nothing.
    Silent,
    /// Closes the connection at once.
    Closes,
    /// Rejects the recipient with a temporary error.
    Busy,
}

/// A mail as received.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) recipients: Vec<String>,
    pub(crate) head: String,
    pub(crate) text: String,
}

impl Received {
    /// The value of a header, with folded lines joined.
    pub(crate) fn header(&self, name: &str) -> String {
        let head = self.head.replace("\r\n ", " ");
        let line = head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
        line.unwrap_or_else(|| panic!("no {name} in {head}")).to_owned()
    }

    /// The names of all headers, sorted.
    pub(crate) fn header_names(&self) -> Vec<String> {
        let lines = self.head.lines().filter(|line| !line.starts_with(' '));
        let mut names: Vec<_> = lines.map(|line| line.split(':').next().unwrap().to_owned()).collect();
        names.sort();
        names
    }
}

pub(crate) struct Sink {
    pub(crate) url: String,
    mood: Arc<Mutex<Mood>>,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Sink {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let (mood, received) = (Arc::new(Mutex::new(Mood::Takes)), Arc::<Mutex<Vec<Received>>>::default());
        let (of_task, to) = (mood.clone(), received.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, of_task.clone(), to.clone()));
            }
        });
        Self { url, mood, received }
    }

    pub(crate) fn is(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// The only mail so far.
    #[track_caller]
    pub(crate) fn only(&self) -> Received {
        let received = self.received();
        assert_eq!(received.len(), 1, "{received:#?}");
        received[0].clone()
    }
}

async fn talk(stream: TcpStream, mood: Arc<Mutex<Mood>>, received: Arc<Mutex<Vec<Received>>>) {
    let mood = || *mood.lock().unwrap();
    if mood() == Mood::Closes {
        return;
    }
    let mut stream = BufReader::new(stream);
    if mood() == Mood::Silent {
        let _ = stream.read_line(&mut String::new()).await;
        return;
    }
    let (mut recipients, mut reply) = (Vec::new(), "220 sink\r\n".to_owned());
    loop {
        if stream.get_mut().write_all(reply.as_bytes()).await.is_err() {
            return;
        }
        let mut line = String::new();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return;
        }
        reply = match line.trim_end().to_uppercase().as_str() {
            line if line.starts_with("EHLO") => "250-sink\r\n250 8BITMIME\r\n".to_owned(),
            line if line.starts_with("RCPT TO:") && mood() == Mood::Busy => "451 try again later\r\n".to_owned(),
            line if line.starts_with("RCPT TO:") => {
                recipients.push(line["RCPT TO:".len()..].to_lowercase());
                "250 ok\r\n".to_owned()
            }
            "DATA" => {
                stream.get_mut().write_all(b"354 go on\r\n").await.unwrap();
                let mail = data(&mut stream, std::mem::take(&mut recipients)).await;
                received.lock().unwrap().push(mail);
                "250 taken\r\n".to_owned()
            }
            _ => "250 ok\r\n".to_owned(),
        };
    }
}

async fn data(stream: &mut BufReader<TcpStream>, recipients: Vec<String>) -> Received {
    let mut all = String::new();
    loop {
        let mut line = String::new();
        assert_ne!(stream.read_line(&mut line).await.unwrap(), 0, "the mail ended early");
        if line == ".\r\n" {
            break;
        }
        all.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
    let (head, body) = all.split_once("\r\n\r\n").unwrap();
    let text = if head.contains("quoted-printable") { decoded(body) } else { body.to_owned() };
    Received { recipients, head: head.to_owned(), text: text.replace("\r\n", "\n") }
}

/// Decodes quoted-printable text (RFC 2045 section 6.7).
fn decoded(body: &str) -> String {
    let (body, mut bytes) = (body.replace("=\r\n", ""), Vec::new());
    let mut rest = body.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = (*first == b'=').then(|| std::str::from_utf8(&tail[..2]).unwrap());
        bytes.push(code.map_or(*first, |code| u8::from_str_radix(code, 16).unwrap()));
        rest = if code.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8(bytes).unwrap()
}
