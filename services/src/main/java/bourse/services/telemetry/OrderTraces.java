package bourse.services.telemetry;

import bourse.gateway.telemetry.BatchTrace;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SdkTracerProviderBuilder;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Traces of sampled batches: what gateway and engine saw of each, as spans of one trace whose id both make from the batch itself, pushed by OTLP where
 * an endpoint is configured, and the last {@value #KEPT} to be looked at by {@code /traces}. The threads that report put one object into a bounded
 * queue; a thread of its own makes spans of them.
 */
public final class OrderTraces implements BatchTrace.Sink, AutoCloseable {
    static final int KEPT = 256;
    private static final int QUEUE = 4_096;
    private static final long IDLE_NS = 20_000_000L;

    /** What the engine saw: the same batch, between the log's delivery and its events. */
    record EngineTrace(int account, long sessionId, long firstClientSeq, long receivedNs, long appliedFromNs, long appliedToNs, long logPosition) {
    }

    private final ManyToOneConcurrentArrayQueue<Object> queue = new ManyToOneConcurrentArrayQueue<>(QUEUE);
    private final Deque<Map<String, Object>> kept = new ArrayDeque<>();
    private final SdkTracerProvider provider;
    private final Tracer tracer;
    private final ChosenIds ids = new ChosenIds();
    private final StageTimes times;
    private final Thread thread = new Thread(this::run, "traces");
    private volatile boolean isClosing;

    /**
     * @param otlpEndpoint empty = spans go nowhere but {@link #recent}
     * @param times        gets how long each stage took
     */
    OrderTraces(final String otlpEndpoint, final Resource resource, final StageTimes times) {
        this.times = times;
        final SdkTracerProviderBuilder builder = SdkTracerProvider.builder().setResource(resource).setIdGenerator(ids);
        if (!otlpEndpoint.isEmpty()) {
            builder.addSpanProcessor(BatchSpanProcessor.builder(OtlpGrpcSpanExporter.builder().setEndpoint(otlpEndpoint).build()).build());
        }
        provider = builder.build();
        tracer = provider.get("bourse");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void take(final BatchTrace trace) {
        queue.offer(trace);
    }

    void take(final EngineTrace trace) {
        queue.offer(trace);
    }

    private void run() {
        while (!isClosing) {
            final Object next = queue.poll();
            if (next instanceof final BatchTrace trace) {
                gateway(trace);
            } else if (next instanceof final EngineTrace trace) {
                engine(trace);
            } else {
                LockSupport.parkNanos(IDLE_NS);
            }
        }
    }

    private void gateway(final BatchTrace trace) {
        final long high = BatchTrace.traceIdHigh(trace.account(), trace.sessionId());
        final long low = BatchTrace.traceIdLow(trace.firstClientSeq(), trace.receivedNs());
        ids.next(high, low, BatchTrace.rootSpanId(high, low));
        final Span root = tracer.spanBuilder("order batch").setNoParent().setSpanKind(SpanKind.SERVER)
            .setStartTimestamp(trace.receivedNs(), TimeUnit.NANOSECONDS)
            .setAttribute("bourse.account", trace.account() & 0xFFFF_FFFFL).setAttribute("bourse.session", trace.sessionId())
            .setAttribute("bourse.client_seq", trace.firstClientSeq()).setAttribute("bourse.commands", trace.commands())
            .setAttribute("bourse.log_position", trace.logPosition()).setAttribute("bourse.event_seq", trace.eventSeq()).startSpan();
        ids.clear();
        final Context parent = Context.root().with(root);
        span(parent, "gateway ingress", trace.receivedNs(), trace.offeredNs());
        span(parent, "log: in order", trace.offeredNs(), Math.max(trace.offeredNs(), trace.logTimeNs()));
        span(parent, "log, engine and event stream", Math.max(trace.offeredNs(), trace.logTimeNs()), trace.readNs());
        span(parent, "gateway egress", trace.readNs(), trace.sentNs());
        root.end(trace.sentNs(), TimeUnit.NANOSECONDS);
        times.gateway(trace);
        final Map<String, Object> stages = head(high, low, trace.account(), trace.sessionId(), trace.firstClientSeq());
        stages.put("commands", trace.commands());
        stages.put("logPosition", trace.logPosition());
        stages.put("eventSeq", trace.eventSeq());
        stages.put("receivedNs", trace.receivedNs());
        stages.put("offeredNs", trace.offeredNs());
        stages.put("logTimeNs", trace.logTimeNs());
        stages.put("readNs", trace.readNs());
        stages.put("sentNs", trace.sentNs());
        keep(stages);
    }

    private void engine(final EngineTrace trace) {
        final long high = BatchTrace.traceIdHigh(trace.account(), trace.sessionId());
        final long low = BatchTrace.traceIdLow(trace.firstClientSeq(), trace.receivedNs());
        final SpanContext root = SpanContext.createFromRemoteParent(TraceId.fromLongs(high, low), SpanId.fromLong(BatchTrace.rootSpanId(high, low)),
            TraceFlags.getSampled(), TraceState.getDefault());
        tracer.spanBuilder("engine").setParent(Context.root().with(Span.wrap(root)))
            .setStartTimestamp(trace.appliedFromNs(), TimeUnit.NANOSECONDS).setAttribute("bourse.log_position", trace.logPosition())
            .startSpan().end(trace.appliedToNs(), TimeUnit.NANOSECONDS);
        times.engine(trace.appliedFromNs(), trace.appliedToNs());
        final Map<String, Object> stages = head(high, low, trace.account(), trace.sessionId(), trace.firstClientSeq());
        stages.put("logPosition", trace.logPosition());
        stages.put("engineFromNs", trace.appliedFromNs());
        stages.put("engineToNs", trace.appliedToNs());
        keep(stages);
    }

    private void span(final Context parent, final String name, final long fromNs, final long toNs) {
        tracer.spanBuilder(name).setParent(parent).setStartTimestamp(fromNs, TimeUnit.NANOSECONDS).startSpan()
            .end(Math.max(fromNs, toNs), TimeUnit.NANOSECONDS);
    }

    private static Map<String, Object> head(final long high, final long low, final int account, final long sessionId, final long clientSeq) {
        final Map<String, Object> stages = new LinkedHashMap<>();
        stages.put("traceId", TraceId.fromLongs(high, low));
        stages.put("account", account & 0xFFFF_FFFFL);
        stages.put("session", sessionId);
        stages.put("clientSeq", clientSeq);
        return stages;
    }

    private void keep(final Map<String, Object> stages) {
        synchronized (kept) {
            if (kept.size() == KEPT) {
                kept.removeFirst();
            }
            kept.addLast(stages);
        }
    }

    /** The newest last: what a batch's gateway and its engine saw stands apart, under the same trace id. */
    public List<Map<String, Object>> recent() {
        synchronized (kept) {
            return new ArrayList<>(kept);
        }
    }

    @Override
    public void close() {
        isClosing = true;
        LockSupport.unpark(thread);
        provider.forceFlush().join(2, TimeUnit.SECONDS);
        provider.close();
    }

    /** Random, but for the root span of a batch. */
    private static final class ChosenIds implements IdGenerator {
        private long high;
        private long low;
        private long spanId;

        void next(final long traceIdHigh, final long traceIdLow, final long rootSpanId) {
            high = traceIdHigh;
            low = traceIdLow;
            spanId = rootSpanId;
        }

        void clear() {
            spanId = 0;
        }

        @Override
        public String generateSpanId() {
            return SpanId.fromLong(spanId != 0 ? spanId : ThreadLocalRandom.current().nextLong() | 1);
        }

        @Override
        public String generateTraceId() {
            return TraceId.fromLongs(high, low);
        }
    }
}
