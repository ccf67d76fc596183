package bourse.engine.property;

import bourse.engine.reference.ReferenceMatcher;
import bourse.engine.scenario.MatcherFactory;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/**
 * The fast matcher does what the reference does: the same calls and hashes after every command of random streams over all features.
 * {@code -Dbourse.property.commands=10000000} runs more than the 200,000 of every build, {@code -Dbourse.property.seed=N} other streams.
 */
class MatcherEqualityPropertyTest {
    private static final int COMMANDS_PER_STREAM = 250;
    private static final int STREAMS = 800;
    private static final int RESTORED_STREAMS = 100;
    private static final long MORE_COMMANDS = Long.getLong("bourse.property.commands", 0);
    private static final long SEED = Long.getLong("bourse.property.seed", 23);
    private static final MatcherFactory RIGHT = listener -> new ReferenceMatcher(listener, SmallLadder.LIMITS);
    private static final MatcherFactory TESTED = new SmallLadder();

    @Provide
    Arbitrary<List<Command>> streams() {
        return Streams.of(COMMANDS_PER_STREAM);
    }

    /** 200,000 commands; jqwik prints its seed and the shrunk stream. */
    @Property(tries = STREAMS, shrinking = ShrinkingMode.FULL)
    void shouldEqualTheReference(@ForAll("streams") final List<Command> stream) {
        check(Comparison.first(stream, RIGHT, TESTED), stream);
    }

    /** A fast matcher built from a snapshot of the reference in the middle of a stream goes on as if it had always been there. */
    @Property(tries = RESTORED_STREAMS, shrinking = ShrinkingMode.FULL)
    void shouldGoOnFromASnapshotOfTheReference(@ForAll("streams") final List<Command> stream) {
        check(Comparison.firstAfterRestoring(stream, stream.size() / 2, RIGHT, SmallLadder.LIMITS), stream);
    }

    /** As many more as the system property asks for. */
    @Example
    void shouldEqualTheReferenceForLong() {
        final long start = System.nanoTime();
        long commands = 0;
        for (long seed = SEED; commands < MORE_COMMANDS; seed++) {
            final List<Command> stream = new StreamGenerator(new Random(seed)).stream(COMMANDS_PER_STREAM);
            if (Comparison.differs(stream, RIGHT, TESTED)) {
                final List<Command> shrunk = Streams.shrink(stream, smaller -> Comparison.differs(smaller, RIGHT, TESTED));
                check(Comparison.first(shrunk, RIGHT, TESTED), shrunk);
            }
            commands += stream.size();
        }
        System.out.printf("seed %d: %,d commands more, equal calls and hashes after each, %d s%n", SEED, commands,
            (System.nanoTime() - start) / 1_000_000_000L);
    }

    private static void check(final Comparison.Difference difference, final List<Command> stream) {
        if (difference != null) {
            throw new AssertionError("the matchers differ after command " + (difference.index() + 1) + ":\n" + Comparison.scenario(stream, difference));
        }
    }
}
