package bourse.engine.shard;

import bourse.sbe.WireLimits;

/**
 * What a shard may hold. Equal on every member and over the whole life of a log: the refusals that follow from it are replicated.
 *
 * @param shard            number of the shard, 0..65535
 * @param maxSessions      1..65,536; each established one takes 1 MiB
 * @param maxAccounts      1..16,777,216
 * @param maxInstruments   1..65,536
 * @param maxFragmentBytes of one fragment of the event stream, 512..65,536
 */
public record ShardConfig(int shard, int maxSessions, int maxAccounts, int maxInstruments, int maxFragmentBytes) {

    public ShardConfig {
        check("shard", shard, 0, 0xFFFF);
        check("maxSessions", maxSessions, 1, 65_536);
        check("maxAccounts", maxAccounts, 1, 1 << 24);
        check("maxInstruments", maxInstruments, 1, 65_536);
        check("maxFragmentBytes", maxFragmentBytes, 512, WireLimits.MAX_EVENT_FRAGMENT_BYTES);
    }

    /** Shard 0: 1,024 sessions, 65,536 accounts, 4,096 instruments. */
    public static ShardConfig defaults() {
        return new ShardConfig(0, 1_024, 65_536, 4_096, WireLimits.MAX_EVENT_FRAGMENT_BYTES);
    }

    private static void check(final String name, final int value, final int min, final int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + min + ".." + max + ")");
        }
    }
}
