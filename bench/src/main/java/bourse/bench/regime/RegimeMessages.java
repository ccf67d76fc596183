package bourse.bench.regime;

import bourse.bench.stream.StreamRecord;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * The messages of one run, in memory in the layout of {@link StreamRecord}: NEW, IOC, CANCEL, and MOVE as the modify (new price and new open
 * quantity in {@code aux}, place lost). Cancels and modifies may come too late: an engine refuses those.
 *
 * <p>Model: buys are priced along the first half of the mid's path, sells along the second, then all are shuffled into the order of arrival. 15%
 * are IOC; of the others 20% are modified (quantity + 1, four times in five one tick nearer too) and 95% cancelled after an exponential life whose
 * median of 431 µs grows with the square root of the depth; 2% of cancels, and of modifies of cancelled orders, come again. A next order enters one
 * microsecond after the last act on the one before it. Numbers are drawn in the order of flash1-dev/matching-engine-benchmark
 * ({@code docs/METHODOLOGY.md}, {@code workload/generator.cpp}): the same seed makes the same messages.
 */
public final class RegimeMessages implements AutoCloseable {
    private static final double FIRST_MID = 167.52;
    private static final double TICK = 0.005;
    private static final int DEEPEST_LEVEL = 799;
    private static final double ALPHA = 2.23;
    private static final double HUMP_HEIGHT = 5;
    private static final double HUMP_TICKS = 8;
    private static final double IOC_SHARE = 0.15;
    private static final double MODIFY_SHARE = 0.20;
    private static final double REPRICE_SHARE = 0.80;
    private static final double CANCEL_SHARE = 0.95;
    private static final double DUPLICATE_SHARE = 0.02;
    private static final double MEDIAN_LIFE_US = 0.431 * 1_000.0;
    private static final int MAX_QUANTITY = 100;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final int count;
    private final int orders;

    /** Messages and their times, growing, while they are made. */
    private static final class Timeline {
        private long[] timeUs = new long[1 << 16];
        private long[] idAndType = new long[1 << 16];
        private long[] price = new long[1 << 16];
        private int[] quantity = new int[1 << 16];
        private int size;

        void add(final long atUs, final int type, final int id, final long atPrice, final int amount) {
            if (size == timeUs.length) {
                timeUs = Arrays.copyOf(timeUs, 2 * size);
                idAndType = Arrays.copyOf(idAndType, 2 * size);
                price = Arrays.copyOf(price, 2 * size);
                quantity = Arrays.copyOf(quantity, 2 * size);
            }
            timeUs[size] = atUs;
            idAndType[size] = (long) id << 8 | type;
            price[size] = atPrice;
            quantity[size++] = amount;
        }
    }

    /**
     * Makes a run.
     *
     * @param orders new orders, 2 and up; about twice as many messages
     * @param seed   0..2^32-1
     */
    public RegimeMessages(final Regime regime, final int orders, final long seed) {
        if (orders < 2) {
            throw new IllegalArgumentException("orders: " + orders + " (expected: 2 or more)");
        }
        this.orders = orders;
        final var random = new MersenneTwister(seed);
        final long[] prices = new long[orders];
        final int[] quantities = new int[orders];
        final int[] depths = new int[orders];
        place(regime, random, prices, quantities, depths);
        final Timeline timeline = live(random, shuffled(orders, random), prices, quantities, depths);
        count = timeline.size;
        memory = arena.allocate((long) count * StreamRecord.LENGTH, 64);
        write(timeline);
    }

    private static void place(final Regime regime, final MersenneTwister random, final long[] prices, final int[] quantities,
                              final int[] depths) {
        final int orders = prices.length;
        final double[] profile = depthProfile();
        final double deviation = regime.stepDeviation(orders);
        double mid = FIRST_MID;
        for (int i = 0; i < orders; i++) {
            mid *= Math.exp(-0.5 * deviation * deviation + deviation * random.normal());
            final int depth = depth(profile, random);
            final boolean buy = i < orders / 2;
            prices[i] = Math.max(1, ticks(mid) + (buy ? -(depth + 1) : depth + 1));
            quantities[i] = random.between(1, MAX_QUANTITY);
            depths[i] = depth;
        }
    }

    /** Rounded to the tick as a price, then counted in ticks, as the original does. */
    private static long ticks(final double price) {
        return Math.round(Math.round(price / TICK) * TICK / TICK);
    }

    private static int depth(final double[] profile, final MersenneTwister random) {
        final int found = Arrays.binarySearch(profile, random.uniform() * profile[DEEPEST_LEVEL]);
        return Math.min(DEEPEST_LEVEL, found >= 0 ? found : -found - 1);
    }

