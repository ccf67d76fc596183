package bourse.gateway.telemetry;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToLongFunction;

import bourse.gateway.auth.AuthCounters;

import org.HdrHistogram.ConcurrentHistogram;

/**
 * What the gateway counts. Any thread may read; whoever exports metrics asks {@link #visit} for all of them. A session is one gRPC call,
 * so that per-call metrics say little: these count messages.
 */
public final class GatewayTelemetry {
    /** Takes each counter; values only grow, but for those of {@link #gauge}. */
    public interface Visitor {
        void counter(String name, String description, long value);

        void gauge(String name, String description, long value);

        void histogram(String name, String description, ConcurrentHistogram nanoseconds);
    }

    /** What one agent has open, said by itself now and then. */
    public static final class AgentGauges {
        private volatile long streams;
        private volatile long openOrders;
        private volatile long outboundFrames;
        private volatile long ingressBytes;
        private volatile boolean caughtUp;

        /** Thread: the agent. */
        public void set(final long streamCount, final long openOrderCount, final long frameCount, final long ringBytes, final boolean isCaughtUp) {
            streams = streamCount;
            openOrders = openOrderCount;
            outboundFrames = frameCount;
            ingressBytes = ringBytes;
            caughtUp = isCaughtUp;
        }
    }

    private static final long MAX_LATENCY_NS = 60_000_000_000L;

    public final LongAdder framesIn = new LongAdder();
    public final LongAdder generatedFrames = new LongAdder();
    public final LongAdder batchesIn = new LongAdder();
    public final LongAdder commandsIn = new LongAdder();
    public final LongAdder notApplied = new LongAdder();
    public final LongAdder logLosses = new LongAdder();
    public final LongAdder malformed = new LongAdder();
    public final LongAdder framesOut = new LongAdder();
    public final LongAdder bytesOut = new LongAdder();
    public final LongAdder eventsFolded = new LongAdder();
    public final LongAdder logBackPressure = new LongAdder();
    public final LongAdder sessionsEstablished = new LongAdder();
    public final LongAdder sessionsDisplaced = new LongAdder();
    public final LongAdder slowReaders = new LongAdder();
    public final LongAdder replays = new LongAdder();
    public final LongAdder unaryCalls = new LongAdder();
    /** Closed at once: too many, in all or from their address. */
    public final LongAdder connectionsRefused = new LongAdder();
    public final LongAdder connectionsEnded = new LongAdder();
    /** Who was let in. */
    public final AuthCounters auth = new AuthCounters();
    /** From a unary call's start in the agent to its outcome. */
    public final ConcurrentHistogram unaryLatencyNs = new ConcurrentHistogram(MAX_LATENCY_NS, 2);

    private final BatchTrace.Sink traces;
    private final List<AgentGauges> agents = new CopyOnWriteArrayList<>();

    /** Without traces. */
    public GatewayTelemetry() {
        this(null);
    }

    /** @param traces gets the stages of the batches that are sampled (see GatewayConfig.traceOneIn); null = nobody */
    public GatewayTelemetry(final BatchTrace.Sink traces) {
        this.traces = traces;
    }

    /** Null = nobody. */
    public BatchTrace.Sink traces() {
        return traces;
    }

    /** One agent more, whose gauges are part of the sums. */
    public void watch(final AgentGauges agent) {
        agents.add(agent);
    }

    private long sum(final ToLongFunction<AgentGauges> gauge) {
        return agents.stream().mapToLong(gauge).sum();
    }

    public void visit(final Visitor visitor) {
        visitor.counter("bourse.gateway.frames.in", "client frames received", framesIn.sum());
        visitor.counter("bourse.gateway.frames.generated", "client frames read by generated code", generatedFrames.sum());
        visitor.counter("bourse.gateway.batches.in", "batches passed to the log", batchesIn.sum());
        visitor.counter("bourse.gateway.commands.in", "commands passed to the log", commandsIn.sum());
        visitor.counter("bourse.gateway.log_losses", "times that unanswered commands may have been lost: another leader, another engine", logLosses.sum());
        visitor.counter("bourse.gateway.not_applied", "batches or suffixes refused by the gateway", notApplied.sum());
        visitor.counter("bourse.gateway.malformed", "streams ended for malformed protobuf", malformed.sum());
        visitor.counter("bourse.gateway.frames.out", "frames sent", framesOut.sum());
        visitor.counter("bourse.gateway.bytes.out", "bytes of frames sent", bytesOut.sum());
        visitor.counter("bourse.gateway.events", "events folded", eventsFolded.sum());
        visitor.counter("bourse.gateway.log.back_pressure", "offers that the log did not take", logBackPressure.sum());
        visitor.counter("bourse.gateway.sessions.established", "sessions established by streams", sessionsEstablished.sum());
        visitor.counter("bourse.gateway.sessions.displaced", "streams displaced by a newer connection", sessionsDisplaced.sum());
        visitor.counter("bourse.gateway.slow_readers", "streams cut off because their client did not read", slowReaders.sum());
        visitor.counter("bourse.gateway.replays", "replays from the recording", replays.sum());
        visitor.counter("bourse.gateway.unary", "unary calls", unaryCalls.sum());
        visitor.counter("bourse.gateway.tokens.refused", "tokens and certificates that were not accepted", auth.credentialsRefused.sum());
        visitor.counter("bourse.gateway.calls.refused", "calls without the right for their method", auth.callsRefused.sum());
        visitor.counter("bourse.gateway.connections.refused", "connections closed at once: too many, in all or from one address, or of one that misbehaves", connectionsRefused.sum());
        visitor.counter("bourse.gateway.connections.ended", "connections ended for what they sent: floods, refused calls without end", connectionsEnded.sum());
        visitor.counter("bourse.gateway.reauthenticated", "streams that went on with a new token", auth.reauthenticated.sum());
        visitor.gauge("bourse.gateway.streams", "streams open", sum(agent -> agent.streams));
        visitor.gauge("bourse.gateway.open_orders", "live orders folded", sum(agent -> agent.openOrders));
        visitor.gauge("bourse.gateway.outbound.frames", "outbound frame buffers that exist", sum(agent -> agent.outboundFrames));
        visitor.gauge("bourse.gateway.ingress.bytes", "bytes waiting in the ingress ring", sum(agent -> agent.ingressBytes));
        visitor.gauge("bourse.gateway.caught_up", "1 when the recording has been folded, of every shard", agents.stream().allMatch(agent -> agent.caughtUp) ? 1 : 0);
        visitor.histogram("bourse.gateway.unary.latency", "unary calls from the agent to their outcome", unaryLatencyNs);
    }
}
