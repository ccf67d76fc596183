package bourse.engine.property;

import static org.assertj.core.api.Assertions.assertThat;

import bourse.engine.match.InstrumentSpec;
import bourse.engine.match.Matcher;
import bourse.engine.scenario.MatcherChoice;
import bourse.sbe.WireLimits;
import bourse.sbe.engine.RejectReason;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An account's last 65,536 finished ids cannot be used again, older ones can. */
class FinishedIdWindowTest {
    private static final int ACCOUNT = 1;

    @ParameterizedTest
    @EnumSource(MatcherChoice.class)
    void shouldForgetIdsBeyondTheWindow(final MatcherChoice choice) {
        final CallTape tape = new CallTape();
        final Matcher matcher = choice.create(tape);
        matcher.defineInstrument(InstrumentSpec.plain(1, "X"));
        for (long id = 1; id <= WireLimits.FINISHED_ID_WINDOW + 1; id++) {
            enter(matcher, id);
            matcher.cancel(ACCOUNT, 0, id);
        }
        tape.clear();

        enter(matcher, 2);
        assertThat(tape.calls()).singleElement().asString().startsWith("rejected").contains(", " + RejectReason.DUPLICATE_CLIENT_ORDER_ID.value() + ", ");
        tape.clear();
        enter(matcher, 1);
        assertThat(tape.calls()).singleElement().asString().startsWith("accepted");
        choice.release(matcher);
    }

    private static void enter(final Matcher matcher, final long clientOrderId) {
        matcher.newOrder(ACCOUNT, 0, clientOrderId, 1, 0, 0, 0, 0, 0, 100, 1, null);
    }
}
