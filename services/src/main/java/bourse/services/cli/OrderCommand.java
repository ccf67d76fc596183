package bourse.services.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Parent of the commands that trade. */
@Command(name = "order",
    header = "Send, change, cancel and list orders.",
    description = {
        "Each command is one unary call and prints what became of it. Prices and quantities are decimals, checked against the instrument.",
        "",
        "  bourse order buy  --account 1 --instrument DEMO --price 100.25 --quantity 10",
        "  bourse order sell --account 2 --instrument DEMO --price 100.25 --quantity 4 --tif ioc",
        "  bourse order list --account 1",
        "  bourse order watch --account 1",
        ""},
    subcommands = {OrderNewCommand.Buy.class, OrderNewCommand.Sell.class, OrderChangeCommand.Cancel.class, OrderChangeCommand.Reduce.class,
        OrderChangeCommand.Replace.class, OrderMassCancelCommand.class, OrderListCommand.class, OrderWatchCommand.class})
public final class OrderCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing sub-command: buy, sell, cancel, reduce, replace, mass-cancel, list or watch?");
    }
}
