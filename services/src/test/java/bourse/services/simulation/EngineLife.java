package bourse.services.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import bourse.engine.book.BookMemory;
import bourse.engine.events.EventSink;
import bourse.engine.log.LogControl;
import bourse.engine.log.LogRole;
import bourse.engine.match.LadderMatcher;
import bourse.engine.match.MatcherLimits;
import bourse.engine.shard.LadderMatching;
import bourse.engine.shard.Shard;
import bourse.engine.shard.ShardConfig;
import bourse.engine.shard.SnapshotException;
import bourse.gateway.session.VenueFold;
import bourse.marketdata.FeedFold;

import org.agrona.concurrent.UnsafeBuffer;

/** The real shard of one member, with its snapshots and its recording of events. */
final class EngineLife implements LogControl {
    static final MatcherLimits LIMITS = new MatcherLimits(4, 4_096, 1_024, 16, 8_192, 256, 256);
    static final ShardConfig SHARD = new ShardConfig(0, 16, 16, 4, 16 * 1024);
    private static final int KEPT_SNAPSHOTS = 2;
    private static final int MAX_LOST_FRAGMENTS = 20;
    private static final long WRITE_NS = 50 * Timeline.MS;

    /**
     * @param entryCount entries that are in it
     * @param eventSeq   last event that they caused
     * @param fold       the gateway's, as of that event
     * @param feedFold   market data's, as of that event
     */
    record Snapshot(int entryCount, long eventSeq, List<byte[]> chunks, List<byte[]> fold, List<byte[]> feedFold, TreeMap<Long, Long> timers) {
    }

    /** What market data begins with. */
    record FeedStart(FeedFold fold, long lastEventSeq) {
    }

    private final SimulatedVenue venue;
    private final int member;
    final EventStore events;
    private final UnsafeBuffer view = new UnsafeBuffer(new byte[0]);
    private List<Snapshot> snapshots = new ArrayList<>();
    private long syncedEventSeq;

    private Shard shard;
    private BookMemory memory;
    private TreeMap<Long, Long> timers = new TreeMap<>();
    private int applied;
    private int life;
    private final OutcomePool.Lease outcomes;

    EngineLife(final SimulatedVenue venue, final int member) {
        this.venue = venue;
        this.member = member;
        events = new EventStore(venue, member);
        outcomes = venue.pool.new Lease();
    }

    /** Restores the newest snapshot that is whole. Returns the number of entries that are in it. */
    int start() {
        applied = 0;
        create();
        // As the real start does: a snapshot that is damaged, or behind whose events the recorded ones end, is marked as invalid, and the one before it is taken.
        while (!snapshots.isEmpty()) {
            if (events.lastEventSeq() < snapshots.getLast().eventSeq) {
                venue.counters.snapshotsAhead++;
            } else if (restore(snapshots.getLast())) {
                break;
            } else {
                venue.counters.damagedSnapshots++;
                release();
                create();
            }
            snapshots.removeLast();
        }
        if (snapshots.isEmpty()) {
            timers = new TreeMap<>();
        }
        shard.onStart(this);
        return applied;
    }

    private void create() {
        memory = BookMemory.untouched(LadderMatcher.stateBytes(LIMITS), LadderMatcher.publishedBytes(LIMITS));
        final int salt = venue.random.nextInt();
        shard = new Shard(SHARD, listener -> Sabotage.matching(venue, member, salt,
            new LadderMatching(LIMITS, memory, Sabotage.listener(venue.bugs, listener))), outcomes.sessions(SHARD.maxSessions()));
    }

    private boolean restore(final Snapshot newest) {
        final Snapshot state = venue.has(Bug.STALE_SNAPSHOT) ? snapshots.getFirst() : newest;
        final int[] index = {0};
        try {
            shard.onRestore(handler -> {
                if (index[0] == state.chunks.size()) {
                    return false;
                }
                final byte[] chunk = state.chunks.get(index[0]++);
                handler.onChunk(new UnsafeBuffer(chunk), 0, chunk.length);
                return true;
            });
        } catch (final SnapshotException e) {
            return false;
        }
        timers = new TreeMap<>(newest.timers);
        applied = newest.entryCount;
        venue.counters.restored++;
        venue.oracle.onState(member, applied, shard, "snapshot");
        return true;
    }

    void crash(final boolean losesPower) {
        release();
        life++;
        if (losesPower) {
            events.loseTail(venue.random.nextInt(MAX_LOST_FRAGMENTS), syncedEventSeq);
        }
    }

    private void release() {
        if (shard != null) {
            shard = null;
            memory.close();
        }
        outcomes.release();
    }

    void wipe() {
        snapshots = new ArrayList<>();
        events.clear();
        syncedEventSeq = 0;
    }

    void seed(final EngineLife leader) {
        snapshots = new ArrayList<>(leader.snapshots);
        events.copy(leader.events);
        syncedEventSeq = events.lastEventSeq();
    }

    void apply(final Entry entry) {
        applied++;
        if (entry.bytes() != null) {
            view.wrap(entry.bytes());
            shard.onCommand(entry.position(), entry.timeNs(), view, 0, entry.bytes().length);
        } else if (entry.timerId() != 0) {
            timers.remove(entry.timerId());
            shard.onTimer(entry.position(), entry.timeNs(), entry.timerId());
        }
        if (applied % Oracle.HASH_INTERVAL == 0) {
            venue.oracle.onState(member, applied, shard, "log");
        }
    }

