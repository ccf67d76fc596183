package bourse.services.cli;

import bourse.order.v1.MassCancelRequest;
import bourse.order.v1.MassCancelResponse;
import bourse.order.v1.Side;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.concurrent.Callable;

/** {@code bourse order mass-cancel}. */
@Command(name = "mass-cancel", header = "Cancel all orders of the account, or of one instrument or side.",
    description = {"Works when a session of the account hangs.", "", "  bourse order mass-cancel --account 1 --instrument DEMO --side sell", ""})
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
    private JsonOutput json;
    @Option(names = {"-i", "--instrument"}, paramLabel = "SYMBOL", description = "Only this instrument (default: all).")
    private String instrument;
    @Option(names = "--side", paramLabel = "SIDE", defaultValue = "both", description = "buy, sell or both (default: ${DEFAULT-VALUE}).")
    private Which side;

    @Override
    public Integer call() {
        try (venue) {
            final MassCancelRequest.Builder request = MassCancelRequest.newBuilder().setSide(side.proto());
            if (instrument != null) {
                request.setInstrumentId(Instruments.of(venue.reference()).find(instrument).getInstrumentId());
            }
            final MassCancelResponse response = venue.orderEntry().massCancel(request.build());
            json.human().println(response.getCancelledOrders() + " orders cancelled");
            json.write(OrderSubmission.tree(response));
            return 0;
        }
    }
}
