package bourse.engine.book;

import static org.assertj.core.api.Assertions.assertThat;

import bourse.engine.match.InstrumentSpec;
import bourse.engine.match.LadderMatcher;
import bourse.engine.match.MatchListener;
import bourse.engine.match.MatcherLimits;
import bourse.sbe.layout.PublishedBookReader;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Top and depth are read ten million times while the engine writes at full speed: no torn one ever gets out, and retries are bounded. */
class TornReadTest {
    private static final int READS = Integer.getInteger("bourse.torn.reads", 10_000_000);
    private static final MatcherLimits LIMITS = MatcherLimits.small();

    @TempDir
    Path directory;

    /** The writer moves both best prices and their quantities together: a torn read would see them apart. */
    @Test
    @Timeout(120)
    void shouldNeverGetOut() throws Exception {
        try (BookMemory memory = BookMemory.mapped(directory, LadderMatcher.stateBytes(LIMITS), LadderMatcher.publishedBytes(LIMITS), 77)) {
            final LadderMatcher matcher = new LadderMatcher(LIMITS, memory, (MatchListener) Proxy.newProxyInstance(
                MatchListener.class.getClassLoader(), new Class<?>[] {MatchListener.class}, (proxy, method, arguments) -> null));
            matcher.defineInstrument(InstrumentSpec.plain(1, "ABC"));
            final AtomicBoolean running = new AtomicBoolean(true);
            final long[] published = new long[1];
            final Thread writer = Thread.ofPlatform().daemon().start(() -> published[0] = write(matcher, running));
            final PublishedBookReader reader = PublishedBookReader.open(directory.resolve("book.published"));
            long good = 0;
            long refused = 0;
            long mostRetries = 0;
            for (int i = 0; i < READS; i++) {
                final long before = reader.retries();
                final boolean isTop = (i & 1) == 0;
                if (isTop ? reader.readTop(0) : reader.readDepth(0)) {
                    good++;
                    assertWhole(reader, isTop);
                } else {
                    refused++;
                }
                mostRetries = Math.max(mostRetries, reader.retries() - before);
            }
            running.set(false);
            writer.join();
            System.out.println("reads=" + READS + " good=" + good + " refused=" + refused + " retries=" + reader.retries() + " mostRetriesOfOneRead="
                + mostRetries + " booksPublished=" + published[0] + " torn=0");
            assertThat(good + refused).isEqualTo(READS);
            assertThat(mostRetries).isLessThanOrEqualTo(PublishedBookReader.MAX_RETRIES);
            assertThat(good).isGreaterThan(READS / 2);
            assertThat(published[0]).as("the writer was at work").isGreaterThan(READS / 100);
        }
    }

    private static long write(final LadderMatcher matcher, final AtomicBoolean running) {
        long count = 0;
        for (long client = 1; running.get(); client += 2) {
            final long price = 100 + client / 2 % 7;
            matcher.newOrder(1, 0, client, 1, 0, 0, 0, 0, 0, price, price, null);
            matcher.newOrder(1, 0, client + 1, 1, 1, 0, 0, 0, 0, price + 10, price + 10, null);
            matcher.publish(client);
            matcher.cancel(1, 0, client);
            matcher.cancel(1, 0, client + 1);
            count++;
        }
        return count;
    }

    private static void assertWhole(final PublishedBookReader reader, final boolean isTop) {
        final boolean isWhole = isTop
            ? reader.bidPrice() == 0 && reader.askPrice() == 0
                || reader.askPrice() == reader.bidPrice() + 10 && reader.bidQuantity() == reader.bidPrice() && reader.askQuantity() == reader.askPrice()
            : reader.levels(0) == reader.levels(1) && (reader.levels(0) == 0
                || reader.price(1, 0) == reader.price(0, 0) + 10 && reader.quantity(0, 0) == reader.price(0, 0)
                && reader.quantity(1, 0) == reader.price(1, 0));
        if (!isWhole) {
            throw new AssertionError("torn " + (isTop ? "top " + reader.bidPrice() + "/" + reader.bidQuantity() + " " + reader.askPrice() + "/"
                + reader.askQuantity() : "depth " + reader.price(0, 0) + " " + reader.price(1, 0)));
        }
    }
}
