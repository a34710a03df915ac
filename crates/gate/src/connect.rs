//! Connects to an application, for a permit.

use countersign_admission::Permit;
use countersign_facts::Application;
use std::io;
use tokio::net::TcpStream;

/// Connects to the application that a permit names. Connecting consumes the permit, so that one permission allows one
/// connection.
///
/// `address` returns the host and the port from the part of the declaration that the gate's protocol owns. It receives
/// the permit's own application, so a gate cannot use the address of another.
///
/// # Errors
/// If the application has no address for this protocol, or the system cannot connect.
///
/// ```
/// # use countersign_admission::Admitted;
/// # use countersign_facts::Application;
/// # fn address(about: &Application) -> Option<(&str, u16)> {
/// #     about.http().map(|http| (http.upstream.host.as_str(), http.upstream.port))
/// # }
/// async fn connect(admitted: Admitted) -> std::io::Result<tokio::net::TcpStream> {
///     let (permit, ongoing) = admitted.spend();
///     let stream = countersign_gate::connect(permit, address).await?;
/// #   drop(ongoing);
///     Ok(stream)
/// }
/// ```
///
/// A permit can be used only once:
///
/// ```compile_fail,E0382
/// # use countersign_admission::Permit;
/// # use countersign_facts::Application;
/// # fn address(about: &Application) -> Option<(&str, u16)> {
/// #     about.http().map(|http| (http.upstream.host.as_str(), http.upstream.port))
/// # }
/// async fn connect_twice(permit: Permit) -> std::io::Result<()> {
///     countersign_gate::connect(permit, address).await?;
///     countersign_gate::connect(permit, address).await?;
///     Ok(())
/// }
/// ```
///
/// A borrowed permit is not enough:
///
/// ```compile_fail,E0308
/// # use countersign_admission::Permit;
/// # use countersign_facts::Application;
/// # fn address(about: &Application) -> Option<(&str, u16)> {
/// #     about.http().map(|http| (http.upstream.host.as_str(), http.upstream.port))
/// # }
/// async fn connect_and_keep(permit: &Permit) -> std::io::Result<tokio::net::TcpStream> {
///     countersign_gate::connect(permit, address).await
/// }
/// ```
///
/// No other value is accepted: neither an ongoing access nor the application itself.
///
/// ```compile_fail,E0308
/// # use countersign_admission::OngoingAccess;
/// # use countersign_facts::Application;
/// # fn address(about: &Application) -> Option<(&str, u16)> {
/// #     about.http().map(|http| (http.upstream.host.as_str(), http.upstream.port))
/// # }
/// async fn connect_again(ongoing: OngoingAccess) -> std::io::Result<tokio::net::TcpStream> {
///     countersign_gate::connect(ongoing, address).await
/// }
/// ```
pub async fn connect<F>(permit: Permit, address: F) -> io::Result<TcpStream>
where
    F: FnOnce(&Application) -> Option<(&str, u16)>,
{
    let application = permit.application();
    let Some(to) = address(&application.about) else {
        let why = format!("the application {} is declared for another protocol", application.name);
        return Err(io::Error::new(io::ErrorKind::AddrNotAvailable, why));
    };
    let stream = TcpStream::connect(to).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}
