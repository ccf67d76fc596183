package bourse.engine.log;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.TreeMap;

import bourse.engine.events.EventSink;

import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The sequenced log in memory: one thread, a seed, virtual time. What was committed and what was snapshotted survive {@link #crash()};
 * submissions on their way may be delayed, repeated or lost, as a network and a client that repeats would do it.
 *
 * <p>Thread: one, the caller's. Everything that happens is a function of the seed and the calls.
 */
public final class SimulatedLog implements SequencedLog, LogControl {
    private static final int ENTRY_ALIGNMENT = 32;
    private static final int ENTRY_HEADER_LENGTH = 64;

    private final SimulationFaults faults;
    private final SplittableRandom random;
    private final RecordedEvents events;
    private final List<Entry> entries = new ArrayList<>();
    private final PriorityQueue<Submission> network = new PriorityQueue<>();
    private final TreeMap<Long, Long> timers = new TreeMap<>();
    private final UnsafeBuffer view = new UnsafeBuffer(new byte[0]);
    private LogListener listener;
    private Snapshot snapshot;
    private long timeNs;
    private long position;
    private long submissions;
    private volatile long appliedPosition;
    private volatile long snapshotCount;
    private boolean snapshotAsked;

    /** @param startTimeNs virtual time of the first moment, nanoseconds since the epoch */
    public SimulatedLog(final long seed, final long startTimeNs, final SimulationFaults faults) {
        this.random = new SplittableRandom(seed);
        this.timeNs = startTimeNs;
        this.faults = faults;
        this.events = new RecordedEvents();
    }

    /** Starts, or starts again after {@link #crash()}: newest snapshot, then every later entry. */
    public void start(final LogListener newListener) {
        if (listener != null) {
            throw new IllegalStateException("already started: crash() or close() first");
        }
        listener = newListener;
        events.onStart();
        timers.clear();
        int from = 0;
        if (snapshot != null) {
            timers.putAll(snapshot.timers);
            final ArrayDeque<byte[]> chunks = new ArrayDeque<>(snapshot.chunks);
            newListener.onRestore(handler -> {
                final byte[] chunk = chunks.poll();
                if (chunk == null) {
                    return false;
                }
                handler.onChunk(new UnsafeBuffer(chunk), 0, chunk.length);
                return true;
            });
            from = snapshot.entryCount;
        }
        newListener.onStart(this);
        for (int i = from; i < entries.size(); i++) {
            apply(entries.get(i));
        }
        newListener.onRole(LogRole.LEADER);
    }

    /** Puts a command on its way to the log. */
    public void submit(final DirectBuffer buffer, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        network.add(new Submission(arrivalNs(), submissions++, bytes));
        if (random.nextDouble() < faults.duplicateProbability()) {
            network.add(new Submission(arrivalNs(), submissions++, bytes));
        }
    }

    /** Commits and applies the next thing that is due at or before {@code untilNs}; virtual time moves to it. False: nothing is. */
    public boolean step(final long untilNs) {
        requireStarted();
        if (snapshotAsked) {
            snapshotAsked = false;
            writeSnapshot();
            return true;
        }
        final Submission submission = network.peek();
        final Map.Entry<Long, Long> timer = nextTimer();
        final long submissionNs = submission == null ? Long.MAX_VALUE : submission.arrivalNs;
        final long timerNs = timer == null ? Long.MAX_VALUE : timer.getValue();
        if (Math.min(submissionNs, timerNs) > untilNs) {
            timeNs = Math.max(timeNs, untilNs);
            return false;
        }
        if (timerNs < submissionNs) {
            timeNs = Math.max(timeNs, timerNs);
            commit(timer.getKey(), null);
        } else {
            network.remove();
            timeNs = Math.max(timeNs, submissionNs);
            commit(0, submission.bytes);
        }
        return true;
    }

    /** Steps until nothing is due at {@code untilNs}. */
    public void runUntil(final long untilNs) {
        while (step(untilNs)) {
            Thread.onSpinWait();
        }
    }

    /** Steps until everything that was submitted is applied. */
    public void drain() {
        while (!network.isEmpty() || snapshotAsked) {
            step(Long.MAX_VALUE - 1);
        }
    }

    /** Virtual time. */
    public long timeNs() {
        return timeNs;
    }

    /**
     * The process dies: state, timers and the log's connection are gone, commands on their way are lost, and so are the last fragments of the event
     * stream that the recorder had not written yet.
     */
    public void crash() {
        requireStarted();
        listener = null;
        network.clear();
        snapshotAsked = false;
        appliedPosition = 0;
        events.loseTail(faults.maxLostFragments() == 0 ? 0 : random.nextInt(faults.maxLostFragments() + 1));
    }

    /** Everything that readers of the event stream can see, fragment by fragment. */
    public RecordedEvents recordedEvents() {
        return events;
    }

    /** Entries committed since the beginning. */
    public int entryCount() {
        return entries.size();
    }

    @Override
    public LogRole role() {
        return listener == null ? LogRole.FOLLOWER : LogRole.LEADER;
    }

    @Override
    public boolean isReady() {
        return listener != null;
    }

    @Override
    public long appliedPosition() {
        return appliedPosition;
    }

    @Override
    public boolean takeSnapshot() {
        if (listener == null || snapshotAsked) {
            return false;
        }
        snapshotAsked = true;
        return true;
    }

    @Override
    public long snapshotCount() {
        return snapshotCount;
    }

    @Override
    public void close() {
        if (listener != null) {
            listener.onStop();
            listener = null;
        }
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

    private void commit(final long timerId, final byte[] bytes) {
        final int length = ENTRY_HEADER_LENGTH + (bytes == null ? 0 : bytes.length);
        position += BitUtil.align(length, ENTRY_ALIGNMENT);
        final Entry entry = new Entry(position, timeNs, timerId, bytes);
        entries.add(entry);
        apply(entry);
    }

    private void apply(final Entry entry) {
        if (entry.bytes == null) {
            timers.remove(entry.timerId);
            listener.onTimer(entry.position, entry.timeNs, entry.timerId);
        } else {
            view.wrap(Arrays.copyOf(entry.bytes, entry.bytes.length));
            listener.onCommand(entry.position, entry.timeNs, view, 0, entry.bytes.length);
        }
        appliedPosition = entry.position;
    }

    private void writeSnapshot() {
        final List<byte[]> chunks = new ArrayList<>();
        listener.onTakeSnapshot((buffer, offset, length) -> {
            if (length < 1 || length > SnapshotWriter.MAX_CHUNK_BYTES) {
                throw new IllegalArgumentException("length: " + length + " (expected: 1.." + SnapshotWriter.MAX_CHUNK_BYTES + ")");
            }
            final byte[] chunk = new byte[length];
            buffer.getBytes(offset, chunk);
            chunks.add(chunk);
        });
        snapshot = new Snapshot(entries.size(), chunks, new TreeMap<>(timers));
        snapshotCount++;
    }

    private Map.Entry<Long, Long> nextTimer() {
        Map.Entry<Long, Long> next = null;
        for (final Map.Entry<Long, Long> timer : timers.entrySet()) {
            if (next == null || timer.getValue() < next.getValue()) {
                next = timer;
            }
        }
        return next;
    }

    private long arrivalNs() {
        return timeNs + (faults.maxDelayNs() == 0 ? 0 : random.nextLong(faults.maxDelayNs() + 1));
    }

    private void requireStarted() {
        if (listener == null) {
            throw new IllegalStateException("not started: start(listener) first");
        }
    }

    private record Entry(long position, long timeNs, long timerId, byte[] bytes) {
    }

    private record Snapshot(int entryCount, List<byte[]> chunks, TreeMap<Long, Long> timers) {
    }

    private record Submission(long arrivalNs, long order, byte[] bytes) implements Comparable<Submission> {
        @Override
        public int compareTo(final Submission other) {
            final int byTime = Long.compare(arrivalNs, other.arrivalNs);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }
}
