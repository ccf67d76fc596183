package bourse.bench.lab;

import static bourse.bench.lab.Technique.variant;

import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** How data lies and how it is gone through: arrays, branches, lanes, lines, searches, order of updates. */
final class LayoutTechniques {
    private static final int LEVELS = 1 << 20;
    private static final int SMALL = 1 << 10;
    private static final int FIELDS = 8;
    private static final int INSTRUMENTS = 1 << 17;

    private LayoutTechniques() {
    }

    /** Sums one field of all: what a scan of quantities does. */
    static Technique arrays() {
        return Technique.of("arrays", "one quantity of a scan over all levels",
                variant("structures of 64 bytes, 1,048,576 (beyond L2)", () -> scan(new long[LEVELS * FIELDS], FIELDS)),
                variant("an array per field, 1,048,576", () -> scan(new long[LEVELS], 1)),
                variant("structures of 64 bytes, 1,024 (in L2)", () -> scan(new long[SMALL * FIELDS], FIELDS)),
                variant("an array per field, 1,024", () -> scan(new long[SMALL], 1)));
    }

    private static Technique.Work scan(final long[] memory, final int step) {
        Arrays.setAll(memory, i -> i & 0xFF);
        return new Technique.Work() {
            private int at;

            @Override
            public long run(final int operations) {
                long sum = 0;
                int left = operations;
                while (left > 0) {
                    final int end = (int) Math.min(memory.length, at + (long) left * step);
                    for (int i = at; i < end; i += step) {
                        sum += memory[i];
                    }
                    left -= (end - at + step - 1) / step;
                    at = end >= memory.length ? 0 : end;
                }
                return sum;
            }
        };
    }

    /** A sweep takes one to five levels, most often one or two. */
    static Technique branches() {
        final int[] sweeps = new SplittableRandom(3).ints(1 << 12, 0, 100).map(dice -> dice < 60 ? 1 : dice < 85 ? 2 : dice < 95 ? 3 : 5).toArray();
        final long[] quantities = new SplittableRandom(4).longs(16, 1, 100).toArray();
        final int[] steady = new int[1 << 12];
        Arrays.fill(steady, 2);
        return Technique.of("branches", "a sweep of one to five levels",
                variant("a loop over the levels", () -> operations -> loop(sweeps, quantities, operations)),
                variant("the first three levels written out", () -> operations -> unrolled(sweeps, quantities, operations)),
                variant("a loop, always two levels (predictable)", () -> operations -> loop(steady, quantities, operations)),
                variant("written out, always two levels", () -> operations -> unrolled(steady, quantities, operations)));
    }

    private static long loop(final int[] sweeps, final long[] quantities, final int operations) {
        long traded = 0;
        for (int i = 0; i < operations; i++) {
            final int count = sweeps[i & sweeps.length - 1];
            for (int level = 0; level < count; level++) {
                traded += quantities[level + i & 15];
            }
        }
        return traded;
    }

    private static long unrolled(final int[] sweeps, final long[] quantities, final int operations) {
        long traded = 0;
        for (int i = 0; i < operations; i++) {
            final int count = sweeps[i & sweeps.length - 1];
            traded += quantities[i & 15];
            if (count > 1) {
                traded += quantities[1 + i & 15];
                if (count > 2) {
                    traded += quantities[2 + i & 15];
                    for (int level = 3; level < count; level++) {
                        traded += quantities[level + i & 15];
                    }
                }
            }
        }
        return traded;
    }

    /** An instrument's top of book as objects that point to each other. */
    private static final class TopObject {
        private final Quote bid = new Quote();
        private final Quote ask = new Quote();
        private final Quote last = new Quote();
    }

    private static final class Quote {
        private Long price = 100_000L;
        private Long quantity = 1_000L;
    }

