package bourse.engine.log;

import java.nio.file.Path;
import java.util.Objects;

import org.agrona.BitUtil;

/**
 * How one embedded member of the log runs, alone or as one of several.
 *
 * @param dataDirectory        holds the log, its snapshots and the recorded events; one process at a time, guarded by a lock file
 * @param aeronDirectory       shared memory of the media driver; deleted and made anew at each start
 * @param name                 of the venue, for logs and client names; 1..32 characters
 * @param layout               which threads
 * @param syncLevel            what an acknowledgement survives
 * @param termBytes            of each stream but the events; a power of two, 65,536..1 GiB. The longest message is an eighth of it
 * @param eventTermBytes       of the event stream, likewise; a live reader may lag by a quarter of it before it is put off
 * @param segmentBytes         of one recorded file; a power of two, a multiple of the terms
 * @param cachedBytes          of each recording that is written stay in the system's page cache, in whole steps of {@link RecordedPages#STEP_BYTES}; 0 = whatever it keeps
 * @param ipcMtuBytes          longest frame in shared memory, a multiple of 32, 1,408..65,504; longer messages are cut into several
 * @param members              of a replicated log; null = one member alone, which uses shared memory and ports of its own choice on loopback
 * @param driverEveryCycles    ONE_THREAD: the driver runs in every n-th cycle, 1..1,024, and in every idle one
 * @param sessionTimeoutMs     a connection of a gateway that is silent for so long is closed
 * @param clientLivenessMs     a client of the media driver that does not move for so long is dead; also what a stop of the whole process may last
 * @param eventStreamTimeoutMs the engine waits so long for the archive to record events, then the process stops
 */
