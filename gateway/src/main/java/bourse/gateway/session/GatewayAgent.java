package bourse.gateway.session;

import java.util.ArrayList;
import java.util.List;

import org.agrona.concurrent.Agent;
import org.agrona.concurrent.ControlledMessageHandler;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;

import org.agrona.MutableDirectBuffer;

import bourse.admin.v1.Session;
import bourse.gateway.GatewayConfig;
import bourse.gateway.audit.AuditSink;
import bourse.gateway.egress.FramePool;
import bourse.gateway.ingress.CommandBatchWriter;
import bourse.gateway.ingress.IngressRing;
import bourse.gateway.ingress.Waker;
import bourse.gateway.refusal.RichStatus;
import bourse.gateway.telemetry.GatewayTelemetry;
import bourse.order.v1.OpenOrder;
import bourse.order.v1.Position;
import bourse.reference.v1.Instrument;
import bourse.sbe.engine.CloseReason;
import bourse.sbe.port.CommandLog;
import bourse.sbe.port.EventSource;

import io.grpc.Status;

/**
 * The gateway's one thread of its own: passes batches from the ingress ring to the log and events from the stream to their listeners. Hot
 * path. Thread: whoever calls {@link #doWork()}, always the same one; it never blocks. Other threads come in by {@link #submit}.
 */
public final class GatewayAgent implements Agent, ControlledMessageHandler {
    private static final int RING_MESSAGES = 64;
    private static final int TASKS = 4_096;
    private static final int TASKS_PER_CYCLE = 64;
    private static final long LOST_RETRY_MS = 500;
    private static final long LEADER_RETRY_MS = 20;
    private static final long TICK_NS = 2_000_000L;

    private final CommandLog commandLog;
    private final EventSource source;
    private final ManyToOneRingBuffer ring;
    private final GatewayConfig config;
    private final GatewayTelemetry telemetry;
    private final GatewayTelemetry.AgentGauges gauges = new GatewayTelemetry.AgentGauges();
    private final WakingQueue<Runnable> tasks;
    private final FramePool frames;
    private final Correlations correlations;
    private final VenueState venue;
    private final LogCommands log;
    private final StreamDelivery delivery;
    private final ReplayDesk replays;
    private final SessionDesk sessions;
    private final UnaryDesk unary;
    private final AdminDesk admin;
    private final EventRouter router;
    /** Null where no batch is sampled. */
    private final BatchTraces traces;
    private final EventSource.Handler onFragment;
    /** What needs the log waits for it; what does not, does not. */
    private final WakingQueue<AgentTask> logTasks;
    private final NanoClock clock;
    private final EpochClock wallClock;
    private long lastTickNs;
    private boolean logLost;
    private long seenLosses;
    private volatile boolean ready;
    private volatile long logPosition;
    private volatile boolean caughtUp;
    private volatile boolean refusesNewOrders;

    /**
     * @param fold      what is known before the first event of {@code source}; this agent's from now on
     * @param clock     of timeouts, everywhere in this gateway
     * @param wallClock what tokens end by
     */
    public GatewayAgent(final GatewayConfig config, final CommandLog commandLog, final EventSource source, final VenueFold fold,
                        final IngressRing ingress, final FramePool frames, final GatewayTelemetry telemetry, final AuditSink audit,
                        final NanoClock clock, final EpochClock wallClock) {
        this.clock = clock;
        this.wallClock = wallClock;
        lastTickNs = clock.nanoTime();
        this.config = config;
        this.commandLog = commandLog;
        this.source = source;
        this.ring = ingress.ring();
        tasks = new WakingQueue<>(ingress.waker());
        logTasks = new WakingQueue<>(ingress.waker());
        this.frames = frames;
        this.telemetry = telemetry;
        correlations = new Correlations(config.gatewayId(), wallClock.time());
        venue = fold.venue();
        log = new LogCommands(commandLog, telemetry);
        delivery = new StreamDelivery(telemetry);
        replays = new ReplayDesk(source, venue, delivery, telemetry);
        sessions = new SessionDesk(config, venue, log, delivery, replays, correlations, telemetry, audit);
        unary = new UnaryDesk(config, venue, log, correlations, telemetry, clock);
        admin = new AdminDesk(log, config.unaryTimeoutMs() * 1_000_000L, clock);
        router = new EventRouter(venue, delivery, sessions, unary, admin, telemetry, config.gatewayId(),
            fold.lastEventSeq());
        traces = telemetry.traces() == null || config.traceOneIn() == 0 ? null : new BatchTraces(telemetry.traces());
        router.traces(traces);
        onFragment = router::onFragment;
    }

    @Override
    public int doWork() {
        final long nowNs = clock.nanoTime();
        router.beginCycle(nowNs);
        int work = commandLog.poll();
        work += ring.controlledRead(this, RING_MESSAGES);
        work += source.poll(onFragment, config.pollFragments());
        work += replays.pump(nowNs);
        work += runTasks();
        work += runLogTasks();
        work += unary.work();
        work += delivery.flush(nowNs);
        if (traces != null) {
            traces.flushed();
        }
        if (nowNs - lastTickNs >= TICK_NS) {
            lastTickNs = nowNs;
            tick(nowNs);
        }
        return work;
    }

