package bourse.engine.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import bourse.engine.book.BookMemory;
import bourse.engine.events.EventText;
import bourse.engine.log.SimulatedLog;
import bourse.engine.log.SimulationFaults;
import bourse.engine.match.LadderMatcher;
import bourse.engine.match.MatcherLimits;
import bourse.sbe.WireLimits;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ShardSimulationTest {
    private static final long START_NS = 1_800_000_000_000_000_000L;
    private static final MatcherLimits LIMITS = MatcherLimits.small();
    private static final int SESSIONS = 3;

    private final ShardConfig config = new ShardConfig(0, 16, 16, 8, WireLimits.MAX_EVENT_FRAGMENT_BYTES);
    private final List<BookMemory> memories = new ArrayList<>();

    @AfterEach
    void closeMemories() {
        memories.forEach(BookMemory::close);
    }

    private Shard ladderShard() {
        return new Shard(config, listener -> {
            memories.add(LadderMatcher.offHeapMemory(LIMITS));
            return new LadderMatching(LIMITS, memories.getLast(), listener);
        });
    }

    private Shard referenceShard() {
        return new Shard(config, listener -> new ReferenceMatching(LIMITS, listener));
    }

    private static void open(final SimulatedLog log) {
        final Commands commands = new Commands();
        for (int i = 1; i <= 2; i++) {
            log.submit(commands.instrument(i, "SYM" + i).buffer(), 0, commands.length());
        }
        for (int i = 1; i <= SESSIONS; i++) {
            log.submit(commands.establish(10 + i % 2, 100 + i, 0, 0).buffer(), 0, commands.length());
        }
        log.drain();
    }

    private static List<RandomFlow> flows(final long seed) {
        final List<RandomFlow> flows = new ArrayList<>();
        for (int i = 1; i <= SESSIONS; i++) {
            flows.add(new RandomFlow(seed * 31 + i, 10 + i % 2, 100 + i, 3));
        }
        return flows;
    }

    private static void run(final SimulatedLog log, final List<RandomFlow> flows, final int batches) {
        final SplittableRandom random = new SplittableRandom(9);
        for (int i = 0; i < batches; i++) {
            final RandomFlow flow = flows.get(random.nextInt(flows.size()));
            flow.next(1 + random.nextInt(40), 1);
            log.submit(flow.buffer(), 0, flow.length());
            log.drain();
        }
    }

    @Test
    void shouldMakeTheSameBytesTwiceAndWithEitherMatcher() {
        final List<List<byte[]>> runs = new ArrayList<>();
        final List<Long> hashes = new ArrayList<>();
        for (final Shard shard : List.of(ladderShard(), ladderShard(), referenceShard())) {
            final SimulatedLog log = new SimulatedLog(4, START_NS, SimulationFaults.none());
            log.start(shard);
            open(log);
            run(log, flows(4), 80);
            runs.add(log.recordedEvents().fragments());
            hashes.add(shard.stateHash());
        }
        assertThat(comparable(runs.get(1))).isEqualTo(comparable(runs.get(0)));
        assertThat(EventText.of(runs.get(2))).isEqualTo(EventText.of(runs.get(0)));
        assertThat(comparable(runs.get(2))).isEqualTo(comparable(runs.get(0)));
        assertThat(hashes).containsOnly(hashes.getFirst());
    }

    @Test
    void shouldReachTheSameStateByReplayAndBySnapshotAndTail() {
        final SimulatedLog log = new SimulatedLog(6, START_NS, new SimulationFaults(0, 0, 5));
        Shard shard = ladderShard();
        log.start(shard);
        open(log);
        final List<RandomFlow> flows = flows(6);
        final SplittableRandom random = new SplittableRandom(6);
        for (int life = 0; life < 12; life++) {
            run(log, flows, 40);
            if (random.nextBoolean()) {
                log.takeSnapshot();
                log.drain();
                run(log, flows, random.nextInt(20));
            }
            final long hash = shard.stateHash();
            final List<byte[]> before = log.recordedEvents().fragments();
            log.crash();
            shard = ladderShard();
            log.start(shard);
            assertThat(shard.stateHash()).as("life %d", life).isEqualTo(hash);
            final List<byte[]> after = log.recordedEvents().fragments();
            assertThat(after.size()).as("a lost tail is written again, or lies before the snapshot").isLessThanOrEqualTo(before.size());
            assertThat(comparable(after)).isEqualTo(comparable(before.subList(before.size() - after.size(), before.size())));
        }
    }

    @Test
    void shouldApplyEachCommandOnceHoweverSubmissionsAreDelayedRepeatedAndLost() {
        for (long seed = 1; seed <= 8; seed++) {
            final SimulatedLog log = new SimulatedLog(seed, START_NS, new SimulationFaults(2_000_000, 0.3, 3));
            Shard shard = ladderShard();
            log.start(shard);
            final Commands commands = new Commands();
            log.submit(commands.instrument(1, "SYM").buffer(), 0, commands.length());
            log.submit(commands.establish(10, 100, 1, 0).buffer(), 0, commands.length());
            log.drain();
            final SplittableRandom random = new SplittableRandom(seed);
            final List<byte[]> batches = new ArrayList<>();
            final RandomFlow flow = new RandomFlow(seed, 10, 100, 1);
            for (int i = 0; i < 30; i++) {
                flow.next(1 + random.nextInt(10), 1);
                final byte[] bytes = new byte[flow.length()];
                flow.buffer().getBytes(0, bytes);
                batches.add(bytes);
            }
            for (int attempt = 0; attempt < 40; attempt++) {
                for (int i = 0; i < batches.size(); i++) {
                    log.submit(new UnsafeBuffer(batches.get(i)), 0, batches.get(i).length);
                }
                log.runUntil(log.timeNs() + 1_000_000);
                if (random.nextInt(8) == 0) {
                    log.crash();
                    shard = ladderShard();
                    log.start(shard);
                }
            }
            log.drain();
            final List<String> lines = EventText.of(log.recordedEvents().fragments());
            final List<String> direct = direct(batches);
            assertThat(lines.stream().filter(EventText::isOutcome).toList()).as("seed %d", seed).isEqualTo(direct);
            closeMemories();
            memories.clear();
        }
    }

    /** What the same batches come to, once and in order. */
    private List<String> direct(final List<byte[]> batches) {
        final SimulatedLog log = new SimulatedLog(1, START_NS, SimulationFaults.none());
        log.start(ladderShard());
        final Commands commands = new Commands();
        log.submit(commands.instrument(1, "SYM").buffer(), 0, commands.length());
        log.submit(commands.establish(10, 100, 1, 0).buffer(), 0, commands.length());
        batches.forEach(bytes -> log.submit(new UnsafeBuffer(bytes), 0, bytes.length));
        log.drain();
        return EventText.of(log.recordedEvents().fragments()).stream().filter(EventText::isOutcome).toList();
    }

    /** Arrays know no equality, buffers do. */
    private static List<ByteBuffer> comparable(final List<byte[]> fragments) {
        return fragments.stream().map(ByteBuffer::wrap).toList();
    }
}
