package bourse.services.replay;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The trades of a replay and what the file expected of them. A trade is named by its cause (see {@link ReplayPlan.Expectation}) and the
 * numbers of the two orders in the plan, -1 = not one of the replay's. Not thread-safe.
 */
final class TradeLedger {
    record Trade(int cause, int maker, int taker, long price, long quantity) {
    }

    /**
     * @param assertionsChecked IOC lines with fifo=1, and EXPECT_TRADE lines
     * @param executions        IOC lines of the file
     * @param makerAgreement    of them, those that hit exactly the named order, price and quantity
     * @param aggressors        groups of IOC lines (or single ones without a group)
     * @param sweeps            aggressors with several executions
     * @param namedSets         aggressors whose fills, taken together, are the named set
     */
    record Verdict(long assertionsChecked, long assertionsFailed, long executions, long makerAgreement, long aggressors, long sweeps,
                   long namedSets, List<String> failures) {
    }

    private record Fill(long orderId, long price) {
    }

    private static final int KEPT_FAILURES = 5;

    private final ReplayPlan plan;
    private final Map<Integer, List<Trade>> byCause = new HashMap<>();
    private final List<String> failures = new ArrayList<>();
    private long trades;
    private long quantity;
    private long checked;
    private long failed;

    TradeLedger(final ReplayPlan plan) {
        this.plan = plan;
    }

    void add(final Trade trade) {
        trades++;
        quantity += trade.quantity;
        byCause.computeIfAbsent(trade.cause, ignored -> new ArrayList<>(2)).add(trade);
    }

    long trades() {
        return trades;
    }

    long quantity() {
        return quantity;
    }

    /** What became of the assertions of the first {@code orders} commands. */
    Verdict judge(final int orders) {
        long executions = 0;
        long agreed = 0;
        final Map<Integer, List<Integer>> groups = new java.util.LinkedHashMap<>();
        for (int number = 0; number < orders; number++) {
            final List<FlowCommand> named = plan.orders().get(number).named();
            if (named.isEmpty()) {
                continue;
            }
            executions += named.size();
            agreed += agreement(named, byCause.getOrDefault(number, List.of()));
            final int group = named.getFirst().group();
            groups.computeIfAbsent(group >= 0 ? group : -1 - number, ignored -> new ArrayList<>(1)).add(number);
        }
        long sweeps = 0;
        long namedSets = 0;
        for (final List<Integer> members : groups.values()) {
            final Map<Fill, Long> want = new HashMap<>();
            final Map<Fill, Long> got = new HashMap<>();
            int lines = 0;
            for (final int number : members) {
                for (final FlowCommand line : plan.orders().get(number).named()) {
                    want.merge(new Fill(line.orderId(), line.price()), line.qty(), Long::sum);
                    lines++;
                }
                for (final Trade trade : byCause.getOrDefault(number, List.of())) {
                    got.merge(new Fill(name(trade.maker), trade.price), trade.quantity, Long::sum);
                }
            }
            sweeps += lines > 1 ? 1 : 0;
            namedSets += want.equals(got) ? 1 : 0;
        }
        judgeExpectations(orders);
        return new Verdict(checked, failed, executions, agreed, groups.size(), sweeps, namedSets, failures);
    }

    /** Lines of one sent order whose execution is exactly the named one, in order; asserts those with fifo=1. */
    private int agreement(final List<FlowCommand> named, final List<Trade> fills) {
        int agreed = 0;
        for (int i = 0; i < named.size(); i++) {
            final FlowCommand line = named.get(i);
            final boolean single = named.size() > 1 || fills.size() == 1;
            final boolean exact = single && i < fills.size() && name(fills.get(i).maker) == line.orderId()
                    && fills.get(i).price == line.price() && fills.get(i).quantity == line.qty();
            agreed += exact ? 1 : 0;
            if (line.fifo() == 1 && named.size() == 1) {
                check(exact, line, "a trade of exactly " + line.qty() + " at " + line.price() + " with order " + line.orderId(), fills);
            }
        }
        return agreed;
    }

    private void judgeExpectations(final int orders) {
        final Map<Integer, Integer> next = new HashMap<>();
        for (final ReplayPlan.Expectation expectation : plan.expectations()) {
            if (expectation.cause() >= orders) {
                continue;
            }
            final int index = next.merge(expectation.cause(), 1, Integer::sum) - 1;
            final List<Trade> fills = byCause.getOrDefault(expectation.cause(), List.of());
            final FlowCommand line = expectation.command();
            final boolean holds = index < fills.size() && name(fills.get(index).maker) == line.orderId()
                    && (line.taker() == FlowCommand.NO_ID || name(fills.get(index).taker) == line.taker())
                    && fills.get(index).price == line.price() && fills.get(index).quantity == line.qty();
            check(holds, line, "trade " + (index + 1) + " of the command before: maker " + line.orderId()
                    + (line.taker() == FlowCommand.NO_ID ? "" : ", taker " + line.taker()) + ", " + line.qty() + " at " + line.price(), fills);
        }
    }

    private void check(final boolean holds, final FlowCommand line, final String expected, final List<Trade> fills) {
        checked++;
        if (!holds) {
            failed++;
            if (failures.size() < KEPT_FAILURES) {
                final StringBuilder found = new StringBuilder();
                for (final Trade fill : fills) {
                    found.append(found.isEmpty() ? "" : "; ").append(fill.quantity).append(" at ").append(fill.price)
                            .append(" with order ").append(name(fill.maker));
                }
                failures.add((line.line() > 0 ? "line " + line.line() : "row " + line.row()) + ": expected " + expected + ", found "
                        + (found.isEmpty() ? "no trade" : found));
            }
        }
    }

    /** The file's name of an order of the plan. */
    private long name(final int order) {
        return order < 0 ? FlowCommand.NO_ID : plan.orders().get(order).command().orderId();
    }
}
