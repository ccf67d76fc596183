package bourse.engine.system;

import java.nio.file.Path;

import bourse.engine.book.BookMemory;
import bourse.engine.log.AeronLayout;
import bourse.engine.log.AeronLog;
import bourse.engine.log.AeronLogConfig;
import bourse.engine.log.SnapshotSetup;
import bourse.engine.log.SyncLevel;
import bourse.engine.match.LadderMatcher;
import bourse.engine.match.MatcherLimits;
import bourse.engine.shard.LadderMatching;
import bourse.engine.shard.LadderReplica;
import bourse.engine.shard.Shard;
import bourse.engine.shard.ShardConfig;
import bourse.sbe.WireLimits;

import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;

/** An engine in a process of its own: {@code EngineProcess DIRECTORY LAYOUT SYNC}. Prints "ready" when it leads; ends when its input does. */
public final class EngineProcess {
    private EngineProcess() {
    }

    static AeronLogConfig config(final Path directory) {
        return AeronLogConfig.of(directory.resolve("data")).withAeronDirectory(directory.resolve("aeron"))
                .withTerms(1 << 20, 16 << 20, 16 << 20);
    }

    static Shard shard(final BookMemory memory, final MatcherLimits limits) {
        return new Shard(new ShardConfig(0, 16, 16, limits.maxInstruments(), WireLimits.MAX_EVENT_FRAGMENT_BYTES),
                listener -> new LadderMatching(limits, memory, listener));
    }

    static SnapshotSetup snapshots(final MatcherLimits limits) {
        return SnapshotSetup.of(() -> LadderReplica.of(new ShardConfig(0, 16, 16, limits.maxInstruments(), WireLimits.MAX_EVENT_FRAGMENT_BYTES), limits));
    }

    public static void main(final String[] args) throws Exception {
        final AeronLogConfig config = config(Path.of(args[0])).withLayout(AeronLayout.valueOf(args[1]))
                .withSyncLevel(SyncLevel.valueOf(args[2]));
        final MatcherLimits limits = MatcherLimits.small();
        try (BookMemory memory = LadderMatcher.offHeapMemory(limits);
             AeronLog log = AeronLog.launch(config, shard(memory, limits), snapshots(limits))) {
            final AgentRunner runner = config.layout() == AeronLayout.ORDINARY ? null
                    : new AgentRunner(new BackoffIdleStrategy(), Throwable::printStackTrace, null, log.agent());
            if (runner != null) {
                AgentRunner.startOnThread(runner);
            }
            while (!log.isLeader()) {
                Thread.sleep(1);
            }
            System.out.println("ready");
            System.out.flush();
            while (System.in.read() != -1) {
                Thread.onSpinWait();
            }
            log.takeLastSnapshot(10_000);
            if (runner != null) {
                runner.close();
            }
        }
    }
}
