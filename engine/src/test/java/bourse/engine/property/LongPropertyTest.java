package bourse.engine.property;

import static org.assertj.core.api.Assertions.assertThat;

import bourse.engine.reference.ReferenceMatcher;
import bourse.engine.scenario.MatcherFactory;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * As {@link MatcherEqualityPropertyTest}, for as long as one likes: {@code make test-property} runs 10,000,000 commands. In every build a few thousand. Stream
 * {@code n} comes from seed {@code bourse.property.seed + n}; every fourth is restored half-way from a snapshot of the reference, every fourth from the fast
 * matcher's own. A stream that fails is shrunk and printed as a scenario, with its seed.
 */
class LongPropertyTest {
    private static final int COMMANDS_PER_STREAM = 250;
    private static final long COMMANDS = Long.getLong("bourse.property.commands", 5_000);
    private static final long SEED = Long.getLong("bourse.property.seed", 23);
    private static final long PROGRESS = 500_000;
    private static final MatcherFactory RIGHT = listener -> new ReferenceMatcher(listener, SmallLadder.LIMITS);
    private static final MatcherFactory TESTED = new SmallLadder();

    private final long startNs = System.nanoTime();

    @Test
    void shouldEqualTheReferenceForLong() {
        long commands = 0;
        long streams = 0;
        while (commands < COMMANDS) {
            final long seed = SEED + streams;
            final Function<List<Command>, Comparison.Difference> comparison = comparison(streams);
            final List<Command> stream = new StreamGenerator(new Random(seed)).stream(COMMANDS_PER_STREAM);
            if (comparison.apply(stream) != null) {
                final List<Command> shrunk = Streams.shrink(stream, smaller -> smaller.size() > 1 && comparison.apply(smaller) != null);
                throw new AssertionError("seed " + seed + ", the matchers differ:\n" + Comparison.scenario(shrunk, comparison.apply(shrunk)));
            }
            streams++;
            commands += stream.size();
            if (commands / PROGRESS != (commands - stream.size()) / PROGRESS) {
                report("so far", commands, streams);
            }
        }
        report("done", commands, streams);
        assertThat(commands).isGreaterThanOrEqualTo(COMMANDS);
    }

    private static Function<List<Command>, Comparison.Difference> comparison(final long stream) {
        return switch ((int) (stream % 4)) {
            case 1 -> commands -> Comparison.firstAfterRestoring(commands, commands.size() / 2, RIGHT, SmallLadder.LIMITS);
            case 3 -> commands -> Comparison.firstAfterOwnRestoring(commands, commands.size() / 2, RIGHT, SmallLadder.LIMITS);
            default -> commands -> Comparison.first(commands, RIGHT, TESTED);
        };
    }

    private void report(final String word, final long commands, final long streams) {
        final double seconds = (System.nanoTime() - startNs) / 1e9;
        System.out.printf("%s: %,d commands in %,d streams of seeds %d..%d, equal calls and hashes after each, %.0f s, %,.0f commands/s%n", word, commands,
            streams, SEED, SEED + streams - 1, seconds, commands / seconds);
    }
}
