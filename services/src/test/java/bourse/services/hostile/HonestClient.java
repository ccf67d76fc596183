package bourse.services.hostile;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

import bourse.order.v1.Batch;
import bourse.order.v1.Cancel;
import bourse.order.v1.ClientFrame;
import bourse.order.v1.Command;
import bourse.order.v1.Establish;
import bourse.order.v1.NewOrder;
import bourse.order.v1.OrderEntryGrpc;
import bourse.order.v1.ServerFrame;
import bourse.order.v1.Side;
import bourse.services.client.BearerToken;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;

/**
 * Sends an order and its cancellation at a steady rate, whatever happens, and times each pair from when it was due until it is applied (open
 * loop: what it had to wait for counts). Threads: its own, and the channel's.
 */
final class HonestClient implements AutoCloseable {
    private static final int PAIRS_A_SECOND = 500;
    private static final int REMEMBERED = 1 << 16;

    private final long[] dueNs = new long[REMEMBERED];
    private final Thread sender = new Thread(this::sendAll, "honest-client");
    private final StreamObserver<ClientFrame> requests;
    private volatile Histogram latencies = empty();
    private volatile boolean running = true;
    private volatile long applied;
    private volatile long sent;
    private volatile Throwable failure;

    HonestClient(final ManagedChannel channel, final BearerToken token) {
        requests = OrderEntryGrpc.newStub(channel).withCallCredentials(token).session(new StreamObserver<>() {
            @Override
            public void onNext(final ServerFrame frame) {
                onFrame(frame);
            }

            @Override
            public void onError(final Throwable t) {
                failure = t;
            }

            @Override
            public void onCompleted() {
                running = false;
            }
        });
        requests.onNext(ClientFrame.newBuilder().setEstablish(Establish.newBuilder().setSessionId(1)).build());
        sender.start();
    }

    private static Histogram empty() {
        return new ConcurrentHistogram(TimeUnit.MINUTES.toMicros(1), 3);
    }

    private void onFrame(final ServerFrame frame) {
        if (frame.hasNotApplied()) {
            failure = new AssertionError("not applied: " + frame.getNotApplied());
        }
        final long nowNs = System.nanoTime();
        final long newest = frame.getAppliedClientSeq();
        for (long seq = applied + 1; seq <= newest; seq++) {
            if (seq % 2 == 0) {
                latencies.recordValue(Math.min(TimeUnit.MINUTES.toMicros(1), (nowNs - dueNs[(int) (seq & REMEMBERED - 1)]) / 1_000));
            }
        }
        applied = Math.max(applied, newest);
    }

    private void sendAll() {
        final long intervalNs = TimeUnit.SECONDS.toNanos(1) / PAIRS_A_SECOND;
        long due = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(500);
        while (running && failure == null) {
            while (due - System.nanoTime() > 0) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            final long order = sent + 1;
            dueNs[(int) (sent + 2 & REMEMBERED - 1)] = due;
            requests.onNext(ClientFrame.newBuilder().setBatch(Batch.newBuilder().setFirstClientSeq(order)
                .addCommands(Command.newBuilder().setNew(NewOrder.newBuilder().setClientOrderId(order).setInstrumentId(1).setSide(Side.SIDE_BUY)
                    .setPrice(1).setQuantity(1)))
                .addCommands(Command.newBuilder().setCancel(Cancel.newBuilder().setClientOrderId(order)))).build());
            sent = order + 1;
            due += intervalNs;
        }
    }

    /** Forgets what was timed and begins anew. */
    void startTiming() {
        latencies = empty();
    }

    /** What was timed since, in µs. */
    Histogram timed() {
        return latencies.copy();
    }

    /** Waits until everything that was sent until now is applied. */
    void awaitAll() throws InterruptedException {
        final long upTo = sent;
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (applied < upTo) {
            check();
            if (System.nanoTime() - deadlineNs > 0) {
                throw new AssertionError("the honest client waits: applied " + applied + " (expected: " + upTo + ")");
            }
            Thread.sleep(1);
        }
    }

    /** Nothing ever went wrong for it. */
    void check() {
        if (failure != null) {
            throw new AssertionError("the honest client was hurt", failure);
        }
    }

    @Override
    public void close() throws InterruptedException {
        running = false;
        sender.join();
        requests.onCompleted();
    }
}