public record AeronLogConfig(Path dataDirectory, Path aeronDirectory, String name, AeronLayout layout, SyncLevel syncLevel,
                             int termBytes, int eventTermBytes, int segmentBytes, int cachedBytes, int ipcMtuBytes, LogMembers members,
                             int driverEveryCycles, long sessionTimeoutMs, long clientLivenessMs, long eventStreamTimeoutMs) {

    private static final int MIN_TERM_BYTES = 64 * 1024;
    private static final int MAX_TERM_BYTES = 1 << 30;
    private static final int MAX_MTU_BYTES = 65_504;
    /** Frames of a new event stream: its readers never have to put a fragment together. A recording keeps the ones it began with. */
    static final int EVENT_MTU_BYTES = MAX_MTU_BYTES;
    /** The longest event fragment that is one frame. */
    public static final int MAX_EVENT_FRAME_BYTES = EVENT_MTU_BYTES - 32;

    public AeronLogConfig {
        Objects.requireNonNull(dataDirectory, "dataDirectory");
        Objects.requireNonNull(aeronDirectory, "aeronDirectory");
        Objects.requireNonNull(layout, "layout");
        Objects.requireNonNull(syncLevel, "syncLevel");
        if (name.isBlank() || name.length() > 32) {
            throw new IllegalArgumentException("name: '" + name + "' (expected: 1..32 characters)");
        }
        checkPowerOfTwo("termBytes", termBytes, MIN_TERM_BYTES, MAX_TERM_BYTES);
        checkPowerOfTwo("eventTermBytes", eventTermBytes, MIN_TERM_BYTES, MAX_TERM_BYTES);
        checkPowerOfTwo("segmentBytes", segmentBytes, Math.max(termBytes, eventTermBytes), MAX_TERM_BYTES);
        check("cachedBytes", cachedBytes, 0, MAX_TERM_BYTES);
        check("ipcMtuBytes", ipcMtuBytes, 1_408, MAX_MTU_BYTES);
        if (ipcMtuBytes % 32 != 0) {
            throw new IllegalArgumentException("ipcMtuBytes: " + ipcMtuBytes + " (expected: a multiple of 32)");
        }
        check("driverEveryCycles", driverEveryCycles, 1, 1_024);
        check("sessionTimeoutMs", sessionTimeoutMs, 500, 600_000);
        check("clientLivenessMs", clientLivenessMs, 500, 600_000);
        check("eventStreamTimeoutMs", eventStreamTimeoutMs, 100, 600_000);
    }

    /**
     * Terms of 8 MiB, events of 16 MiB, files of 64 MiB, 256 MiB of each recording in memory, frames of 16 KiB, a member alone; shared memory under {@code /dev/shm} where there is
     * one, named after the data directory.
     */
    public static AeronLogConfig of(final Path dataDirectory) {
        return new AeronLogConfig(dataDirectory, defaultAeronDirectory(dataDirectory), "bourse", AeronLayout.ORDINARY,
                SyncLevel.PROCESS, 8 << 20, 16 << 20, 64 << 20, 256 << 20, 16 * 1024, null, 16, 10_000, 40_000, 10_000);
    }

    public AeronLogConfig withLayout(final AeronLayout newLayout) {
        return new AeronLogConfig(dataDirectory, aeronDirectory, name, newLayout, syncLevel, termBytes, eventTermBytes,
                segmentBytes, cachedBytes, ipcMtuBytes, members, driverEveryCycles, sessionTimeoutMs, clientLivenessMs, eventStreamTimeoutMs);
    }

    public AeronLogConfig withSyncLevel(final SyncLevel newSyncLevel) {
        return new AeronLogConfig(dataDirectory, aeronDirectory, name, layout, newSyncLevel, termBytes, eventTermBytes,
                segmentBytes, cachedBytes, ipcMtuBytes, members, driverEveryCycles, sessionTimeoutMs, clientLivenessMs, eventStreamTimeoutMs);
    }

    public AeronLogConfig withAeronDirectory(final Path newAeronDirectory) {
        return new AeronLogConfig(dataDirectory, newAeronDirectory, name, layout, syncLevel, termBytes, eventTermBytes,
                segmentBytes, cachedBytes, ipcMtuBytes, members, driverEveryCycles, sessionTimeoutMs, clientLivenessMs, eventStreamTimeoutMs);
    }

    public AeronLogConfig withTerms(final int newTermBytes, final int newEventTermBytes, final int newSegmentBytes) {
        return new AeronLogConfig(dataDirectory, aeronDirectory, name, layout, syncLevel, newTermBytes, newEventTermBytes,
                newSegmentBytes, cachedBytes, ipcMtuBytes, members, driverEveryCycles, sessionTimeoutMs, clientLivenessMs, eventStreamTimeoutMs);
    }

    /** With as much of each recording in memory. */
    public AeronLogConfig withCachedBytes(final int newCachedBytes) {
        return new AeronLogConfig(dataDirectory, aeronDirectory, name, layout, syncLevel, termBytes, eventTermBytes,
                segmentBytes, newCachedBytes, ipcMtuBytes, members, driverEveryCycles, sessionTimeoutMs, clientLivenessMs, eventStreamTimeoutMs);
    }

    /** One of several members. */
    public AeronLogConfig withMembers(final LogMembers newMembers) {
        return new AeronLogConfig(dataDirectory, aeronDirectory, name, layout, syncLevel, termBytes, eventTermBytes,
                segmentBytes, cachedBytes, ipcMtuBytes, newMembers, driverEveryCycles, sessionTimeoutMs, clientLivenessMs, eventStreamTimeoutMs);
    }

    /** There are other members. */
    public boolean isReplicated() {
        return members != null;
    }

    public AeronLogConfig withTimeouts(final long newSessionTimeoutMs, final long newClientLivenessMs,
                                       final long newEventStreamTimeoutMs) {
        return new AeronLogConfig(dataDirectory, aeronDirectory, name, layout, syncLevel, termBytes, eventTermBytes,
                segmentBytes, cachedBytes, ipcMtuBytes, members, driverEveryCycles, newSessionTimeoutMs, newClientLivenessMs,
                newEventStreamTimeoutMs);
    }

    /** Of Aeron's mark files: beside the media driver's directory, which that driver deletes when it starts. */
    Path marksDirectory() {
        return aeronDirectory.resolveSibling(aeronDirectory.getFileName() + "-marks");
    }

    private static Path defaultAeronDirectory(final Path dataDirectory) {
        final Path sharedMemory = Path.of("/dev/shm");
        final Path base = sharedMemory.toFile().isDirectory() ? sharedMemory : Path.of(System.getProperty("java.io.tmpdir"));
        final String user = System.getProperty("user.name", "user").replaceAll("[^A-Za-z0-9_-]", "_");
        final int hash = dataDirectory.toAbsolutePath().normalize().toString().hashCode();
        return base.resolve("bourse-" + user + "-" + Integer.toHexString(hash));
    }

    private static void check(final String name, final long value, final long min, final long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + min + ".." + max + ")");
        }
    }

    private static void checkPowerOfTwo(final String name, final int value, final int min, final int max) {
        check(name, value, min, max);
        if (!BitUtil.isPowerOfTwo(value)) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: a power of two)");
        }
    }
}
