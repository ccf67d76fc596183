package bourse.engine.match;

import static org.assertj.core.api.Assertions.assertThat;

import bourse.engine.book.BookMemory;
import bourse.engine.reference.ReferenceMatcher;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Which client order ids are used up, where accounts have finished more than all of them together may keep: both matchers forget the same ones at the same time. */
class FinishedIdsEqualityTest {
    private static final MatcherLimits LIMITS = new MatcherLimits(1, 64, 64, 4, 200, 16, 256);
    private static final int COMMANDS = 6_000;
    private static final int IOC = 1;

    @Test
    void shouldForgetTheSameIdsAtTheSameTime() {
        final RecordingListener fastEvents = new RecordingListener();
        final RecordingListener slowEvents = new RecordingListener();
        final SplittableRandom random = new SplittableRandom(7);
        int duplicates = 0;
        try (BookMemory memory = LadderMatcher.offHeapMemory(LIMITS)) {
            final LadderMatcher fast = new LadderMatcher(LIMITS, memory, fastEvents);
            final ReferenceMatcher slow = new ReferenceMatcher(slowEvents, LIMITS);
            fast.defineInstrument(InstrumentSpec.plain(1, "ABC"));
            slow.defineInstrument(InstrumentSpec.plain(1, "ABC"));
            for (int i = 0; i < COMMANDS; i++) {
                final int account = 1 + random.nextInt(4);
                // Mostly new ones; the others reach back to about where the account's window ends.
                final long id = i < 10 || random.nextInt(4) > 0 ? 1_000 + i : 1_000 + i - random.nextInt(Math.min(i, 1_500));
                fast.newOrder(account, 0, id, 1, 0, 0, IOC, 0, 0, 100, 1, null);
                slow.newOrder(account, 0, id, 1, 0, 0, IOC, 0, 0, 100, 1, null);
                final var events = fastEvents.take();
                assertThat(events).as("command %d", i).isEqualTo(slowEvents.take());
                assertThat(fast.stateHash()).as("command %d", i).isEqualTo(slow.stateHash());
                duplicates += events.getFirst().startsWith("rejected") ? 1 : 0;
            }
        }
        assertThat(duplicates).isBetween(50, COMMANDS / 4);
    }
}
