package bourse.services.replay;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What will be sent, in order, and what must then be true. Order commands are numbered from 0 over all accounts, and from 0 within
 * each account's session. Immutable once built; nothing here knows a network.
 */
public final class ReplayPlan {
    /**
     * One order command.
     *
     * @param command what the file says; of a sweeping order its first execution
     * @param session index of its account's session
     * @param inSession number within that session
     * @param target number of the NEW command that it changes, -1 = enters an order itself
     * @param named   what it is expected to trade with: the file's executions, empty where it is not an aggressor
     */
    public record Order(FlowCommand command, int session, int inSession, int target, long price, long quantity, List<FlowCommand> named) {
    }

    /** An operator's act after {@code afterOrders} order commands. */
    public record AdminStep(int afterOrders, FlowCommand command) {
    }

    /** The book after {@code afterOrders} order commands is row {@code row} of the reference. */
    public record RowEnd(int row, int afterOrders, int afterAdminSteps) {
    }

    /**
     * The next trade that {@code cause} causes must be this one.
     *
     * @param cause number of the order command, or -1 - number of the admin step
     */
    public record Expectation(int cause, FlowCommand command) {
    }

    private record Name(String symbol, int account, long orderId) {
    }

    private final List<Order> orders = new ArrayList<>();
    private final List<AdminStep> adminSteps = new ArrayList<>();
    private final List<RowEnd> rowEnds = new ArrayList<>();
    private final List<Expectation> expectations = new ArrayList<>();
    private final List<Integer> accounts = new ArrayList<>();
    private final List<String> symbols = new ArrayList<>();
    private final Map<Name, Integer> entered = new HashMap<>();
    private final List<Integer> sessionSizes = new ArrayList<>();
    private final int defaultAccount;
    private final String defaultSymbol;
    private int lastCause = Integer.MIN_VALUE;

    private ReplayPlan(final int defaultAccount, final String defaultSymbol) {
        this.defaultAccount = defaultAccount;
        this.defaultSymbol = defaultSymbol;
    }

    /**
     * @param grouped executions of one aggressor go out as one sweeping order; its rows are then compared at the last one only
     * @param account of lines that name none
     * @param symbol  of lines that name none
     */
    public static ReplayPlan of(final List<FlowCommand> flow, final boolean grouped, final int account, final String symbol) {
        final var plan = new ReplayPlan(account, symbol);
        int index = 0;
        while (index < flow.size()) {
            index = grouped && flow.get(index).action() == FlowAction.IOC && flow.get(index).group() >= 0
                    ? plan.addGroup(flow, index) : plan.addSingle(flow, index);
        }
        plan.entered.clear();
        return plan;
    }

    private int addSingle(final List<FlowCommand> flow, final int index) {
        final FlowCommand command = flow.get(index);
        add(command);
        if (command.row() > 0 && (index + 1 == flow.size() || flow.get(index + 1).row() != command.row())) {
            endRow(command.row());
        }
        return index + 1;
    }

    private void add(final FlowCommand command) {
        switch (command.action()) {
            case NEW, CANCEL, REDUCE -> addOrder(command, command.price(), command.qty(), List.of());
            case IOC -> addOrder(command, command.price(), command.qty(), List.of(command));
            case UNCROSS, PHASE -> {
                symbolIndex(command);
                lastCause = -1 - adminSteps.size();
                adminSteps.add(new AdminStep(orders.size(), command));
            }
            case EXPECT_TRADE -> {
                if (lastCause == Integer.MIN_VALUE) {
                    throw new IllegalArgumentException("line " + command.line() + ": EXPECT_TRADE before any command");
                }
                expectations.add(new Expectation(lastCause, command));
            }
            case NOP -> {
            }
        }
    }

    private void addOrder(final FlowCommand command, final long price, final long quantity, final List<FlowCommand> named) {
        final int number = orders.size();
        final boolean enters = command.action() == FlowAction.NEW || command.action() == FlowAction.IOC;
        final Name name = new Name(command.symbol(), command.account(), command.orderId());
        final int target = enters ? -1 : entered.get(name);
        if (command.action() == FlowAction.NEW) {
            entered.put(name, number);
        }
        symbolIndex(command);
        final int account = command.account() == 0 ? defaultAccount : command.account();
        if (!accounts.contains(account)) {
            accounts.add(account);
            sessionSizes.add(0);
        }
        final int session = accounts.indexOf(account);
        final int inSession = sessionSizes.get(session);
        sessionSizes.set(session, inSession + 1);
        orders.add(new Order(command, session, inSession, target, price, quantity, named));
        lastCause = number;
    }

    private void symbolIndex(final FlowCommand command) {
        final String symbol = command.symbol().isEmpty() ? defaultSymbol : command.symbol();
        if (!symbols.contains(symbol)) {
            symbols.add(symbol);
        }
    }

    private void endRow(final int row) {
        rowEnds.add(new RowEnd(row, orders.size(), adminSteps.size()));
    }

    /** One aggressor: its executions become one order, window repairs between them move behind it. */
    private int addGroup(final List<FlowCommand> flow, final int start) {
        final int group = flow.get(start).group();
        int end = start;
        int lastExecution = start;
        while (end < flow.size() && belongs(flow.get(end), group)) {
            lastExecution = flow.get(end).action() == FlowAction.IOC ? end : lastExecution;
            end++;
        }
        final int row = flow.get(lastExecution).row();
        while (end > lastExecution + 1 && flow.get(end - 1).row() != row) {
            end--;
        }
        final List<FlowCommand> executions = new ArrayList<>();
        final List<FlowCommand> others = new ArrayList<>();
        for (final FlowCommand command : flow.subList(start, end)) {
            (command.action() == FlowAction.IOC ? executions : others).add(command);
        }
        final boolean buy = executions.getFirst().buy();
        long limit = executions.getFirst().price();
        long quantity = 0;
        for (final FlowCommand execution : executions) {
            limit = buy ? Math.max(limit, execution.price()) : Math.min(limit, execution.price());
            quantity += execution.qty();
        }
        addOrder(executions.getFirst(), limit, quantity, executions);
        others.forEach(this::add);
        if (row > 0) {
            endRow(row);
        }
        return end;
    }

    private static boolean belongs(final FlowCommand command, final int group) {
        if (command.action() == FlowAction.IOC) {
            return command.group() == group;
        }
        return command.action() == FlowAction.NOP || "win".equals(command.source()) || "fix".equals(command.source());
    }

    public List<Order> orders() {
        return orders;
    }

    public List<AdminStep> adminSteps() {
        return adminSteps;
    }

    public List<RowEnd> rowEnds() {
        return rowEnds;
    }

    public List<Expectation> expectations() {
        return expectations;
    }

    /** Account of each session. */
    public List<Integer> accounts() {
        return accounts;
    }

    /** Every symbol that is traded. */
    public List<String> symbols() {
        return symbols;
    }

    /** Symbol of a command. */
    public String symbolOf(final FlowCommand command) {
        return command.symbol().isEmpty() ? defaultSymbol : command.symbol();
    }

    /** Commands of one session. */
    public int sessionSize(final int session) {
        return sessionSizes.get(session);
    }
}
