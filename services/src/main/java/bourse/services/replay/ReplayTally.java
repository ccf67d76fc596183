package bourse.services.replay;

import bourse.order.v1.CommandRejected;
import bourse.order.v1.Event;
import bourse.order.v1.Execution;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * Counts what the sessions report: outcomes, trades and their sides, latency, and where each row of the reference ends. Events come from
 * the sessions' threads, one at a time by the lock of this object.
 */
final class ReplayTally {
    private static final int KEPT_COMPLAINTS = 5;
    private static final long LONGEST_LATENCY_NS = 3_600_000_000_000L;

    private final ReplayPlan plan;
    private final BookWatch watch;
    private final TradeLedger ledger;
    private final long clientOrderIds;
    /** Numbers of the plan's commands, by session and number within it. */
    private final int[][] numbers;
    private final long[] sentNs;
    private final int[] appliedInSession;
    private final Map<Long, Execution> halves = new HashMap<>();
    private final Map<Long, Integer> halfCauses = new HashMap<>();
    private final Histogram latency = new Histogram(LONGEST_LATENCY_NS, 3);
    private final List<String> complaints = new ArrayList<>();
    private long rejected;
    private long eventSeq;
    private long publicEventSeq;
    private int applied;
    private int adminSteps;
    private int nextRow;
    private long lastOutcomeNs;

    /** @param watch null = nothing is compared */
    ReplayTally(final ReplayPlan plan, final long clientOrderIds, final BookWatch watch) {
        this.plan = plan;
        this.watch = watch;
        this.clientOrderIds = clientOrderIds;
        ledger = new TradeLedger(plan);
        sentNs = new long[plan.orders().size()];
        appliedInSession = new int[plan.accounts().size()];
        numbers = new int[plan.accounts().size()][];
        for (int session = 0; session < numbers.length; session++) {
            numbers[session] = new int[plan.sessionSize(session)];
        }
        for (int number = 0; number < plan.orders().size(); number++) {
            final ReplayPlan.Order order = plan.orders().get(number);
            numbers[order.session()][order.inSession()] = number;
        }
    }

    /** Command {@code number} is about to leave; {@code ns} is when it should, or does. */
    synchronized void sending(final int number, final long ns) {
        sentNs[number] = ns;
    }

    /** An event of session {@code session}; {@code inSession} is the number of its command, -1 = not one of the session's. */
    synchronized void onEvent(final int session, final int inSession, final Event event) {
        final int number = inSession >= 0 && inSession < numbers[session].length ? numbers[session][inSession] : -1;
        if (number >= 0) {
            completeRows(number);
        }
        eventSeq = Math.max(eventSeq, event.getEventSeq());
        if (isPublic(event)) {
            publicEventSeq = Math.max(publicEventSeq, event.getEventSeq());
        }
        switch (event.getEventCase()) {
            case REJECTED -> onRejected(number, event.getRejected());
            case EXECUTION -> onExecution(number, event.getExecution());
            default -> {
            }
        }
    }

    private static boolean isPublic(final Event event) {
        return switch (event.getEventCase()) {
            case ACCEPTED -> event.getAccepted().getResting() && event.getAccepted().getVisibleQuantity() > 0;
            case EXECUTION, BOOKED, REDUCED, REPLACED, RESTATED -> true;
            // A replay's orders are displayed limit orders: one that is asked to go was in the book.
            case CANCELLED -> switch (event.getCancelled().getReason()) {
                case CANCEL_REASON_REQUESTED, CANCEL_REASON_REDUCED_TO_ZERO -> true;
                default -> false;
            };
            default -> false;
        };
    }

    private void onRejected(final int number, final CommandRejected refusal) {
        rejected++;
        if (complaints.size() < KEPT_COMPLAINTS) {
            final FlowCommand command = number < 0 ? null : plan.orders().get(number).command();
            complaints.add((command == null ? "a command" : command.line() > 0 ? "line " + command.line() : "row " + command.row())
                    + ": refused, " + refusal.getReason() + " of " + refusal.getField() + " (value " + refusal.getValue() + ", limit "
                    + refusal.getLimit() + ")");
        }
    }

    private void onExecution(final int number, final Execution execution) {
        final Execution other = halves.remove(execution.getTradeId());
        if (other == null) {
            halves.put(execution.getTradeId(), execution);
            halfCauses.put(execution.getTradeId(), number);
            return;
        }
        final int otherCause = halfCauses.remove(execution.getTradeId());
        final Execution maker = execution.getMaker() || execution.getAuction() && execution.getSide().getNumber() == 1 ? execution : other;
        final Execution taker = maker == execution ? other : execution;
        final int cause = execution.getAuction() ? -1 - (adminSteps - 1) : Math.max(number, otherCause);
        ledger.add(new TradeLedger.Trade(cause, order(maker), order(taker), execution.getPrice(), execution.getQuantity()));
    }

    /** Number of the order in the plan, -1 = not one of ours. */
    private int order(final Execution execution) {
        final long number = execution.getClientOrderId() - clientOrderIds - 1;
        return number >= 0 && number < plan.orders().size() ? (int) number : -1;
    }

    /** Everything of the session before its command {@code inSession} has an outcome. */
    synchronized void onApplied(final int session, final int inSession, final long nowNs) {
        final int end = Math.min(inSession, numbers[session].length);
        for (int i = appliedInSession[session]; i < end; i++) {
            final long sent = sentNs[numbers[session][i]];
            if (sent != 0) {
                latency.recordValue(Math.clamp(nowNs - sent, 1, LONGEST_LATENCY_NS));
                lastOutcomeNs = nowNs;
            }
            applied++;
        }
        if (end > appliedInSession[session]) {
            appliedInSession[session] = end;
            completeRows(numbers[session][end - 1] + 1);
        }
        if (watch != null) {
            watch.eventKnown(eventSeq, publicEventSeq);
        }
    }

    /** Admin steps up to here are done and their events have come. */
    synchronized void onAdminSteps(final int done) {
        adminSteps = done;
        completeRows(applied);
        if (watch != null) {
            watch.eventKnown(eventSeq, publicEventSeq);
        }
    }

    synchronized void beginAdminStep(final int step) {
        completeRows(applied);
        adminSteps = Math.max(adminSteps, step + 1);
    }

    /** Rows that end before command {@code number} end at the newest event. With lock. */
    private void completeRows(final int number) {
        while (nextRow < plan.rowEnds().size()) {
            final ReplayPlan.RowEnd row = plan.rowEnds().get(nextRow);
            if (row.afterOrders() > number || row.afterAdminSteps() > adminSteps) {
                return;
            }
            if (watch != null) {
                watch.rowDue(row.row(), eventSeq);
            }
            nextRow++;
        }
    }

    synchronized int applied() {
        return applied;
    }

    synchronized long rejected() {
        return rejected;
    }

    synchronized long lastOutcomeNs() {
        return lastOutcomeNs;
    }

    synchronized long lastEventSeq() {
        return eventSeq;
    }

    synchronized Histogram latency() {
        return latency.copy();
    }

    synchronized List<String> complaints() {
        return List.copyOf(complaints);
    }

    /** Ends the counting: trades whose other side is not the replay's are counted too. */
    synchronized TradeLedger finish() {
        halves.forEach((tradeId, half) -> ledger.add(new TradeLedger.Trade(half.getAuction() ? -adminSteps : halfCauses.get(tradeId),
                half.getMaker() ? order(half) : -1, half.getMaker() ? -1 : order(half), half.getPrice(), half.getQuantity())));
        halves.clear();
        return ledger;
    }
}
