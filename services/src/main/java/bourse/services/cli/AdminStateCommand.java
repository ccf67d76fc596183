package bourse.services.cli;

import bourse.admin.v1.SetTradingStateRequest;
import bourse.reference.v1.TradingState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code bourse admin state}. */
@Command(name = "state", header = "Change the trading state of an instrument, or of all.",
    description = {"From auction_call to continuous the auction uncrosses first.", "",
        "  bourse admin state halted --instrument DEMO",
        "  bourse admin state continuous", ""})
final class AdminStateCommand implements Callable<Integer> {
    /** Names of states. */
    enum State { pre_open, auction_call, continuous, halted, closed }

    @Mixin
    private final VenueOptions venue = new VenueOptions();
    @Mixin
    private JsonOutput json;
    @Parameters(paramLabel = "STATE", description = "pre_open, auction_call, continuous, halted or closed.")
    private State state;
    @Option(names = {"-i", "--instrument"}, paramLabel = "SYMBOL", description = "Symbol or number (default: all).")
    private String instrument;

    @Override
    public Integer call() {
        try (venue) {
            final int id = instrument == null ? 0 : Instruments.of(venue.reference()).find(instrument).getInstrumentId();
            venue.admin().setTradingState(SetTradingStateRequest.newBuilder()
                .setInstrumentId(id).setState(TradingState.valueOf("TRADING_STATE_" + state.name().toUpperCase(Locale.ROOT))).build());
            json.human().println((instrument == null ? "all instruments: " : instrument + ": ") + state);
            json.write(Map.of("instrumentId", id, "state", state.name()));
            return 0;
        }
    }
}
