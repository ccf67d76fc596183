package bourse.engine.log;

import bourse.engine.events.EventSink;

import io.aeron.cluster.service.Cluster;

/** {@link LogControl} over Aeron's {@code Cluster}. Thread: the service's. */
final class AeronLogControl implements LogControl {
    private static final long TIMER_OFFER_TIMEOUT_NS = 10_000_000_000L;

    private final Cluster cluster;
    private final EventSink events;

    AeronLogControl(final Cluster cluster, final EventSink events) {
        this.cluster = cluster;
        this.events = events;
    }

    @Override
    public void scheduleTimer(final long timerId, final long deadlineNs) {
        final long giveUpNs = System.nanoTime() + TIMER_OFFER_TIMEOUT_NS;
        while (!cluster.scheduleTimer(timerId, deadlineNs)) {
            awaitConsensusModule(giveUpNs, "scheduling a timer");
        }
    }

    @Override
    public void cancelTimer(final long timerId) {
        final long giveUpNs = System.nanoTime() + TIMER_OFFER_TIMEOUT_NS;
        while (!cluster.cancelTimer(timerId)) {
            awaitConsensusModule(giveUpNs, "cancelling a timer");
        }
    }

    @Override
    public EventSink events() {
        return events;
    }

    @Override
    public void idle() {
        cluster.idleStrategy().idle();
    }

    private void awaitConsensusModule(final long giveUpNs, final String what) {
        if (System.nanoTime() - giveUpNs > 0) {
            throw new IllegalStateException("consensus module does not take messages: " + what);
        }
        cluster.idleStrategy().idle();
    }
}
