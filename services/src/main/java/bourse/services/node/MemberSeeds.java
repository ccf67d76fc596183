package bourse.services.node;

import bourse.engine.log.LogLimits;
import bourse.engine.log.RecordedLog;
import bourse.engine.log.Terminator;
import bourse.engine.store.DamageException;
import bourse.engine.store.FrameScan;
import bourse.engine.store.Recording;
import bourse.engine.store.RecordingCatalog;
import bourse.engine.store.RecordingReader;
import bourse.services.config.ClusterConfig;
import bourse.services.config.VenueConfig;
import org.agrona.CloseHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Gives a member that has no data, or whose log ends before the others' begins, a copy of another member's; and gives others copies of this one's. Aeron's
 * own catching up starts from a log; where the beginning of the log has been pruned, or the state is needed beside it, a copy must come first. Cold.
 *
 * <pre>
 *   no data ──► every other member says that it has none ─────────────────► a new venue
 *          └──► one serves in a quorum ──► copy of its data, checksums ────► log/, started like after a kill
 *          └──► neither: wait, and say so
 * </pre>
 *
 * A copy is only taken of a member in a quorum: it has all that was ever acknowledged. A member alone may lack the end of it, so an operator decides
 * (docs/OPERATIONS.md). Thread: the process's main one; serving has its own.
 */
