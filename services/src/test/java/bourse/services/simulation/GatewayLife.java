package bourse.services.simulation;

import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import bourse.gateway.GatewayConfig;
import bourse.gateway.audit.AuditSink;
import bourse.gateway.auth.Credential;
import bourse.gateway.auth.Right;
import bourse.gateway.egress.FramePool;
import bourse.gateway.grpc.NetworkThread;
import bourse.gateway.grpc.OrderStreams;
import bourse.gateway.ingress.AccountLimits;
import bourse.gateway.ingress.IngressRing;
import bourse.gateway.session.EngineLane;
import bourse.gateway.session.EngineLanes;
import bourse.gateway.session.GatewayAgent;
import bourse.gateway.telemetry.GatewayTelemetry;
import bourse.sbe.port.EventSource;

import io.netty.channel.embedded.EmbeddedChannel;

/** The real gateway of one member, without its sockets: agent and streams, on an event loop whose time is the simulation's. */
final class GatewayLife {
    private static final int RING_BYTES = 1 << 16;
    private static final long TICK_NS = 20 * Timeline.MS;
    private static final int MAX_CYCLES = 64;

    private final SimulatedVenue venue;
    private final int member;
    private final EngineLife engine;
    private final GatewayConfig config;
    private GatewayAgent agent;
    private OrderStreams streams;
    private NetworkThread thread;
    private EmbeddedChannel loop;
    private LogLink link;
    private long loopNs;
    private boolean isWoken;
    private int life;

    GatewayLife(final SimulatedVenue venue, final int member, final EngineLife engine) {
        this.venue = venue;
        this.member = member;
        this.engine = engine;
        config = GatewayConfig.builder().gatewayId(member + 1).outboundFrames(16).maxFrames(1_024).slowReaderMs(800)
            .establishTimeoutMs(1_500).maxInFlightCommands(512).build();
    }

    boolean isUp() {
        return agent != null;
    }

    boolean isPruned() {
        return engine.events.firstEventSeq() > 1;
    }

    GatewayAgent agent() {
        return agent;
    }

    void start() {
        life++;
        final var fold = engine.foldForGateway();
        final EventSource source = engine.events.source(fold.lastEventSeq());
        final IngressRing ring = new IngressRing(RING_BYTES);
        final FramePool frames = new FramePool(config.maxFrames());
        final GatewayTelemetry telemetry = venue.telemetry;
        link = new LogLink(venue, member);
        agent = new GatewayAgent(config, link, source, fold, ring, frames, telemetry, AuditSink.NONE, venue.time::nowNs,
            () -> venue.epochNs(member) / Timeline.MS);
        loop = new EmbeddedChannel();
        loop.freezeTime();
        loopNs = venue.time.nowNs();
        thread = new NetworkThread(loop.eventLoop());
        streams = new OrderStreams(config, EngineLanes.of(List.of(new EngineLane(agent, ring, frames))), new AccountLimits(config.maxStreamsPerAccount(), 0, venue.time::nowNs), null, null,
            AuditSink.NONE, telemetry);
        tick(life);
    }

    void crash() {
        if (agent != null) {
            life++;
            agent = null;
            link.close();
        }
    }

    /** A client's stream begins. */
    void open(final Connection connection, final int account) {
        final Credential credential = new Credential("client", account, Set.of(Right.TRADE, Right.CANCEL, Right.READ), null, Long.MAX_VALUE / 2, 0);
        connection.listener(streams.session(connection, thread, credential, null));
    }

    /** There is something to do. */
    void wake() {
        if (agent != null && !isWoken) {
            isWoken = true;
            venue.time.after(0, () -> {
                isWoken = false;
                work();
            });
        }
    }

    private void tick(final int ofLife) {
        if (ofLife == life) {
            work();
            venue.time.after(TICK_NS, () -> tick(ofLife));
        }
    }

    private void work() {
        if (agent == null) {
            return;
        }
        final long nowNs = venue.time.nowNs();
        if (nowNs > loopNs) {
            loop.advanceTimeBy(nowNs - loopNs, TimeUnit.NANOSECONDS);
            loopNs = nowNs;
        }
        loop.runPendingTasks();
        for (int i = 0; i < MAX_CYCLES && agent.doWork() > 0; i++) {
            loop.runPendingTasks();
        }
    }
}
