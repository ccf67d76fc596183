package bourse.engine.property;

import bourse.engine.reference.ReferenceMatcher;
import bourse.engine.scenario.MatcherFactory;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/**
 * The fast matcher does what the reference does: the same calls and hashes after every command of random streams over all features. {@link LongPropertyTest} runs
 * millions.
 */
class MatcherEqualityPropertyTest {
    private static final int COMMANDS_PER_STREAM = 250;
    private static final int STREAMS = 800;
    private static final int RESTORED_STREAMS = 100;
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

    /** The fast matcher's own snapshot in the middle of a stream: what was restored goes on as what was live. */
    @Property(tries = RESTORED_STREAMS, shrinking = ShrinkingMode.FULL)
    void shouldGoOnFromItsOwnSnapshot(@ForAll("streams") final List<Command> stream) {
        check(Comparison.firstAfterOwnRestoring(stream, stream.size() / 2, RIGHT, SmallLadder.LIMITS), stream);
    }

    private static void check(final Comparison.Difference difference, final List<Command> stream) {
        if (difference != null) {
            throw new AssertionError("the matchers differ after command " + (difference.index() + 1) + ":\n" + Comparison.scenario(stream, difference));
        }
    }
}
