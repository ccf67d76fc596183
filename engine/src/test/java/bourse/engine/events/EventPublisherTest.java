package bourse.engine.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import bourse.sbe.EventBatchHead;
import bourse.sbe.engine.EventBatchDecoder;
import bourse.sbe.engine.MessageHeaderDecoder;
import bourse.sbe.engine.OrderBookedDecoder;
import bourse.sbe.engine.OrderCancelledDecoder;
import bourse.sbe.engine.OrderReducedDecoder;
import bourse.sbe.engine.OrderReplacedDecoder;
import bourse.sbe.engine.OrderRestatedDecoder;
import bourse.sbe.engine.TradeDecoder;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventPublisherTest {
    private static final int BLOCK_AT = 2 * MessageHeaderDecoder.ENCODED_LENGTH + EventBatchDecoder.BLOCK_LENGTH;

    private final List<byte[]> offered = new ArrayList<>();
    private final EventFragment fragment = new EventFragment(7, 1024);
    private final SequenceTable accounts = new SequenceTable(8);
    private final SequenceTable instruments = new SequenceTable(8);
    private final EventPublisher publisher = new EventPublisher(fragment, accounts, instruments);

    @BeforeEach
    void connect() {
        accounts.slotOrAdd(10);
        accounts.slotOrAdd(20);
        instruments.slotOrAdd(1);
        fragment.connect(sink(0));
        fragment.venueEpoch(5);
    }

    private EventSink sink(final long recorded) {
        return new EventSink() {
            @Override
            public long lastRecordedEventSeq() {
                return recorded;
            }

            @Override
            public void onFirstEventSeq(final long eventSeq) {
                // nothing to prepare
            }

            @Override
            public void offer(final DirectBuffer buffer, final int offset, final int length) {
                final byte[] bytes = new byte[length];
                buffer.getBytes(offset, bytes);
                offered.add(bytes);
            }

            @Override
            public void awaitRecorded() {
                // nothing to wait for
            }
        };
    }

    private UnsafeBuffer event(final Consumer<EventPublisher> call) {
        fragment.beginEntry(4096, 123);
        call.accept(publisher);
        fragment.endEntry();
        return new UnsafeBuffer(offered.getLast());
    }

    private long replacedFeedSeq(final long visible, final boolean resting, final boolean wasVisible) {
        return new OrderReplacedDecoder().wrap(event(p -> p.onReplaced(1, 5, 10, 6, 0, 100, 9, visible, false, resting, wasVisible)),
                BLOCK_AT, OrderReplacedDecoder.BLOCK_LENGTH, 0).feedSeq();
    }

    @Test
    void shouldSayOnTheFeedWhatChangesTheDisplayedBookAndNothingElse() {
        assertThat(new OrderBookedDecoder().wrap(event(p -> p.onBooked(1, 5, 10, 6, 0, 100, 9, 9)), BLOCK_AT,
                OrderBookedDecoder.BLOCK_LENGTH, 0).feedSeq()).isEqualTo(1);
        assertThat(new OrderBookedDecoder().wrap(event(p -> p.onBooked(1, 5, 10, 6, 0, 100, 9, 0)), BLOCK_AT,
                OrderBookedDecoder.BLOCK_LENGTH, 0).feedSeq()).as("hidden").isZero();
        assertThat(new OrderCancelledDecoder().wrap(event(p -> p.onCancelled(1, 5, 10, 6, 0, 100, 9, false, 1)), BLOCK_AT,
                OrderCancelledDecoder.BLOCK_LENGTH, 0).feedSeq()).as("never stood in the book").isZero();
        assertThat(new OrderCancelledDecoder().wrap(event(p -> p.onCancelled(1, 5, 10, 6, 0, 100, 9, true, 1)), BLOCK_AT,
                OrderCancelledDecoder.BLOCK_LENGTH, 0).feedSeq()).isEqualTo(2);
        assertThat(new OrderReducedDecoder().wrap(event(p -> p.onReduced(1, 5, 10, 6, 0, 100, 9, 0)), BLOCK_AT,
                OrderReducedDecoder.BLOCK_LENGTH, 0).feedSeq()).as("hidden").isZero();
        assertThat(replacedFeedSeq(9, true, true)).isEqualTo(3);
        assertThat(replacedFeedSeq(0, false, true)).as("left the displayed book to trade").isEqualTo(4);
        assertThat(replacedFeedSeq(0, true, false)).as("hidden").isZero();
        assertThat(new OrderRestatedDecoder().wrap(event(p -> p.onRestated(1, 5, 10, 6, 0, 100, 9, 3, false, 1)), BLOCK_AT,
                OrderRestatedDecoder.BLOCK_LENGTH, 0).feedSeq()).isEqualTo(5);
        assertThat(new OrderRestatedDecoder().wrap(event(p -> p.onRestated(1, 5, 10, 6, 0, 100, 9, 0, true, 4)), BLOCK_AT,
                OrderRestatedDecoder.BLOCK_LENGTH, 0).feedSeq()).as("a waiting trailing stop").isZero();
        final TradeDecoder trade = new TradeDecoder().wrap(event(p -> p.onTrade(1, 1, 5, 10, 6, 0, true, 0, 7, 20, 8, 0, false, 0, 1, 100,
                9, false)), BLOCK_AT, TradeDecoder.BLOCK_LENGTH, 0);
        assertThat(trade.feedSeq()).as("a trade always").isEqualTo(6);
        assertThat(trade.rptSeq()).isEqualTo(6);
        assertThat(publisher.lastFeedSeq()).isEqualTo(6);
    }

    @Test
    void shouldNumberBothSidesOfATradeOfOneAccountWithItself() {
        final TradeDecoder trade = new TradeDecoder().wrap(event(p -> p.onTrade(1, 1, 5, 10, 6, 0, false, 0, 7, 10, 8, 0, false, 0, 1, 100,
                9, false)), BLOCK_AT, TradeDecoder.BLOCK_LENGTH, 0);
        assertThat(trade.makerAccountSeq()).isEqualTo(1);
        assertThat(trade.takerAccountSeq()).isEqualTo(2);
    }

    @Test
    void shouldHeadEachFragmentWithItsCauseAndSpillWhenFull() {
        final List<Long> firsts = new ArrayList<>();
        event(p -> {
            for (int i = 0; i < 30; i++) {
                p.onCancelled(1, i, 10, i, 0, 100, 9, true, 6);
            }
        });
        long next = 1;
        for (final byte[] bytes : offered) {
            assertThat(bytes.length).isLessThanOrEqualTo(1024);
            final EventBatchDecoder batch = new EventBatchDecoder().wrap(new UnsafeBuffer(bytes),
                    MessageHeaderDecoder.ENCODED_LENGTH, EventBatchDecoder.BLOCK_LENGTH, EventBatchDecoder.SCHEMA_VERSION);
            assertThat(EventBatchHead.isEndOfEntry(new UnsafeBuffer(bytes), 0)).isEqualTo(bytes == offered.getLast());
            assertThat(batch.firstEventSeq()).isEqualTo(next);
            assertThat(batch.logPosition()).isEqualTo(4096);
            assertThat(batch.timeNs()).isEqualTo(123);
            assertThat(batch.shard()).isEqualTo(7);
            assertThat(batch.venueEpoch()).isEqualTo(5);
            firsts.add(next);
            next += batch.count();
        }
        assertThat(next).isEqualTo(31);
        assertThat(firsts).hasSizeGreaterThan(2);
    }

    @Test
    void shouldOfferOnlyWhatIsNotRecordedYet() {
        final EventFragment repeated = new EventFragment(7, 1024);
        final EventPublisher again = new EventPublisher(repeated, accounts, instruments);
        repeated.connect(sink(2));
        for (int i = 1; i <= 4; i++) {
            repeated.beginEntry(i, i);
            again.onBooked(1, i, 10, i, 0, 100, 9, 9);
            repeated.endEntry();
        }
        assertThat(offered).hasSize(2);
        assertThat(repeated.lastEventSeq()).isEqualTo(4);
    }

    @Test
    void shouldNotInventNumbersForAccountsAndInstrumentsItDoesNotKnow() {
        assertThatThrownBy(() -> publisher.onBooked(1, 5, 99, 6, 0, 100, 9, 9)).hasMessageContaining("account=99");
        assertThatThrownBy(() -> publisher.onBooked(9, 5, 10, 6, 0, 100, 9, 9)).hasMessageContaining("instrumentId=9");
    }

    @Test
    void shouldHoldAsManyKeysAsItSaysAndNoMore() {
        final SequenceTable table = new SequenceTable(100);
        for (int key = 1; key <= 100; key++) {
            assertThat(table.next(table.slotOrAdd(key * 7919))).isEqualTo(1);
        }
        assertThat(table.slotOrAdd(1)).isEqualTo(SequenceTable.MISSING);
        assertThat(table.slot(1)).isEqualTo(SequenceTable.MISSING);
        for (int key = 100; key >= 1; key--) {
            assertThat(table.next(table.slot(key * 7919))).isEqualTo(2);
        }
        final SequenceTable copy = new SequenceTable(100);
        for (int key = 100; key >= 1; key--) {
            copy.restore(key * 7919, 2);
        }
        assertThat(copy.stateHash()).as("the order of arrival does not matter").isEqualTo(table.stateHash());
    }
}
