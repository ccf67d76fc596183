package bourse.bench.rung;

import bourse.engine.book.BookMemory;
import bourse.engine.log.AeronLayout;
import bourse.engine.log.AeronLog;
import bourse.engine.log.AeronLogConfig;
import bourse.engine.log.LogControl;
import bourse.engine.log.LogListener;
import bourse.engine.log.LogRole;
import bourse.engine.log.SnapshotReader;
import bourse.engine.log.SnapshotSetup;
import bourse.engine.log.SnapshotWriter;
import bourse.engine.log.SyncLevel;
import bourse.engine.match.LadderMatcher;
import bourse.engine.match.MatcherLimits;
import bourse.engine.shard.LadderMatching;
import bourse.engine.shard.LadderReplica;
import bourse.services.node.SharedMemory;
import bourse.services.transport.ShardAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.IoUtil;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentInvoker;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;

/**
 * An engine with its log in the layout of one thread, as {@code bourse engine} runs it, plus whatever shares that thread. Any thread.
 */
final class EngineSide implements AutoCloseable {
    private static final int MAX_SPINS = 20;
    private static final int MAX_YIELDS = 50;
    private static final long MIN_PARK_NS = TimeUnit.MICROSECONDS.toNanos(20);
    private static final long MAX_PARK_NS = TimeUnit.MICROSECONDS.toNanos(500);
    private static final long READY_NS = TimeUnit.SECONDS.toNanos(30);

    private final SharedMemory shared;
    private final Path bookDirectory;
    private final BookMemory memory;
    private final AeronLog log;
    private final AgentRunner runner;

    EngineSide(final Path directory, final boolean power, final MatcherLimits limits, final Plant plant) {
        final AeronLogConfig config = AeronLogConfig.of(directory.resolve("log")).withLayout(AeronLayout.ONE_THREAD)
                .withSyncLevel(power ? SyncLevel.POWER : SyncLevel.PROCESS);
        bookDirectory = SharedMemory.bookDirectory(config.aeronDirectory());
        // The book is elsewhere; but who is killed leaves the log's shared memory behind, which others may remove then, and not before.
        shared = SharedMemory.take(bookDirectory);
        memory = LadderMatcher.offHeapMemory(limits);
        final LogListener shard = ShardHost.shard(limits, memory, new LadderMatching[1]);
        log = AeronLog.launch(config, plant.burns() ? new Slowed(shard, plant) : shard,
                SnapshotSetup.of(() -> LadderReplica.of(ShardHost.config(limits), limits)));
        runner = new AgentRunner(new BackoffIdleStrategy(MAX_SPINS, MAX_YIELDS, MIN_PARK_NS, MAX_PARK_NS), Throwable::printStackTrace, null,
                log.agent());
        AgentRunner.startOnThread(runner, Thread.ofPlatform().name("sequenced-log").factory());
    }

    /** {@code agent} shares the engine's thread. */
    void add(final Agent agent) {
        log.addColocated(agent);
    }

    /** What must run while something on the engine's thread waits. */
    AgentInvoker driver() {
        return log.driverAgentInvoker();
    }

    ShardAddress address() {
        return new ShardAddress(log.aeronDirectoryName(), AeronLog.INGRESS_CHANNEL, null, AeronLog.INGRESS_STREAM_ID,
                AeronLog.ARCHIVE_CONTROL_CHANNEL, AeronLog.ARCHIVE_CONTROL_STREAM_ID);
    }

    void awaitLeader() {
        final long giveUpNs = System.nanoTime() + READY_NS;
        while (!log.isLeader()) {
            if (System.nanoTime() - giveUpNs > 0) {
                throw new IllegalStateException("the log has no leader after 30 s");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }

    @Override
    public void close() {
        CloseHelper.quietClose(runner);
        memory.close();
        IoUtil.delete(bookDirectory.toFile(), true);
        shared.close();
    }

    /** The same state machine, slower. */
    private record Slowed(LogListener shard, Plant plant) implements LogListener {
        @Override
        public void onRestore(final SnapshotReader snapshot) {
            shard.onRestore(snapshot);
        }

        @Override
        public void onStart(final LogControl control) {
            shard.onStart(control);
        }

        @Override
        public long lastEventSeq() {
            return shard.lastEventSeq();
        }

        @Override
        public long fingerprint() {
            return shard.fingerprint();
        }

        @Override
        public void onCommand(final long position, final long timeNs, final DirectBuffer buffer, final int offset, final int length) {
            ShardHost.burn(plant, buffer, offset);
            shard.onCommand(position, timeNs, buffer, offset, length);
        }

        @Override
        public void onTimer(final long position, final long timeNs, final long timerId) {
            shard.onTimer(position, timeNs, timerId);
        }

        @Override
        public void onTakeSnapshot(final SnapshotWriter snapshot) {
            shard.onTakeSnapshot(snapshot);
        }

        @Override
        public void onRole(final LogRole role) {
            shard.onRole(role);
        }

        @Override
        public void onStop() {
            shard.onStop();
        }
    }
}
