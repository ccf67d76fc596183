package bourse.engine.property;

import bourse.engine.match.AccountState;
import bourse.engine.match.InstrumentSpec;
import bourse.engine.match.Matcher;
import bourse.engine.match.OrderState;
import bourse.engine.match.StateVisitor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;

/** A matcher's state, a line a call. */
final class StatePrinter implements StateVisitor {
    private final StringBuilder text = new StringBuilder();

    static String print(final Matcher matcher) {
        final StatePrinter printer = new StatePrinter();
        matcher.forEachState(printer);
        return printer.text.toString();
    }

    /** The lines of the one that the other has not. */
    static String without(final Matcher one, final Matcher other) {
        final List<String> lines = new ArrayList<>(List.of(print(one).split("\n")));
        lines.removeAll(List.of(print(other).split("\n")));
        return "state\n" + (lines.isEmpty() ? "#   the same lines in this order\n" + print(one) : String.join("\n", lines));
    }

    private void line(final Object... words) {
        text.append("#   ");
        for (final Object word : words) {
            text.append(word).append(' ');
        }
        text.append('\n');
    }

    /** Fields that are not 0. */
    private static String fields(final Object carrier) {
        final StringBuilder fields = new StringBuilder();
        try {
            for (final Field field : carrier.getClass().getFields()) {
                final Object value = field.get(carrier);
                if (!Modifier.isStatic(field.getModifiers()) && !String.valueOf(value).equals("0")) {
                    fields.append(field.getName()).append('=').append(value).append(' ');
                }
            }
        } catch (final IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
        return fields.toString();
    }

    @Override
    public void engine(final long timeNs, final long nextOrderId, final long nextTradeId, final long nextSequence) {
        line("engine time", timeNs, "nextOrderId", nextOrderId, "nextTradeId", nextTradeId, "nextSequence", nextSequence);
    }

    @Override
    public void instrument(final InstrumentSpec spec, final long lastPrice, final long lastQuantity, final long tradeCount, final boolean hasLastPrice) {
        line("instrument", spec.instrumentId(), "state", spec.state(), "reference", spec.referencePrice(), "lastPrice", lastPrice, "lastQuantity", lastQuantity, "tradeCount", tradeCount, "hasLastPrice", hasLastPrice);
    }

    @Override
    public void order(final OrderState order) {
        line("  order", fields(order));
    }

    @Override
    public void account(final AccountState account) {
        line("account", fields(account));
    }

    @Override
    public void balance(final int account, final long asset, final long total, final long reserved) {
        line("  balance", account, asset, total, reserved);
    }

    @Override
    public void position(final int account, final int instrumentId, final long position) {
        line("  position", account, instrumentId, position);
    }

    @Override
    public void finishedId(final int account, final long clientOrderId) {
        line("  finished", account, clientOrderId);
    }

    @Override
    public void fees(final long asset, final long collected) {
        line("fees", asset, collected);
    }
}