    /** A batch or a termination from a network thread. */
    @Override
    public Action onMessage(final int type, final MutableDirectBuffer buffer, final int index, final int length) {
        final ClientStream stream = sessions.stream(buffer.getLong(index));
        if (stream == null || stream.phase == ClientStream.Phase.ENDED) {
            return Action.CONTINUE;
        }
        if (type == IngressRing.TERMINATE) {
            return sessions.terminate(stream, CloseReason.get((short) buffer.getLong(index + Long.BYTES))) ? Action.CONTINUE : Action.ABORT;
        }
        final int messageAt = index + CommandBatchWriter.PREFIX_LENGTH;
        if (!log.offer(buffer, messageAt, length - CommandBatchWriter.PREFIX_LENGTH)) {
            return Action.ABORT;
        }
        if (traces != null) {
            traces.offered(buffer, messageAt);
        }
        return Action.CONTINUE;
    }

    /** Whoever puts something in wakes the agent's thread. */
    private static final class WakingQueue<T> extends ManyToOneConcurrentArrayQueue<T> {
        private final Waker waker;

        WakingQueue(final Waker waker) {
            super(TASKS);
            this.waker = waker;
        }

        @Override
        public boolean offer(final T task) {
            final boolean isTaken = super.offer(task);
            waker.wake();
            return isTaken;
        }
    }

    private int runTasks() {
        for (int i = 0; i < TASKS_PER_CYCLE; i++) {
            final Runnable task = tasks.poll();
            if (task == null) {
                return i;
            }
            task.run();
        }
        return TASKS_PER_CYCLE;
    }

    private int runLogTasks() {
        for (int i = 0; i < TASKS_PER_CYCLE; i++) {
            final AgentTask task = logTasks.peek();
            if (task == null || !task.run()) {
                return i;
            }
            logTasks.poll();
        }
        return TASKS_PER_CYCLE;
    }

    private void tick(final long nowNs) {
        if (!caughtUp && source.isCaughtUp()) {
            sessions.adoptOrphans(nowNs);
            caughtUp = true;
        }
        final boolean lost = log.isClosed() || commandLog.isLost();
        ready = caughtUp && source.isCaughtUp() && commandLog.isConnected() && !lost;
        final long losses = commandLog.losses();
        if (lost && !logLost) {
            sessions.endAll(RichStatus.retryLater(Status.Code.UNAVAILABLE, RichStatus.LOG_CLOSED,
                "the engine has gone away: resume when the gateway is serving again", LOST_RETRY_MS));
        }
        if (losses != seenLosses) {
            seenLosses = losses;
            onLoss();
        }
        logLost = lost;
        sessions.tick(nowNs, wallClock.time());
        unary.tick(nowNs);
        admin.tick(nowNs);
        logPosition = router.logPosition();
        gauges.set(sessions.streamCount(), venue.orders().count(), frames.frameCount(), ring.size(), caughtUp);
    }

    /** Another member leads, or the connection is a new one: what was offered and not answered is gone, or will never be told apart from what is gone. */
    private void onLoss() {
        telemetry.logLosses.increment();
        sessions.onLoss(RichStatus.retryLater(Status.Code.UNAVAILABLE, RichStatus.LEADER_CHANGED,
            "another member leads now, commands under way may be lost: resume by the session", LEADER_RETRY_MS),
            stream -> logTasks.offer(() -> sessions.establish(stream, stream.terms, clock.nanoTime())));
        unary.onLoss();
    }

    @Override
    public String roleName() {
        return "gateway";
    }

    @Override
    public void onClose() {
        ready = false;
        source.close();
    }

    // ------------------------------------------------------------------------------------------ from any thread

    /** What time this gateway goes by. */
    public NanoClock clock() {
        return clock;
    }

    /** Number of the engine cluster that this agent speaks to. */
    public int shard() {
        return venue.shard();
    }

    /** What this agent has open. */
    public GatewayTelemetry.AgentGauges gauges() {
        return gauges;
    }

    /** Everything recorded has been folded and the log has a leader. */
    public boolean isReady() {
        return ready;
    }

    /** Of the newest event that was folded, some milliseconds ago. */
    public long logPosition() {
        return logPosition;
    }

    /** Everything recorded has been folded. */
    public boolean isCaughtUp() {
        return caughtUp;
    }

    /** New orders are refused, cancellations are not: the venue has no room to remember more. */
    public boolean refusesNewOrders() {
        return refusesNewOrders;
    }

    /** See {@link #refusesNewOrders()}. */
    public void refuseNewOrders(final boolean refuse) {
        refusesNewOrders = refuse;
    }

