package bourse.services.config;

import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The engine: how it runs and how much it holds. All memory is allocated at start.
 *
 * @param layout             threads of the process, see {@link Layout}
 * @param sync               what an acknowledged order survives, see {@link Sync}
 * @param snapshotInterval   between snapshots of a running engine; 0 = only when it stops
 * @param warmUp             commands sent to a scratch book before the process calls itself warm; 0 = none
 * @param diskReserve        bytes kept free on the disk of {@code dataDir}: below it new orders are refused; 0 = not watched
 * @param logFileBytes       of one file of the log or of the events; space is freed in whole files; for new data directories; a power of two
 * @param logCacheBytes      of the log, and as many of the events, that stay in the system's page cache; what lies further behind is on the disk alone; 0 = what the system keeps
 * @param aeronDir           shared memory of the media driver; empty = derived from {@code dataDir}, below /dev/shm where there is one
 * @param dataDir            where the engine's data are, for a gateway or market data with a data directory of its own: it only reads there; empty = {@code dataDir}
 * @param maxInstruments     1..16,384
 * @param maxOrders          open orders, waiting stops included
 * @param maxLevels          distinct prices with orders, all books together
 * @param maxAccounts        1..1,048,576
 * @param maxSessions        sessions known to the engine
 * @param maxFinishedIds     finished client order ids remembered, all accounts together
 * @param maxPositions       (account, instrument) and (account, asset) pairs
 * @param ladderTicks        prices around the best that are addressed directly; a power of two
 */
public record EngineConfig(Layout layout, Sync sync, Duration snapshotInterval, int warmUp, long diskReserve, int logFileBytes, int logCacheBytes, String aeronDir,
                           String dataDir, int maxInstruments, int maxOrders, int maxLevels, int maxAccounts, int maxSessions, int maxFinishedIds, int maxPositions,
                           int ladderTicks) {
    /** Which threads do the engine's work. */
    public enum Layout {
        /** One thread for media driver, archive, consensus, matching, and in the all-in-one process the gateway's agent too: for few cores. */
        ONE_THREAD,
        /** Aeron's own threads: for machines with cores to spare. */
        ORDINARY
    }

    /** What an acknowledged order survives. */
    public enum Sync {
        /** The death of the process: the operating system has the bytes. */
        PROCESS,
        /** The loss of power: the disk has the bytes; costs a sync per group of commands. */
        POWER
    }

    /** The same, with shared memory elsewhere and its data in the configuration's own directory. */
    EngineConfig withAeronDir(final String directory) {
        return new EngineConfig(layout, sync, snapshotInterval, warmUp, diskReserve, logFileBytes, logCacheBytes, directory, "", maxInstruments, maxOrders, maxLevels,
            maxAccounts, maxSessions, maxFinishedIds, maxPositions, ladderTicks);
    }

    /** What the state machine refuses by: part of what a log means. By key. */
    public SortedMap<String, Integer> limits() {
        return new TreeMap<>(Map.of("maxInstruments", maxInstruments, "maxOrders", maxOrders, "maxLevels", maxLevels, "maxAccounts", maxAccounts, "maxSessions", maxSessions,
            "maxFinishedIds", maxFinishedIds, "maxPositions", maxPositions, "ladderTicks", ladderTicks));
    }

    /** The same with other {@link #limits}. */
    public EngineConfig withLimits(final Map<String, Integer> limits) {
        return new EngineConfig(layout, sync, snapshotInterval, warmUp, diskReserve, logFileBytes, logCacheBytes, aeronDir, dataDir, limits.get("maxInstruments"),
            limits.get("maxOrders"), limits.get("maxLevels"), limits.get("maxAccounts"), limits.get("maxSessions"), limits.get("maxFinishedIds"),
            limits.get("maxPositions"), limits.get("ladderTicks"));
    }

    static EngineConfig read(final ConfigSection section, final Profile profile) {
        final EngineConfig config = new EngineConfig(
            section.choice("layout", profile.layout()),
            section.choice("sync", Sync.PROCESS),
            section.duration("snapshotInterval", Duration.ofMinutes(10), Duration.ZERO, Duration.ofDays(7)),
            section.integer("warmUp", 400_000, 0, 100_000_000),
            section.integer("diskReserve", 64 << 20, 0, 1 << 30),
            powerOfTwo(section, "logFileBytes", 64 << 20, 1 << 20, 1 << 30),
            section.integer("logCacheBytes", 256 << 20, 0, 1 << 30),
            section.text("aeronDir", ""),
            section.text("dataDir", ""),
            section.integer("maxInstruments", 256, 1, 1 << 14),
            section.integer("maxOrders", 1 << 20, 16, 1 << 24),
            section.integer("maxLevels", 1 << 18, 16, 1 << 24),
            section.integer("maxAccounts", 1 << 14, 1, 1 << 20),
            section.integer("maxSessions", 1024, 1, 1 << 16),
            section.integer("maxFinishedIds", 1 << 21, 0, 1 << 28),
            section.integer("maxPositions", 1 << 18, 16, 1 << 24),
            powerOfTwo(section, "ladderTicks", 1 << 13, 64, 1 << 20));
        section.end();
        return config;
    }

    private static int powerOfTwo(final ConfigSection section, final String key, final int otherwise, final int min, final int max) {
        final int value = section.integer(key, otherwise, min, max);
        if (Integer.bitCount(value) != 1) {
            throw section.bad(key, value, "a power of two");
        }
        return value;
    }
}
