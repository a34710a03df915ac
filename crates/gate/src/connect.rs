//! The way to an application: a connection for a permit.

use countersign_admission::Permit;
use countersign_facts::Application;
use std::io;
use tokio::net::TcpStream;

/// Connect to the application that a permit names. The permit is spent on it, so that one leave is one connection.
///
/// `address` gives the host and the port out of the part of the declaration that the gate's protocol owns. It is given
/// the permit's own application, so a gate cannot take the address of another.
///
/// # Errors
/// When the application has no address for this protocol, or the system cannot connect.
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
/// A permit is spent once:
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
/// It is spent, not lent:
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
/// Nothing else connects: not what remains of an access, and not the application itself.
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
