package bourse.engine.property;

import static org.assertj.core.api.Assertions.assertThat;

import bourse.engine.book.BookMemory;
import bourse.engine.events.EventSink;
import bourse.engine.log.LogControl;
import bourse.engine.log.SnapshotReader;
import bourse.engine.match.LadderMatcher;
import bourse.engine.shard.LadderMatching;
import bourse.engine.shard.Shard;
import bourse.engine.shard.ShardConfig;
import bourse.sbe.WireLimits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The state hash of a shard at every position of a random log over all features is the same live, replayed from the start, and from a snapshot at any position
 * with the tail behind it. The hash covers orders, accounts, sessions with their outcomes, numbers, timers' times.
 */
class StateHashPropertyTest {
    private static final int COMMANDS = 400;
    private static final int SNAPSHOTS = 12;

    private final ShardConfig config = new ShardConfig(0, 16, 16, 8, WireLimits.MAX_EVENT_FRAGMENT_BYTES);
    private final List<BookMemory> memories = new ArrayList<>();

    @AfterEach
    void closeMemories() {
        memories.forEach(BookMemory::close);
    }

    /** One entry of the log: a message, or a timer where {@code message} is empty. */
    private record Entry(long timeNs, long timerId, byte[] message) {
    }

    /** A log without a disk: timers come back as entries, events go nowhere. */
    private static final class Control implements LogControl, EventSink {
        private final TreeMap<Long, Long> timers = new TreeMap<>();

        @Override
        public void scheduleTimer(final long id, final long deadlineNs) {
            timers.put(id, deadlineNs);
        }

        @Override
        public void cancelTimer(final long id) {
            timers.remove(id);
        }

        /** Id of the first timer that is due, 0 = none. */
        long due(final long timeNs) {
            return timers.entrySet().stream().filter(timer -> timer.getValue() <= timeNs).min(Map.Entry.comparingByValue()).map(Map.Entry::getKey).orElse(0L);
        }

        @Override
        public EventSink events() {
            return this;
        }

        @Override
        public void idle() {
            // Nobody else is on this thread.
        }

        @Override
        public long lastRecordedEventSeq() {
            return 0;
        }

        @Override
        public void onFirstEventSeq(final long eventSeq) {
            // Nothing is recorded.
        }

        @Override
        public void offer(final DirectBuffer buffer, final int offset, final int length) {
            // Nobody reads.
        }

        @Override
        public void awaitRecorded() {
            // Nothing is recorded.
        }
    }

    private Shard shard(final Control control, final SnapshotReader snapshot) {
        final Shard shard = new Shard(config, listener -> {
            memories.add(LadderMatcher.offHeapMemory(SmallLadder.LIMITS));
            return new LadderMatching(SmallLadder.LIMITS, memories.getLast(), listener);
        });
        if (snapshot != null) {
            shard.onRestore(snapshot);
        }
        shard.onStart(control);
        return shard;
    }

    private static void apply(final Shard shard, final int index, final Entry entry) {
        if (entry.message.length == 0) {
            shard.onTimer(index + 1, entry.timeNs, entry.timerId);
        } else {
            shard.onCommand(index + 1, entry.timeNs, new UnsafeBuffer(entry.message), 0, entry.message.length);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldBeTheSameLiveReplayedAndFromSnapshotAndTail(final long seed) {
        final List<Entry> entries = new ArrayList<>();
        final List<Long> hashes = new ArrayList<>();
        final Control control = new Control();
        final Shard live = shard(control, null);
        final WireCommands wire = new WireCommands();
        for (final WireCommands.Message message : wire.messages(new StreamGenerator(new Random(seed)).stream(COMMANDS))) {
            for (long timer = control.due(message.timeNs()); timer != 0; timer = control.due(message.timeNs())) {
                add(live, entries, hashes, new Entry(control.timers.remove(timer), timer, new byte[0]));
            }
            add(live, entries, hashes, new Entry(message.timeNs(), 0, message.bytes()));
        }
        assertThat(live.unreadableMessages()).isZero();
        assertThat(live.lastEventSeq()).isGreaterThan(COMMANDS);
        assertThat(hashes.stream().distinct().count()).isEqualTo(hashes.size());

        checkFrom(shard(new Control(), null), 0, entries, hashes);
        final Random random = new Random(seed);
        for (int i = 0; i < SNAPSHOTS; i++) {
            final int at = 1 + random.nextInt(entries.size() - 1);
            final Shard first = shard(new Control(), null);
            for (int index = 0; index < at; index++) {
                apply(first, index, entries.get(index));
            }
            final Shard restored = shard(new Control(), snapshotOf(first));
            assertThat(restored.stateHash()).as("snapshot behind entry %d", at).isEqualTo(hashes.get(at - 1));
            checkFrom(restored, at, entries, hashes);
        }
    }

    private static void add(final Shard live, final List<Entry> entries, final List<Long> hashes, final Entry entry) {
        apply(live, entries.size(), entry);
        entries.add(entry);
        hashes.add(live.stateHash());
    }

    private static void checkFrom(final Shard shard, final int from, final List<Entry> entries, final List<Long> hashes) {
        for (int index = from; index < entries.size(); index++) {
            apply(shard, index, entries.get(index));
            assertThat(shard.stateHash()).as("entry %d, from %d", index, from).isEqualTo(hashes.get(index));
        }
    }

    private static SnapshotReader snapshotOf(final Shard shard) {
        final ArrayDeque<byte[]> chunks = new ArrayDeque<>();
        shard.onTakeSnapshot((buffer, offset, length) -> {
            final byte[] chunk = new byte[length];
            buffer.getBytes(offset, chunk);
            chunks.add(chunk);
        });
        return handler -> {
            final byte[] chunk = chunks.poll();
            if (chunk != null) {
                handler.onChunk(new UnsafeBuffer(chunk), 0, chunk.length);
            }
            return chunk != null;
        };
    }
}
