package bourse.bench.jmh;

import bourse.engine.book.BookMemory;
import bourse.engine.match.InstrumentSpec;
import bourse.engine.match.LadderMatcher;
import bourse.engine.match.Matcher;
import bourse.engine.match.MatcherLimits;
import bourse.engine.reference.ReferenceMatcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Where the book lives: the fast matcher in mapped files and in plain memory outside the heap, and, as the baseline, the reference matcher
 * with trees and objects on the heap. The same commands for all: an order comes at a random price and goes.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = {"--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED", "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow", "--add-modules=jdk.incubator.vector"})
public class MemoryJmh {
    private static final int INSTRUMENT = 1;
    private static final int ACCOUNT = 1;
    private static final long MID = 100_000;

    /** {@code mapped}, {@code offHeap} or {@code heapObjects}. */
    @Param({"mapped", "offHeap", "heapObjects"})
    private String memory;

    /** Standing orders, half a side. */
    @Param({"1000", "100000"})
    private int live;

    private Path directory;
    private BookMemory book;
    private Matcher matcher;
    private CountingListener listener;
    private SplittableRandom random;
    private long nextClientId;

    @Setup(Level.Trial)
    public void fill() throws IOException {
        final MatcherLimits limits = MatcherLimits.bench(live + live / 4 + 4_096);
        listener = new CountingListener();
        matcher = switch (memory) {
            case "mapped" -> {
                directory = Files.createTempDirectory("bourse-jmh");
                book = BookMemory.mapped(directory, LadderMatcher.stateBytes(limits), LadderMatcher.publishedBytes(limits), 1);
                yield new LadderMatcher(limits, book, listener);
            }
            case "offHeap" -> {
                book = LadderMatcher.offHeapMemory(limits);
                yield new LadderMatcher(limits, book, listener);
            }
            default -> new ReferenceMatcher(listener, limits);
        };
        matcher.defineInstrument(InstrumentSpec.plain(INSTRUMENT, "JMH"));
        matcher.advanceTime(1);
        random = new SplittableRandom(42);
        nextClientId = 1;
        for (int i = 0; i < live; i++) {
            enter(i & 1);
        }
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
        if (book != null) {
            book.close();
        }
        if (directory != null) {
            for (final String name : new String[] {"book.state", "book.published"}) {
                Files.deleteIfExists(directory.resolve(name));
            }
            Files.deleteIfExists(directory);
        }
    }

    private long enter(final int side) {
        final long id = nextClientId++;
        final int distance = 1 + random.nextInt(live / 10);
        matcher.newOrder(ACCOUNT, 0, id, INSTRUMENT, side, 0, 0, 0, 0, side == 0 ? MID - distance : MID + distance, 10, null);
        return id;
    }

    @Benchmark
    @OperationsPerInvocation(2)
    public long newAndCancel() {
        matcher.cancel(ACCOUNT, 0, enter((int) (nextClientId & 1)));
        return listener.calls();
    }
}
