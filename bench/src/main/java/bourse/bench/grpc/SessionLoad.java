package bourse.bench.grpc;

import bourse.order.columns.EventRows;
import bourse.order.v1.CancelOnDisconnect;
import bourse.order.v1.ClientFrame;
import bourse.order.v1.Establish;
import bourse.order.v1.Event;
import bourse.order.v1.EventColumns;
import bourse.order.v1.EventKind;
import bourse.order.v1.Execution;
import bourse.order.v1.OrderEntryGrpc;
import bourse.order.v1.ServerFrame;
import io.grpc.CallCredentials;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;

/**
 * Drives one session over the standard generated stubs. Two ways: {@link #saturate} keeps a window of commands in flight, sending from the
 * channel's own thread whenever outcomes come (closed loop, for throughput); {@link #pace} sends batches at fixed times whatever comes back
 * (open loop, for latency: measured from when a batch was due, so that a stall counts against every order that it delays).
 */
public final class SessionLoad implements ClientResponseObserver<ClientFrame, ServerFrame> {
    private static final long HASH_SEED = 1469598103934665603L;
    private static final long HASH_PRIME = 1099511628211L;
    private static final int BATCH_TIMES = 1 << 16;
    private static final long LONGEST_NS = TimeUnit.SECONDS.toNanos(60);

    /** How commands and reports are written. */
    public enum Form {
        /** {@code Batch.commands} and {@code ServerFrame.events}: a message for each. */
        MESSAGES,
        /** {@code Batch.columns} and {@code ServerFrame.event_columns}. */
        COLUMNS
    }

    /** Hears what the venue says, on the channel's thread. */
    public interface Observer {
        /** A report. */
        void onEvent(Event event);

        /** All outcomes of a batch have come. @param dueNs when it was to be sent; 0 when latencies are not recorded */
        void onBatch(long dueNs);
    }

    private final StreamCommands commands;
    private final int batch;
    private final int window;
    private final Form form;
    private volatile Observer observer;
    private final CountDownLatch established = new CountDownLatch(1);
    private final AtomicReference<Status> ended = new AtomicReference<>();
    private final long[] batchDueNs = new long[BATCH_TIMES];
    private final long[] batchEnd = new long[BATCH_TIMES];
    private final Histogram latency = new Histogram(LONGEST_NS, 3);
    private ClientCallStreamObserver<ClientFrame> outbound;
    private long firstClientSeq;
    private volatile long limit;
    private volatile long sent;
    private volatile long batchesSent;
    private volatile long applied;
    private volatile long appliedBatches;
    private volatile boolean saturating;
    private volatile boolean recording;
    // Channel's thread only.
    private long batchesApplied;
    private long trades;
    private long tradedQuantity;
    private long rejected;
    private long events;
    private long tradeHash = HASH_SEED;
    private long halfTradeId;
    private long halfClientOrderId;

    /** @param window commands in flight */
    public SessionLoad(final StreamCommands commands, final int batch, final int window, final Form form) {
        this.form = form;
        this.commands = commands;
        this.batch = batch;
        this.window = window;
    }

    /** Opens the session. The channel should run its callbacks directly. */
    public void open(final Channel channel, final CallCredentials credentials, final long sessionId) throws InterruptedException {
        open(channel, credentials, 0, sessionId);
    }

