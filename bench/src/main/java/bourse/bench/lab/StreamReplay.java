package bourse.bench.lab;

import static org.agrona.UnsafeApi.getByte;
import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;

import bourse.bench.stream.CommandStream;
import bourse.bench.stream.StreamGenerator;
import bourse.bench.stream.StreamRecord;
import bourse.engine.book.BookMemory;
import bourse.engine.match.InstrumentSpec;
import bourse.engine.match.LadderMatcher;
import bourse.engine.match.Matcher;
import bourse.engine.match.MatcherLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.agrona.collections.LongArrayList;

/** The same recorded stream, round after round, for books of any kind; at the end of a round the book is emptied and ids go on. */
final class StreamReplay implements Technique.Work, AutoCloseable {
    private static final int MEASURED = 200_000;
    private static final int BOTH_SIDES = 2;
    private static final int MASS_CANCEL = 6;

    /** A book that takes records of the stream. */
    interface Book extends AutoCloseable {
        void apply(long record, long round);

        /** Empties the book. */
        void endRound();

        /** Memory that it holds outside the heap. */
        default long bytesOutsideHeap() {
            return 0;
        }

        /** A number that depends on what was applied. */
        long proof();

        @Override
        void close();
    }

    private final CommandStream stream;
    private final Path file;
    private final Book book;
    private int at;
    private long round;

