package bourse.marketdata;

import bourse.marketdata.analytics.LatencyWindow;
import bourse.marketdata.analytics.VenueSessions;
import bourse.marketdata.grpc.MappedDepth;
import bourse.marketdata.grpc.MarketDataService;
import bourse.marketdata.publisher.ForeignFeed;
import bourse.marketdata.publisher.MulticastLines;
import bourse.marketdata.publisher.PacketPublisher;
import bourse.marketdata.receiver.OrderBook;
import bourse.marketdata.recovery.RecoveryResponder;
import bourse.marketdata.recovery.RecoverySocket;
import bourse.marketdata.recovery.SnapshotCycle;
import bourse.marketdata.v1.MarketDataGrpc;
import bourse.marketdata.web.WebFrames;
import bourse.marketdata.web.WebServer;
import bourse.sbe.port.EventSource;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.InsecureServerCredentials;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.agrona.CloseHelper;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.SystemEpochNanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A market-data service, put together: {@link #MarketDataServer} opens what can fail, {@link #start} binds the servers, the caller runs
 * {@link #agent} on a thread of its choice, and {@link #close}s it after that thread has ended.
 */
public final class MarketDataServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MarketDataServer.class);
    private static final int MAX_INBOUND_BYTES = 64 * 1024;
    private static final int MAX_CALLS_PER_CONNECTION = 64;
    private static final long CLOSE_GRACE_MS = 500;
    /** Several heartbeats, which come at least every second. */
    private static final long LISTEN_MS = 2_500;
    private static final long COUNT_EVERY_NS = 1_000_000_000L;

    private final MarketDataConfig config;
    private final PublicFeed feed;
    private final MarketDataService service;
    private final MarketDataAgent agent;
    private final FeedFold fold;
    private final VenueSessions sessions;
    private final WebFrames frames;
    private final HealthStatusManager health = new HealthStatusManager();
    private final List<ServerInterceptor> interceptors;
    private final ServerCredentials credentials;
    private MulticastLines lines;
    private RecoverySocket recovery;
    private PacketPublisher packets;
    private RecoveryResponder responder;
    private SnapshotCycle snapshots;
    private String multicastProblem;
    private Consumer<? super NettyServerBuilder> grpcObserver = server -> { };
    private Server grpc;
    private WebServer web;
    private volatile long unknownOrders;
    private volatile boolean shared;

    /** Without TLS and tokens: reading market data is free. */
    public MarketDataServer(final MarketDataConfig config, final EventSource source, final MarketDataTelemetry telemetry) {
        this(config, source, new FeedFold(), telemetry);
    }

    /** Likewise, and {@code fold} is what is known before the first event of {@code source}. */
    public MarketDataServer(final MarketDataConfig config, final EventSource source, final FeedFold fold, final MarketDataTelemetry telemetry) {
        this(config, source, fold, telemetry, InsecureServerCredentials.create(), List.of());
    }

    /**
     * A service over {@code source}, which stays the caller's to close.
     *
     * @param fold         what is known before its first event; the service's from now on
     * @param interceptors run on every call, first to last: where tokens are demanded
     */
    public MarketDataServer(final MarketDataConfig config, final EventSource source, final FeedFold fold, final MarketDataTelemetry telemetry,
                            final ServerCredentials credentials, final List<ServerInterceptor> interceptors) {
        this.config = config;
        this.fold = fold;
        sessions = fold.sessions();
        this.credentials = credentials;
        this.interceptors = List.copyOf(interceptors);
        final EpochNanoClock clock = new SystemEpochNanoClock();
        openLines();
        packets = lines == null ? null : new PacketPublisher(lines, clock, config.channel());
        feed = new PublicFeed(config.ringMessages(), fold, packets);
        service = new MarketDataService(feed, sessions, source, feed.index()::eventSeqBefore, config.channel(), config.maxSubscribers(),
            config.maxReplays());
        if (config.publishedBook() != null) {
            service.publishedDepth(new MappedDepth(config.publishedBook()));
        }
        final LatencyWindow latency = new LatencyWindow();
        frames = new WebFrames(feed, sessions, latency);
        agent = new MarketDataAgent(source, feed, openRecovery(clock), new Cycle(clock, latency), config.heartbeatMs(), SystemNanoClock.INSTANCE);
        serving(ServingStatus.NOT_SERVING);
        register(telemetry);
    }

    private void serving(final ServingStatus status) {
        health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status);
        health.setStatus(MarketDataGrpc.SERVICE_NAME, status);
    }

    /**
     * Before {@link #start}: {@code observer} sees the gRPC server before it is built: adds gRPC's standard metrics, bounds what strangers may send, or gives it event
     * loops, which stay the caller's to close.
     */
    public MarketDataServer observed(final Consumer<? super NettyServerBuilder> observer) {
        grpcObserver = observer;
        return this;
    }

    /** Binds gRPC and the page; throws when a port is taken. */
    public MarketDataServer start() throws IOException {
        if (config.grpcPort() >= 0) {
            final NettyServerBuilder builder = NettyServerBuilder
                .forAddress(new InetSocketAddress(InetAddress.getByName(config.host()), config.grpcPort()), credentials)
                .directExecutor()
                .maxInboundMessageSize(MAX_INBOUND_BYTES)
                .maxConcurrentCallsPerConnection(MAX_CALLS_PER_CONNECTION)
                .permitKeepAliveTime(10, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .keepAliveTime(30, TimeUnit.SECONDS)
                .addService(service)
                .addService(service.reference())
                .addService(health.getHealthService());
            for (int i = interceptors.size() - 1; i >= 0; i--) {
                builder.intercept(interceptors.get(i));
            }
            grpcObserver.accept(builder);
            grpc = builder.build().start();
        }
        if (config.webPort() >= 0) {
            web = new WebServer(new InetSocketAddress(InetAddress.getByName(config.host()), config.webPort()), frames, config.maxWebClients());
        }
        if (lines != null) {
            LOG.info("the feed goes out by multicast: {}", lines.sending());
            Thread.ofVirtual().name("foreign-feed").start(this::listenForOthers);
        }
        if (multicastProblem != null) {
            LOG.warn("multicast does not work here: {}; the feed is served by gRPC alone, port {}", multicastProblem, grpcPort());
        }
        return this;
    }

    /** What has to be run, on one thread; its {@code onClose} marks the end of the session on the feed. */
    public Agent agent() {
        return agent;
    }

    /** The gRPC service, for a server that serves others beside it. */
    public BindableService service() {
        return service;
    }

    /** What the gRPC port serves; nothing without one. */
    public List<ServerServiceDefinition> services() {
        return grpc == null ? List.of() : grpc.getServices();
    }

    /** Bound gRPC port, -1 without. */
    public int grpcPort() {
        return grpc == null ? -1 : grpc.getPort();
    }

    /** Bound port of the page, -1 without. */
    public int webPort() {
        return web == null ? -1 : web.port();
    }

    /** Why no packets are sent, for the banner; null when they are, or when configuration says not to. */
    public String multicastProblem() {
        return multicastProblem;
    }

    /** Where re-requests are taken; null without multicast. */
    public InetSocketAddress recoveryAddress() throws IOException {
        return recovery == null ? null : recovery.localAddress();
    }

    /** Last public message, from any thread. */
    public long lastFeedSeq() {
        return feed.lastFeedSeqVolatile();
    }

    /** Call after the agent's thread has ended. */
    @Override
    public void close() {
        service.close();
        health.enterTerminalState();
        if (grpc != null) {
            grpc.shutdown();
            try {
                if (!grpc.awaitTermination(CLOSE_GRACE_MS, TimeUnit.MILLISECONDS)) {
                    grpc.shutdownNow();
                }
            } catch (final InterruptedException e) {
                grpc.shutdownNow();
                Thread.currentThread().interrupt();
            }
        }
        CloseHelper.quietCloseAll(web, lines, recovery);
    }

    /** Whether another venue was heard on this feed's groups after the start. */
    public boolean isShared() {
        return shared;
    }

    private void listenForOthers() {
        try {
            final Set<Integer> epochs = ForeignFeed.epochs(config.addresses(), config.channel(), LISTEN_MS);
            // Before the first event a feed has no epoch: this one's own heartbeats say 0, too.
            epochs.remove(0);
            if (feed.lastFeedSeqVolatile() != 0) {
                epochs.remove(feed.epoch());
            }
            if (!epochs.isEmpty()) {
                shared = true;
                LOG.warn("another venue (epoch {}) sends on {}, too: receivers that join there cannot tell the two apart; give one of them another "
                    + "group or port (marketdata.groupA, groupB, snapshotGroup, portA, portB, snapshotPort)",
                    Integer.toUnsignedString(epochs.iterator().next()), config.addresses().lineA());
            }
        } catch (final IOException e) {
            LOG.warn("line A cannot be listened to, so whether another venue sends there is not known: {}", e.getMessage());
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void openLines() {
        if (!config.multicast()) {
            return;
        }
        multicastProblem = MulticastLines.probe(config.addresses());
        if (multicastProblem == null) {
            try {
                lines = new MulticastLines(config.addresses(), config.timeToLive(), config.bursts(), config.lines().hasA(), config.lines().hasB());
            } catch (final IOException e) {
                multicastProblem = e.getMessage();
            }
        }
    }

    private MarketDataAgent.Multicast openRecovery(final EpochNanoClock clock) {
        if (lines == null) {
            return null;
        }
        final long nowNs = System.nanoTime();
        snapshots = new SnapshotCycle(feed, lines, clock, config.channel(), config.snapshotIntervalMs(), config.snapshotPacketsPerSecond(),
            nowNs);
        responder = new RecoveryResponder(feed, snapshots, clock, config.channel(), config.recoveryMessagesPerSecond(), nowNs);
        try {
            recovery = new RecoverySocket(config.addresses().recovery(), responder);
        } catch (final IOException e) {
            CloseHelper.quietClose(lines);
            throw new IllegalStateException("recovery address " + config.addresses().recovery() + ": " + e.getMessage()
                + " (expected: a free UDP port of this host)", e);
        }
        return new MarketDataAgent.Multicast(packets, snapshots, recovery::poll);
    }

    private void register(final MarketDataTelemetry telemetry) {
        telemetry.figure("marketdata.feed.last_seq", "1", "Last public message folded", true, feed::lastFeedSeqVolatile);
        telemetry.figure("marketdata.subscribers", "1", "gRPC subscriptions open", false, service::subscribers);
        telemetry.figure("marketdata.subscribers.cut", "1", "gRPC subscriptions cut off because they did not read", true,
            service::cutSubscribers);
        telemetry.figure("marketdata.unknown_orders", "1", "Messages about orders that are not in the folded books: above 0 only where the "
            + "recording does not begin at the first event", true, this::unknownOrders);
        telemetry.figure("marketdata.pages", "1", "Web pages open", false, frames::pages);
        telemetry.figure("marketdata.replays", "1", "gRPC replays open", false, service::replays);
        if (lines != null) {
            telemetry.figure("marketdata.packets", "1", "Packets sent, on two lines each", true, packets::packets);
            telemetry.figure("marketdata.packet.bytes", "By", "Bytes of these packets", true, packets::bytes);
            telemetry.figure("marketdata.messages", "1", "Messages sent", true, packets::messages);
            telemetry.figure("marketdata.packets.dropped", "1", "Packets that the operating system did not take", true, lines::dropped);
            telemetry.figure("marketdata.shared_groups", "1", "1 = another venue sends on the same groups", false, () -> shared ? 1 : 0);
            telemetry.figure("marketdata.snapshot.packets", "1", "Packets of the snapshot channel", true, snapshots::packets);
            telemetry.figure("marketdata.recovery.requests", "1", "Re-requests taken", true, responder::requests);
            telemetry.figure("marketdata.recovery.refused", "1", "Re-requests refused", true, responder::refused);
            telemetry.figure("marketdata.recovery.messages", "1", "Messages sent again", true, responder::messages);
        }
    }

    private long unknownOrders() {
        return unknownOrders;
    }

    private void countUnknownOrders() {
        long sum = 0;
        for (final OrderBook book : feed.books().all()) {
            sum += book.unknownOrders();
        }
        unknownOrders = sum;
    }

    /** What the agent's cycle drives besides the feed. */
    private final class Cycle implements MarketDataAgent.DutyCycleListener {
        private final EpochNanoClock clock;
        private final LatencyWindow latency;
        private long seenTimeNs;
        private long countedNs;
        private boolean live;

        private Cycle(final EpochNanoClock clock, final LatencyWindow latency) {
            this.clock = clock;
            this.latency = latency;
        }

        @Override
        public void onLive() {
            live = true;
            serving(ServingStatus.SERVING);
            LOG.info("market data is live at feedSeq={}, instruments={}", feed.lastFeedSeq(), feed.books().all().size());
            if (feed.firstFeedSeq() > 1 && !fold.isRestored()) {
                LOG.warn("the recording begins at feedSeq={} (expected: 1): orders that were in the books before are not shown until they are gone; "
                    + "top and depth snapshots from the engine's memory are complete", feed.firstFeedSeq());
            }
        }

        @Override
        public int onCycle(final long nowNs) {
            final int served = service.serve(nowNs);
            final long timeNs = feed.lastTimeNs();
            if (live && timeNs != seenTimeNs) {
                seenTimeNs = timeNs;
                latency.add(clock.nanoTime() - timeNs);
            }
            if (nowNs - countedNs >= COUNT_EVERY_NS) {
                countedNs = nowNs;
                countUnknownOrders();
            }
            return served + frames.onCycle(nowNs);
        }
    }
}
