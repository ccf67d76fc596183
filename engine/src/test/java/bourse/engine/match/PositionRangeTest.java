package bourse.engine.match;

import static org.assertj.core.api.Assertions.assertThat;

import bourse.engine.book.BookMemory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No position comes near the end of a long, whatever the account's limit: shown from a state that is already far out. */
class PositionRangeTest {
    private static final long BOUND = 1L << 60;
    private static final long MONEY = 1L << 50;
    private static final int ACCOUNT = 7;

    private static List<String> orders(final long limit, final long position) {
        final RecordingListener listener = new RecordingListener();
        try (BookMemory memory = LadderMatcher.offHeapMemory(MatcherLimits.small())) {
            final LadderMatcher matcher = new LadderMatcher(MatcherLimits.small(), memory, listener);
            final StateVisitor state = matcher.restorer();
            state.engine(1, 1, 1, 1);
            state.instrument(new InstrumentSpec(1, "S", "BASE", "QUOTE", 0, 0, 1, 1, 1, 1_000, 1_000, 0, 0, 0, 0, 0, 0, true, 2), 0, 0, 0, false);
            final AccountState account = new AccountState();
            account.account = ACCOUNT;
            account.maxPosition = limit;
            state.account(account);
            state.balance(ACCOUNT, AccountPort.asset("BASE"), MONEY, 0);
            state.balance(ACCOUNT, AccountPort.asset("QUOTE"), MONEY, 0);
            state.position(ACCOUNT, 1, position);
            for (int id = 1; id <= 2; id++) {
                matcher.newOrder(ACCOUNT, 0, id, 1, id - 1, Raw.LIMIT, Raw.GTC, 0, 0, id == 1 ? 5 : 6, 10, null);
            }
            return listener.take();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, BOUND, Long.MAX_VALUE})
    void shouldRefuseToGoBeyondTheBound(final long limit) {
        assertThat(orders(limit, BOUND - 9)).containsExactly("rejected kind=1 order=0 client=1 reason=12 field=16 limit=" + BOUND + " value=" + (BOUND + 1),
            "accepted 1 10@6 visible=10 resting");
        assertThat(orders(limit, 9 - BOUND)).containsExactly("accepted 1 10@5 visible=10 resting",
            "rejected kind=1 order=0 client=2 reason=12 field=16 limit=" + BOUND + " value=" + (-BOUND - 1));
    }

    @Test
    void shouldReachTheBound() {
        assertThat(orders(0, BOUND - 10).getFirst()).startsWith("accepted");
        assertThat(orders(0, 10 - BOUND).getLast()).startsWith("accepted");
    }
}
