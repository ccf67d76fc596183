package bourse.bench.feed;

import bourse.marketdata.receiver.FeedAddresses;
import bourse.marketdata.receiver.FeedAgent;
import bourse.marketdata.receiver.FeedListener;
import bourse.marketdata.receiver.OrderBook;
import bourse.marketdata.receiver.ReceiverConfig;
import bourse.marketdata.receiver.ReceiverCounters;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.concurrent.locks.LockSupport;

/** A customer of the feed on a thread of its own in this process: both lines, snapshots, recovery, books, checksums. */
final class FeedReader implements AutoCloseable {
    private static final long IDLE_NS = 50_000;

    private final FeedAgent agent;
    private final Thread thread;
    private volatile boolean running = true;
    private volatile long nextSeq;

    FeedReader(final FeedAddresses addresses) throws IOException {
        agent = FeedAgent.open(addresses, ReceiverConfig.defaults(), FeedListener.NONE);
        thread = Thread.ofPlatform().name("feed-reader").start(this::run);
    }

    private void run() {
        while (running) {
            if (agent.doWork() == 0) {
                LockSupport.parkNanos(IDLE_NS);
            }
            nextSeq = agent.receiver().nextSeq();
        }
    }

    /** CPU time of its thread so far, nanoseconds. */
    long cpuNs() {
        return ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.threadId());
    }

    /** The sequence that it waits for. */
    long nextSeq() {
        return nextSeq;
    }

    /** Ends the thread; after that the others below may be asked. */
    void stop() throws InterruptedException {
        running = false;
        thread.join();
    }

    ReceiverCounters counters() {
        return agent.receiver().counters();
    }

    /** Whether every book is the venue's, as far as its checksums have said. */
    boolean isInSync() {
        return !agent.receiver().books().all().isEmpty() && agent.receiver().books().all().stream().allMatch(OrderBook::isSynced)
            && counters().checksumsFailed() == 0;
    }

    @Override
    public void close() {
        agent.onClose();
    }
}
