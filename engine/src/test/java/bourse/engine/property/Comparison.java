package bourse.engine.property;

import bourse.engine.book.BookMemory;
import bourse.engine.match.InstrumentSpec;
import bourse.engine.match.LadderMatcher;
import bourse.engine.match.Matcher;
import bourse.engine.match.MatcherLimits;
import bourse.engine.scenario.MatcherFactory;
import java.util.List;
import java.util.Objects;

/** Two matchers, one stream: the calls and both hashes after every command must be equal. */
final class Comparison {
    /**
     * The first command after which they differ.
     *
     * @param index its place in the stream, from 0
     */
    record Difference(int index, Command command, String wanted, String got) {
    }

    private Comparison() {
    }

    /** Null if there is none. */
    static Difference first(final List<Command> stream, final MatcherFactory right, final MatcherFactory tested) {
        final CallTape wanted = new CallTape();
        final CallTape got = new CallTape();
        final Matcher rightMatcher = right.create(wanted);
        final Matcher testedMatcher = tested.create(got);
        try {
            return first(stream, rightMatcher, wanted, testedMatcher, got);
        } finally {
            right.release(rightMatcher);
            tested.release(testedMatcher);
        }
    }

    /** As {@link #first}, with a ladder matcher that was built from the other's state before command {@code at}. */
    static Difference firstAfterRestoring(final List<Command> stream, final int at, final MatcherFactory right, final MatcherLimits limits) {
        final CallTape wanted = new CallTape();
        final CallTape got = new CallTape();
        final Matcher rightMatcher = right.create(wanted);
        StreamGenerator.instruments().forEach(rightMatcher::defineInstrument);
        stream.subList(0, at).forEach(command -> command.applyTo(rightMatcher, wanted));
        try (BookMemory memory = LadderMatcher.offHeapMemory(limits)) {
            final LadderMatcher restored = new LadderMatcher(limits, memory, got);
            rightMatcher.forEachState(restored.restorer());
            if (rightMatcher.stateHash() != restored.stateHash()) {
                return new Difference(at, stream.get(at), StatePrinter.without(rightMatcher, restored), StatePrinter.without(restored, rightMatcher));
            }
            return compare(stream, at, rightMatcher, wanted, restored, got);
        }
    }

    private static Difference first(final List<Command> stream, final Matcher rightMatcher, final CallTape wanted,
                                    final Matcher testedMatcher, final CallTape got) {
        for (final InstrumentSpec spec : StreamGenerator.instruments()) {
            rightMatcher.defineInstrument(spec);
            testedMatcher.defineInstrument(spec);
        }
        return compare(stream, 0, rightMatcher, wanted, testedMatcher, got);
    }

    private static Difference compare(final List<Command> stream, final int from, final Matcher rightMatcher, final CallTape wanted,
                                      final Matcher testedMatcher, final CallTape got) {
        for (int i = from; i < stream.size(); i++) {
            final Command command = stream.get(i);
            wanted.clear();
            got.clear();
            command.applyTo(rightMatcher, wanted);
            String thrown = null;
            try {
                command.applyTo(testedMatcher, got);
            } catch (final RuntimeException e) {
                thrown = stackTop(e);
            }
            if (thrown != null || !wanted.equalTo(got)) {
                return new Difference(i, command, wanted.calls().toString(), got.calls() + (thrown == null ? "" : " threw " + thrown));
            }
            final long bookHash = rightMatcher.bookHash();
            if (bookHash != testedMatcher.bookHash() || rightMatcher.stateHash() != testedMatcher.stateHash()) {
                return new Difference(i, command, StatePrinter.without(rightMatcher, testedMatcher), StatePrinter.without(testedMatcher, rightMatcher));
            }
        }
        return null;
    }

    private static String stackTop(final RuntimeException e) {
        final StringBuilder text = new StringBuilder(String.valueOf(e));
        for (int i = 0; i < Math.min(4, e.getStackTrace().length); i++) {
            text.append("\n      at ").append(e.getStackTrace()[i]);
        }
        return text.toString();
    }

    /** The difference as the text of a scenario: the stream, then what was wanted and what came. */
    static String scenario(final List<Command> stream, final Difference difference) {
        final StringBuilder text = new StringBuilder("scenario found\n# policy: events=venue\n");
        for (final InstrumentSpec s : StreamGenerator.instruments()) {
            if (stream.stream().anyMatch(c -> c.instrument() == s.instrumentId())) {
                text.append("instrument sym=").append(s.symbol()).append(" tick=").append(s.tickSize()).append(" lot=").append(s.lotSize())
                    .append(" minprice=").append(s.minPrice()).append(" maxprice=").append(s.maxPrice()).append(" maxqty=").append(s.maxQuantity())
                    .append(" maxnotional=").append(s.maxNotional()).append(" band=").append(s.priceBand()).append(" ref=").append(s.referencePrice())
                    .append(" protection=").append(s.marketProtection()).append(" makerfee=").append(s.makerFeeRate()).append(" takerfee=")
                    .append(s.takerFeeRate()).append(" risk=").append(s.riskChecked() ? 1 : 0).append(" base=").append(s.baseAsset()).append(" quote=")
                    .append(s.quoteAsset()).append('\n');
            }
        }
        for (int i = 0; i <= difference.index(); i++) {
            text.append(stream.get(i).line()).append('\n');
        }
        return text.append("# wanted ").append(difference.wanted()).append("\n# got    ").append(difference.got()).append("\nend\n").toString();
    }

    static boolean differs(final List<Command> stream, final MatcherFactory right, final MatcherFactory tested) {
        return Objects.nonNull(first(stream, right, tested));
    }
}
