package bourse.gateway;

import java.io.IOException;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

import org.agrona.concurrent.Agent;
import org.agrona.concurrent.SystemEpochClock;
import org.agrona.concurrent.SystemNanoClock;

import bourse.gateway.audit.AuditSink;
import bourse.gateway.auth.TokenVerifier;
import bourse.gateway.egress.FramePool;
import bourse.gateway.grpc.GatewayServers;
import bourse.gateway.grpc.NetworkThreads;
import bourse.gateway.ingress.IngressRing;
import bourse.gateway.refusal.RichStatus;
import bourse.gateway.session.EngineLane;
import bourse.gateway.session.EngineLanes;
import bourse.gateway.session.GatewayAgent;
import bourse.gateway.telemetry.GatewayTelemetry;

import io.grpc.ServerBuilder;
import io.grpc.Status;

/**
 * The gateway: gRPC servers on network threads of their own, and for each engine that it serves one agent between them and that engine's log and
 * events. The engines know nothing of each other, and one that is away keeps nobody from the others.
 *
 * <p>Whoever runs it calls {@link #start()}, then runs each of {@link #agents()} on one thread (its own, or the engine's) until after
 * {@link #close()}. {@link #drain} tells clients to go elsewhere and waits for them; it needs the agents running.
 */
public final class Gateway implements AutoCloseable {
    private static final long HEALTH_INTERVAL_MS = 20;
    private static final long END_GRACE_MS = 500;
    private static final long TELL_MS = 100;

    private final EngineLanes lanes;
    private final NetworkThreads threads;
    private final GatewayServers servers;
    private final GatewayTelemetry telemetry;
    private final AtomicBoolean drained = new AtomicBoolean();
    private final Thread healthThread = new Thread(this::watchHealth, "gateway-health");
    private volatile boolean closed;

    /** Before one engine, without metrics of gRPC's own and without an audit log. */
    public Gateway(final GatewayConfig config, final EngineLink engine, final TokenVerifier verifier, final AdminPort adminPort,
                   final GatewayTelemetry telemetry) throws IOException {
        this(config, List.of(engine), verifier, adminPort, telemetry, AuditSink.NONE, server -> { });
    }

    /**
     * @param engines   one or more, each of a shard of its own
     * @param verifier  decides about bearer tokens
     * @param adminPort what administration asks of the process
     * @param audit     learns who did what
     * @param observer  sees each server before it is built: adds gRPC's standard metrics
     * @throws IOException the certificate cannot be read
     */
    public Gateway(final GatewayConfig config, final List<EngineLink> engines, final TokenVerifier verifier, final AdminPort adminPort,
                   final GatewayTelemetry telemetry, final AuditSink audit, final Consumer<ServerBuilder<?>> observer) throws IOException {
        this(config, engines, verifier, adminPort, telemetry, audit, observer, null);
    }

    /**
     * @param otherTransport makes one more server of order entry, whose calls must run on the executor that it is given (a network thread);
     *                       null = none, as in every process of a venue
     */
    public Gateway(final GatewayConfig config, final List<EngineLink> engines, final TokenVerifier verifier, final AdminPort adminPort,
                   final GatewayTelemetry telemetry, final AuditSink audit, final Consumer<ServerBuilder<?>> observer,
                   final Function<Executor, ServerBuilder<?>> otherTransport) throws IOException {
        this.telemetry = telemetry;
        if (engines.size() > 1 && config.networkThreads() == 0) {
            throw new IllegalArgumentException("networkThreads: 0 (expected: 1 or more before several engines, each of which has an agent's thread)");
        }
        lanes = EngineLanes.of(engines.stream().map(engine -> lane(config, engine, audit)).toList());
        lanes.all().forEach(lane -> telemetry.watch(lane.agent().gauges()));
        threads = new NetworkThreads(config.networkThreads());
        servers = new GatewayServers(config, lanes, threads, verifier, adminPort, telemetry, audit, observer,
            otherTransport);
        healthThread.setDaemon(true);
    }

