package bourse.marketdata;

import static org.assertj.core.api.Assertions.assertThat;

import bourse.marketdata.publisher.PacketSink;
import bourse.marketdata.recovery.SnapshotCycle;
import bourse.sbe.feed.PacketLayout;
import bourse.sbe.feed.SnapshotBeginDecoder;
import java.util.HashMap;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each instrument's snapshot comes at least every five seconds, in virtual time, also where the configured pace is too slow for the books. */
class SnapshotIntervalTest {
    private static final long SECOND_NS = 1_000_000_000L;

    @ParameterizedTest
    @CsvSource({"1, 1000, 20000", "200, 1000, 20000", "200, 5000, 20000", "200, 1000, 100"})
    void shouldSendEachInstrumentAtLeastEveryFiveSeconds(final int instruments, final int intervalMs, final int packetsPerSecond) {
        final RandomFlow flow = new RandomFlow(3, instruments, 1);
        final PublicFeed feed = new PublicFeed(1 << 12, new FeedFold(), null);
        final byte[] definitions = flow.define();
        feed.onEvents(new UnsafeBuffer(definitions), 0, definitions.length);
        for (int i = 0; i < 40 * instruments; i++) {
            final byte[] fragment = flow.next(10);
            feed.onEvents(new UnsafeBuffer(fragment), 0, fragment.length);
        }
        feed.endOfPoll(true);
        final Map<Long, Long> lastNs = new HashMap<>();
        final long[] nowNs = {SECOND_NS};
        final long[] longestNs = {0};
        final SnapshotBeginDecoder begin = new SnapshotBeginDecoder();
        final PacketSink sink = (line, packet) -> {
            final UnsafeBuffer buffer = new UnsafeBuffer(packet);
            final int at = packet.position();
            if (PacketLayout.firstSeq(buffer, at) == 0) {
                begin.wrap(buffer, at + PacketLayout.HEADER_LENGTH + PacketLayout.PREFIX_LENGTH + 8, SnapshotBeginDecoder.BLOCK_LENGTH, 0);
                final Long before = lastNs.put(begin.instrumentId(), nowNs[0]);
                if (before != null) {
                    longestNs[0] = Math.max(longestNs[0], nowNs[0] - before);
                }
            }
        };
        final SnapshotCycle cycle = new SnapshotCycle(feed, sink, () -> nowNs[0], 0, intervalMs, packetsPerSecond, nowNs[0]);
        final long warmNs = 30 * SECOND_NS;
        for (; nowNs[0] < 60 * SECOND_NS; nowNs[0] += 1_000_000) {
            cycle.poll(nowNs[0]);
            if (nowNs[0] == warmNs) {
                longestNs[0] = 0;
            }
        }
        assertThat(lastNs).hasSize(instruments);
        assertThat(longestNs[0]).isPositive().isLessThanOrEqualTo(5 * SECOND_NS);
    }
}
