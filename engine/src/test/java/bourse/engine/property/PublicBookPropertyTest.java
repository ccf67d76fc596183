package bourse.engine.property;

import static org.assertj.core.api.Assertions.assertThat;

import bourse.engine.match.AccountState;
import bourse.engine.match.InstrumentSpec;
import bourse.engine.match.Matcher;
import bourse.engine.match.OrderState;
import bourse.engine.match.StateVisitor;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/** The calls of a matcher are enough to know every displayed order, its visible quantity and its place: what the public feed promises. */
class PublicBookPropertyTest {

    @Provide
    Arbitrary<List<Command>> streams() {
        return Streams.of(250);
    }

    @Property(tries = 60, shrinking = ShrinkingMode.FULL)
    void shouldTellEveryDisplayedOrder(@ForAll("streams") final List<Command> stream) {
        final SmallLadder factory = new SmallLadder();
        final PublicBook folded = new PublicBook();
        final Matcher matcher = factory.create(folded);
        try {
            StreamGenerator.instruments().forEach(matcher::defineInstrument);
            for (final Command command : stream) {
                command.applyTo(matcher, new CallTape());
                final Displayed displayed = new Displayed();
                matcher.forEachState(displayed);
                assertThat(folded.size()).as("displayed orders after %s", command).isEqualTo(displayed.orders.size());
                displayed.queues().forEach(queue -> assertThat(folded.queue(queue.getFirst().instrumentId(), queue.getFirst().side(),
                    queue.getFirst().price())).as("queue after %s", command).isEqualTo(queue));
            }
        } finally {
            factory.release(matcher);
        }
    }

    /** What the matcher's own state says. */
    private static final class Displayed implements StateVisitor {
        private final List<PublicBook.Shown> orders = new ArrayList<>();

        /** Split where instrument, side or price changes. */
        List<List<PublicBook.Shown>> queues() {
            final List<List<PublicBook.Shown>> queues = new ArrayList<>();
            PublicBook.Shown before = null;
            for (final PublicBook.Shown order : orders) {
                if (before == null || before.instrumentId() != order.instrumentId() || before.side() != order.side() || before.price() != order.price()) {
                    queues.add(new ArrayList<>());
                }
                queues.getLast().add(order);
                before = order;
            }
            return queues;
        }

        @Override
        public void order(final OrderState o) {
            if (!o.pending && (o.flags & Command.HIDDEN) == 0) {
                orders.add(new PublicBook.Shown(o.instrumentId, o.side, o.orderId, o.price, o.slice));
            }
        }

        @Override
        public void engine(final long timeNs, final long nextOrderId, final long nextTradeId, final long nextSequence) {
            orders.clear();
        }

        @Override
        public void instrument(final InstrumentSpec spec, final long lastPrice, final long lastQuantity, final long tradeCount, final boolean hasLastPrice) {
            // Orders follow.
        }

        @Override
        public void account(final AccountState account) {
            // Not public.
        }

        @Override
        public void balance(final int account, final long asset, final long total, final long reserved) {
            // Not public.
        }

        @Override
        public void position(final int account, final int instrumentId, final long position) {
            // Not public.
        }

        @Override
        public void finishedId(final int account, final long clientOrderId) {
            // Not public.
        }

        @Override
        public void fees(final long asset, final long collected) {
            // Not public.
        }
    }
}
