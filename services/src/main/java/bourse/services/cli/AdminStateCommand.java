package bourse.services.cli;

import bourse.admin.v1.ScheduleTradingStateRequest;
import bourse.admin.v1.SetTradingStateRequest;
import bourse.reference.v1.TradingState;
import bourse.services.config.DurationText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code bourse admin state}. */
@Command(name = "state", header = "Change the trading state of an instrument, or of all.",
    description = {"From auction_call to continuous the auction uncrosses first.", "",
        "  bourse admin state halted --instrument DEMO",
        "  bourse admin state continuous",
        "  bourse admin state auction_call --at 2030-01-31T07:50:00Z --every 24h      by the time of the log, from then on daily",
        "  bourse admin state closed --unschedule                                     takes back what is scheduled for all", ""})
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
    @Option(names = "--at", paramLabel = "INSTANT", description = "Not now: at this instant, such as 2030-01-31T08:00:00Z.")
    private Instant at;
    @Option(names = "--every", paramLabel = "TIME", description = "With --at: again after each such time, such as 24h or 90m.")
    private String every;
    @Option(names = "--unschedule", description = "Takes back every change scheduled for this instrument (without one: for all at once).")
    private boolean unschedule;

    @Override
    public Integer call() {
        try (venue) {
            final int id = instrument == null ? 0 : Instruments.of(venue.reference()).find(instrument).getInstrumentId();
            if (at != null || unschedule) {
                return schedule(id);
            }
            if (every != null) {
                throw new CommandFailure("--every is without --at (expected: the first instant)");
            }
            venue.admin().setTradingState(SetTradingStateRequest.newBuilder()
                .setInstrumentId(id).setState(TradingState.valueOf("TRADING_STATE_" + state.name().toUpperCase(Locale.ROOT))).build());
            json.human().println((instrument == null ? "all instruments: " : instrument + ": ") + state);
            json.write(Map.of("instrumentId", id, "state", state.name()));
            return 0;
        }
    }

    private int schedule(final int id) {
        final long atNs = unschedule ? 0 : Math.addExact(Math.multiplyExact(at.getEpochSecond(), 1_000_000_000L), at.getNano());
        final long everyNs = every == null ? 0 : DurationText.parse(every).toNanos();
        final int removed = venue.admin().scheduleTradingState(ScheduleTradingStateRequest.newBuilder().setInstrumentId(id)
            .setState(TradingState.valueOf("TRADING_STATE_" + state.name().toUpperCase(Locale.ROOT))).setAtNs(atNs).setEveryNs(everyNs).build())
            .getRemoved();
        final String who = instrument == null ? "all instruments: " : instrument + ": ";
        json.human().println(unschedule ? who + removed + " scheduled changes taken back"
            : who + state + " at " + at + (every == null ? "" : ", then every " + every));
        json.write(Map.of("instrumentId", id, "state", state.name(), "atNs", atNs, "everyNs", everyNs, "removed", removed));
        return 0;
    }
}
