package bourse.engine.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;

import bourse.engine.events.EventStreamException;
import bourse.engine.events.EventText;
import bourse.engine.log.SimulatedLog;
import bourse.engine.log.SimulationFaults;
import bourse.sbe.WireLimits;
import bourse.sbe.engine.CloseReason;
import bourse.sbe.engine.Side;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class ShardTest {
    private static final long START_NS = 1_800_000_000_000_000_000L;

    private final ShardConfig config = new ShardConfig(3, 4, 4, 4, WireLimits.MAX_EVENT_FRAGMENT_BYTES);
    private final Commands commands = new Commands();
    private final List<ToyMatching> matchings = new ArrayList<>();
    private SimulatedLog log = new SimulatedLog(1, START_NS, SimulationFaults.none());
    private Shard shard = newShard();
    private int seen;

    ShardTest() {
        log.start(shard);
    }

    private Shard newShard() {
        return new Shard(config, listener -> {
            matchings.add(new ToyMatching(listener));
            return matchings.getLast();
        });
    }

    private List<String> events() {
        log.drain();
        final List<String> all = EventText.of(log.recordedEvents().fragments());
        final List<String> fresh = all.subList(seen, all.size());
        seen = all.size();
        return fresh;
    }

    private List<String> apply(final Commands message) {
        log.submit(message.buffer(), 0, message.length());
        return events();
    }

    private void open() {
        apply(commands.instrument(1, "AAPL"));
        apply(commands.establish(10, 100, 0, 0));
    }

    @Test
    void shouldDefineInstrumentOnceAndAcceptItsRepetition() {
        assertThat(apply(commands.instrument(1, "AAPL"))).containsExactly("instrument 1 AAPL feed=1", "admin NONE NONE value=1");
        assertThat(apply(commands.instrument(1, "AAPL"))).containsExactly("admin NONE NONE value=1");
        assertThat(apply(commands.instrument(0, "AAPL"))).containsExactly("admin NONE NONE value=1");
        assertThat(apply(commands.instrument(1, "MSFT"))).containsExactly("admin ALREADY_EXISTS INSTRUMENT value=1");
        assertThat(apply(commands.instrument(0, "MSFT"))).containsExactly("instrument 2 MSFT feed=2", "admin NONE NONE value=2");
        assertThat(apply(commands.instrument(0, " "))).containsExactly("admin MALFORMED INSTRUMENT value=3");
    }

    @Test
    void shouldEstablishDisplaceAndRefuseStaleEpochs() {
        assertThat(apply(commands.establish(10, 100, 0, 0))).containsExactly("established session=100 NONE epoch=1 next=1 last=0");
        assertThat(apply(commands.establish(10, 100, 0, 0))).containsExactly("closed session=100 DISPLACED epoch=1",
                "established session=100 NONE epoch=2 next=1 last=0");
        assertThat(apply(commands.establish(10, 100, 7, 0))).containsExactly("closed session=100 DISPLACED epoch=2",
                "established session=100 NONE epoch=7 next=1 last=0");
        assertThat(apply(commands.establish(10, 100, 7, 0))).containsExactly(
                "established session=100 STALE_EPOCH epoch=7 next=1 last=0");
        assertThat(apply(commands.establish(0, 100, 0, 0))).containsExactly("established session=100 MALFORMED epoch=0 next=0 last=0");
    }

    @Test
    void shouldRefuseMoreSessionsAndAccountsThanConfigured() {
        for (int i = 1; i <= 4; i++) {
            assertThat(apply(commands.establish(10, 100 + i, 0, 0)).getFirst()).contains("NONE epoch=1");
        }
        assertThat(apply(commands.establish(10, 105, 0, 0))).containsExactly("established session=105 CAPACITY epoch=0 next=0 last=0");
    }

    @Test
    void shouldNumberEventsOfBothOwnersAndTheFeed() {
        open();
        apply(commands.establish(20, 200, 0, 0));
        assertThat(apply(commands.limits(10, 100, 1, 1, 2, 1, Side.BUY, 50, 10))).containsExactly(
                "accepted order=1 account=10 seq=1 feed=2 rpt=1 cause=100/1",
                "accepted order=2 account=10 seq=2 feed=3 rpt=2 cause=100/2");
        assertThat(apply(commands.limits(20, 200, 1, 1, 1, 1, Side.SELL, 50, 15))).containsExactly(
                "accepted order=3 account=20 seq=1 feed=0 rpt=0 cause=200/1",
                "trade 1 maker=1 taker=3 10@50 seq=3,2 feed=4 rpt=3 cause=200/1",
                "booked order=3 leaves=5 seq=3 feed=5 rpt=4");
        assertThat(apply(commands.cancel(10, 100, 1, 3, 2))).containsExactly("cancelled order=2 REQUESTED seq=4 feed=6 cause=100/3");
        assertThat(matchings.getLast().appliedPosition()).isEqualTo(log.appliedPosition());
        assertThat(matchings.getLast().publishedEventSeq()).isEqualTo(shard.lastEventSeq());
    }

    @Test
    void shouldAnswerDuplicatesWithTheOriginalOutcome() {
        open();
        apply(commands.limits(10, 100, 1, 1, 2, 1, Side.BUY, 50, 10));
        apply(commands.limits(10, 100, 1, 3, 1, 9, Side.BUY, 50, 10));
        apply(commands.massCancel(10, 100, 1, 4));
        assertThat(apply(commands.limits(10, 100, 1, 2, 4, 1, Side.BUY, 60, 10))).containsExactly(
                "duplicate cause=100/2 seq=2 order=2 template=51 NONE tooOld=0",
                "duplicate cause=100/3 seq=3 order=0 template=52 UNKNOWN_INSTRUMENT tooOld=0",
                "duplicate cause=100/4 seq=4 order=1 template=60 NONE tooOld=0",
                "accepted order=3 account=10 seq=7 feed=6 rpt=5 cause=100/5");
    }

    @Test
    void shouldSayThatAnOutcomeIsTooOldToKnow() {
        open();
        for (int i = 0; i < WireLimits.OUTCOME_WINDOW / 512; i++) {
            log.submit(commands.limits(10, 100, 1, 1 + i * 512L, 512, 9, Side.BUY, 1, 1).buffer(), 0, commands.length());
        }
        events();
        assertThat(apply(commands.cancel(10, 100, 1, 1, 1)).getFirst()).startsWith("duplicate cause=100/1 seq=1 ");
        apply(commands.cancel(10, 100, 1, WireLimits.OUTCOME_WINDOW + 1, 1));
        assertThat(apply(commands.cancel(10, 100, 1, 1, 1)))
                .containsExactly("duplicate cause=100/1 seq=0 order=0 template=0 NONE tooOld=1");
        assertThat(apply(commands.cancel(10, 100, 1, 2, 1)).getFirst()).startsWith("duplicate cause=100/2 seq=2 ");
    }

    @Test
    void shouldRefuseBatchesThatDoNotFitTheSession() {
        open();
        assertThat(apply(commands.limits(10, 100, 1, 2, 1, 1, Side.BUY, 1, 1)))
                .containsExactly("refused SEQUENCE_GAP session=100 from=2 expected=1 epoch=1");
        assertThat(apply(commands.limits(10, 100, 2, 1, 1, 1, Side.BUY, 1, 1)))
                .containsExactly("refused STALE_EPOCH session=100 from=1 expected=1 epoch=1");
        assertThat(apply(commands.limits(10, 999, 1, 1, 1, 1, Side.BUY, 1, 1)))
                .containsExactly("refused UNKNOWN_SESSION session=999 from=1 expected=0 epoch=1");
        assertThat(apply(commands.limits(10, 100, 1, 0, 1, 1, Side.BUY, 1, 1)))
                .containsExactly("refused MALFORMED session=100 from=0 expected=1 epoch=1");
        apply(commands.close(10, 100, 1, CloseReason.TERMINATED));
        assertThat(apply(commands.limits(10, 100, 1, 1, 1, 1, Side.BUY, 1, 1)))
                .containsExactly("refused STALE_EPOCH session=100 from=1 expected=1 epoch=1");
    }

    @Test
    void shouldRejectCommandsThatMeanNothingAndGoOn() {
        open();
        assertThat(apply(commands.limits(10, 100, 1, 1, 1, 1, Side.BUY, 1, 1).withKind(77)))
                .containsExactly("rejected NONE MALFORMED FLAGS account=10 seq=1 cause=100/1 value=77");
        assertThat(apply(commands.limits(10, 100, 1, 2, 1, 1, Side.BUY, 1, 1).withKind(6)).getFirst())
                .startsWith("rejected QUOTE MALFORMED FLAGS");
        assertThat(apply(commands.limits(10, 100, 1, 3, 1, 1, Side.BUY, 1, 1).withCommandCount(200)))
                .containsExactly("refused MALFORMED session=100 from=3 expected=3 epoch=1");
        assertThat(apply(commands.limits(10, 100, 1, 3, 1, 1, Side.BUY, 1, 1))).hasSize(1);
    }

    @Test
    void shouldSurviveEveryTruncationAndBitFlipOfEveryMessage() {
        open();
        final List<byte[]> messages = List.of(commands.limits(10, 100, 1, 1, 3, 1, Side.BUY, 1, 1).bytes(),
                commands.gtd(10, 100, 1, 1, 1, 5, START_NS + 1).bytes(), commands.instrument(2, "MSFT").bytes(),
                commands.establish(10, 101, 0, 3).bytes(), commands.close(10, 100, 1, CloseReason.ADMIN).bytes(),
                commands.stateHash(5).bytes());
        for (final byte[] message : messages) {
            for (int length = 0; length <= message.length; length++) {
                log.submit(new UnsafeBuffer(message), 0, length);
            }
            for (int bit = 0; bit < message.length * 8; bit++) {
                final byte[] flipped = message.clone();
                flipped[bit >> 3] ^= (byte) (1 << (bit & 7));
                log.submit(new UnsafeBuffer(flipped), 0, flipped.length);
            }
        }
        log.drain();
        assertThat(shard.unreadableMessages()).isPositive();
    }

    @Test
    void shouldCancelOrdersOfAClosedSessionWhenItAskedForIt() {
        open();
        apply(commands.establish(10, 101, 0, 1));
        apply(commands.establish(10, 102, 0, 2));
        apply(commands.limits(10, 100, 1, 1, 1, 1, Side.BUY, 1, 1));
        apply(commands.limits(10, 101, 1, 1, 1, 1, Side.BUY, 1, 1));
        apply(commands.limits(10, 102, 1, 1, 1, 1, Side.BUY, 1, 1));
        assertThat(apply(commands.close(10, 100, 1, CloseReason.DISCONNECTED)))
                .containsExactly("closed session=100 DISCONNECTED epoch=1");
        assertThat(apply(commands.close(10, 101, 1, CloseReason.DISCONNECTED))).containsExactly(
                "cancelled order=2 DISCONNECT seq=4 feed=5 cause=0/0", "closed session=101 DISCONNECTED epoch=1");
        assertThat(apply(commands.close(10, 102, 1, CloseReason.DISCONNECTED)))
                .containsExactly("closed session=102 DISCONNECTED epoch=1");
        assertThat(apply(commands.close(10, 102, 1, CloseReason.TERMINATED))).isEmpty();
    }

    @Test
    void shouldExpireGtdOrdersWithoutTraffic() {
        open();
        apply(commands.gtd(10, 100, 1, 1, 1, 5, START_NS + 600_000_000L));
        log.runUntil(START_NS + 500_000_000L);
        assertThat(events()).isEmpty();
        log.runUntil(START_NS + 2_000_000_000L);
        assertThat(events()).containsExactly("cancelled order=1 EXPIRED seq=2 feed=3 cause=0/0");
        final int entries = log.entryCount();
        log.runUntil(START_NS + 60_000_000_000L);
        assertThat(log.entryCount()).as("no timer is armed when nothing can expire").isEqualTo(entries);
    }

    @Test
    void shouldSpreadManyEventsOverSeveralFragments() {
        open();
        for (int i = 0; i < 4; i++) {
            apply(commands.limits(10, 100, 1, 1 + i * 512L, 512, 1, Side.BUY, 1, 1));
        }
        final int before = log.recordedEvents().fragments().size();
        final List<String> cancelled = apply(commands.massCancel(10, 100, 1, 2049));
        assertThat(cancelled).hasSize(2049);
        assertThat(log.recordedEvents().fragments().size() - before).isGreaterThan(2);
    }

    @Test
    void shouldReachTheSameStateFromSnapshotAndTail() {
        open();
        apply(commands.limits(10, 100, 1, 1, 100, 1, Side.BUY, 50, 10));
        apply(commands.gtd(10, 100, 1, 101, 1, 5, START_NS + 600_000_000L));
        log.takeSnapshot();
        log.drain();
        apply(commands.limits(10, 100, 1, 102, 5, 1, Side.BUY, 51, 10));
        log.runUntil(START_NS + 400_000_000L);
        final long hash = shard.stateHash();
        final List<byte[]> recorded = log.recordedEvents().fragments();

        log.crash();
        final Shard recovered = newShard();
        log.start(recovered);
        assertThat(recovered.stateHash()).isEqualTo(hash);
        assertThat(log.recordedEvents().fragments()).as("nothing is published twice").hasSameSizeAs(recorded);

        final SimulatedLog second = new SimulatedLog(1, START_NS, SimulationFaults.none());
        shard = recovered;
        assertThat(apply(commands.limits(10, 100, 1, 106, 2, 1, Side.SELL, 50, 5))).contains(
                "duplicate cause=100/106 seq=106 order=106 template=51 NONE tooOld=0");
        second.close();
    }

    @Test
    void shouldNotLeadWithALogThatEndsBeforeItsEvents() {
        open();
        final List<byte[]> recorded = log.recordedEvents().fragments();
        final SimulatedLog shorter = new SimulatedLog(1, START_NS, SimulationFaults.none());
        recorded.forEach(fragment -> shorter.recordedEvents().offer(new UnsafeBuffer(fragment), 0, fragment.length));
        final Shard second = newShard();
        assertThatThrownBy(() -> shorter.start(second)).isInstanceOf(EventStreamException.class)
                .hasMessageContaining("lastEventSeq=0, recorded up to " + shard.lastEventSeq());
    }

    @Test
    void shouldRefuseDamagedSnapshots() {
        open();
        apply(commands.limits(10, 100, 1, 1, 10, 1, Side.BUY, 50, 10));
        final List<byte[]> chunks = new ArrayList<>();
        new ShardSnapshot(shard).write((buffer, offset, length) -> {
            final byte[] chunk = new byte[length];
            buffer.getBytes(offset, chunk);
            chunks.add(chunk);
        });
        assertThat(restored(chunks).stateHash()).isEqualTo(shard.stateHash());
        for (int i = 0; i < chunks.size(); i++) {
            final List<byte[]> missing = new ArrayList<>(chunks);
            missing.remove(i);
            assertThatThrownBy(() -> restored(missing)).isInstanceOf(SnapshotException.class);
            final List<byte[]> damaged = new ArrayList<>(chunks);
            final byte[] copy = chunks.get(i).clone();
            copy[copy.length - 1 - (i * 7) % copy.length] ^= 4;
            damaged.set(i, copy);
            assertThatThrownBy(() -> restored(damaged)).isInstanceOf(SnapshotException.class);
        }
    }

    private Shard restored(final List<byte[]> chunks) {
        final Shard target = newShard();
        final List<byte[]> left = new ArrayList<>(chunks);
        new ShardSnapshot(target).read(handler -> {
            if (left.isEmpty()) {
                return false;
            }
            final byte[] chunk = left.removeFirst();
            handler.onChunk(new UnsafeBuffer(chunk), 0, chunk.length);
            return true;
        });
        return target;
    }
}
