package bourse.services.node;

import bourse.engine.book.BookMemory;
import bourse.engine.log.AeronLayout;
import bourse.engine.log.AeronLog;
import bourse.engine.log.AeronLogConfig;
import bourse.engine.log.SnapshotSetup;
import bourse.engine.match.LadderMatcher;
import bourse.engine.match.MatcherLimits;
import bourse.engine.shard.LadderMatching;
import bourse.engine.shard.LadderReplica;
import bourse.engine.shard.Shard;
import bourse.engine.shard.ShardConfig;
import bourse.engine.thread.ThreadPriority;
import org.agrona.IoUtil;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Takes snapshots in a log of its own until the code that stops the engine for each of them is compiled: connecting to the archive, two recordings, the cluster's record. Cold, it
 * takes the engine's thread ten to twenty milliseconds; a venue takes one every ten minutes and would be cold for an hour. Nothing of it can be seen from outside: the
 * log lies beside the engine's shared memory and goes away. The compiler works at full priority whatever asks it to, so a venue with work to do gets one
 * snapshot in ten seconds only: sixty before the first of its own.
 */
final class LogWarmUp implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogWarmUp.class);
    private static final int SNAPSHOTS = 100;
    private static final int TERM_BYTES = 1 << 20;
    private static final long SNAPSHOT_TIMEOUT_MS = 30_000;
    private static final long CLOSE_TIMEOUT_MS = 500;
    /** More of the log than this applied in a second is work: some ten thousand orders. */
    private static final long BUSY_BYTES = 1 << 20;
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LOOKS_A_SECOND = TimeUnit.SECONDS.toNanos(1) / LOOK_NS;
    private static final long MAX_LOOKS = 10 * LOOKS_A_SECOND;
    private static final long MAX_PARK_NS = TimeUnit.MILLISECONDS.toNanos(1);
    /** Between two snapshots this log has nothing to do, and shall not look for work a thousand times a second. */
    private static final long RESTING_PARK_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long MIN_PARK_NS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final int SPINS = 10;
    private static final int YIELDS = 5;
    private static final long START_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);

    private final Path directory;
    private final AeronLayout layout;
    private final LongSupplier applied;
    /** Held while it runs. */
    private final ReentrantLock running = new ReentrantLock();
    private volatile boolean isClosing;
    private volatile boolean isResting;

    /**
     * @param directory in shared memory, made and removed
     * @param applied   position in the venue's own log
     */
    LogWarmUp(final Path directory, final AeronLayout layout, final LongSupplier applied) {
        this.applied = applied;
        this.directory = directory;
        this.layout = layout;
    }

    /** Returns when it is done or {@link #close() closed}. Thread: the caller's, of which only the lowest priority is left. */
    void run() {
        running.lock();
        try {
            if (!isClosing) {
                warmUp();
            }
        } finally {
            running.unlock();
        }
    }

    private void warmUp() {
        ThreadPriority.lowest();
        giveWay();
        if (isClosing) {
            return;
        }
        IoUtil.delete(directory.toFile(), true);
        final MatcherLimits limits = MatcherLimits.small();
        final ShardConfig shardConfig = new ShardConfig(0, 4, 256, 8, AeronLogConfig.MAX_EVENT_FRAME_BYTES);
        try (BookMemory memory = LadderMatcher.offHeapMemory(limits)) {
            final AeronLogConfig config = AeronLogConfig.of(directory.resolve("log")).withAeronDirectory(directory.resolve("driver")).withLayout(layout)
                .withTerms(TERM_BYTES, TERM_BYTES, TERM_BYTES).withCachedBytes(0);
            final AeronLog log = AeronLog.launch(config, new Shard(shardConfig, listener -> new LadderMatching(limits, memory, listener)),
                SnapshotSetup.of(() -> LadderReplica.of(shardConfig, limits)), (reason, cause) -> LOG.debug("the log for warming up has ended: {}", reason, cause));
            try (AutoCloseable ignored = layout == AeronLayout.ONE_THREAD ? thread(log) : log) {
                takeSnapshots(log);
            }
        } catch (final Exception e) {
            if (!isClosing) {
                LOG.info("snapshots could not be warmed up, the first ones will stop the engine for longer: {}", e.toString());
            }
        } finally {
            IoUtil.delete(directory.toFile(), true);
        }
    }

    private AgentRunner thread(final AeronLog log) {
        final AgentRunner runner = new AgentRunner(new Resting(), thrown -> LOG.debug("while warming up", thrown), null, log.agent());
        AgentRunner.startOnThread(runner, work -> Thread.ofPlatform().name("log-warm-up").daemon().unstarted(() -> {
            ThreadPriority.lowest();
            work.run();
        }));
        return runner;
    }

    private void takeSnapshots(final AeronLog log) {
        final long begunNs = System.nanoTime();
        while (!log.isLeader() && !isClosing && System.nanoTime() - begunNs < START_TIMEOUT_NS) {
            LockSupport.parkNanos(1_000_000);
        }
        for (int i = 0; i < SNAPSHOTS && !isClosing; i++) {
            if (log.takeSnapshot(SNAPSHOT_TIMEOUT_MS) < 0) {
                throw new IllegalStateException("snapshot " + i + " did not come");
            }
            giveWay();
        }
        LOG.debug("{} snapshots for warming up took {} ms", SNAPSHOTS, (System.nanoTime() - begunNs) / 1_000_000);
    }

    /** Returns after one look when the venue has little to do, else after ten seconds. */
    private void giveWay() {
        long before = applied.getAsLong();
        for (int look = 0; look < MAX_LOOKS && !isClosing; look++) {
            LockSupport.parkNanos(LOOK_NS);
            final long now = applied.getAsLong();
            if (now - before < BUSY_BYTES / LOOKS_A_SECOND) {
                break;
            }
            before = now;
            isResting = true;
        }
        isResting = false;
    }

    /** Sleeps for long while there is no snapshot to be taken. */
    private final class Resting implements IdleStrategy {
        private final IdleStrategy ordinary = new BackoffIdleStrategy(SPINS, YIELDS, MIN_PARK_NS, MAX_PARK_NS);

        @Override
        public void idle(final int workCount) {
            if (workCount > 0) {
                reset();
            } else {
                idle();
            }
        }

        @Override
        public void idle() {
            if (isResting) {
                LockSupport.parkNanos(RESTING_PARK_NS);
            } else {
                ordinary.idle();
            }
        }

        @Override
        public void reset() {
            ordinary.reset();
        }
    }

    /** Ends a run, and waits a moment for its end: on a busy machine nothing may be left for it, and what it leaves behind the next start removes. Any thread. */
    @Override
    public void close() {
        isClosing = true;
        try {
            if (running.tryLock(CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
                running.unlock();
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
