package bourse.engine.scenario;

import bourse.engine.match.AccountPort;
import bourse.engine.match.InstrumentSpec;
import bourse.engine.match.Matcher;
import bourse.sbe.engine.Side;
import bourse.sbe.engine.TradingState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/** The {@code check} lines: what the matcher's state is after a command. */
final class CheckList {
    private static final int BUY = Side.BUY.value();
    private static final int SELL = Side.SELL.value();

    private final Matcher matcher;
    private final Ids ids;
    private final EventTape tape;

    CheckList(final Matcher matcher, final Ids ids, final EventTape tape) {
        this.matcher = matcher;
        this.ids = ids;
        this.tape = tape;
    }

    /** Null if it holds, else what is instead. */
    String difference(final Statement check) {
        final StateView view = StateView.of(matcher);
        final String symbol = check.text("sym", Ids.DEFAULT_SYMBOL);
        final int instrumentId = ids.knowsSymbol(symbol) ? ids.instrument(symbol) : 0;
        return switch (check.kind()) {
            case "book" -> levels(check, view, instrumentId, false, Integer.MAX_VALUE);
            case "top" -> levels(check, view, instrumentId, true, (int) check.number("n", 1));
            case "order" -> order(check, view);
            case "count" -> sides(check, "bids", "asks", side -> view.resting(instrumentId, side).size());
            case "levels" -> sides(check, "bids", "asks", side -> view.levels(instrumentId, side).size());
            case "volume" -> sides(check, "bids", "asks", side -> view.resting(instrumentId, side).stream().mapToLong(StateView.Open::leaves).sum());
            case "visible" -> sides(check, "bids", "asks", side -> view.resting(instrumentId, side).stream().mapToLong(StateView.Open::visible).sum());
            case "pending" -> sides(check, "buys", "sells", side -> view.waiting(instrumentId, side));
            case "first" -> first(check, view, instrumentId);
            case "last" -> values(check, Set.of("sym"), Map.of("price", String.valueOf(view.lastPrice(instrumentId))));
            case "state" -> state(check, view.spec(instrumentId));
            case "balance" -> balance(check);
            case "position" -> values(check, Set.of("acct", "sym"),
                Map.of("lots", String.valueOf(accounts(check).position(ids.account(check.text("acct", "")), instrumentId))));
            case "fees" -> values(check, Set.of("asset"), Map.of("amount", String.valueOf(view.fees(AccountPort.asset(check.text("asset", ""))))));
            default -> throw new UnsupportedStatement(check.line(), "no such check: " + check.text());
        };
    }

    /** Compares what the check names; other keys of the line are in {@code selectors}. */
    private static String values(final Statement check, final Set<String> selectors, final Map<String, String> have) {
        boolean same = true;
        for (final Map.Entry<String, String> wanted : check.arguments().entrySet()) {
            if (!selectors.contains(wanted.getKey())) {
                if (!have.containsKey(wanted.getKey())) {
                    throw new UnsupportedStatement(check.line(), "unknown key " + wanted.getKey() + " in: " + check.text());
                }
                same &= have.get(wanted.getKey()).equals(wanted.getValue());
            }
        }
        return same ? null : check.kind() + " " + have;
    }

    private static String sides(final Statement check, final String buys, final String sells, final ToLongFunction<Integer> number) {
        final Map<String, String> have = new LinkedHashMap<>();
        have.put(buys, String.valueOf(number.applyAsLong(BUY)));
        have.put(sells, String.valueOf(number.applyAsLong(SELL)));
        return values(check, Set.of("sym"), have);
    }

    private String first(final Statement check, final StateView view, final int instrumentId) {
        final Map<String, String> have = new LinkedHashMap<>();
        for (final int side : new int[] {BUY, SELL}) {
            final List<StateView.Open> resting = view.resting(instrumentId, side);
            have.put(side == BUY ? "bids" : "asks", resting.isEmpty() ? "" : tape.fate(resting.getFirst().orderId()).id);
        }
        return values(check, Set.of("sym"), have);
    }

    private static String levels(final Statement check, final StateView view, final int instrumentId, final boolean limitsOnly,
                                 final int most) {
        check.onlyKeys(Set.of("sym", "n", "bids", "asks"));
        final StringBuilder have = new StringBuilder(check.kind());
        boolean same = true;
        for (final int side : new int[] {BUY, SELL}) {
            final String key = side == BUY ? "bids" : "asks";
            final List<StateView.Level> all = view.levels(instrumentId, side).stream().filter(level -> !limitsOnly || level.price() != 0).toList();
            final List<StateView.Level> shown = all.subList(0, Math.min(most, all.size()));
            have.append(' ').append(key).append('=');
            for (final StateView.Level level : shown) {
                have.append(level == shown.getFirst() ? "" : ",").append(level.name()).append(':').append(level.visible()).append('/')
                    .append(level.orders().size());
            }
            same &= !check.arguments().containsKey(key) || sameLevels(check.arguments().get(key), shown);
        }
        return same ? null : have.toString();
    }

    /** {@code P:Q/N,...}; N may be missing. */
    private static boolean sameLevels(final String wanted, final List<StateView.Level> have) {
        final String[] words = wanted.isEmpty() ? new String[0] : wanted.split(",");
        if (words.length != have.size()) {
            return false;
        }
        for (int i = 0; i < words.length; i++) {
            final StateView.Level level = have.get(i);
            final String quantity = level.name() + ":" + level.visible();
            if (!words[i].equals(quantity) && !words[i].equals(quantity + "/" + level.orders().size())) {
                return false;
            }
        }
        return true;
    }

    private String order(final Statement check, final StateView view) {
        final EventTape.Fate fate = tape.fate(check.text("id", ""));
        if (fate == null) {
            return values(check, Set.of("id"), Map.of("state", "UNKNOWN"));
        }
        final StateView.Open open = view.order(fate.orderId);
        final Map<String, String> have = new LinkedHashMap<>();
        have.put("state", open == null ? fate.isLive() ? "GONE" : fate.state : open.pending() ? "PENDING" : "RESTING");
        have.put("leaves", String.valueOf(open == null ? 0 : open.leaves()));
        have.put("filled", String.valueOf(fate.filled));
        have.put("cost", String.valueOf(fate.cost));
        have.put("price", String.valueOf(open == null ? fate.price : open.price()));
        have.put("qty", String.valueOf(fate.quantity));
        have.put("visible", String.valueOf(open == null ? 0 : open.visible()));
        return values(check, Set.of("id"), have);
    }

    private static String state(final Statement check, final InstrumentSpec spec) {
        if (spec == null) {
            return "no such instrument";
        }
        return values(check, Set.of("sym"), Map.of("state", TradingState.get((short) spec.state()).name(), "reference",
            String.valueOf(spec.referencePrice())));
    }

    private AccountPort accounts(final Statement check) {
        if (matcher instanceof AccountPort accounts) {
            return accounts;
        }
        throw new UnsupportedStatement(check.line(), "this matcher has no accounts");
    }

    private String balance(final Statement check) {
        final int account = ids.account(check.text("acct", ""));
        final long asset = AccountPort.asset(check.text("asset", ""));
        return values(check, Set.of("acct", "asset"), Map.of("total", String.valueOf(accounts(check).balance(account, asset)),
            "reserved", String.valueOf(accounts(check).reserved(account, asset))));
    }
}
