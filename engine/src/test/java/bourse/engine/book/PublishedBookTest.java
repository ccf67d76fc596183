package bourse.engine.book;

import static org.assertj.core.api.Assertions.assertThat;

import bourse.engine.match.InstrumentSpec;
import bourse.engine.match.LadderMatcher;
import bourse.engine.match.MatchListener;
import bourse.engine.match.MatcherLimits;
import bourse.sbe.layout.PublishedBookLayout;
import bourse.sbe.layout.PublishedBookReader;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What other threads and processes see of the book while the engine writes it at full speed. */
class PublishedBookTest {
    private static final MatcherLimits LIMITS = MatcherLimits.small();

    @TempDir
    Path directory;

    private static MatchListener silent() {
        return (MatchListener) Proxy.newProxyInstance(MatchListener.class.getClassLoader(), new Class<?>[] {MatchListener.class},
            (proxy, method, arguments) -> null);
    }

    private BookMemory mapped() {
        return BookMemory.mapped(directory, LadderMatcher.stateBytes(LIMITS), LadderMatcher.publishedBytes(LIMITS), 77);
    }

    @Test
    void shouldHaveTheTopInOneCacheLine() {
        assertThat(PublishedBookLayout.TOP_LENGTH).isEqualTo(64);
        assertThat(PublishedBookLayout.block(0) % 64).isZero();
        assertThat(PublishedBookLayout.BLOCK_LENGTH % 64).isZero();
        assertThat(PublishedBookLayout.LEVELS % 64).isZero();
        assertThat(PublishedBookLayout.LAST_QUANTITY + 8).isEqualTo(PublishedBookLayout.TOP_LENGTH);
        try (BookMemory memory = mapped()) {
            assertThat(memory.publishedAddress() % 64).isZero();
        }
    }

    @Test
    void shouldShowTopDepthAndLastTrade() throws Exception {
        try (BookMemory memory = mapped()) {
            final LadderMatcher matcher = new LadderMatcher(LIMITS, memory, silent());
            matcher.defineInstrument(InstrumentSpec.plain(9, "ABC"));
            for (int i = 0; i < 15; i++) {
                matcher.newOrder(1, 0, 1 + i, 9, 0, 0, 0, 0, 0, 100 - i, 5 + i, null);
                matcher.newOrder(1, 0, 101 + i, 9, 1, 0, 0, 0, 0, 110 + i, 7, null);
            }
            matcher.newOrder(2, 0, 1, 9, 0, 0, 1, 0, 0, 110, 3, null);
            matcher.publish(42);
            final PublishedBookReader reader = PublishedBookReader.open(directory.resolve("book.published"));
            final int index = reader.indexOf(9);
            assertThat(reader.readTop(index) && reader.readDepth(index)).isTrue();
            assertThat(reader.eventSeq()).isEqualTo(42);
            assertThat(reader.bidPrice()).isEqualTo(100);
            assertThat(reader.bidQuantity()).isEqualTo(5);
            assertThat(reader.askPrice()).isEqualTo(110);
            assertThat(reader.askQuantity()).isEqualTo(4);
            assertThat(reader.lastPrice()).isEqualTo(110);
            assertThat(reader.lastQuantity()).isEqualTo(3);
            assertThat(reader.levels(0)).isEqualTo(PublishedBookLayout.DEPTH);
            assertThat(reader.price(0, 9)).isEqualTo(91);
            assertThat(reader.quantity(0, 9)).isEqualTo(14);
            assertThat(reader.orders(1, 9)).isEqualTo(1);
            matcher.cancel(1, 0, 10);
            matcher.publish(43);
            assertThat(reader.readDepth(index)).isTrue();
            assertThat(reader.price(0, 9)).isEqualTo(90);
        }
    }

    @Test
    void shouldBeReadFromAnotherProcess() throws Exception {
        try (BookMemory memory = mapped()) {
            final LadderMatcher matcher = new LadderMatcher(LIMITS, memory, silent());
            matcher.defineInstrument(InstrumentSpec.plain(1, "ABC"));
            matcher.newOrder(1, 0, 1, 1, 0, 0, 0, 0, 0, 1234, 56, null);
            matcher.publish(7);
            final Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--add-opens",
                "java.base/jdk.internal.misc=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"), PublishedBookTop.class.getName(),
                directory.resolve("book.published").toString()).redirectErrorStream(true).start();
            final String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(output).contains("top 7 1234 56 0 0");
        }
    }

    /** The other process. */
    static final class PublishedBookTop {
        private PublishedBookTop() {
        }

        static void main(final String[] arguments) throws Exception {
            final PublishedBookReader reader = PublishedBookReader.open(Path.of(arguments[0]));
            reader.readTop(reader.indexOf(1));
            System.out.println("top " + reader.eventSeq() + " " + reader.bidPrice() + " " + reader.bidQuantity() + " " + reader.askPrice() + " "
                + reader.askQuantity());
        }
    }

    @Test
    void shouldPreallocateFilesForReal() throws Exception {
        try (BookMemory memory = mapped()) {
            final Path state = directory.resolve("book.state");
            assertThat(Files.size(state)).isEqualTo(memory.length());
            assertThat((Long) Files.getAttribute(state, "unix:size")).isEqualTo(memory.length());
            memory.applying(5);
            assertThat(memory.applyingPosition()).isEqualTo(5);
            assertThat(memory.appliedPosition()).isZero();
            memory.applied(5);
            assertThat(memory.appliedPosition()).isEqualTo(5);
            assertThat(memory.bootId()).isEqualTo(77);
        }
    }

    @Test
    void shouldShareNoMoreThanOthersRead() throws Exception {
        try (BookMemory memory = BookMemory.shared(directory, LadderMatcher.stateBytes(LIMITS), LadderMatcher.publishedBytes(LIMITS), 78);
             var files = Files.list(directory)) {
            assertThat(files).containsExactly(directory.resolve("book.published"));
            assertThat(Files.size(directory.resolve("book.published"))).isEqualTo(memory.publishedLength());
            assertThat(memory.bootId()).isEqualTo(78);
            final long last = memory.carve("all", memory.length() - BookMemory.HEADER_LENGTH) + memory.length() - BookMemory.HEADER_LENGTH - Long.BYTES;
            assertThat(UnsafeApi.getLong(last)).isZero();
            UnsafeApi.putLong(last, 7);
            assertThat(UnsafeApi.getLong(last)).isEqualTo(7);
        }
    }

    @Test
    void shouldRefuseAFileThatIsNoPublishedBook() throws Exception {
        final Path file = directory.resolve("other");
        Files.write(file, new byte[4096]);
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> PublishedBookReader.open(file)).isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("magic=0");
    }
}
