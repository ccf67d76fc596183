package bourse.services.cli;

import bourse.order.v1.MassCancelRequest;
import bourse.order.v1.MassCancelResponse;
import bourse.order.v1.Side;
import bourse.reference.v1.Instrument;
import io.grpc.StatusRuntimeException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code bourse order mass-cancel}. */
@Command(name = "mass-cancel", header = "Cancel all orders of the account, or of one instrument or side.",
    description = {"Works when a session of the account hangs. At a venue of several shards, on each in turn.", "", "  bourse order mass-cancel --account 1 --instrument DEMO --side sell", ""})
final class OrderMassCancelCommand implements Callable<Integer> {
    /** Names of --side. */
    enum Which {
        both, buy, sell;

        /** Both is what is not specified. */
        Side proto() {
            return switch (this) {
                case both -> Side.SIDE_UNSPECIFIED;
                case buy -> Side.SIDE_BUY;
                case sell -> Side.SIDE_SELL;
            };
        }
    }

    @Mixin
    private final VenueOptions venue = new VenueOptions();
    @Mixin
    private final ShardOption shard = new ShardOption();
    @Mixin
    private JsonOutput json;
    @Option(names = {"-i", "--instrument"}, paramLabel = "SYMBOL", description = "Only this instrument (default: all).")
    private String instrument;
    @Option(names = "--side", paramLabel = "SIDE", defaultValue = "both", description = "buy, sell or both (default: ${DEFAULT-VALUE}).")
    private Which side;

    @Override
    public Integer call() {
        try (venue) {
            final Instruments instruments = Instruments.of(venue.reference());
            final Instrument only = instrument == null ? null : instruments.find(instrument);
            final List<Integer> shards = only == null ? shard.numbers(instruments) : List.of(shard.number(only));
            final List<Object> trees = new ArrayList<>();
            StatusRuntimeException failure = null;
            for (final int number : shards) {
                try {
                    final MassCancelResponse response = venue.orderEntry().massCancel(MassCancelRequest.newBuilder().setShard(number).setSide(side.proto())
                        .setInstrumentId(only == null ? 0 : only.getInstrumentId()).build());
                    json.human().println(response.getCancelledOrders() + " orders cancelled" + (shards.size() == 1 ? "" : " on shard " + number));
                    trees.add(OrderSubmission.tree(response));
                } catch (final StatusRuntimeException e) {
                    // One that cannot be reached must not keep the orders of the others alive.
                    failure = failure == null ? e : failure;
                }
            }
            if (failure != null) {
                throw failure;
            }
            json.write(trees.size() == 1 ? trees.getFirst() : trees);
            return 0;
        }
    }
}
