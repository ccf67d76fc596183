package bourse.services.replay;

import java.util.List;

/**
 * Finds the executions that one aggressor caused: one time stamp and direction, nothing but hidden executions between them, prices
 * that do not get better, and no repair of the window in the aggressor's way. They may be sent as one sweeping order.
 */
final class AggressorGroups {
    private AggressorGroups() {
    }

    /** Writes the flags {@code fifo} and {@code grp} into the IOC commands. */
    static void mark(final LobsterMessages messages, final List<FlowCommand> commands,
                     final List<LobsterConversion.Execution> executions) {
        int group = 0;
        LobsterConversion.Execution last = null;
        int firstCommand = 0;
        for (final LobsterConversion.Execution execution : executions) {
            if (last == null || !continues(messages, commands, last, execution, firstCommand)) {
                group++;
                firstCommand = execution.command();
            }
            final FlowCommand command = commands.get(execution.command());
            commands.set(execution.command(), command.withExecution(execution.exact() ? 1 : 0, group));
            last = execution;
        }
    }

    private static boolean continues(final LobsterMessages messages, final List<FlowCommand> commands,
                                     final LobsterConversion.Execution last, final LobsterConversion.Execution next,
                                     final int firstCommand) {
        if (messages.timeNs(last.row()) != messages.timeNs(next.row()) || last.direction() != next.direction()
                || (next.price() - last.price()) * next.direction() > 0 || !hitOnlyItsPrice(last) || !hitOnlyItsPrice(next)) {
            return false;
        }
        for (int row = last.row() + 1; row < next.row(); row++) {
            if (messages.type(row) != LobsterMessages.HIDDEN_EXECUTION) {
                return false;
            }
        }
        for (int i = firstCommand + 1; i < next.command(); i++) {
            final FlowCommand between = commands.get(i);
            if (!"msg".equals(between.source()) && (between.price() - next.price()) * next.direction() >= 0) {
                return false;
            }
        }
        return true;
    }

    /** True also where nothing was hit. */
    private static boolean hitOnlyItsPrice(final LobsterConversion.Execution execution) {
        return execution.minHit() > execution.maxHit()
                || execution.minHit() == execution.price() && execution.maxHit() == execution.price();
    }
}