    void onRole(final LogRole role) {
        shard.onRole(role);
    }

    /** Timers whose time has come by that clock. */
    List<Long> dueTimers(final long epochNs) {
        final List<Long> due = new ArrayList<>();
        for (final Map.Entry<Long, Long> timer : timers.entrySet()) {
            if (timer.getValue() <= epochNs) {
                due.add(timer.getKey());
            }
        }
        return due;
    }

    /** Writes a snapshot, which is there some time later if the process still is. */
    void takeSnapshot() {
        if (shard == null || !snapshots.isEmpty() && snapshots.getLast().entryCount == applied) {
            return;
        }
        final List<byte[]> chunks = new ArrayList<>();
        shard.onTakeSnapshot((buffer, offset, length) -> {
            final byte[] chunk = new byte[length];
            buffer.getBytes(offset, chunk);
            chunks.add(chunk);
        });
        final Snapshot snapshot = new Snapshot(applied + (venue.has(Bug.SNAPSHOT_WITHOUT_NEWEST_ENTRY) ? 1 : 0), shard.lastEventSeq(),
            Sabotage.chunks(venue.bugs, chunks), fold(), feedFold(), new TreeMap<>(timers));
        final int ofLife = life;
        venue.time.after(venue.random.nextLong(WRITE_NS), () -> {
            // As a real one it is synced after the log that it stands on.
            if (ofLife == life && venue.nodes().get(member).isDurable(snapshot.entryCount)) {
                if (!snapshots.isEmpty()) {
                    // The events up to a snapshot are synced behind its state, before the next one is begun.
                    syncedEventSeq = Math.max(syncedEventSeq, snapshots.getLast().eventSeq);
                }
                snapshots.add(snapshot);
                venue.counters.snapshots++;
                if (snapshots.size() > KEPT_SNAPSHOTS) {
                    snapshots.removeFirst();
                    events.prune(snapshots.getFirst().eventSeq);
                }
            }
        });
    }

    /** What a gateway knows, folded from the recording on top of the last fold, as the job beside a real engine does it. */
    private List<byte[]> fold() {
        final VenueFold fold = foldForGateway();
        events.read(fold.lastEventSeq(), shard.lastEventSeq(), fold::onEvents);
        final List<byte[]> chunks = new ArrayList<>();
        fold.write((buffer, offset, length) -> {
            final byte[] chunk = new byte[length];
            buffer.getBytes(offset, chunk);
            chunks.add(chunk);
        });
        return chunks;
    }

    private List<byte[]> feedFold() {
        final FeedStart start = foldForFeed();
        events.read(start.lastEventSeq, shard.lastEventSeq(), start.fold::onEvents);
        final List<byte[]> chunks = new ArrayList<>();
        start.fold.write((buffer, offset, length) -> {
            final byte[] chunk = new byte[length];
            buffer.getBytes(offset, chunk);
            chunks.add(chunk);
        });
        return chunks;
    }

    /** What starting market data begins with. */
    FeedStart foldForFeed() {
        final FeedFold fold = new FeedFold();
        if (snapshots.isEmpty()) {
            return new FeedStart(fold, 0);
        }
        for (final byte[] chunk : snapshots.getLast().feedFold) {
            fold.restore(new UnsafeBuffer(chunk), 0, chunk.length);
        }
        return new FeedStart(fold, snapshots.getLast().eventSeq);
    }

    /** What a starting gateway begins with. */
    VenueFold foldForGateway() {
        final VenueFold fold = new VenueFold(SHARD.shard());
        if (!snapshots.isEmpty()) {
            for (final byte[] chunk : snapshots.getLast().fold) {
                fold.restore(new UnsafeBuffer(chunk), 0, chunk.length);
            }
        }
        return fold;
    }

    /** Not the only one behind which everything has been pruned: a member that has nothing else refuses to start. */
    void corruptSnapshot(final long seed) {
        if (snapshots.size() > 1 || !snapshots.isEmpty() && events.firstEventSeq() == 1) {
            final Snapshot newest = snapshots.getLast();
            final List<byte[]> chunks = new ArrayList<>(newest.chunks);
            final int index = (int) Math.floorMod(seed, (long) chunks.size());
            final byte[] damaged = chunks.get(index).clone();
            damaged[(int) Math.floorMod(seed >>> 16, (long) damaged.length)] ^= (byte) (1 << (seed >>> 8 & 7));
            chunks.set(index, damaged);
            snapshots.set(snapshots.size() - 1, new Snapshot(newest.entryCount, newest.eventSeq, chunks, newest.fold, newest.feedFold, newest.timers));
        }
    }

    Shard shard() {
        return shard;
    }

    int applied() {
        return applied;
    }

    @Override
    public void scheduleTimer(final long timerId, final long deadlineNs) {
        timers.put(timerId, deadlineNs);
    }

    @Override
    public void cancelTimer(final long timerId) {
        timers.remove(timerId);
    }

    @Override
    public EventSink events() {
        return events;
    }

    @Override
    public void idle() {
        Thread.onSpinWait();
    }
}
