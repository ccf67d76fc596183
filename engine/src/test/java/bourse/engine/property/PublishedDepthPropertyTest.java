package bourse.engine.property;

import static org.assertj.core.api.Assertions.assertThat;

import bourse.engine.book.BookMemory;
import bourse.engine.match.AccountState;
import bourse.engine.match.InstrumentSpec;
import bourse.engine.match.LadderMatcher;
import bourse.engine.match.OrderState;
import bourse.engine.match.StateVisitor;
import bourse.sbe.layout.PublishedBookLayout;
import bourse.sbe.layout.PublishedBookReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.agrona.concurrent.UnsafeBuffer;

/** The region that other processes read shows, after every command, the best levels of what the matcher's own state displays. */
class PublishedDepthPropertyTest {

    @Provide
    Arbitrary<List<Command>> streams() {
        return Streams.of(250);
    }

    @Property(tries = 60, shrinking = ShrinkingMode.FULL)
    void shouldPublishTheDisplayedLevels(@ForAll("streams") final List<Command> stream) {
        final SmallLadder factory = new SmallLadder();
        final LadderMatcher matcher = (LadderMatcher) factory.create(new CallTape());
        try {
            StreamGenerator.instruments().forEach(matcher::defineInstrument);
            final BookMemory memory = matcher.memory();
            final PublishedBookReader reader = new PublishedBookReader(new UnsafeBuffer(memory.publishedAddress(), (int) memory.publishedLength()));
            long eventSeq = 0;
            for (final Command command : stream) {
                command.applyTo(matcher, new CallTape());
                matcher.publish(++eventSeq);
                final Levels levels = new Levels();
                matcher.forEachState(levels);
                for (final InstrumentSpec spec : StreamGenerator.instruments()) {
                    compare(reader, levels, spec.instrumentId(), command);
                }
            }
        } finally {
            factory.release(matcher);
        }
    }

    private static void compare(final PublishedBookReader reader, final Levels levels, final int instrumentId, final Command command) {
        final int index = reader.indexOf(instrumentId);
        assertThat(reader.readTop(index)).isTrue();
        final List<Level> bids = levels.of(instrumentId, 0);
        final List<Level> asks = levels.of(instrumentId, 1);
        final List<Long> top = List.of(reader.bidPrice(), reader.bidQuantity(), reader.askPrice(), reader.askQuantity(), reader.lastPrice());
        assertThat(top).as("top of instrument %d after %s", instrumentId, command).containsExactly(price(bids), quantity(bids), price(asks), quantity(asks),
            levels.lastPrices.get(instrumentId));
        assertThat(reader.readDepth(index)).isTrue();
        assertThat(published(reader, 0)).as("bids of instrument %d after %s", instrumentId, command).isEqualTo(bids);
        assertThat(published(reader, 1)).as("asks of instrument %d after %s", instrumentId, command).isEqualTo(asks);
        assertThat(reader.state()).as("state of instrument %d after %s", instrumentId, command).isEqualTo(levels.states.get(instrumentId));
    }

    private static long price(final List<Level> levels) {
        return levels.isEmpty() ? 0 : levels.getFirst().price;
    }

    private static long quantity(final List<Level> levels) {
        return levels.isEmpty() ? 0 : levels.getFirst().quantity;
    }

    private static List<Level> published(final PublishedBookReader reader, final int side) {
        final List<Level> levels = new ArrayList<>();
        for (int i = 0; i < reader.levels(side); i++) {
            levels.add(new Level(reader.price(side, i), reader.quantity(side, i), reader.orders(side, i)));
        }
        return levels;
    }

    private record Level(long price, long quantity, long orders) {
    }

    /** Displayed levels of every instrument, as many as are published. */
    private static final class Levels implements StateVisitor {
        private final Map<Integer, List<Level>> bids = new HashMap<>();
        private final Map<Integer, List<Level>> asks = new HashMap<>();
        private final Map<Integer, Long> lastPrices = new HashMap<>();
        private final Map<Integer, Integer> states = new HashMap<>();

        List<Level> of(final int instrumentId, final int side) {
            final List<Level> all = (side == 0 ? bids : asks).getOrDefault(instrumentId, List.of());
            return all.subList(0, Math.min(PublishedBookLayout.DEPTH, all.size()));
        }

        @Override
        public void order(final OrderState o) {
            if (o.pending || (o.flags & Command.HIDDEN) != 0) {
                return;
            }
            final List<Level> levels = (o.side == 0 ? bids : asks).computeIfAbsent(o.instrumentId, key -> new ArrayList<>());
            if (levels.isEmpty() || levels.getLast().price != o.price) {
                levels.add(new Level(o.price, 0, 0));
            }
            final Level level = levels.removeLast();
            levels.add(new Level(o.price, level.quantity + o.slice, level.orders + 1));
        }

        @Override
        public void engine(final long timeNs, final long nextOrderId, final long nextTradeId, final long nextSequence) {
            bids.clear();
            asks.clear();
        }

        @Override
        public void instrument(final InstrumentSpec spec, final long lastPrice, final long lastQuantity, final long tradeCount, final boolean hasLastPrice) {
            lastPrices.put(spec.instrumentId(), lastPrice);
            states.put(spec.instrumentId(), spec.state());
        }

        @Override
        public void account(final AccountState account) {
            // Not published.
        }

        @Override
        public void balance(final int account, final long asset, final long total, final long reserved) {
            // Not published.
        }

        @Override
        public void position(final int account, final int instrumentId, final long position) {
            // Not published.
        }

        @Override
        public void finishedId(final int account, final long clientOrderId) {
            // Not published.
        }

        @Override
        public void fees(final long asset, final long collected) {
            // Not published.
        }
    }
}
