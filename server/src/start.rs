//! From the command line to a listening server, and back to an orderly end.

use std::fmt;
use std::fs::File;
use std::future::Future;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};
use tdsauth_core::error::Error;
use tokio::net::TcpListener;

use crate::args::{Args, CommandLine, Order};
use crate::dev::{Lan, StandIn};
use crate::http::{self, App, Bounds, Seats, Tls};
use crate::keys::Keys;
use crate::operator;
use crate::private_file;
use crate::push;
use crate::revoke;
use crate::storage::Store;
use crate::verify::{self, TapTap, Verifiers};

/// Why the server could not start or could not go on: one line for a person.
#[derive(Debug)]
pub(crate) struct StartError(String);

impl StartError {
    pub(crate) fn new(cause: impl Into<String>) -> Self {
        Self(cause.into())
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Does what the command line says.
pub(crate) fn run(line: CommandLine) -> Result<(), StartError> {
    match line {
        CommandLine::Serve(args) => run_server(*args),
        CommandLine::Order(Order::AppleKey { data, seal_key }) => {
            verify::upload_key(&data, seal_key.as_deref())
        }
        CommandLine::Order(Order::Users(order)) => operator::users(order),
        CommandLine::Order(Order::Roles(order)) => operator::roles(order),
        CommandLine::Order(Order::Binding(order)) => operator::binding(order),
        CommandLine::Order(Order::Index(order)) => operator::indexes(order),
        CommandLine::Order(Order::Class(order)) => operator::classes(order),
        CommandLine::Order(Order::Backup { place, file }) => operator::backup(&place, &file),
    }
}

/// Runs the server until SIGTERM or SIGINT.
fn run_server(args: Args) -> Result<(), StartError> {
    tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_ansi(false)
        .with_max_level(args.log)
        .init();
    if args.dev && !args.dev_lan && !args.listen.ip().is_loopback() {
        let text = "--dev listens on a loopback address only; for other devices there is --dev-lan";
        return Err(StartError::new(text));
    }
    if let Some(text) = args.internet.objection(args.listen, args.dev()) {
        return Err(StartError::new(text));
    }
    let alone = args.folder().map(prepare).transpose()?;
    let keys = Keys::load(args.folder())?;
    tokio::runtime::Runtime::new()
        .map_err(|error| StartError::new(format!("no runtime: {error}")))?
        .block_on(serve(args, keys, alone))
}

/// Makes the data folder and takes its lock, so that of two servers that start at once one makes
/// the keys and the tables and the other finds them made.
fn prepare(folder: &Path) -> Result<File, StartError> {
    private_file::prepare_folder(folder)
        .and_then(|()| private_file::lock(folder))
        .map_err(|error| StartError::new(format!("{}: {error}", folder.display())))
}

async fn serve(args: Args, keys: Keys, alone: Option<File>) -> Result<(), StartError> {
    // Before the ready line, so that whoever reads it may end the server at once.
    let stop = stop_signal()?;
    let tls = tls(&args)?;
    let store = Arc::new(open_store(&args).await?);
    if let Some(folder) = args.folder() {
        verify::seal_key_of_before(folder, &store.seal())?;
    }
    drop(alone);
    let failed = |error| StartError::new(format!("{}: {error}", args.listen));
    let listener = TcpListener::bind(args.listen).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;

    let stand_in = stand_in(&args, address, &store)?;
    let ready = ready_line(&args, address, &keys, stand_in.as_deref());
    let mut verifiers = Verifiers::load(&args, &store.seal())?;
    if let Some(taptap) = taptap(&args, address, stand_in.as_deref())? {
        verifiers.add_taptap(taptap);
    }
    let mut app = App::new(keys, store, verifiers, &args)?;
    app.open_binding(stand_in.as_deref().map(|stand_in| (stand_in, address)))?;
    let app = Arc::new(app);
    announce(&ready)?;
    tracing::info!(%address, policy = ?args.policy, dev = args.dev(), "listening");

    let revoking = tokio::spawn(revoke::run(Arc::clone(&app)));
    let pushing = tokio::spawn(push::run(Arc::clone(&app)));
    let bounds = bounds(&args);
    http::serve(listener, http::routes(Arc::clone(&app), stand_in), tls, bounds, stop).await;
    if let Some(push) = app.push() {
        push.stop();
    }
    // A request under way has its own end.
    let _ = pushing.await;
    revoking.abort();
    let _ = revoking.await;
    if let Err(error) = revoke::note(&app).await {
        tracing::error!(%error, "grants are forgotten, not revoked");
    }
    app.store.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// The database that the options name.
async fn open_store(args: &Args) -> Result<Store, StartError> {
    let key = args.seal_key();
    let (opened, place) = match &args.database_url {
        Some(url) => (Store::connect(url, &key).await, "PostgreSQL".to_owned()),
        None => (Store::open(args.folder(), &key).await, args.data.display().to_string()),
    };
    opened.map_err(|error| StartError::new(format!("{place}: {error}")))
}

fn bounds(args: &Args) -> Bounds {
    let internet = &args.internet;
    Bounds {
        connections: args.max_connections,
        seats: Seats::of(args),
        handshake_time: Duration::from_secs(internet.handshake_timeout.get()),
        header_time: Duration::from_secs(args.header_timeout.get()),
        response_time: Duration::from_secs(internet.response_timeout.get()),
    }
}

/// The service's certificate and key, if it has any, which are read again at SIGHUP.
fn tls(args: &Args) -> Result<Option<Arc<Tls>>, StartError> {
    let Some((certificate, key)) = args.internet.tls() else {
        return Ok(None);
    };
    let tls = Arc::new(Tls::load(certificate, key).map_err(StartError::new)?);
    reload_at_hangup(Arc::clone(&tls))?;
    Ok(Some(tls))
}

/// The TapTap that a development server plays.
fn stand_in(
    args: &Args,
    address: SocketAddr,
    store: &Arc<Store>,
) -> Result<Option<Arc<StandIn>>, StartError> {
    let Some(client_id) = args.taptap_client_id().filter(|_| args.dev()) else {
        return Ok(None);
    };
    let lan = args.dev_lan.then(|| Lan::new(address)).transpose();
    let lan = lan.map_err(|error| StartError::new(error.to_string()))?;
    let body_time = Duration::from_secs(args.body_timeout.get());
    let (client_id, app_name) = (client_id.to_owned(), args.app_name.clone());
    Ok(Some(Arc::new(StandIn::new(client_id, app_name, Arc::clone(store), body_time, lan))))
}

/// Who is asked about TapTap's players: the service that the options name, or else the stand-in.
fn taptap(
    args: &Args,
    address: SocketAddr,
    stand_in: Option<&StandIn>,
) -> Result<Option<Arc<TapTap>>, StartError> {
    let failed = |error: Error| StartError::new(error.to_string());
    let open = args.taptap_open_url().map_err(failed)?;
    let named = open.is_some();
    let played = stand_in.map(|stand_in| stand_in.own_url(address));
    let (client_id, open) = match (args.taptap_client_id(), open.or(played)) {
        (Some(client_id), Some(open)) => (client_id, open),
        (None, None) => return Ok(None),
        (Some(_), None) => {
            let text = "--taptap-client-id needs --taptap-region or --taptap-open-url";
            return Err(StartError::new(text));
        }
        (None, Some(_)) => {
            let text = "--taptap-region and --taptap-open-url need --taptap-client-id";
            return Err(StartError::new(text));
        }
    };
    let browser = args.taptap_browser().map_err(failed)?.or_else(|| {
        let own = stand_in.filter(|_| !named)?.own_url(address);
        Some((own.clone(), format!("{own}/authorize")))
    });
    let patience = Duration::from_secs(args.taptap_timeout.get());
    TapTap::new(client_id, open, browser, patience).map(Arc::new).map(Some).map_err(failed)
}

fn ready_line(args: &Args, address: SocketAddr, keys: &Keys, stand_in: Option<&StandIn>) -> Value {
    let mut line = Map::new();
    let scheme = if args.internet.tls().is_some() { "https" } else { "http" };
    line.insert("listening".into(), format!("{scheme}://{address}").into());
    if args.dev() || args.print_keys {
        // Asked for: whoever starts the server hands the keys on to the clients.
        line.insert("app_id".into(), keys.app_id.as_str().into());
        line.insert("app_key".into(), keys.app_key.expose().into());
        line.insert("master_key".into(), keys.master_key.expose().into());
    }
    if let Some(stand_in) = stand_in {
        line.insert("taptap_client_id".into(), stand_in.client_id.as_str().into());
        if let Some(lan) = &stand_in.lan {
            line.insert("dev_url".into(), lan.url().into());
        }
    }
    line.into()
}

fn announce(line: &Value) -> Result<(), StartError> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")
        .and_then(|()| out.flush())
        .map_err(|error| StartError::new(format!("standard output: {error}")))
}

#[cfg(unix)]
fn reload_at_hangup(tls: Arc<Tls>) -> Result<(), StartError> {
    use tokio::signal::unix::{SignalKind, signal};
    let failed = |error| StartError::new(format!("no signals: {error}"));
    let mut hangup = signal(SignalKind::hangup()).map_err(failed)?;
    tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            let tls = Arc::clone(&tls);
            match tokio::task::spawn_blocking(move || tls.reload()).await {
                Ok(Ok(())) => tracing::info!("the certificate was read again"),
                Ok(Err(cause)) => tracing::error!(cause, "the former certificate stays"),
                Err(error) => tracing::error!(%error, "the former certificate stays"),
            }
        }
    });
    Ok(())
}

/// There is no such signal: a new certificate needs a new start.
#[cfg(not(unix))]
fn reload_at_hangup(_: Arc<Tls>) -> Result<(), StartError> {
    Ok(())
}

#[cfg(unix)]
fn stop_signal() -> Result<impl Future<Output = ()>, StartError> {
    use tokio::signal::unix::{SignalKind, signal};
    let failed = |error| StartError::new(format!("no signals: {error}"));
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => (),
            _ = interrupt.recv() => (),
        }
    })
}

#[cfg(not(unix))]
fn stop_signal() -> Result<impl Future<Output = ()>, StartError> {
    Ok(async {
        // Without a signal to wait for, run until the process is ended from outside.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
