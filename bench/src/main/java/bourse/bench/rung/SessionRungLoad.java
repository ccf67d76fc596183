package bourse.bench.rung;

import bourse.bench.grpc.SessionLoad;
import bourse.bench.grpc.StreamCommands;
import bourse.order.v1.Event;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** A session over gRPC's generated stubs: rungs {@code grpc-*}. */
final class SessionRungLoad implements Load {
    private final SessionLoad session;
    private final StreamCommands commands;
    private final FeedWatch feed;
    private final Runnable onClose;
    private volatile StateFold fold;

    /** @param feed listens to the public feed; null = nobody does */
    SessionRungLoad(final SessionLoad session, final StreamCommands commands, final FeedWatch feed, final Runnable onClose) {
        this.session = session;
        this.commands = commands;
        this.feed = feed;
        this.onClose = onClose;
    }

    @Override
    public void complete(final long wanted) throws InterruptedException {
        session.saturate(System.nanoTime() + TimeUnit.MINUTES.toNanos(1), wanted);
        session.settle();
        if (session.applied() != wanted) {
            throw new IllegalStateException("applied: " + session.applied() + " (expected: " + wanted + ")");
        }
    }

    @Override
    public void saturate(final long deadlineNs) throws InterruptedException {
        session.saturate(deadlineNs, commands.count());
        if (session.applied() >= commands.count()) {
            throw new IllegalStateException("the rounds of the stream are used up, commands=" + commands.count());
        }
    }

    @Override
    public void settle() throws InterruptedException {
        session.settle();
    }

    @Override
    public long pace(final double ordersPerSecond, final long deadlineNs) throws InterruptedException {
        session.latency().reset();
        if (feed != null) {
            feed.begin();
        }
        listen();
        session.record(true);
        final long behindNs = session.pace(ordersPerSecond, deadlineNs);
        session.record(false);
        session.observer(null);
        return behindNs;
    }

    private void listen() {
        session.observer(feed == null ? null : new SessionLoad.Observer() {
            @Override
            public void onEvent(final Event event) {
                feed.onReport(event.getEventSeq());
            }

            @Override
            public void onBatch(final long dueNs) {
                feed.onBatch(dueNs);
            }
        });
    }

    @Override
    public long applied() {
        return session.applied();
    }

    @Override
    public Histogram latency() {
        return session.latency();
    }

    @Override
    public Histogram feedLatency() {
        return feed == null ? null : feed.latency();
    }

    @Override
    public void fold(final StateFold newFold) {
        fold = newFold;
        session.observer(newFold == null ? null : new SessionLoad.Observer() {
            @Override
            public void onEvent(final Event event) {
                EventFolding.fold(event, fold);
            }

            @Override
            public void onBatch(final long dueNs) {
                // only the reports count
            }
        });
    }

    @Override
    public void close() {
        session.close();
        onClose.run();
    }
}
