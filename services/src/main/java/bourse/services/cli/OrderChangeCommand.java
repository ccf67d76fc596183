package bourse.services.cli;

import bourse.order.v1.OpenOrder;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.concurrent.Callable;

/** {@code bourse order cancel}, {@code reduce} and {@code replace}: change one live order. */
abstract class OrderChangeCommand implements Callable<Integer> {
    /** Which order. */
    static final class Target {
        @Option(names = "--order", paramLabel = "ID", description = "The venue's number of the order.")
        private long orderId;
        @Option(names = "--client-order-id", paramLabel = "ID", description = "Your own number of the order.")
        private long clientOrderId;
    }

    @Mixin
    private final VenueOptions venue = new VenueOptions();
    @Mixin
    private final ShardOption shard = new ShardOption();
    @Mixin
    private JsonOutput json;
    @ArgGroup(multiplicity = "1")
    private Target target;
    @Option(names = "--session", paramLabel = "ID", description = "Session that the command belongs to (default: one for all commands of the account).")
    private long sessionId = OrderSubmission.SESSION_ID;

    private Instruments instruments;

    abstract bourse.order.v1.Command command(long orderId, long clientOrderId);

    @Override
    public Integer call() {
        try (venue) {
            instruments = Instruments.of(venue.reference());
            return OrderSubmission.send(venue, json, instruments, shard.number(), sessionId, command(target.orderId, target.clientOrderId));
        }
    }

    /** The order's own figures are needed to read decimals. */
    OpenOrder order() {
        for (final OpenOrder order : OrderListCommand.all(venue.orderEntry(), shard.number(), 0).orders()) {
            if (target.orderId != 0 ? order.getOrderId() == target.orderId : order.getClientOrderId() == target.clientOrderId) {
                return order;
            }
        }
        throw new CommandFailure((target.orderId != 0 ? "--order: " + target.orderId : "--client-order-id: " + target.clientOrderId)
            + " (expected: a live order of account " + venue.account() + " on shard " + shard.number() + "; see `bourse order list`)");
    }

    long quantity(final String name, final String text) {
        return Decimals.units(name, text, instruments.find(Integer.toString(order().getInstrumentId())).getQuantityDecimals());
    }

    long price(final String name, final String text) {
        return Decimals.units(name, text, instruments.find(Integer.toString(order().getInstrumentId())).getPriceDecimals());
    }

    /** Cancels. */
    @Command(name = "cancel", header = "Cancel an order.",
        description = {"What was traded before stays traded.", "", "  bourse order cancel --order 17", ""})
    static final class Cancel extends OrderChangeCommand {
        @Override
        bourse.order.v1.Command command(final long orderId, final long clientOrderId) {
            return bourse.order.v1.Command.newBuilder().setCancel(
                bourse.order.v1.Cancel.newBuilder().setOrderId(orderId).setClientOrderId(clientOrderId)).build();
        }
    }

    /** Reduces. */
    @Command(name = "reduce", header = "Take some quantity off an order; it keeps its place in the queue.",
        description = {"Taking off all that is open, or more, cancels it.", "", "  bourse order reduce --order 17 --by 4", ""})
    static final class Reduce extends OrderChangeCommand {
        @Option(names = "--by", paramLabel = "Q", required = true, description = "Quantity to take off.")
        private String by;

        @Override
        bourse.order.v1.Command command(final long orderId, final long clientOrderId) {
            return bourse.order.v1.Command.newBuilder().setReduce(bourse.order.v1.Reduce.newBuilder()
                .setOrderId(orderId).setClientOrderId(clientOrderId).setBy(quantity("--by", by))).build();
        }
    }

    /** Replaces. */
    @Command(name = "replace", header = "Give an order a new price or open quantity.",
        description = {"It keeps its place in the queue at the same price for a smaller or equal quantity; otherwise it goes to the back, and may trade.", "",
            "  bourse order replace --order 17 --price 100.30 --quantity 6", ""})
    static final class Replace extends OrderChangeCommand {
        @Option(names = {"-p", "--price"}, paramLabel = "P", description = "New limit (default: as it is).")
        private String newPrice;
        @Option(names = {"-q", "--quantity"}, paramLabel = "Q", description = "New OPEN quantity (default: as it is).")
        private String newQuantity;

        @Override
        bourse.order.v1.Command command(final long orderId, final long clientOrderId) {
            return bourse.order.v1.Command.newBuilder().setReplace(bourse.order.v1.Replace.newBuilder()
                .setOrderId(orderId).setClientOrderId(clientOrderId)
                .setPrice(newPrice == null ? order().getPrice() : price("--price", newPrice))
                .setOpenQuantity(newQuantity == null ? order().getLeaves() : quantity("--quantity", newQuantity))).build();
        }
    }
}
