package bourse.engine.property;

import bourse.engine.book.BookMemory;
import bourse.engine.match.InstrumentSpec;
import bourse.engine.match.LadderMatcher;
import bourse.engine.match.Matcher;
import bourse.engine.match.MatcherLimits;
import bourse.engine.match.MatcherSnapshot;
import bourse.engine.scenario.MatcherChoice;
import bourse.engine.scenario.MatcherFactory;
import bourse.engine.scenario.ScenarioWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

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

    /** As {@link #first}, with a ladder matcher that was built from a snapshot of the other before command {@code at}. */
    static Difference firstAfterRestoring(final List<Command> stream, final int at, final MatcherFactory right, final MatcherLimits limits) {
        final CallTape wanted = new CallTape();
        final CallTape got = new CallTape();
        final Matcher rightMatcher = right.create(wanted);
        StreamGenerator.instruments().forEach(rightMatcher::defineInstrument);
        stream.subList(0, at).forEach(command -> command.applyTo(rightMatcher, wanted));
        try (BookMemory memory = LadderMatcher.offHeapMemory(limits)) {
            final LadderMatcher restored = new LadderMatcher(limits, memory, got);
            final MatcherSnapshot.Loader loader = MatcherSnapshot.into(restored);
            MatcherSnapshot.write(rightMatcher, loader::onChunk);
            loader.finish();
            if (rightMatcher.stateHash() != restored.stateHash()) {
                return new Difference(at, stream.get(at), StatePrinter.without(rightMatcher, restored), StatePrinter.without(restored, rightMatcher));
            }
            return compare(stream, at, rightMatcher, wanted, restored, got);
        }
    }

    /** As {@link #first}, with a ladder matcher that is replaced before command {@code at} by one built from its own snapshot. */
    static Difference firstAfterOwnRestoring(final List<Command> stream, final int at, final MatcherFactory right, final MatcherLimits limits) {
        final CallTape wanted = new CallTape();
        final CallTape got = new CallTape();
        final Matcher rightMatcher = right.create(wanted);
        try (BookMemory memory = LadderMatcher.offHeapMemory(limits); BookMemory restoredMemory = LadderMatcher.offHeapMemory(limits)) {
            final LadderMatcher live = new LadderMatcher(limits, memory, got);
            final Difference before = first(stream.subList(0, at), rightMatcher, wanted, live, got);
            if (before != null) {
                return before;
            }
            final LadderMatcher restored = new LadderMatcher(limits, restoredMemory, got);
            final MatcherSnapshot.Loader loader = MatcherSnapshot.into(restored);
            MatcherSnapshot.write(live, loader::onChunk);
            loader.finish();
            if (live.stateHash() != restored.stateHash()) {
                return new Difference(at, stream.get(at), StatePrinter.without(live, restored), StatePrinter.without(restored, live));
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

    /** The difference as a scenario to keep: the commands, what the reference answers, then both answers to the last one. */
    static String scenario(final List<Command> stream, final Difference difference) {
        final List<String> lines = new ArrayList<>(List.of("scenario found", "# policy: events=venue"));
        final Set<Integer> used = stream.stream().map(Command::instrument).collect(Collectors.toSet());
        for (final InstrumentSpec s : StreamGenerator.instruments().stream().filter(spec -> used.contains(spec.instrumentId())).toList()) {
            lines.add("instrument sym=" + s.symbol() + " tick=" + s.tickSize() + " lot=" + s.lotSize() + " minprice=" + s.minPrice() + " maxprice="
                + s.maxPrice() + " maxqty=" + s.maxQuantity() + " maxnotional=" + s.maxNotional() + " band=" + s.priceBand() + " ref="
                + s.referencePrice() + " protection=" + s.marketProtection() + " makerfee=" + s.makerFeeRate() + " takerfee=" + s.takerFeeRate()
                + " risk=" + (s.riskChecked() ? 1 : 0) + " base=" + s.baseAsset() + " quote=" + s.quoteAsset());
        }
        stream.subList(0, difference.index() + 1).forEach(command -> lines.add(command.line()));
        List<String> written = lines;
        try {
            written = ScenarioWriter.withEvents(lines, MatcherChoice.REFERENCE);
        } catch (final IllegalArgumentException e) {
            lines.add("# not all of it has words in the grammar: " + e.getMessage());
        }
        return String.join("\n", written) + "\n# wanted " + difference.wanted() + "\n# got    " + difference.got() + "\nend\n";
    }

    static boolean differs(final List<Command> stream, final MatcherFactory right, final MatcherFactory tested) {
        return Objects.nonNull(first(stream, right, tested));
    }
}