    static Technique cacheLine() {
        return Technique.of("cache-line-top", "best bid, ask, sizes and last trade of one of 131,072 instruments",
                variant("objects with boxed numbers", () -> new Technique.Work() {
                    private final TopObject[] tops = new TopObject[INSTRUMENTS];
                    private int at = 1;

                    {
                        final int[] order = shuffled(INSTRUMENTS);
                        for (final int i : order) {
                            tops[i] = new TopObject();
                            tops[i].bid.price = 100_000L + i;
                            tops[i].ask.price = 100_001L + i;
                        }
                    }

                    @Override
                    public long run(final int operations) {
                        long sum = 0;
                        for (int i = 0; i < operations; i++) {
                            at = at * 1_664_525 + 1_013_904_223;
                            final TopObject top = tops[at >>> 8 & INSTRUMENTS - 1];
                            sum += top.bid.price + top.bid.quantity + top.ask.price + top.ask.quantity + top.last.price + top.last.quantity;
                        }
                        return sum;
                    }
                }),
                variant("one 64-byte line each", () -> new Technique.Work() {
                    private final long[] lines = new long[INSTRUMENTS * FIELDS];
                    private int at = 1;

                    {
                        Arrays.setAll(lines, i -> 100_000 + i);
                    }

                    @Override
                    public long run(final int operations) {
                        long sum = 0;
                        for (int i = 0; i < operations; i++) {
                            at = at * 1_664_525 + 1_013_904_223;
                            final int line = (at >>> 8 & INSTRUMENTS - 1) * FIELDS;
                            sum += lines[line] + lines[line + 1] + lines[line + 2] + lines[line + 3] + lines[line + 4] + lines[line + 5];
                        }
                        return sum;
                    }
                }));
    }

    static Technique search() {
        final int count = 512;
        final long[] prices = new long[count];
        Arrays.setAll(prices, i -> 100_000 + 3L * i);
        final Map<Long, Long> tree = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            tree.put(prices[i], (long) i);
        }
        final long[] wanted = new SplittableRandom(7).ints(1 << 12, 0, count).mapToLong(i -> prices[i]).toArray();
        return Technique.of("level-search", "a price found among 512 levels",
                variant("tree map, boxed keys", () -> operations -> {
                    long sum = 0;
                    for (int i = 0; i < operations; i++) {
                        sum += tree.get(wanted[i & wanted.length - 1]);
                    }
                    return sum;
                }),
                variant("one after the other", () -> operations -> {
                    long sum = 0;
                    for (int i = 0; i < operations; i++) {
                        final long price = wanted[i & wanted.length - 1];
                        int at = 0;
                        while (prices[at] != price) {
                            at++;
                        }
                        sum += at;
                    }
                    return sum;
                }),
                variant("binary search in an array", () -> operations -> {
                    long sum = 0;
                    for (int i = 0; i < operations; i++) {
                        sum += Arrays.binarySearch(prices, wanted[i & wanted.length - 1]);
                    }
                    return sum;
                }),
                variant("addressed by price (the engine's ladder)", () -> operations -> {
                    long sum = 0;
                    final int[] ladder = new int[3 * count];
                    for (int i = 0; i < count; i++) {
                        ladder[3 * i] = i;
                    }
                    for (int i = 0; i < operations; i++) {
                        sum += ladder[(int) (wanted[i & wanted.length - 1] - 100_000)];
                    }
                    return sum;
                }));
    }

    /** A batch of level updates all over 64 MiB of levels. */
    static Technique sortedUpdates() {
        final int batch = 256;
        final int[] where = new SplittableRandom(8).ints(batch << 8, 0, LEVELS).toArray();
        return Technique.of("sorted-updates", "one update of a batch of 256, levels of 64 bytes in 64 MiB",
                variant("in the order in which they came", () -> updates(where, batch, false)),
                variant("sorted by address, sorting included", () -> updates(where, batch, true)));
    }

    private static Technique.Work updates(final int[] where, final int batch, final boolean sorted) {
        final long[] levels = new long[LEVELS * FIELDS];
        final int[] sorting = new int[batch];
        return new Technique.Work() {
            private int from;

            @Override
            public long run(final int operations) {
                long sum = 0;
                for (int done = 0; done < operations; done += batch) {
                    System.arraycopy(where, from, sorting, 0, batch);
                    from = from + batch & where.length - 1;
                    if (sorted) {
                        Arrays.sort(sorting);
                    }
                    for (final int level : sorting) {
                        sum += levels[level * FIELDS] += 1;
                    }
                }
                return sum;
            }
        };
    }

    private static int[] shuffled(final int count) {
        final int[] order = new int[count];
        final SplittableRandom random = new SplittableRandom(9);
        for (int i = 0; i < count; i++) {
            final int other = random.nextInt(i + 1);
            order[i] = order[other];
            order[other] = i;
        }
        return order;
    }
}
