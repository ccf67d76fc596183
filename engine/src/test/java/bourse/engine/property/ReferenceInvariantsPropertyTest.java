package bourse.engine.property;

import static org.assertj.core.api.Assertions.assertThat;

import bourse.engine.match.AccountState;
import bourse.engine.match.InstrumentSpec;
import bourse.engine.match.Matcher;
import bourse.engine.match.OrderState;
import bourse.engine.match.StateVisitor;
import bourse.engine.reference.ReferenceMatcher;
import bourse.engine.scenario.MatcherChoice;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/** What holds after every command, whatever came: money is neither made nor lost, nothing is owed, every command is answered. */
class ReferenceInvariantsPropertyTest {

    @Provide
    Arbitrary<List<Command>> streams() {
        return Streams.of(300);
    }

    @Property(tries = 120, shrinking = ShrinkingMode.FULL)
    void shouldConserveMoneyAndAnswerEveryCommand(@ForAll("streams") final List<Command> stream) {
        final CallTape tape = new CallTape();
        final Matcher matcher = MatcherChoice.REFERENCE.create(tape);
        StreamGenerator.instruments().forEach(matcher::defineInstrument);
        final Map<Long, Long> deposited = new HashMap<>();
        for (final Command command : stream) {
            tape.clear();
            final long before = command.kind() == Command.Kind.TRANSFER ? balance(matcher, command) : 0;
            command.applyTo(matcher, tape);
            if (command.kind() == Command.Kind.TRANSFER) {
                deposited.merge(command.price(), balance(matcher, command) - before, Long::sum);
            }
            final boolean silent = switch (command.kind()) {
                case UNCROSS, LAST_PRICE, TIME -> true;
                default -> false;
            };
            assertThat(silent || !tape.isEmpty()).as("answered: %s", command.line()).isTrue();
            matcher.forEachState(new Invariants(deposited));
        }
    }

    private static long balance(final Matcher matcher, final Command command) {
        return ((ReferenceMatcher) matcher).balance(command.account(), command.price());
    }

    /** Checks as it walks; the money is complete with the fees. */
    private static final class Invariants implements StateVisitor {
        private final Map<Long, Long> sums = new HashMap<>();
        private final Map<Long, Long> deposited;
        private final Map<Integer, InstrumentSpec> instruments = new HashMap<>();
        private final Map<String, Long> held = new HashMap<>();
        private long positions;

        Invariants(final Map<Long, Long> deposited) {
            this.deposited = deposited;
            deposited.keySet().forEach(asset -> sums.put(asset, 0L));
        }

        @Override
        public void engine(final long timeNs, final long nextOrderId, final long nextTradeId, final long nextSequence) {
            assertThat(nextSequence).isGreaterThanOrEqualTo(nextOrderId);
        }

        @Override
        public void instrument(final InstrumentSpec spec, final long lastPrice, final long lastQuantity, final long tradeCount, final boolean hasLastPrice) {
            instruments.put(spec.instrumentId(), spec);
            assertThat(hasLastPrice && lastPrice <= 0).isFalse();
        }

        @Override
        public void order(final OrderState o) {
            assertThat(o.leaves).isPositive();
            assertThat(o.slice).isBetween(o.pending ? 0L : 1L, o.pending ? 0L : o.leaves);
            final InstrumentSpec spec = instruments.get(o.instrumentId);
            if (spec.riskChecked() && !o.pending) {
                held.merge(o.account + (o.side == 0 ? " QUOTE" : " BASE"), o.side == 0 ? costOf(o, spec) : o.leaves, Long::sum);
            }
        }

        /** What a buy sets aside by the fees of now, whatever they were when it came. */
        private static long costOf(final OrderState buy, final InstrumentSpec spec) {
            final long notional = buy.price * buy.leaves;
            return notional + notional * Math.max(0, Math.max(spec.makerFeeRate(), spec.takerFeeRate())) / 1_000_000;
        }

        @Override
        public void account(final AccountState account) {
            assertThat(account.account).isNotZero();
        }

        @Override
        public void balance(final int account, final long asset, final long total, final long reserved) {
            assertThat(total).isGreaterThanOrEqualTo(reserved);
            assertThat(reserved).as("held by the open orders of account %s", account)
                .isEqualTo(held.getOrDefault(account + (asset == StreamGenerator.QUOTE ? " QUOTE" : " BASE"), 0L));
            sums.merge(asset, total, Long::sum);
        }

        @Override
        public void position(final int account, final int instrumentId, final long position) {
            positions += position;
        }

        @Override
        public void finishedId(final int account, final long clientOrderId) {
            assertThat(clientOrderId).isNotZero();
        }

        @Override
        public void fees(final long asset, final long collected) {
            sums.merge(asset, collected, Long::sum);
            assertThat(positions).isZero();
            assertThat(sums).containsAllEntriesOf(deposited);
        }
    }
}