    private EngineLane lane(final GatewayConfig config, final EngineLink engine, final AuditSink audit) {
        final IngressRing ring = new IngressRing(config.ingressRingBytes());
        final FramePool frames = new FramePool(config.maxFrames());
        return new EngineLane(new GatewayAgent(config, engine.log(), engine.events(), engine.fold(), ring, frames, telemetry, audit,
            SystemNanoClock.INSTANCE, SystemEpochClock.INSTANCE), ring, frames);
    }

    /** Listens; until an agent has folded the recording, health says NOT_SERVING and calls are refused as UNAVAILABLE. */
    public Gateway start() throws IOException {
        servers.start();
        healthThread.start();
        return this;
    }

    /**
     * What passes commands in and events out, one for each engine, by number of the shard; run each on one thread. Without network threads the
     * only one serves the network, too.
     */
    public List<Agent> agents() {
        return lanes.all().stream().map(lane -> threads.driving(lane.agent())).toList();
    }

    /** Without network threads, on the agent's thread: sleeps until the network has something to do, at most so long, and does it. */
    public void awaitNetwork(final long timeoutNs) {
        threads.await(timeoutNs);
    }

    /** With network threads: {@code wake} ends the sleep of the agents' thread, and is called whenever they are handed something. */
    public void wakeBy(final Runnable wake) {
        lanes.all().forEach(lane -> lane.ring().waker().by(wake));
    }

    /** From now on new orders of that shard are refused, or taken again; cancellations always pass. Any thread. */
    public void refuseNewOrders(final int shard, final boolean refuse) {
        lanes.find(shard).agent().refuseNewOrders(refuse);
    }

    public GatewayTelemetry telemetry() {
        return telemetry;
    }

    /** Serving every shard: recovered, connected to the logs, not draining. */
    public boolean isReady() {
        return lanes.areReady() && !drained.get();
    }

    /** Serving that shard. */
    public boolean isReady(final int shard) {
        return lanes.find(shard).agent().isReady() && !drained.get();
    }

    /** Of the first shard's log, as far as its agent has folded the events. Any thread. */
    public long logPosition() {
        return lanes.first().agent().logPosition();
    }

    /** What the ports of order entry and of administration serve, in that order. */
    public java.util.List<java.util.List<io.grpc.ServerServiceDefinition>> services() {
        return servers.services();
    }

    public int port() {
        return servers.port();
    }

    public int adminPort() {
        return servers.adminPort();
    }

    /** End of the certificate that is served now, in milliseconds since the epoch; 0 = none is. Any thread. */
    public long certificateNotAfterMillis() {
        return servers.certificateNotAfterMillis();
    }

    private void watchHealth() {
        BitSet told = new BitSet();
        while (!closed && !drained.get()) {
            final BitSet served = new BitSet();
            for (int i = 0; i < lanes.all().size(); i++) {
                served.set(i, lanes.all().get(i).agent().isReady());
            }
            if (!served.equals(told)) {
                told = served;
                servers.serving(served);
            }
            try {
                Thread.sleep(HEALTH_INTERVAL_MS);
            } catch (final InterruptedException expected) {
                return;
            }
        }
    }

    /** Draining frames, health NOT_SERVING, GOAWAY; then waits for streams to end, and ends those that are left at the deadline. */
    public void drain(final Duration deadline) throws InterruptedException {
        if (!drained.compareAndSet(false, true)) {
            return;
        }
        final long deadlineEpochNs = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) + deadline.toNanos();
        final CountDownLatch told = new CountDownLatch(lanes.all().size());
        lanes.all().forEach(lane -> {
            lane.agent().drain(deadlineEpochNs);
            lane.agent().submit(told::countDown);
        });
        told.await(TELL_MS, TimeUnit.MILLISECONDS);
        servers.shutdown();
        if (!servers.awaitTermination(deadline.toMillis())) {
            final RichStatus end = RichStatus.of(Status.Code.UNAVAILABLE, RichStatus.DRAINING, "the gateway has gone away: connect to another one, or again");
            lanes.all().forEach(lane -> lane.agent().endAll(end));
            servers.awaitTermination(END_GRACE_MS);
        }
    }

    /** Ends everything at once. The agent may still run, and is to be closed afterwards. */
    @Override
    public void close() {
        closed = true;
        healthThread.interrupt();
        servers.shutdownNow();
        threads.close();
    }
}
