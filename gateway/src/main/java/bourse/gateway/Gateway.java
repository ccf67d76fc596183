package bourse.gateway;

import java.io.IOException;
import java.time.Duration;
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
import bourse.gateway.session.GatewayAgent;
import bourse.gateway.session.VenueFold;
import bourse.gateway.telemetry.GatewayTelemetry;
import bourse.sbe.port.CommandLog;
import bourse.sbe.port.EventSource;

import io.grpc.ServerBuilder;
import io.grpc.Status;

/**
 * The gateway: gRPC servers on network threads of their own, and one agent between them and the engine's log and events.
 *
 * <p>Whoever runs it calls {@link #start()}, then runs {@link #agent()} on one thread (its own, or the engine's) until after
 * {@link #close()}. {@link #drain} tells clients to go elsewhere and waits for them; it needs the agent running.
 */
public final class Gateway implements AutoCloseable {
    private static final long HEALTH_INTERVAL_MS = 5;
    private static final long END_GRACE_MS = 500;
    private static final long TELL_MS = 100;

    private final GatewayAgent agent;
    private final NetworkThreads threads;
    private final GatewayServers servers;
    private final GatewayTelemetry telemetry;
    private final AtomicBoolean drained = new AtomicBoolean();
    private final Thread healthThread = new Thread(this::watchHealth, "gateway-health");
    private volatile boolean closed;

    /** Without metrics of gRPC's own. */
    public Gateway(final GatewayConfig config, final CommandLog log, final EventSource events, final TokenVerifier verifier,
                   final AdminPort adminPort, final GatewayTelemetry telemetry) throws IOException {
        this(config, log, events, new VenueFold(config.shard()), verifier, adminPort, telemetry, AuditSink.NONE, server -> { });
    }

    /**
     * @param fold      what is known before the first of {@code events}; the gateway's from now on
     * @param verifier  decides about bearer tokens
     * @param adminPort what administration asks of the process
     * @param audit     learns who did what
     * @param observer  sees each server before it is built: adds gRPC's standard metrics
     * @throws IOException the certificate cannot be read
     */
    public Gateway(final GatewayConfig config, final CommandLog log, final EventSource events, final VenueFold fold,
                   final TokenVerifier verifier, final AdminPort adminPort, final GatewayTelemetry telemetry, final AuditSink audit,
                   final Consumer<ServerBuilder<?>> observer) throws IOException {
        this(config, log, events, fold, verifier, adminPort, telemetry, audit, observer, null);
    }

    /**
     * @param otherTransport makes one more server of order entry, whose calls must run on the executor that it is given (a network thread);
     *                       null = none, as in every process of a venue
     */
    public Gateway(final GatewayConfig config, final CommandLog log, final EventSource events, final VenueFold fold,
                   final TokenVerifier verifier, final AdminPort adminPort, final GatewayTelemetry telemetry, final AuditSink audit,
                   final Consumer<ServerBuilder<?>> observer, final Function<Executor, ServerBuilder<?>> otherTransport) throws IOException {
        this.telemetry = telemetry;
        final IngressRing ring = new IngressRing(config.ingressRingBytes());
        final FramePool frames = new FramePool(config.maxFrames());
        agent = new GatewayAgent(config, log, events, fold, ring, frames, telemetry, audit, SystemNanoClock.INSTANCE, SystemEpochClock.INSTANCE);
        threads = new NetworkThreads(config.networkThreads());
        servers = new GatewayServers(config, agent, threads, ring, frames, verifier, adminPort, telemetry, audit, observer,
            otherTransport);
        healthThread.setDaemon(true);
    }

    /** Listens; until the agent has folded the recording, health says NOT_SERVING and calls are refused as UNAVAILABLE. */
    public Gateway start() throws IOException {
        servers.start();
        healthThread.start();
        return this;
    }

    /** Passes commands in and events out, and without network threads serves the network, too; run it on one thread. */
    public Agent agent() {
        return threads.driving(agent);
    }

    /** Without network threads, on the agent's thread: sleeps until the network has something to do, at most so long, and does it. */
    public void awaitNetwork(final long timeoutNs) {
        threads.await(timeoutNs);
    }

    /** From now on new orders are refused, or taken again; cancellations always pass. Any thread. */
    public void refuseNewOrders(final boolean refuse) {
        agent.refuseNewOrders(refuse);
    }

    public GatewayTelemetry telemetry() {
        return telemetry;
    }

    /** Serving: recovered, connected to the log, not draining. */
    public boolean isReady() {
        return agent.isReady() && !drained.get();
    }

    /** Of the engine's log, as far as the agent has folded its events. Any thread. */
    public long logPosition() {
        return agent.logPosition();
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
        boolean serving = false;
        while (!closed && !drained.get()) {
            if (isReady() != serving) {
                serving = !serving;
                servers.serving(serving);
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
        final CountDownLatch told = new CountDownLatch(1);
        agent.drain(deadlineEpochNs);
        agent.submit(told::countDown);
        told.await(TELL_MS, TimeUnit.MILLISECONDS);
        servers.shutdown();
        if (!servers.awaitTermination(deadline.toMillis())) {
            agent.endAll(RichStatus.of(Status.Code.UNAVAILABLE, RichStatus.DRAINING, "the gateway has gone away: connect to another one, or again"));
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
