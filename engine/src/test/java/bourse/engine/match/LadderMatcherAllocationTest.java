package bourse.engine.match;

import static org.assertj.core.api.Assertions.assertThat;

import bourse.engine.book.BookMemory;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Commands of every kind allocate nothing, also on the general path, and prices up to the largest are books like any other. */
class LadderMatcherAllocationTest {
    private static final int COMMANDS = 150_000;

    /** Counts calls; allocates nothing. */
    private static final class Silent implements MatchListener {
        private long calls;

        @Override
        public void onAccepted(final int i, final long o, final int a, final long c, final int s, final int t, final int f, final int g, final long p,
                               final long q, final long v, final long st, final boolean r) {
            calls++;
        }

        @Override
        public void onRejected(final int k, final int i, final int a, final long o, final long c, final int r, final int f, final long l, final long v) {
            calls++;
        }

        @Override
        public void onBooked(final int i, final long o, final int a, final long c, final int s, final long p, final long l, final long v) {
            calls++;
        }

        @Override
        public void onTrade(final int i, final long t, final long mo, final int ma, final long mc, final long ml, final boolean mh, final long mf,
                            final long to, final int ta, final long tc, final long tl, final boolean tr, final long tf, final int ts, final long p,
                            final long q, final boolean a) {
            calls++;
        }

        @Override
        public void onCancelled(final int i, final long o, final int a, final long c, final int s, final long p, final long q, final boolean v,
                                final int r) {
            calls++;
        }

        @Override
        public void onReduced(final int i, final long o, final int a, final long c, final int s, final long p, final long l, final long v) {
            calls++;
        }

        @Override
        public void onReplaced(final int i, final long o, final int a, final long c, final int s, final long p, final long l, final long v,
                               final boolean k, final boolean r, final boolean w) {
            calls++;
        }

        @Override
        public void onTriggered(final int i, final long o, final int a, final long c, final long s) {
            calls++;
        }

        @Override
        public void onRestated(final int i, final long o, final int a, final long c, final int s, final long p, final long l, final long v,
                               final boolean k, final int r) {
            calls++;
        }

        @Override
        public void onMassCancelled(final int a, final int i, final int s, final long n, final int r) {
            calls++;
        }

        @Override
        public void onQuoted(final int a, final int i, final long q, final long b, final long k) {
            calls++;
        }

        @Override
        public void onTradingState(final int i, final int s, final long r) {
            calls++;
        }

        @Override
        public void onAuctionIndication(final int i, final long p, final long v, final long s) {
            calls++;
        }
    }

    @Test
    void shouldAllocateNothingForAnyCommand() {
        final MatcherLimits limits = MatcherLimits.small();
        final Silent listener = new Silent();
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (BookMemory memory = LadderMatcher.offHeapMemory(limits)) {
            final LadderMatcher matcher = new LadderMatcher(limits, memory, listener);
            matcher.defineInstrument(InstrumentSpec.plain(1, "PLAIN"));
            matcher.defineInstrument(new InstrumentSpec(2, "RISK", "B", "Q", 0, 0, 1, 1, 1, 1L << 40, 1_000, 0, 0, 0, 50, -10, 20, true, 2));
            for (int account = 1; account <= 20; account++) {
                matcher.transfer(account, AccountPort.asset("B"), 1L << 50);
                matcher.transfer(account, AccountPort.asset("Q"), 1L << 55);
            }
            final Random random = new Random(5);
            final ExtendedTerms terms = new ExtendedTerms();
            run(matcher, random, terms, 1);
            final long before = threads.getCurrentThreadAllocatedBytes();
            run(matcher, random, terms, COMMANDS + 1);
            final long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertThat(allocated).isLessThan(COMMANDS / 100);
            assertThat(listener.calls).isGreaterThan(2L * COMMANDS);
        }
    }

    private static void run(final LadderMatcher matcher, final Random random, final ExtendedTerms terms, final long firstId) {
        for (int i = 0; i < COMMANDS; i++) {
            final long id = firstId + i;
            final int account = 1 + random.nextInt(20);
            final int instrument = 1 + random.nextInt(2);
            final int side = random.nextInt(2);
            final long price = random.nextInt(50) == 0 ? (1L << 40) - random.nextInt(1_000) : 1_000_000 + random.nextInt(40);
            final long quantity = 1 + random.nextInt(100);
            final long target = Math.max(1, id - random.nextInt(500));
            terms.clear();
            switch (random.nextInt(16)) {
                case 0 -> matcher.cancel(account, 0, target);
                case 1 -> matcher.reduce(account, target, 0, quantity);
                case 2 -> matcher.replace(account, target, 0, price, quantity);
                case 3 -> matcher.massCancel(account, 0, 2, 6);
                case 4 -> matcher.cancelSession(account, random.nextInt(3), 7);
                case 5 -> {
                    terms.stopPrice = price + 5;
                    terms.displayQuantity = quantity;
                    matcher.quote(account, 1, id, instrument, 16, side * 2, price, quantity, terms);
                }
                case 6 -> special(matcher, random, terms, account, id, instrument, side, price, quantity);
                case 7 -> matcher.newOrder(account, 1, id, instrument, side, 1, 0, 0, random.nextInt(6), 0, quantity, null);
                case 8 -> matcher.newOrder(account, 1, id, instrument, side, 0, 2, 0, random.nextInt(6), price, quantity, null);
                default -> matcher.newOrder(account, 1, id, instrument, side, 0, random.nextInt(2), 0, random.nextInt(6), price, quantity, null);
            }
            if (i % 1_000 == 0) {
                matcher.setTradingState(instrument, 1);
            } else if (i % 1_000 == 20) {
                matcher.setTradingState(1, 2);
                matcher.setTradingState(2, 2);
            }
            matcher.advanceTime(id * 1_000);
            matcher.publish(id);
        }
    }

    private static void special(final LadderMatcher matcher, final Random random, final ExtendedTerms terms, final int account, final long id,
                                final int instrument, final int side, final long price, final long quantity) {
        final int kind = random.nextInt(7);
        switch (kind) {
            case 0 -> terms.displayQuantity = 1 + quantity / 3;
            case 1 -> terms.minQuantity = quantity;
            case 2 -> terms.linkId = 1 + random.nextInt(3);
            case 3 -> terms.expireTimeNs = id * 1_000 + random.nextInt(1_000_000);
            case 4 -> terms.stopPrice = price;
            case 5 -> {
                terms.offset = 3;
                terms.stopPrice = price;
            }
            default -> terms.pegReference = 1 + random.nextInt(3);
        }
        final int type = kind == 4 ? 2 : kind == 5 ? 4 : kind == 6 ? 5 : 0;
        matcher.newOrder(account, 2, id, instrument, side, type, kind == 3 ? 4 : 0, 16 | (kind < 2 ? 0 : random.nextInt(2) * 4), random.nextInt(6),
            type == 0 ? price : 0, quantity, terms);
    }
}