    /** Hands a task to the agent; false when too many wait. */
    public boolean submit(final Runnable task) {
        return tasks.offer(task);
    }

    public long nextCorrelationId() {
        return correlations.next();
    }

    public boolean establish(final ClientStream stream, final ClientStream.Terms terms) {
        return logTasks.offer(() -> sessions.establish(stream, terms, clock.nanoTime()));
    }

    public boolean openDropCopy(final ClientStream stream, final ClientStream.Terms terms) {
        return tasks.offer(() -> sessions.openDropCopy(stream, terms, clock.nanoTime()));
    }

    /** The network thread has let go of the stream. */
    public boolean disconnected(final ClientStream stream) {
        stream.onDisconnected();
        return tasks.offer(() -> {
            sessions.disconnected(stream, clock.nanoTime());
        });
    }

    public boolean retransmit(final ClientStream stream, final long fromAccountSeq, final long count) {
        return tasks.offer(() -> {
            replays.retransmit(stream, fromAccountSeq, count, clock.nanoTime());
        });
    }

    /** Tells the client that its stream goes on with a token that ends then. */
    public boolean authenticated(final ClientStream stream, final long expiresAtMillis) {
        return tasks.offer(() -> {
            delivery.send(stream, bourse.order.v1.ServerFrame.newBuilder().setAppliedClientSeq(stream.outlet.appliedClientSeq())
                .setAuthenticated(bourse.order.v1.Authenticated.newBuilder().setExpiresAtNs(expiresAtMillis * 1_000_000)).build(),
                clock.nanoTime());
        });
    }

    /** Answers a heartbeat, unless the client is behind in reading: who reads less than it sends takes no frames for that. */
    public boolean echo(final ClientStream stream, final long clientTimeNs) {
        return tasks.offer(() -> {
            if (stream.outlet.hasRoomForReplay()) {
                delivery.send(stream, SessionDesk.heartbeat(stream, clientTimeNs), clock.nanoTime());
            }
        });
    }

    /** Refuses a suffix of the client's commands, after all that was reported before. */
    public boolean notApplied(final ClientStream stream, final bourse.order.v1.NotApplied refusal) {
        return tasks.offer(() -> {
            telemetry.notApplied.increment();
            delivery.send(stream, bourse.order.v1.ServerFrame.newBuilder().setAppliedClientSeq(stream.outlet.appliedClientSeq())
                .setNotApplied(refusal).build(), clock.nanoTime());
        });
    }

    public boolean end(final ClientStream stream, final RichStatus status) {
        return tasks.offer(() -> {
            delivery.end(stream, status);
        });
    }

    public boolean submit(final SubmitCall call) {
        telemetry.unaryCalls.increment();
        return logTasks.offer(() -> unary.submit(call));
    }

    public boolean submitAdmin(final long correlationId, final byte[] message, final AdminDesk.Reply reply) {
        return logTasks.offer(() -> admin.submit(correlationId, message, reply));
    }

    public boolean drain(final long deadlineEpochNs) {
        return tasks.offer(() -> {
            sessions.drain(deadlineEpochNs, clock.nanoTime());
        });
    }

    public boolean endAll(final RichStatus status) {
        return tasks.offer(() -> {
            sessions.endAll(status);
        });
    }

    // ------------------------------------------------------------------------------------------ queries, on the agent's thread

    /** Live orders of the account above {@code afterOrderId}, at most {@code limit}. */
    public List<OpenOrder> openOrders(final int account, final int instrumentId, final long afterOrderId, final int limit) {
        final LiveOrders orders = venue.orders();
        final List<OpenOrder> page = new ArrayList<>();
        orders.forEachAbove(venue.account(account), afterOrderId, slot -> {
            if (instrumentId == 0 || orders.instrumentId(slot) == instrumentId) {
                page.add(orders.toMessage(slot));
            }
            return page.size() < limit;
        });
        return page;
    }

    public long lastAccountSeq(final int account) {
        return venue.account(account).lastAccountSeq;
    }

    public int openOrderCount(final int account) {
        return venue.account(account).orders.count();
    }

    public List<Position> positions(final int account) {
        final List<Position> positions = new ArrayList<>();
        venue.account(account).positions.forEach((instrumentId, position) -> positions.add(Position.newBuilder()
            .setInstrumentId(instrumentId).setBoughtQuantity(position.bought).setSoldQuantity(position.sold)
            .setNetQuantity(position.bought - position.sold).build()));
        positions.sort((left, right) -> Integer.compareUnsigned(left.getInstrumentId(), right.getInstrumentId()));
        return positions;
    }

    /** Sessions that the shard has heard of, by account and id, of one account or of all (0). */
    public List<Session> sessions(final int account, final int limit) {
        return venue.sessions(account, limit, clock.nanoTime());
    }

    public List<Instrument> instruments() {
        return venue.instruments();
    }

    /** Null when there is none. */
    public Instrument instrument(final int instrumentId) {
        return venue.instrument(instrumentId);
    }
}
