//! Traces: sends what the gate did with a request to an OpenTelemetry collector in the background.
//!
//! Only this file knows OpenTelemetry. It must not know what a span contains: the gate writes that. Nothing here may
//! delay a request or make it fail: spans wait in a bounded queue, and if the collector is unreachable they are lost,
//! which is logged at most once a minute.

use crate::config::Config;
use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator};
use opentelemetry::trace::{TraceContextExt, TracerProvider};
use opentelemetry::{Context, KeyValue};
use opentelemetry_http::hyper::HyperClient;
use opentelemetry_http::{Bytes, HttpClient, HttpError};
use opentelemetry_otlp::{ExporterBuildError, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracerProvider, SpanData, SpanExporter,
};
use std::pin::Pin;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tracing::{Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::registry::LookupSpan;

/// Maximum number of waiting spans; further ones are lost.
const QUEUE: usize = 4096;

/// How long spans wait to be sent as a batch.
const DELAY: Duration = Duration::from_secs(2);

/// Time-out of one batch, and of the last ones at a shutdown.
const SENDING: Duration = Duration::from_secs(5);

/// Minimum time between log lines about losses.
const QUIET: Duration = Duration::from_secs(60);

/// The pipeline that sends spans.
pub struct TelemetryExport(SdkTracerProvider);

impl TelemetryExport {
    /// Starts sending spans, if `config` has an endpoint.
    ///
    /// # Errors
    /// If the endpoint cannot be used.
    pub fn start(config: &Config, runtime: Handle) -> Result<Option<Self>, ExporterBuildError> {
        let Some(endpoint) = config.telemetry.spans_endpoint() else { return Ok(None) };
        let client = OnRuntime { client: HyperClient::with_default_connector(SENDING, None), runtime };
        let exporter = opentelemetry_otlp::SpanExporter::builder()
            .with_http()
            .with_http_client(client)
            .with_endpoint(endpoint)
            .with_timeout(SENDING)
            .build()?;
        let batches = BatchConfigBuilder::default().with_max_queue_size(QUEUE).with_scheduled_delay(DELAY);
        let processor =
            BatchSpanProcessor::builder(Forgiving::new(exporter)).with_batch_config(batches.build());
        let name = config.telemetry.service_name.as_ref().unwrap_or(&config.name);
        let resource = Resource::builder()
            .with_service_name(name.clone())
            .with_attribute(KeyValue::new("service.version", crate::VERSION))
            .with_attribute(KeyValue::new("service.instance.id", config.name.clone()));
        let provider = SdkTracerProvider::builder()
            .with_span_processor(processor.build())
            .with_sampler(Sampler::TraceIdRatioBased(config.telemetry.sample_ratio))
            .with_resource(resource.build());
        Ok(Some(Self(provider.build())))
    }

    /// Returns the layer that receives the gate's spans and no other events of this process.
    pub fn layer<S>(&self) -> impl Layer<S>
    where
        S: Subscriber + for<'span> LookupSpan<'span>,
    {
        tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer("countersign"))
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false)
            .with_target(false)
            .with_filter(Targets::new().with_target(countersign_gate_http::SPAN_TARGET, LevelFilter::INFO))
    }

    /// Sends the waiting spans, for a few seconds at most, and ends.
    pub async fn stop(self) {
        let ended = tokio::task::spawn_blocking(move || self.0.shutdown_with_timeout(SENDING)).await;
        match ended {
            Ok(Ok(()) | Err(OTelSdkError::AlreadyShutdown)) => {}
            Ok(Err(error)) => tracing::warn!(%error, "this process cannot send its last spans"),
            Err(error) => tracing::warn!(%error, "this process cannot send its last spans"),
        }
    }
}

/// The exporter sends from its own thread, outside the runtime that the client needs, so that thread only waits.
#[derive(Debug)]
struct OnRuntime {
    client: HyperClient,
    runtime: Handle,
}

impl HttpClient for OnRuntime {
    fn send_bytes<'here, 'sending>(
        &'here self,
        request: http::Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<http::Response<Bytes>, HttpError>> + Send + 'sending>>
    where
        'here: 'sending,
        Self: 'sending,
    {
        let client = self.client.clone();
        let sending = self.runtime.spawn(async move { client.send_bytes(request).await });
        Box::pin(async move { sending.await? })
    }
}

/// Drops spans that cannot be sent, and logs that now and then: a lost collector must not flood the logs.
#[derive(Debug)]
struct Forgiving<E> {
    exporter: E,
    lost: AtomicU64,
    said: Mutex<Option<Instant>>,
}

impl<E> Forgiving<E> {
    const fn new(exporter: E) -> Self {
        Self { exporter, lost: AtomicU64::new(0), said: Mutex::new(None) }
    }

    fn lose(&self, spans: usize, error: &OTelSdkError) {
        self.lost.fetch_add(u64::try_from(spans).unwrap_or(u64::MAX), Ordering::Relaxed);
        let Ok(mut said) = self.said.lock() else { return };
        if said.is_none_or(|at| at.elapsed() >= QUIET) {
            *said = Some(Instant::now());
            let spans = self.lost.swap(0, Ordering::Relaxed);
            tracing::warn!(
                spans,
                %error,
                "the collector (telemetry.otlp_endpoint) does not accept spans; they are lost"
            );
        }
    }
}

impl<E: SpanExporter> SpanExporter for Forgiving<E> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len();
        if let Err(error) = self.exporter.export(batch).await {
            self.lose(spans, &error);
        }
        Ok(())
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

/// W3C Trace Context, between clients in front of the gate and applications behind it.
#[derive(Debug, Default)]
pub struct TraceContext(TraceContextPropagator);

const TRACE_PARENT: HeaderName = HeaderName::from_static("traceparent");
const TRACE_STATE: HeaderName = HeaderName::from_static("tracestate");

impl countersign_gate_http::Traces for TraceContext {
    fn begin(&self, span: &Span, headers: &HeaderMap) {
        let parent = self.0.extract_with_context(&Context::new(), &RequestHeaders(headers));
        if parent.span().span_context().is_valid()
            && let Err(error) = span.set_parent(parent)
        {
            tracing::debug!(%error, "a span's parent is not known");
        }
    }

    fn pass_on(&self, span: &Span, headers: &mut HeaderMap) {
        if span.is_disabled() {
            return;
        }
        headers.remove(TRACE_PARENT);
        headers.remove(TRACE_STATE);
        self.0.inject_context(&span.context(), &mut ToSay(headers));
    }
}

/// The client's headers. A header that occurs twice is ignored.
struct RequestHeaders<'a>(&'a HeaderMap);

impl Extractor for RequestHeaders<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        let mut values = self.0.get_all(key).iter();
        match (values.next(), values.next()) {
            (Some(value), None) => value.to_str().ok(),
            _ => None,
        }
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(HeaderName::as_str).collect()
    }
}

/// The headers for an application.
struct ToSay<'a>(&'a mut HeaderMap);

impl Injector for ToSay<'_> {
    fn set(&mut self, key: &str, value: String) {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(key), HeaderValue::try_from(value))
            && !value.is_empty()
        {
            self.0.insert(name, value);
        }
    }
}
