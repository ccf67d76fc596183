package bourse.services.client;

import bourse.order.v1.Authenticate;
import bourse.order.v1.ClientFrame;
import bourse.order.v1.Command;
import bourse.order.v1.Establish;
import bourse.order.v1.EstablishAck;
import bourse.order.v1.Heartbeat;
import bourse.order.v1.NotApplied;
import bourse.order.v1.OrderEntryGrpc;
import bourse.order.v1.RejectReason;
import bourse.order.v1.ServerFrame;
import bourse.order.v1.Terminate;
import io.grpc.CallCredentials;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One order-entry session: pipelined batches in, numbered events out, each command applied exactly once and each event delivered exactly
 * once, whatever happens to the connection. A lost connection is established again by the same session with a higher epoch; the venue
 * says which command it expects next and the client sends the rest again with the same numbers. Batches refused by a
 * {@code NotApplied} are sent again after the time that it names.
 *
 * <p>Threads: any may call; {@link #send} by one at a time if the order of batches matters. The listener runs on the channel's thread.
 * With several gateways of one venue every lost connection is followed by an attempt at the next of them: each knows the session.
 * Memory: at most {@link SessionOptions#windowCommands} commands are held.
 */
public final class SessionClient implements AutoCloseable {
    private static final long FIRST_BACKOFF_MS = 50;
    private static final long LONGEST_BACKOFF_MS = 1_000;
    /** Unanswered for this long on a connection that stands: sent again. Duplicates are harmless. */
    private static final long STALL_NS = TimeUnit.SECONDS.toNanos(5);
    /** Where there is another gateway, one that does not answer for so long is left. */
    private static final long MOVE_ON_NS = TimeUnit.SECONDS.toNanos(2);
    private static final long MOVE_ON_TICK_MS = 250;

    private final List<OrderEntryGrpc.OrderEntryStub> gateways;
    private final SessionOptions options;
    private final SessionListener listener;
    private final ScheduledExecutorService timer;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final UnappliedBatches unapplied = new UnappliedBatches();

    // Guarded by lock.
    private Connection connection;
    private int gateway;
    private boolean established;
    private boolean holding;
    private boolean closing;
    private SessionException ended;
    private EstablishAck lastAck;
    private long nextClientSeq;
    private long rewoundTo;
    private long lastSendNs;
    private long lastProgressNs;
    private long disconnectedSinceNs;
    private long backoffMs = FIRST_BACKOFF_MS;

    private volatile long nextAccountSeq;
    private volatile long appliedClientSeq;
    /** Newest event at the time of the last EstablishAck: until it has come, what was applied is not yet told. */
    private volatile long replayedTo;
    /** Channel's thread only. */
    private long heldAppliedClientSeq;
    private volatile long lastReceiveNs;

    private SessionClient(final List<? extends Channel> channels, final CallCredentials credentials, final SessionOptions options,
                          final SessionListener listener) {
        if (channels.isEmpty()) {
            throw new IllegalArgumentException("channels: none (expected: at least one)");
        }
        gateways = channels.stream().map(channel -> OrderEntryGrpc.newStub(channel).withCallCredentials(credentials)).toList();
        this.options = options;
        this.listener = listener;
        nextAccountSeq = options.nextAccountSeq();
        timer = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("session-" + options.sessionId()).factory());
    }

    /** Starts connecting and returns at once; {@link #awaitEstablished} waits. */
    public static SessionClient connect(final Channel channel, final CallCredentials credentials, final SessionOptions options,
                                        final SessionListener listener) {
        return connect(List.of(channel), credentials, options, listener);
    }

    /** Likewise, with several gateways of the venue, the one to begin with first. */
    public static SessionClient connect(final List<? extends Channel> channels, final CallCredentials credentials, final SessionOptions options,
                                        final SessionListener listener) {
        final var client = new SessionClient(channels, credentials, options, listener);
        client.lock.lock();
        try {
            client.disconnectedSinceNs = System.nanoTime();
            client.open();
        } finally {
            client.lock.unlock();
        }
        final long tickMs = Math.min(channels.size() > 1 ? MOVE_ON_TICK_MS : Long.MAX_VALUE, Math.max(20, options.keepalive().toMillis() / 3));
        client.timer.scheduleWithFixedDelay(client::tick, tickMs, tickMs, TimeUnit.MILLISECONDS);
        return client;
    }

    // ------------------------------------------------------------------------------------------------ the owner's side

    /**
     * Waits until the session stands for the first time.
     *
     * @throws SessionException when it was refused
     * @throws TimeoutException when the venue did not answer in time; the client goes on trying
     */
    public EstablishAck awaitEstablished(final Duration timeout) throws InterruptedException, TimeoutException {
        await(timeout, "an answer to Establish", () -> lastAck != null);
        return lastAck;
    }

    /**
     * Sends commands as one batch, waiting while the window is full or the session does not stand yet. What is sent while the connection is
     * lost goes out when it is back.
     *
     * @param commands 1..512
     * @return the client_seq of the first
     * @throws SessionException when the session has ended
     */
    public long send(final List<Command> commands) throws InterruptedException {
        final int count = commands.size();
        lock.lockInterruptibly();
        try {
            while (ended == null && (lastAck == null || unapplied.commands() + count > options.windowCommands())) {
                changed.await();
            }
            if (ended != null) {
                throw ended;
            }
            if (count < 1 || count > lastAck.getMaxBatchCommands()) {
                throw new IllegalArgumentException("commands: " + count + " (expected: 1.." + lastAck.getMaxBatchCommands() + ")");
            }
            final long first = nextClientSeq;
            if (unapplied.isEmpty()) {
                lastProgressNs = System.nanoTime();
            }
            final ClientFrame frame = unapplied.add(first, commands);
            nextClientSeq = first + count;
            if (established && !holding) {
                transmit(frame);
            }
            return first;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until everything that was sent has been applied and its events delivered. */
    public void awaitApplied(final Duration timeout) throws InterruptedException, TimeoutException {
        await(timeout, "the outcomes of what was sent", () -> unapplied.isEmpty() && nextAccountSeq > replayedTo
                && appliedClientSeq + 1 >= nextClientSeq);
    }

    /** Highest command known to be applied; its events were delivered before. */
    public long appliedClientSeq() {
        return appliedClientSeq;
    }

    /** Number of the next event: what a later session resumes from. */
    public long nextAccountSeq() {
        return nextAccountSeq;
    }

    /** Which of the gateways it is connected to, or tries to be; 0 = the first. */
    public int gateway() {
        lock.lock();
        try {
            return gateway;
        } finally {
            lock.unlock();
        }
    }

    /** The number that the next command gets; 0 before the session stands. */
    public long nextClientSeq() {
        lock.lock();
        try {
            return nextClientSeq;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Goes on with a newer token for the same account, on the connection that there is; a later connection uses the call credentials, which should then
     * give the newer token, too. One that the venue does not accept ends the session.
     */
    public void authenticate(final String token) {
        lock.lock();
        try {
            if (ended == null && established) {
                transmit(ClientFrame.newBuilder().setAuthenticate(Authenticate.newBuilder().setToken(token)).build());
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends the session in order: waits a moment for outcomes, then says Terminate. */
    @Override
    public void close() {
        lock.lock();
        try {
            closing = true;
            if (ended == null) {
                if (established) {
                    connection.outbound.onNext(ClientFrame.newBuilder().setTerminate(Terminate.getDefaultInstance()).build());
                    connection.outbound.onCompleted();
                    awaitEndBriefly();
                }
                if (ended == null) {
                    ended = new SessionException("closed", null);
                    connection.cancel();
                }
            }
            changed.signalAll();
        } finally {
            lock.unlock();
            timer.shutdownNow();
        }
    }

    private void awaitEndBriefly() {
        long left = TimeUnit.SECONDS.toNanos(2);
        try {
            while (ended == null && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private interface Check {
        boolean holds();
    }

    private void await(final Duration timeout, final String what, final Check check) throws InterruptedException, TimeoutException {
        long left = timeout.toNanos();
        lock.lockInterruptibly();
        try {
            while (!check.holds()) {
                if (ended != null) {
                    throw ended;
                }
                if (left <= 0) {
                    throw new TimeoutException("waited " + timeout.toMillis() + " ms for " + what + "; "
                            + (established ? unapplied.commands() + " commands are without an answer" : "not connected"));
                }
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    // ------------------------------------------------------------------------------------------------ connecting

    /** With lock. */
    private void open() {
        established = false;
        holding = false;
        final var next = new Connection();
        connection = next;
        lastReceiveNs = System.nanoTime();
        // A context of its own: the stream must not end with the call in which it was opened.
        next.context = Context.ROOT.withCancellation();
        next.context.run(() -> next.outbound = gateways.get(gateway).session(next));
        next.outbound.onNext(ClientFrame.newBuilder().setEstablish(Establish.newBuilder()
                .setShard(options.shard())
                .setSessionId(options.sessionId())
                .setNextAccountSeq(nextAccountSeq)
                .setCancelOnDisconnect(options.cancelOnDisconnect())
                .setGraceMs((int) options.grace().toMillis())
                .setKeepaliveMs((int) options.keepalive().toMillis())).build());
        lastSendNs = System.nanoTime();
    }

    /** With lock. */
    private void transmit(final ClientFrame frame) {
        connection.outbound.onNext(frame);
        lastSendNs = System.nanoTime();
    }

    private void onAck(final EstablishAck ack) {
        lock.lock();
        try {
            final long expected = ack.getNextClientSeq();
            if (lastAck == null) {
                nextClientSeq = expected;
            } else if (expected > nextClientSeq || !unapplied.isEmpty() && expected < unapplied.firstClientSeq()
                    || unapplied.isEmpty() && expected < nextClientSeq) {
                endWith(new SessionException("the venue expects client_seq " + expected + ", this client "
                        + (unapplied.isEmpty() ? nextClientSeq : unapplied.firstClientSeq()) + ".." + nextClientSeq
                        + ": someone else used session " + options.sessionId() + ", or the venue lost its log", null));
                connection.cancel();
                return;
            }
            unapplied.dropBelow(expected);
            if (nextAccountSeq == 0) {
                nextAccountSeq = ack.getLastAccountSeq() + 1;
            }
            lastAck = ack;
            replayedTo = ack.getLastAccountSeq();
            heldAppliedClientSeq = Math.max(heldAppliedClientSeq, expected - 1);
            established = true;
            backoffMs = FIRST_BACKOFF_MS;
            disconnectedSinceNs = 0;
            lastProgressNs = System.nanoTime();
            rewoundTo = expected;
            unapplied.forEach(this::transmit);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        listener.onEstablished(ack);
    }

    private void onLost(final Connection lost, final StreamEnd end) {
        lock.lock();
        try {
            if (lost != connection || lost.reported || ended != null) {
                return;
            }
            lost.reported = true;
            final boolean isStaying = established && end.resumeHereMs() > 0;
            established = false;
            if (!isStaying) {
                gateway = (gateway + 1) % gateways.size();
            }
            if (closing) {
                endWith(new SessionException("closed", end.status()));
                return;
            }
            if (end.isFinal()) {
                endWith(new SessionException("session " + options.sessionId() + " ended: " + end.text(), end.status()));
                return;
            }
            final long now = System.nanoTime();
            if (disconnectedSinceNs == 0) {
                disconnectedSinceNs = now;
            }
            if (now - disconnectedSinceNs >= options.reconnectFor().toNanos()) {
                endWith(new SessionException("session " + options.sessionId() + ": no connection for "
                        + options.reconnectFor().toMillis() + " ms, last: " + end.text(), end.status()));
                return;
            }
            if (isStaying) {
                timer.schedule(this::reopen, end.resumeHereMs(), TimeUnit.MILLISECONDS);
            } else {
                timer.schedule(this::reopen, backoffMs, TimeUnit.MILLISECONDS);
                backoffMs = Math.min(LONGEST_BACKOFF_MS, backoffMs * 2);
            }
        } finally {
            lock.unlock();
        }
        listener.onDisconnected(end.status());
    }

    private void reopen() {
        lock.lock();
        try {
            if (ended == null && !established) {
                open();
            }
        } finally {
            lock.unlock();
        }
    }

    /** With lock. */
    private void endWith(final SessionException reason) {
        ended = reason;
        changed.signalAll();
        listener.onEnded(reason);
    }

    // ------------------------------------------------------------------------------------------------ what the venue says

    private void onFrame(final Connection from, final ServerFrame frame) {
        lastReceiveNs = System.nanoTime();
        if (frame.getControlCase() == ServerFrame.ControlCase.ESTABLISH_ACK) {
            onAck(frame.getEstablishAck());
        }
        if (!deliverEvents(from, frame)) {
            return;
        }
        frame.getDuplicatesList().forEach(listener::onDuplicate);
        heldAppliedClientSeq = Math.max(heldAppliedClientSeq, frame.getAppliedClientSeq());
        onControl(frame);
        if (heldAppliedClientSeq > appliedClientSeq && nextAccountSeq > replayedTo) {
            onApplied(heldAppliedClientSeq);
        }
    }

    private void onControl(final ServerFrame frame) {
        switch (frame.getControlCase()) {
            case NOT_APPLIED -> onNotApplied(frame.getNotApplied());
            case SNAPSHOT_REQUIRED -> {
                nextAccountSeq = Math.max(nextAccountSeq, frame.getSnapshotRequired().getFirstAvailableSeq());
                listener.onSnapshotRequired(frame.getSnapshotRequired().getFirstAvailableSeq());
            }
            case OPEN_ORDERS -> {
                nextAccountSeq = Math.max(nextAccountSeq, frame.getOpenOrders().getAsOfSeq() + 1);
                listener.onOpenOrders(frame.getOpenOrders());
            }
            case TOKEN_EXPIRING -> listener.onTokenExpiring(frame.getTokenExpiring().getDeadlineNs());
            case DRAINING -> listener.onDraining(frame.getDraining().getDeadlineNs());
            default -> {
            }
        }
    }

    private boolean deliverEvents(final Connection from, final ServerFrame frame) {
        long accountSeq = frame.getFirstAccountSeq();
        for (int i = 0; i < frame.getEventsCount(); i++, accountSeq++) {
            final long expected = nextAccountSeq;
            if (accountSeq > expected && expected != 0) {
                from.cancel();
                onLost(from, StreamEnd.of(Status.DATA_LOSS.withDescription("event " + expected + " is missing before " + accountSeq)));
                return false;
            }
            if (accountSeq >= expected) {
                nextAccountSeq = accountSeq + 1;
                listener.onEvent(accountSeq, frame.getEvents(i));
            }
        }
        return true;
    }

    private void onApplied(final long clientSeq) {
        appliedClientSeq = clientSeq;
        listener.onApplied(clientSeq);
        lock.lock();
        try {
            unapplied.dropBelow(clientSeq + 1);
            lastProgressNs = lastReceiveNs;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void onNotApplied(final NotApplied refusal) {
        listener.onNotApplied(refusal);
        lock.lock();
        try {
            final boolean follows = refusal.getReason() == RejectReason.REJECT_REASON_SEQUENCE_GAP
                    && refusal.getFromClientSeq() > rewoundTo;
            if (holding || follows || !established) {
                return;
            }
            holding = true;
            rewoundTo = refusal.getExpectedClientSeq() == 0 ? refusal.getFromClientSeq() : refusal.getExpectedClientSeq();
            timer.schedule(this::sendAgain, Math.max(1, refusal.getRetryAfterMs()), TimeUnit.MILLISECONDS);
        } finally {
            lock.unlock();
        }
    }

    private void sendAgain() {
        lock.lock();
        try {
            if (established && ended == null) {
                holding = false;
                lastProgressNs = System.nanoTime();
                unapplied.forEach(this::transmit);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Heartbeats, the other side's silence, and answers that do not come. */
    private void tick() {
        Connection silent = null;
        lock.lock();
        try {
            final long now = System.nanoTime();
            if (ended != null) {
                return;
            }
            if (now - lastReceiveNs > 3 * options.keepalive().toNanos() && (established || disconnectedSinceNs != 0)) {
                silent = connection;
            } else if (gateways.size() > 1 && !established && !connection.reported && now - lastReceiveNs > MOVE_ON_NS) {
                silent = connection;
            } else if (established && !unapplied.isEmpty() && !holding && now - lastProgressNs > STALL_NS) {
                sendAgain();
            } else if (established && now - lastSendNs > options.keepalive().toNanos() / 2) {
                transmit(ClientFrame.newBuilder().setHeartbeat(Heartbeat.newBuilder().setClientTimeNs(now)).build());
            }
        } finally {
            lock.unlock();
        }
        if (silent != null) {
            silent.cancel();
            onLost(silent, StreamEnd.of(Status.UNAVAILABLE.withDescription("nothing heard for " + (System.nanoTime() - lastReceiveNs) / 1_000_000 + " ms")));
        }
    }

    /** One attempt: the stream of one connection. */
    private final class Connection implements StreamObserver<ServerFrame> {
        private StreamObserver<ClientFrame> outbound;
        private Context.CancellableContext context;
        private volatile boolean gone;
        /** Guarded by the session's lock. */
        private boolean reported;

        void cancel() {
            gone = true;
            context.cancel(null);
        }

        @Override
        public void onNext(final ServerFrame frame) {
            if (!gone) {
                onFrame(this, frame);
            }
        }

        @Override
        public void onError(final Throwable fault) {
            gone = true;
            onLost(this, StreamEnd.of(fault));
        }

        @Override
        public void onCompleted() {
            gone = true;
            onLost(this, StreamEnd.of(Status.UNAVAILABLE.withDescription("the venue ended the stream")));
        }
    }
}
