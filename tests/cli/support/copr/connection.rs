use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, copy, sink};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::super::Answer;
use super::faults::{self, Fault, What};
use super::messages::{html, not_logged_in};
use super::request::{Request, Trouble, allow_body, read_body, read_head};
use super::state::State;
use super::{results, routes};

/// What is shared by the test and all connections.
pub type Shared = Arc<Mutex<State>>;

/// The state, also after a thread has failed with it.
pub fn lock(state: &Shared) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Which of the two servers it is.
#[derive(Clone, Copy, PartialEq)]
pub enum Role {
    Frontend,
    Results,
}

/// A port that can be closed, so that connections are refused, and opened again.
pub struct Port {
    pub address: SocketAddr,
    role: Role,
    open: Mutex<Option<Open>>,
}

struct Open {
    running: Arc<AtomicBool>,
    streams: Arc<Mutex<HashMap<u64, TcpStream>>>,
    thread: JoinHandle<()>,
}

impl Port {
    pub fn reserve(role: Role) -> (Self, TcpListener) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        (Self { address, role, open: Mutex::new(None) }, listener)
    }

    pub fn open(&self, state: &Shared, listener: TcpListener) {
        let (running, streams) = (Arc::new(AtomicBool::new(true)), Arc::new(Mutex::new(HashMap::new())));
        let (going, kept, state, role) = (Arc::clone(&running), Arc::clone(&streams), Arc::clone(state), self.role);
        let numbers = AtomicU64::new(0);
        let thread = thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { continue };
                if !going.load(Ordering::SeqCst) {
                    break;
                }
                let number = numbers.fetch_add(1, Ordering::SeqCst);
                let (state, kept) = (Arc::clone(&state), Arc::clone(&kept));
                kept.lock().unwrap().insert(number, stream.try_clone().unwrap());
                thread::spawn(move || {
                    talk(&state, role, &stream);
                    let _ = stream.shutdown(Shutdown::Both);
                    kept.lock().unwrap().remove(&number);
                });
            }
        });
        *self.open.lock().unwrap() = Some(Open { running, streams, thread });
    }

    /// Opens a port that was closed.
    pub fn reopen(&self, state: &Shared) {
        if self.open.lock().unwrap().is_some() {
            return;
        }
        let start = Instant::now();
        loop {
            match TcpListener::bind(self.address) {
                Ok(listener) => return self.open(state, listener),
                Err(error) if start.elapsed() > Duration::from_secs(5) => panic!("{}: {error}", self.address),
                Err(_) => thread::sleep(Duration::from_millis(20)),
            }
        }
    }

    /// Refuses connections from now on, and closes those that are open.
    pub fn close(&self) {
        let Some(open) = self.open.lock().unwrap().take() else { return };
        open.running.store(false, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        let _ = open.thread.join();
        for stream in open.streams.lock().unwrap().values() {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

/// Answers all requests of one connection.
fn talk(state: &Shared, role: Role, stream: &TcpStream) {
    // A client that was stopped must not keep the test.
    let _ = stream.set_read_timeout(Some(Duration::from_secs(60)));
    let _ = stream.set_nodelay(true);
    let mut reader = BufReader::with_capacity(1 << 16, stream);
    loop {
        let request = match read_head(&mut reader) {
            Ok(request) => request,
            Err(Trouble::Gone) => return,
            Err(Trouble::Chunked) => {
                lock(state).complain("a body in chunks: the server needs its Content-Length");
                return refuse(&html(411), stream);
            }
            Err(Trouble::Wrong(what)) => {
                lock(state).complain(what);
                return refuse(&html(400), stream);
            }
        };
        let fault = faults::next(&mut lock(state).faults, &request);
        if !serve(state, role, request, fault, &mut reader, stream) {
            return;
        }
    }
}

/// Answers one request; whether the connection can be used for another.
fn serve(
    state: &Shared,
    role: Role,
    mut request: Request,
    fault: Option<Fault>,
    reader: &mut impl BufRead,
    stream: &TcpStream,
) -> bool {
    match fault.as_ref().map(|fault| &fault.what) {
        Some(What::Early(answer)) => {
            request.status = answer.told();
            lock(state).requests.push(request);
            refuse(answer, stream);
            return false;
        }
        Some(What::DropBody(count)) => {
            lock(state).requests.push(request);
            let _ = copy(&mut reader.take(*count), &mut sink());
            return false;
        }
        _ => {}
    }
    let read = allow_body(&request, &mut &*stream).map_err(|_| Trouble::Gone);
    let read = read.and_then(|()| read_body(&mut request, reader));
    let place = {
        let mut state = lock(state);
        state.requests.push(request.clone());
        state.requests.len() - 1
    };
    match read {
        Err(Trouble::Wrong(what)) => {
            lock(state).complain(format!("{} {}: {what}", request.method, request.path));
            refuse(&html(400), stream);
            return false;
        }
        Err(_) => return false,
        Ok(()) => {}
    }
    let answer = {
        let mut state = lock(state);
        let answer = respond(&mut state, role, &request, fault.as_ref(), place);
        state.requests[place].status = answer.told();
        answer
    };
    if let Some(What::Slow(time)) = fault.map(|fault| fault.what) {
        thread::sleep(time);
    }
    let whole = if request.method == "HEAD" { answer.without_body() } else { answer };
    let closes = request.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
    whole.write(&mut &*stream).unwrap_or(false) && !closes
}

fn respond(state: &mut State, role: Role, request: &Request, fault: Option<&Fault>, place: usize) -> Answer {
    let right = match fault {
        Some(fault) if !fault.works => None,
        _ if role == Role::Results => Some(results::answer(state, request)),
        _ => {
            let (answer, user) = routes::answer(state, request);
            state.requests[place].user = user;
            Some(answer)
        }
    };
    match (fault.map(|fault| &fault.what), right) {
        (Some(What::Answer(answer) | What::Early(answer)), _) => answer.clone(),
        (Some(What::NotLoggedIn), _) => not_logged_in(&state.address),
        (Some(What::Cut(count)), Some(right)) => right.cut_after(*count),
        (Some(What::Stall(count)), Some(right)) => right.stalling_after(*count),
        (_, Some(right)) => right,
        (_, None) => Answer::closed(),
    }
}

/// Answers before the body was read, and reads for a while what still comes, so that the client sees the answer.
fn refuse(answer: &Answer, mut stream: &TcpStream) {
    let _ = answer.write(&mut stream);
    let _ = stream.shutdown(Shutdown::Write);
    let _ = stream.set_read_timeout(Some(Duration::from_millis(500)));
    let _ = copy(&mut stream.take(1 << 30), &mut sink());
}
