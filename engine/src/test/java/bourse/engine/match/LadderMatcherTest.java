package bourse.engine.match;

import static bourse.engine.match.Raw.BUY;
import static bourse.engine.match.Raw.GTC;
import static bourse.engine.match.Raw.IOC;
import static bourse.engine.match.Raw.LIMIT;
import static bourse.engine.match.Raw.MARKET;
import static bourse.engine.match.Raw.SELL;
import static org.assertj.core.api.Assertions.assertThat;

import bourse.engine.book.BookMemory;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LadderMatcherTest {
    private final RecordingListener listener = new RecordingListener();
    private BookMemory memory;
    private LadderMatcher matcher;

    @BeforeEach
    void start() {
        memory = LadderMatcher.offHeapMemory(MatcherLimits.small());
        matcher = new LadderMatcher(MatcherLimits.small(), memory, listener);
        matcher.defineInstrument(InstrumentSpec.plain(1, "ABC"));
    }

    @AfterEach
    void end() {
        memory.close();
    }

    private List<String> limit(final int account, final long id, final int side, final long price, final long quantity) {
        return order(account, id, side, LIMIT, GTC, 0, 0, price, quantity, null);
    }

    private List<String> order(final int account, final long id, final int side, final int type, final int timeInForce, final int flags,
                               final int stp, final long price, final long quantity, final ExtendedTerms terms) {
        matcher.newOrder(account, 1, id, 1, side, type, timeInForce, flags, stp, price, quantity, terms);
        return listener.take();
    }

    @Test
    void shouldTradeBestPriceFirstThenOldest() {
        limit(1, 1, SELL, 101, 5);
        limit(1, 2, SELL, 100, 5);
        limit(2, 3, SELL, 100, 5);
        assertThat(limit(3, 4, BUY, 101, 12)).containsExactly("accepted 4 12@101 visible=0", "trade 2(0) 4(7) 5@100",
            "trade 3(0) 4(2) 5@100", "trade 1(3) 4(0) 2@101");
        assertThat(matcher.bestPrice(1, SELL)).isEqualTo(101);
    }

    @Test
    void shouldRestWhatIsLeftAndSaySo() {
        limit(1, 1, SELL, 100, 5);
        assertThat(limit(2, 1, BUY, 100, 8)).containsExactly("accepted 2 8@100 visible=0", "trade 1(0) 2(3) 5@100",
            "booked 2 3@100 visible=3");
    }

    @Test
    void shouldCancelTheRestOfImmediateAndMarketOrders() {
        limit(1, 1, SELL, 100, 5);
        assertThat(order(2, 1, BUY, LIMIT, IOC, 0, 0, 100, 6, null)).endsWith("cancelled 2 1 reason=2");
        limit(1, 2, SELL, 100, 5);
        assertThat(order(2, 2, BUY, MARKET, GTC, 0, 0, 0, 6, null)).endsWith("cancelled 4 1 reason=4");
    }

    @Test
    void shouldRefuseDuplicateIdsOfLiveFinishedAndRefusedOrders() {
        limit(1, 7, SELL, 100, 5);
        assertThat(limit(1, 7, SELL, 100, 5)).containsExactly("rejected kind=1 order=0 client=7 reason=4 field=12 limit=0 value=7");
        matcher.cancel(1, 0, 7);
        listener.take();
        assertThat(limit(1, 7, SELL, 100, 5).getFirst()).contains("reason=4");
        limit(1, 8, SELL, 0, 5);
        assertThat(limit(1, 8, SELL, 100, 5).getFirst()).contains("reason=4");
        assertThat(limit(2, 7, SELL, 100, 5).getFirst()).startsWith("accepted");
    }

    @Test
    void shouldCancelAnAccountsOrdersOldestFirst() {
        limit(1, 1, BUY, 90, 1);
        limit(2, 2, BUY, 91, 1);
        limit(1, 3, SELL, 110, 1);
        limit(1, 4, BUY, 89, 1);
        matcher.massCancel(1, 0, 2, 6);
        assertThat(listener.take()).containsExactly("cancelled 1 1 reason=6 visible", "cancelled 3 1 reason=6 visible",
            "cancelled 4 1 reason=6 visible", "mass-cancelled account=1 orders=3 reason=6");
        assertThat(matcher.slotsInUse()).isEqualTo(1);
    }

    @Test
    void shouldRestoreTheSameStateFromItsSnapshot() {
        final ExtendedTerms terms = new ExtendedTerms();
        terms.displayQuantity = 3;
        order(1, 1, SELL, LIMIT, GTC, 16, 0, 100, 10, terms);
        limit(2, 1, BUY, 100, 2);
        terms.clear();
        terms.stopPrice = 120;
        order(1, 2, BUY, Raw.STOP, GTC, 16, 0, 0, 10, terms);
        for (int i = 3; i < 300; i++) {
            limit(1 + i % 5, i, i % 2, i % 2 == BUY ? 90 - i % 7 : 110 + i % 1000, i);
        }
        matcher.cancel(1, 0, 5);
        final List<byte[]> chunks = new ArrayList<>();
        final long hash = MatcherSnapshot.write(matcher, (buffer, offset, length) -> {
            final byte[] copy = new byte[length];
            buffer.getBytes(offset, copy);
            chunks.add(copy);
        });
        try (BookMemory other = LadderMatcher.offHeapMemory(MatcherLimits.small())) {
            final LadderMatcher restored = new LadderMatcher(MatcherLimits.small(), other, new RecordingListener());
            final MatcherSnapshot.Loader loader = MatcherSnapshot.into(restored);
            chunks.forEach(chunk -> loader.onChunk(new UnsafeBuffer(chunk), 0, chunk.length));
            loader.finish();
            assertThat(restored.stateHash()).isEqualTo(hash).isEqualTo(matcher.stateHash());
            assertThat(restored.bookHash()).isEqualTo(matcher.bookHash());
        }
    }
}