final class MemberSeeds implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MemberSeeds.class);
    private static final long RETRY_MS = 200;
    private static final long WATCH_MS = 10_000;
    private static final long TELL_EVERY = 50;

    private final VenueConfig config;
    private final Path log;
    private final SeedServer server;
    private Thread watch;
    private volatile BooleanSupplier serves = () -> false;
    private volatile BooleanSupplier leads = () -> false;

    private MemberSeeds(final VenueConfig config) throws IOException {
        this.config = config;
        log = EngineNode.logDirectory(config);
        final ClusterConfig.Member own = config.cluster().members().get(config.cluster().member());
        final Supplier<SeedState> state = this::state;
        server = new SeedServer(own.host(), seedPort(own), config.dataDir(), state);
    }

    /** Answers other members from now on: that there is nothing here yet, until {@link #serve}. */
    static MemberSeeds open(final VenueConfig config) throws IOException {
        return new MemberSeeds(config);
    }

    /**
     * The engine runs. When it is in no quorum because the others have pruned what it needs, it ends the process: the next start takes a copy.
     */
    void serve(final BooleanSupplier isServing, final BooleanSupplier isLeader, final Terminator terminator) {
        leads = isLeader;
        serves = isServing;
        watch = Thread.ofPlatform().name("member-watch").daemon().start(() -> watch(terminator));
    }

    private void watch(final Terminator terminator) {
        try {
            while (true) {
                Thread.sleep(WATCH_MS);
                if (!serves.getAsBoolean() && isBehind(ask())) {
                    final String reason = "the other members no longer have the log from position " + logEnd(log) + " on, which this one needs; its next start takes a copy";
                    LOG.error("Stopping: {}", reason);
                    terminator.terminate(reason, null);
                }
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Of what is here only the end counts, committed or not: the same that decides at a start. */
    private boolean isBehind(final List<SeedState> others) {
        try {
            return hasData(log) && others.stream().anyMatch(other -> other != null && other.serves() && other.logBegin() > logEnd(log));
        } catch (final UncheckedIOException | DamageException | IllegalStateException beingWritten) {
            return false;
        }
    }

    private int limits() {
        return LogLimits.fingerprint(config.engine().limits());
    }

    private SeedState state() {
        final boolean serving = serves.getAsBoolean();
        try {
            final boolean hasData = hasData(log);
            return new SeedState(hasData, serving, serving && leads.getAsBoolean(), hasData ? logBegin(log) : 0, limits());
        } catch (final UncheckedIOException | DamageException | IllegalStateException beingWritten) {
            // There is something, and what it is cannot be said now.
            return new SeedState(true, false, false, 0, limits());
        }
    }

    /**
     * Waits until there is data to start from, or none anywhere.
     *
     * @return false when {@code isUnwanted} came first
     */
    boolean awaitData(final BooleanSupplier isUnwanted) throws IOException, InterruptedException {
        for (long attempt = 0; !isUnwanted.getAsBoolean(); attempt++) {
            final List<SeedState> others = ask();
            if (hasData(log)) {
                if (!isBehind(others)) {
                    return true;
                }
                setAside();
                continue;
            }
            if (others.stream().allMatch(other -> other != null && !other.hasData())) {
                if (others.stream().anyMatch(other -> other.limits() != limits())) {
                    throw new IllegalStateException("engine.max… and engine.ladderTicks are not the same on all members: one that may hold less would refuse what the others accept");
                }
                LOG.info("no member has data: a new venue");
                return true;
            }
            final int forced = config.cluster().seedFrom();
            final int source = forced >= 0 ? forced < config.cluster().member() ? forced : forced - 1 : source(others);
            if (source >= 0 && copyFrom(source)) {
                return true;
            }
            if (attempt % TELL_EVERY == 0) {
                LOG.warn("no data here: waiting for the leader of a quorum, to copy its data, or for all members to say that they have none; members: {}",
                    describe(others));
            }
            Thread.sleep(RETRY_MS);
        }
        return false;
    }

    private List<SeedState> ask() {
        final List<SeedState> states = new ArrayList<>();
        final ClusterConfig cluster = config.cluster();
        for (int i = 0; i < cluster.members().size(); i++) {
            if (i != cluster.member()) {
                final ClusterConfig.Member member = cluster.members().get(i);
                states.add(SeedClient.state(member.host(), seedPort(member)));
            }
        }
        return states;
    }

    /**
     * The leader, whose log has all that was committed; -1 = none serves. A follower may lack the newest entries: with a copy of such a one, which lost
     * its disk after it had agreed to them, two members could be a quorum that does not know them.
     */
    private static int source(final List<SeedState> others) {
        for (int i = 0; i < others.size(); i++) {
            final SeedState state = others.get(i);
            if (state != null && state.serves() && state.leads()) {
                return i;
            }
        }
        return -1;
    }

    private boolean copyFrom(final int which) throws IOException {
        final ClusterConfig cluster = config.cluster();
        final int number = which < cluster.member() ? which : which + 1;
        final ClusterConfig.Member member = cluster.members().get(number);
        final long begunNs = System.nanoTime();
        final DataDirectoryLock lock = DataDirectoryLock.take(config.dataDir());
        try {
            final long bytes = SeedClient.copy(member.host(), seedPort(member), config.dataDir(), number == cluster.seedFrom());
            LOG.info("data copied from member={} bytes={} ms={}", number, bytes, (System.nanoTime() - begunNs) / 1_000_000);
            return true;
        } catch (final IOException e) {
            LOG.warn("no copy from member {} ({}); tried again", number, e.getMessage());
            return false;
        } finally {
            CloseHelper.quietClose(lock);
        }
    }

    /** What the others no longer have the beginning of cannot be gone on with; it is kept, for whoever wants to look. */
    private void setAside() throws IOException {
        final Path aside = log.resolveSibling("log.behind-" + System.currentTimeMillis());
        LOG.warn("the log here ends at position {}, before the others' begins: it is set aside as {}, and a copy of theirs is taken", logEnd(log), aside);
        Files.move(log, aside);
    }

    private static String describe(final List<SeedState> others) {
        final List<String> texts = new ArrayList<>();
        others.forEach(state -> texts.add(state == null ? "not reached" : state.serves() ? "serving" : state.hasData() ? "has data, in no quorum" : "has none"));
        return String.join(", ", texts);
    }

    /** A log was begun here, though it may be damaged so that it is not found any more. */
    static boolean hasData(final Path log) {
        final RecordedLog recorded = new RecordedLog(log);
        return RecordingCatalog.exists(recorded.archive()) && (recorded.recording() != null
            || RecordingCatalog.events(recorded.archive()).stream().anyMatch(events -> FrameScan.end(recorded.archive(), events) > events.startPosition()));
    }

    private static long logBegin(final Path log) {
        final Recording recording = new RecordedLog(log).recording();
        return recording == null ? 0 : recording.startPosition();
    }

    /** Position behind the last whole entry; reads the last file only. */
    static long logEnd(final Path log) {
        final RecordedLog recorded = new RecordedLog(log);
        final Recording recording = recorded.recording();
        if (recording == null) {
            return 0;
        }
        long base = recording.segmentBase(recording.startPosition());
        while (Files.exists(recording.segmentFile(recorded.archive(), base + recording.segmentBytes()))) {
            base += recording.segmentBytes();
        }
        try (RecordingReader reader = new RecordingReader(recorded.archive(), recording, Math.max(base, recording.startPosition()))) {
            return reader.read(recording.knownEnd(), (buffer, offset, length, start, end) -> { });
        } catch (final UncheckedIOException e) {
            return base;
        }
    }

    private static int seedPort(final ClusterConfig.Member member) {
        return member.port() + 5;
    }

    @Override
    public void close() {
        if (watch != null) {
            watch.interrupt();
        }
        CloseHelper.quietClose(server);
    }
}