    StreamReplay(final int live, final Supplier<Book> books) {
        try {
            file = Files.createTempFile("bourse-technique", ".stream");
            StreamGenerator.write(file, live, live >= 100_000 ? 500 : 50, MEASURED, 42);
            stream = CommandStream.open(file);
            Files.delete(file);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        stream.touch();
        book = books.get();
    }

    @Override
    public long run(final int operations) {
        for (int i = 0; i < operations; i++) {
            if (at == stream.count()) {
                book.endRound();
                at = 0;
                round++;
            }
            book.apply(stream.address(at++), round);
        }
        return book.proof();
    }

    @Override
    public long bytesOutsideHeap() {
        return book.bytesOutsideHeap();
    }

    @Override
    public void close() {
        book.close();
        stream.close();
    }

    /** Tree maps, objects, boxed keys. */
    static Book naive(final boolean locks) {
        final NaiveBook book = new NaiveBook(locks);
        return new Book() {
            private long applied;

            @Override
            public void apply(final long record, final long round) {
                applied++;
                final long id = getLong(null, record + StreamRecord.ORDER_ID_OFFSET);
                final int quantity = getInt(null, record + StreamRecord.QUANTITY_OFFSET);
                final long price = getLong(null, record + StreamRecord.PRICE_OFFSET);
                switch (getByte(null, record + StreamRecord.TYPE_OFFSET)) {
                    case StreamRecord.NEW -> book.enter(id, getByte(null, record + StreamRecord.SIDE_OFFSET) == 0, price, quantity, false);
                    case StreamRecord.IOC -> book.enter(id, getByte(null, record + StreamRecord.SIDE_OFFSET) == 0, price, quantity, true);
                    case StreamRecord.CANCEL -> book.cancel(id);
                    case StreamRecord.REDUCE -> book.reduce(id, quantity);
                    default -> book.move(id, price);
                }
            }

            @Override
            public long proof() {
                return applied + book.trades();
            }

            @Override
            public void endRound() {
                book.clear();
            }

            @Override
            public void close() {
                book.clear();
            }
        };
    }

    /** The engine's fast matcher, its book mapped from a file or not. */
    static Book ladder(final boolean mapped, final int live) {
        final MatcherLimits limits = MatcherLimits.bench(live + live / 4 + 4_096);
        if (!mapped) {
            final BookMemory memory = LadderMatcher.offHeapMemory(limits);
            return matcher(new LadderMatcher(limits, memory, new QuietListener()), bytes(limits), memory::close);
        }
        try {
            final Path directory = Files.createTempDirectory(Files.isDirectory(Path.of("/dev/shm")) ? Path.of("/dev/shm")
                    : Path.of(System.getProperty("java.io.tmpdir")), "bourse-book");
            final BookMemory memory = BookMemory.mapped(directory, LadderMatcher.stateBytes(limits), LadderMatcher.publishedBytes(limits), 1);
            return matcher(new LadderMatcher(limits, memory, new QuietListener()), bytes(limits), () -> {
                memory.close();
                org.agrona.IoUtil.delete(directory.toFile(), true);
            });
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long bytes(final MatcherLimits limits) {
        return LadderMatcher.stateBytes(limits) + LadderMatcher.publishedBytes(limits);
    }

    private static Book matcher(final Matcher matcher, final long bytes, final Runnable onClose) {
        matcher.defineInstrument(InstrumentSpec.plain(1, "LAB"));
        matcher.advanceTime(1);
        return new Book() {
            private long applied;

            @Override
            public void apply(final long record, final long round) {
                applied++;
                final int type = getByte(null, record + StreamRecord.TYPE_OFFSET);
                final long id = getLong(null, record + StreamRecord.ORDER_ID_OFFSET) + (round << 32);
                final long price = getLong(null, record + StreamRecord.PRICE_OFFSET);
                final int quantity = getInt(null, record + StreamRecord.QUANTITY_OFFSET);
                switch (type) {
                    case StreamRecord.NEW, StreamRecord.IOC -> matcher.newOrder(1, 0, id, 1, getByte(null, record + StreamRecord.SIDE_OFFSET), 0,
                            type == StreamRecord.IOC ? 1 : 0, 0, 0, price, quantity, null);
                    case StreamRecord.CANCEL -> matcher.cancel(1, 0, id);
                    case StreamRecord.REDUCE -> matcher.reduce(1, 0, id, quantity);
                    default -> matcher.replace(1, 0, id, price, getInt(null, record + StreamRecord.AUX_OFFSET));
                }
            }

            @Override
            public long proof() {
                return applied;
            }

            @Override
            public long bytesOutsideHeap() {
                return bytes;
            }

            @Override
            public void endRound() {
                matcher.massCancel(1, 1, BOTH_SIDES, MASS_CANCEL);
            }

            @Override
            public void close() {
                onClose.run();
            }
        };
    }

    /** The engine's fast matcher doing no more than the naive book: orders by its own ids, nothing checked. */
    static Book ladderById(final int live) {
        final MatcherLimits limits = MatcherLimits.bench(live + live / 4 + 4_096);
        final BookMemory memory = LadderMatcher.offHeapMemory(limits);
        final LadderMatcher matcher = new LadderMatcher(limits, memory, new QuietListener());
        matcher.defineInstrument(InstrumentSpec.plain(1, "LAB"));
        matcher.advanceTime(1);
        return new Book() {
            private long base;
            private long entered;

            @Override
            public void apply(final long record, final long round) {
                final int type = getByte(null, record + StreamRecord.TYPE_OFFSET);
                final long id = base + getLong(null, record + StreamRecord.ORDER_ID_OFFSET);
                final long price = getLong(null, record + StreamRecord.PRICE_OFFSET);
                final int quantity = getInt(null, record + StreamRecord.QUANTITY_OFFSET);
                switch (type) {
                    case StreamRecord.NEW, StreamRecord.IOC -> {
                        entered++;
                        matcher.enterByOrderId(1, id, 1, getByte(null, record + StreamRecord.SIDE_OFFSET), type == StreamRecord.IOC, price, quantity);
                    }
                    case StreamRecord.CANCEL -> matcher.cancel(1, id, 0);
                    case StreamRecord.REDUCE -> matcher.reduce(1, id, 0, quantity);
                    default -> matcher.replace(1, id, 0, price, getInt(null, record + StreamRecord.AUX_OFFSET));
                }
            }

            @Override
            public void endRound() {
                final var left = new LongArrayList();
                matcher.forEachState(new OrderIds(left::addLong));
                left.forEachOrderedLong(id -> matcher.cancel(1, id, 0));
                base = entered;
            }

            @Override
            public long bytesOutsideHeap() {
                return bytes(limits);
            }

            @Override
            public long proof() {
                return entered;
            }

            @Override
            public void close() {
                memory.close();
            }
        };
    }
}
