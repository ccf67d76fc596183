package bourse.bench.lab;

import static bourse.bench.lab.Technique.variant;

import java.util.SplittableRandom;

/** Where the book's memory is and how it is taken: pool, mapping, growth; and the whole book against the way one writes it first. */
final class MemoryTechniques {
    private static final int LIVE = 1_000;
    private static final int SLOTS = 1 << 16;
    private static final int FIELDS = 8;

    private MemoryTechniques() {
    }

    static Technique book() {
        return Technique.of("whole-book", "a command of the stream with 1,000 live orders",
                variant("tree maps, objects, boxed keys, a lock", () -> new StreamReplay(LIVE, () -> StreamReplay.naive(true))),
                variant("the same without the lock", () -> new StreamReplay(LIVE, () -> StreamReplay.naive(false))),
                variant("the engine's book, doing no more than that", () -> new StreamReplay(LIVE, () -> StreamReplay.ladderById(LIVE))),
                variant("the engine's book, client ids and all rules", () -> new StreamReplay(LIVE, () -> StreamReplay.ladder(false, LIVE))));
    }

    static Technique mapped() {
        return Technique.of("mapped-book", "a command of the stream with 1,000 live orders",
                variant("tree maps and objects of the heap (no client ids, no rules)", () -> new StreamReplay(LIVE, () -> StreamReplay.naive(false))),
                variant("memory outside the heap", () -> new StreamReplay(LIVE, () -> StreamReplay.ladder(false, LIVE))),
                variant("memory-mapped file, readable by other processes", () -> new StreamReplay(LIVE, () -> StreamReplay.ladder(true, LIVE))));
    }

    static Technique growth() {
        return Technique.of("growth", "a command of the stream with so many live orders",
                variant("10 live orders", () -> new StreamReplay(10, () -> StreamReplay.ladder(false, 10))),
                variant("1,000", () -> new StreamReplay(1_000, () -> StreamReplay.ladder(false, 1_000))),
                variant("100,000", () -> new StreamReplay(100_000, () -> StreamReplay.ladder(false, 100_000))),
                variant("1,000 in tree maps", () -> new StreamReplay(1_000, () -> StreamReplay.naive(false))),
                variant("100,000 in tree maps", () -> new StreamReplay(100_000, () -> StreamReplay.naive(false))));
    }

    /** Orders come and go in random order; the pool gives back the slot that was freed last. */
    static Technique pool() {
        return Technique.of("object-pool", "an order comes, another goes, 65,536 live",
                variant("new objects, garbage collected", () -> new Technique.Work() {
                    private final long[][] live = new long[SLOTS][];
                    private final SplittableRandom random = new SplittableRandom(1);

                    @Override
                    public long run(final int operations) {
                        long sum = 0;
                        for (int i = 0; i < operations; i++) {
                            final int slot = random.nextInt(SLOTS);
                            final long[] order = new long[FIELDS];
                            order[0] = i;
                            order[3] = slot;
                            final long[] old = live[slot];
                            sum += old == null ? 0 : old[3];
                            live[slot] = order;
                        }
                        return sum;
                    }
                }),
                variant("slots of a preallocated array, free list", () -> new Technique.Work() {
                    private final long[] memory = new long[2 * SLOTS * FIELDS];
                    private final int[] live = new int[SLOTS];
                    private final int[] free = new int[2 * SLOTS];
                    private final SplittableRandom random = new SplittableRandom(1);
                    private int freeCount;

                    {
                        for (int i = 2 * SLOTS - 1; i >= SLOTS; i--) {
                            free[freeCount++] = i;
                        }
                        for (int i = 0; i < SLOTS; i++) {
                            live[i] = i;
                        }
                    }

                    @Override
                    public long run(final int operations) {
                        long sum = 0;
                        for (int i = 0; i < operations; i++) {
                            final int index = random.nextInt(SLOTS);
                            final int slot = free[--freeCount];
                            memory[slot * FIELDS] = i;
                            memory[slot * FIELDS + 3] = index;
                            final int old = live[index];
                            sum += memory[old * FIELDS + 3];
                            free[freeCount++] = old;
                            live[index] = slot;
                        }
                        return sum;
                    }
                }));
    }
}
