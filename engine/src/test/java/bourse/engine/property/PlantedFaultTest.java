package bourse.engine.property;

import static org.assertj.core.api.Assertions.assertThat;

import bourse.engine.reference.FaultyMatchers;
import bourse.engine.scenario.MatcherChoice;
import bourse.engine.scenario.MatcherFactory;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A matcher with a fault is found, and the stream that shows it is shrunk to a few commands. */
class PlantedFaultTest {
    private static final int COMMANDS = 200;

    @Test
    void shouldFindLastInFirstOutAtAPrice() {
        found(FaultyMatchers.LAST_IN_FIRST_OUT);
    }

    @Test
    void shouldFindIcebergThatKeepsItsPlace() {
        found(FaultyMatchers.ICEBERG_KEEPS_ITS_PLACE);
    }

    @Test
    void shouldFindOrdersThatTradeThroughTheBand() {
        found(FaultyMatchers.NO_BAND);
    }

    private static void found(final MatcherFactory faulty) {
        final Random random = new Random(1);
        for (int attempt = 0; attempt < 100; attempt++) {
            final List<Command> stream = new StreamGenerator(random).stream(COMMANDS);
            if (Comparison.differs(stream, MatcherChoice.REFERENCE, faulty)) {
                final List<Command> shrunk = Streams.shrink(stream, smaller -> Comparison.differs(smaller, MatcherChoice.REFERENCE, faulty));
                System.out.println(Comparison.scenario(shrunk, Comparison.first(shrunk, MatcherChoice.REFERENCE, faulty)));
                assertThat(shrunk).hasSizeLessThan(10);
                return;
            }
        }
        throw new AssertionError("not found in 100 streams of " + COMMANDS + " commands");
    }
}
