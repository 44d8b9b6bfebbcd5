//! Connections as slow and as many as a hostile client makes them.

use std::time::Instant;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::*;
use crate::http::listener::{Limits, serve};

async fn listening(
    limits: Limits,
) -> (
    Fixture,
    std::net::SocketAddr,
    watch::Sender<bool>,
    tokio::task::JoinHandle<()>,
) {
    let fixture = Fixture::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopping) = watch::channel(false);
    let serving = tokio::spawn(serve(listener, fixture.router.clone(), limits, stopping));
    (fixture, address, stop, serving)
}

fn limits() -> Limits {
    Limits {
        connections: 2,
        head: Duration::from_millis(300),
        drain: Duration::from_millis(500),
    }
}

async fn health(address: std::net::SocketAddr) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream
        .write_all(b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        .await
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn slow_clients_hold_no_connection_for_long() {
    let (_fixture, address, _stop, _serving) = listening(limits()).await;
    let mut slow = Vec::new();
    for head in ["GET /health HTTP/1.1\r\nX: ", "", "POST /x"] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        slow.push(stream);
    }
    let begun = Instant::now();
    let answer = tokio::time::timeout(Duration::from_secs(5), health(address))
        .await
        .unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(
        begun.elapsed() >= Duration::from_millis(200),
        "the limit on connections was not there"
    );
}

#[tokio::test]
async fn a_broken_request_does_not_end_the_service() {
    let (_fixture, address, _stop, _serving) = listening(limits()).await;
    for bytes in [
        &b"\x16\x03\x01\x02\x00"[..],
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n",
        &[b'A'; 70_000],
    ] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let _ = stream.write_all(bytes).await;
        let _ =
            tokio::time::timeout(Duration::from_secs(2), stream.read_to_end(&mut Vec::new())).await;
    }
    assert!(health(address).await.contains("\"status\":\"ok\""));
}

#[tokio::test]
async fn a_stop_waits_for_answers_but_not_for_ever() {
    let (_fixture, address, stop, serving) = listening(Limits {
        head: Duration::from_secs(60),
        ..limits()
    })
    .await;
    let mut held = TcpStream::connect(address).await.unwrap();
    held.write_all(b"GET /health HTTP/1.1\r\n").await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    stop.send_replace(true);
    tokio::time::timeout(Duration::from_secs(5), serving)
        .await
        .unwrap()
        .unwrap();
    assert!(
        TcpStream::connect(address).await.is_err(),
        "still listening"
    );
}