    /** Cumulative weights of the distances from the mid. */
    private static double[] depthProfile() {
        final double[] profile = new double[DEEPEST_LEVEL + 1];
        double sum = 0;
        for (int level = 0; level <= DEEPEST_LEVEL; level++) {
            final double fromHump = level - HUMP_TICKS;
            sum += 1.0 / Math.pow(level + 1.0, ALPHA) + HUMP_HEIGHT * Math.exp(-0.5 * fromHump * fromHump);
            profile[level] = sum;
        }
        return profile;
    }

    private static int[] shuffled(final int count, final MersenneTwister random) {
        final int[] order = new int[count];
        Arrays.setAll(order, i -> i);
        for (int i = count - 1; i > 0; i--) {
            final int j = random.between(0, i);
            final int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        return order;
    }

    /** Every order's life: entered, perhaps modified, perhaps cancelled, perhaps once too often. */
    private static Timeline live(final MersenneTwister random, final int[] arrival, final long[] prices, final int[] quantities,
                                 final int[] depths) {
        final Timeline timeline = new Timeline();
        final double rate = Math.log(2.0) / MEDIAN_LIFE_US;
        long nowUs = 0;
        for (final int order : arrival) {
            final boolean ioc = random.uniform() < IOC_SHARE;
            timeline.add(nowUs, ioc ? StreamRecord.IOC : StreamRecord.NEW, order, prices[order], quantities[order]);
            if (!ioc) {
                long price = prices[order];
                final boolean modified = random.uniform() < MODIFY_SHARE;
                if (modified) {
                    nowUs += 30 + (long) (random.uniform() * 70);
                    price += random.uniform() < REPRICE_SHARE ? order < arrival.length / 2 ? 1 : -1 : 0;
                    timeline.add(nowUs, StreamRecord.MOVE, order, price, quantities[order] + 1);
                }
                if (random.uniform() < CANCEL_SHARE) {
                    nowUs += (long) random.exponential(rate / Math.sqrt(1.0 + depths[order]));
                    timeline.add(nowUs, StreamRecord.CANCEL, order, prices[order], quantities[order]);
                    if (random.uniform() < DUPLICATE_SHARE) {
                        nowUs += 1 + (long) (random.uniform() * 20);
                        timeline.add(nowUs, StreamRecord.CANCEL, order, prices[order], quantities[order]);
                    }
                    if (modified && random.uniform() < DUPLICATE_SHARE) {
                        nowUs += 1 + (long) (random.uniform() * 20);
                        timeline.add(nowUs, StreamRecord.MOVE, order, price, quantities[order] + 1);
                    }
                }
            }
            nowUs++;
        }
        return timeline;
    }

    /** The timeline is made in order of time already. */
    private void write(final Timeline timeline) {
        long lastUs = 0;
        for (int i = 0; i < count; i++) {
            if (timeline.timeUs[i] < lastUs) {
                throw new IllegalStateException("timeline runs backwards, index=" + i);
            }
            lastUs = timeline.timeUs[i];
            final long at = (long) i * StreamRecord.LENGTH;
            final int order = (int) (timeline.idAndType[i] >>> 8);
            memory.set(ValueLayout.JAVA_BYTE, at + StreamRecord.TYPE_OFFSET, (byte) timeline.idAndType[i]);
            memory.set(ValueLayout.JAVA_BYTE, at + StreamRecord.SIDE_OFFSET, (byte) (order < orders / 2 ? 0 : 1));
            memory.set(ValueLayout.JAVA_INT, at + StreamRecord.QUANTITY_OFFSET, timeline.quantity[i]);
            memory.set(ValueLayout.JAVA_LONG, at + StreamRecord.ORDER_ID_OFFSET, order + 1L);
            memory.set(ValueLayout.JAVA_LONG, at + StreamRecord.PRICE_OFFSET, timeline.price[i]);
            memory.set(ValueLayout.JAVA_INT, at + StreamRecord.UID_OFFSET, 1);
            memory.set(ValueLayout.JAVA_INT, at + StreamRecord.AUX_OFFSET, timeline.quantity[i]);
        }
    }

    public int count() {
        return count;
    }

    /** New orders; ids are 1..orders, not in the order of arrival. */
    public int orders() {
        return orders;
    }

    /** Address of message {@code index}. */
    public long address(final int index) {
        return memory.address() + (long) index * StreamRecord.LENGTH;
    }

    @Override
    public void close() {
        arena.close();
    }
}
