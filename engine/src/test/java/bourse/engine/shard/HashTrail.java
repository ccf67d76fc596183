package bourse.engine.shard;

import bourse.engine.log.SimulatedLog;
import bourse.engine.log.SimulationFaults;
import bourse.engine.match.MatcherLimits;

import java.util.ArrayList;
import java.util.List;

/** The state hashes of one stream, after every 65,536 commands. Also a program of its own, to be run by another virtual machine. */
public final class HashTrail {
    static final int COMMANDS_PER_HASH = 65_536;
    private static final int BATCH = 64;
    private static final int ACCOUNT = 10;
    private static final long SESSION = 100;
    private static final MatcherLimits LIMITS = new MatcherLimits(4, 1 << 15, 1 << 10, 16, 1 << 17, 256, 256);
    private static final ShardConfig CONFIG = new ShardConfig(0, 4, 16, 4, 64 * 1024);

    private HashTrail() {
    }

    /** Prints one hash a line: {@code HashTrail SEED HASHES}. */
    public static void main(final String[] args) {
        of(Long.parseLong(args[0]), Integer.parseInt(args[1])).forEach(System.out::println);
    }

    static List<String> of(final long seed, final int hashes) {
        final List<String> trail = new ArrayList<>();
        try (LadderReplica replica = LadderReplica.of(CONFIG, LIMITS)) {
            final SimulatedLog log = new SimulatedLog(seed, 1_700_000_000_000_000_000L, SimulationFaults.none());
            log.start(replica.shard());
            final Commands commands = new Commands();
            submit(log, commands.instrument(1, "ONE"));
            submit(log, commands.instrument(2, "TWO"));
            submit(log, commands.establish(ACCOUNT, SESSION, 0, 0));
            final RandomFlow flow = new RandomFlow(seed, ACCOUNT, SESSION, 3);
            for (int i = 0; i < hashes; i++) {
                for (int batch = 0; batch < COMMANDS_PER_HASH / BATCH; batch++) {
                    flow.next(BATCH, 1);
                    log.submit(flow.buffer(), 0, flow.length());
                    log.drain();
                }
                trail.add(Long.toHexString(replica.shard().stateHash()));
            }
        }
        return trail;
    }

    private static void submit(final SimulatedLog log, final Commands command) {
        log.submit(command.buffer(), 0, command.length());
        log.drain();
    }
}
