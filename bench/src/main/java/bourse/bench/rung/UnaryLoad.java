package bourse.bench.rung;

import bourse.bench.grpc.OpenLoop;
import bourse.bench.grpc.StreamCommands;
import bourse.order.v1.OrderEntryGrpc;
import bourse.order.v1.SubmitRequest;
import bourse.order.v1.SubmitResponse;
import io.grpc.CallCredentials;
import io.grpc.Channel;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Rung {@code grpc-unary}: one order, one call, one answer, then the next. The prefix goes in calls of many orders, in the same session. */
final class UnaryLoad implements Load {
    private static final int PREFIX_BATCH = 250;

    private final OrderEntryGrpc.OrderEntryBlockingStub stub;
    private final StreamCommands commands;
    private final long sessionId;
    private final Histogram latency = new Histogram(DrivenLoad.LONGEST_NS, 3);
    private long applied;
    private StateFold fold;

    UnaryLoad(final Channel channel, final CallCredentials credentials, final StreamCommands commands, final long sessionId) {
        stub = OrderEntryGrpc.newBlockingStub(channel).withCallCredentials(credentials);
        this.commands = commands;
        this.sessionId = sessionId;
    }

    private void call(final int count) {
        final SubmitRequest.Builder request = SubmitRequest.newBuilder().setSessionId(sessionId).setFirstClientSeq(applied + 1);
        for (int i = 0; i < count; i++) {
            request.addCommands(commands.command(applied + i));
        }
        final SubmitResponse response = stub.withDeadlineAfter(20, TimeUnit.SECONDS).submit(request.build());
        if (response.hasNotApplied()) {
            throw new IllegalStateException("NotApplied: " + response.getNotApplied().getReason() + " "
                    + response.getNotApplied().getMessage());
        }
        applied += count;
        if (fold != null) {
            response.getEventsList().forEach(event -> EventFolding.fold(event, fold));
        }
    }

    @Override
    public void complete(final long wanted) {
        while (applied < wanted) {
            call((int) Math.min(PREFIX_BATCH, wanted - applied));
        }
    }

    @Override
    public void saturate(final long deadlineNs) {
        while (System.nanoTime() < deadlineNs) {
            call(1);
        }
    }

    @Override
    public void settle() {
        // nothing is ever in flight between two calls
    }

    @Override
    public long pace(final double ordersPerSecond, final long deadlineNs) {
        latency.reset();
        OpenLoop.begin(1e9 / ordersPerSecond);
        final long startNs = System.nanoTime();
        long dueNs = startNs;
        for (long number = 0; dueNs < deadlineNs; number++) {
            dueNs = startNs + (long) (number * 1e9 / ordersPerSecond);
            OpenLoop.await(dueNs);
            call(1);
            latency.recordValue(Math.clamp(System.nanoTime() - dueNs, 1, DrivenLoad.LONGEST_NS));
        }
        return System.nanoTime() - dueNs;
    }

    @Override
    public long applied() {
        return applied;
    }

    @Override
    public Histogram latency() {
        return latency;
    }

    @Override
    public void fold(final StateFold newFold) {
        fold = newFold;
    }

    @Override
    public void close() {
        // the channel belongs to the venue
    }
}