    /** With that engine of several. */
    void open(final Channel channel, final CallCredentials credentials, final int shard, final long sessionId) throws InterruptedException {
        OrderEntryGrpc.newStub(channel).withCallCredentials(credentials).session(this);
        outbound.onNext(ClientFrame.newBuilder().setEstablish(Establish.newBuilder().setShard(shard).setSessionId(sessionId)
                .setCancelOnDisconnect(CancelOnDisconnect.CANCEL_ON_DISCONNECT_NONE).setEventColumns(form == Form.COLUMNS)).build());
        if (!established.await(20, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the session was not established within 20 s" + (ended.get() == null ? "" : ": " + ended.get()));
        }
        failIfEnded();
    }

    @Override
    public void beforeStart(final ClientCallStreamObserver<ClientFrame> stream) {
        outbound = stream;
    }

    // ------------------------------------------------------------------------------------------------ sending

    /** Closed loop until {@code deadlineNs} or until command {@code end}; returns how many have outcomes then. */
    public long saturate(final long deadlineNs, final long end) throws InterruptedException {
        limit = end;
        saturating = true;
        // The first window goes from here; from then on outcomes pull the next batches.
        synchronized (this) {
            fill();
        }
        while (System.nanoTime() < deadlineNs && applied < end) {
            TimeUnit.MILLISECONDS.sleep(1);
            failIfEnded();
        }
        return applied;
    }

    /** Stops a closed loop and waits for what is in flight. */
    public void settle() throws InterruptedException {
        saturating = false;
        synchronized (this) {
            limit = sent;
        }
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (applied < sent) {
            failIfEnded();
            if (System.nanoTime() > deadlineNs) {
                throw new IllegalStateException("outcomes of " + (sent - applied) + " commands did not come within 30 s");
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    /** With lock. */
    private void fill() {
        while (saturating && sent < limit && sent - applied <= window - batch) {
            sendBatch(System.nanoTime());
        }
    }

    private void sendBatch(final long dueNs) {
        final long index = sent;
        final int untilRoundEnds = (int) Math.min(batch, commands.perRound() - index % commands.perRound());
        final int length = (int) Math.min(untilRoundEnds, limit - index);
        final int slot = (int) batchesSent & BATCH_TIMES - 1;
        batchDueNs[slot] = dueNs;
        batchEnd[slot] = index + length;
        sent = index + length;
        batchesSent++;
        outbound.onNext(form == Form.COLUMNS ? commands.columns(firstClientSeq + index, index, length) : commands.frame(firstClientSeq + index, index, length));
    }

    /**
     * Open loop at {@code rate} commands a second until {@code deadlineNs}, recording latencies.
     *
     * @return how far behind its plan the sender was at the end, ns
     */
    public long pace(final double rate, final long deadlineNs) throws InterruptedException {
        limit = commands.count();
        final double intervalNs = batch * 1e9 / rate;
        OpenLoop.begin(intervalNs);
        final long startNs = System.nanoTime();
        long dueNs = startNs;
        for (long number = 0; dueNs < deadlineNs && sent < limit; number++) {
            dueNs = startNs + (long) (number * intervalNs);
            OpenLoop.await(dueNs);
            // Never more in flight than the ring of due times holds.
            while (batchesSent - appliedBatches >= BATCH_TIMES - 1) {
                Thread.onSpinWait();
                failIfEnded();
            }
            failIfEnded();
            sendBatch(dueNs);
        }
        final long behindNs = System.nanoTime() - dueNs;
        settle();
        return behindNs;
    }

    private void failIfEnded() {
        final Status status = ended.get();
        if (status != null) {
            throw status.withDescription("the session ended: " + status.getDescription()).asRuntimeException();
        }
    }

    /** null = nobody listens. */
    public void observer(final Observer newObserver) {
        observer = newObserver;
    }

    /** Latencies are recorded from now on. */
    public void record(final boolean on) {
        recording = on;
    }

    // ------------------------------------------------------------------------------------------------ what the venue says

    @Override
    public void onNext(final ServerFrame frame) {
        switch (frame.getControlCase()) {
            case ESTABLISH_ACK -> {
                firstClientSeq = frame.getEstablishAck().getNextClientSeq();
                established.countDown();
            }
            case NOT_APPLIED -> ended.compareAndSet(null, Status.RESOURCE_EXHAUSTED.withDescription("NotApplied from client_seq "
                    + frame.getNotApplied().getFromClientSeq() + ": " + frame.getNotApplied().getReason() + " "
                    + frame.getNotApplied().getMessage()));
            default -> {
            }
        }
        if (frame.hasEventColumns()) {
            onColumns(frame.getEventColumns());
        }
        for (int i = 0, count = frame.getEventsCount(); i < count; i++) {
            onEvent(frame.getEvents(i));
        }
        final long now = frame.getAppliedClientSeq() - firstClientSeq + 1;
        if (firstClientSeq > 0 && now > applied) {
            onApplied(now);
        }
    }

    private void onApplied(final long now) {
        final long nowNs = recording ? System.nanoTime() : 0;
        final Observer listening = observer;
        final long before = applied;
        applied = now;
        while (batchesApplied < batchesSent) {
            final int slot = (int) batchesApplied & BATCH_TIMES - 1;
            if (batchEnd[slot] > now) {
                break;
            }
            if (recording) {
                latency.recordValueWithCount(Math.clamp(nowNs - batchDueNs[slot], 1, LONGEST_NS), batch);
            }
            if (listening != null) {
                listening.onBatch(recording ? batchDueNs[slot] : 0);
            }
            batchesApplied++;
        }
        appliedBatches = batchesApplied;
        if (saturating && before < now) {
            synchronized (this) {
                fill();
            }
        }
    }

    private void onEvent(final Event event) {
        events++;
        final Observer listening = observer;
        if (listening != null) {
            listening.onEvent(event);
        }
        switch (event.getEventCase()) {
            case EXECUTION -> onExecution(event.getExecution());
            case REJECTED -> rejected++;
            default -> {
            }
        }
    }

    private void onColumns(final EventColumns columns) {
        final int rows = EventRows.count(columns);
        final Observer listening = observer;
        events += rows;
        for (int i = 0; i < rows; i++) {
            if (listening != null) {
                listening.onEvent(EventRows.event(columns, i));
            }
            if (columns.getKindsValue(row(columns.getKindsCount(), i)) == EventKind.EVENT_KIND_EXECUTION_VALUE) {
                final int flags = columns.getFlagsCount() == 0 ? 0 : columns.getFlags(row(columns.getFlagsCount(), i));
                onExecution(columns.getTradeIds(row(columns.getTradeIdsCount(), i)), columns.getClientOrderIds(row(columns.getClientOrderIdsCount(), i)),
                        (flags & EventRows.MAKER) != 0, columns.getPrices(row(columns.getPricesCount(), i)),
                        columns.getQuantities(row(columns.getQuantitiesCount(), i)));
            }
        }
    }

    /** There is a value for each event, or one for all. */
    private static int row(final int count, final int event) {
        return count == 1 ? 0 : event;
    }

    private void onExecution(final Execution execution) {
        onExecution(execution.getTradeId(), execution.getClientOrderId(), execution.getMaker(), execution.getPrice(), execution.getQuantity());
    }

    /** Both sides of a trade are ours: two executions, one after the other. */
    private void onExecution(final long tradeId, final long clientOrderId, final boolean maker, final long price, final long quantity) {
        if (halfTradeId != tradeId) {
            halfTradeId = tradeId;
            halfClientOrderId = clientOrderId;
            return;
        }
        halfTradeId = 0;
        trades++;
        tradedQuantity += quantity;
        mix(StreamCommands.streamId(maker ? clientOrderId : halfClientOrderId));
        mix(StreamCommands.streamId(maker ? halfClientOrderId : clientOrderId));
        mix(price);
        mix(quantity);
    }

    private void mix(final long value) {
        tradeHash = (tradeHash ^ value) * HASH_PRIME;
    }

    @Override
    public void onError(final Throwable fault) {
        ended.compareAndSet(null, Status.fromThrowable(fault));
        established.countDown();
    }

    @Override
    public void onCompleted() {
        ended.compareAndSet(null, Status.UNAVAILABLE.withDescription("the venue ended the stream"));
        established.countDown();
    }

    /** Ends the session. */
    public void close() {
        outbound.cancel("the load is done", null);
    }

    public long applied() {
        return applied;
    }

    public long trades() {
        return trades;
    }

    long tradedQuantity() {
        return tradedQuantity;
    }

    public long rejected() {
        return rejected;
    }

    long events() {
        return events;
    }

    long tradeHash() {
        return tradeHash;
    }

    /** Only after {@link #settle}. */
    public Histogram latency() {
        return latency;
    }
}
