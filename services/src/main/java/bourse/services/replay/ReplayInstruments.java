package bourse.services.replay;

import bourse.admin.v1.AddInstrumentRequest;
import bourse.admin.v1.AdminGrpc;
import bourse.admin.v1.SetTradingStateRequest;
import bourse.marketdata.v1.BookSnapshot;
import bourse.marketdata.v1.Depth;
import bourse.marketdata.v1.MarketDataGrpc;
import bourse.marketdata.v1.SnapshotRequest;
import bourse.reference.v1.Instrument;
import bourse.reference.v1.ListInstrumentsRequest;
import bourse.reference.v1.ReferenceGrpc;
import bourse.reference.v1.TradingState;
import java.util.concurrent.TimeUnit;

/** Finds the instruments of a replay, or creates them; and changes their state. Blocking calls with deadlines. */
final class ReplayInstruments {
    private static final long TIMEOUT_SECONDS = 10;

    private final ReplayVenue venue;
    private final int account;
    private final int priceDecimals;

    /** @param priceDecimals of instruments that are created: a price of 1 is 10^-priceDecimals */
    ReplayInstruments(final ReplayVenue venue, final int account, final int priceDecimals) {
        this.venue = venue;
        this.account = account;
        this.priceDecimals = priceDecimals;
    }

    /** The id of the instrument; created when it is missing. */
    int require(final String symbol) {
        final var listed = ReferenceGrpc.newBlockingStub(venue.orderEntry()).withCallCredentials(venue.trader(account))
                .withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS).listInstruments(ListInstrumentsRequest.getDefaultInstance());
        for (final Instrument instrument : listed.getInstrumentsList()) {
            if (instrument.getSymbol().equals(symbol)) {
                return instrument.getInstrumentId();
            }
        }
        if (venue.admin() == null) {
            throw new IllegalArgumentException("symbol: " + symbol + " is not traded here (expected: an instrument of the venue, or --admin"
                    + " HOST:PORT so that it can be created; `bourse admin instrument add` creates it too)");
        }
        return AdminGrpc.newBlockingStub(venue.admin()).withCallCredentials(venue.operator())
                .withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .addInstrument(AddInstrumentRequest.newBuilder().setInstrument(Instrument.newBuilder().setSymbol(symbol)
                        .setPriceDecimals(priceDecimals).setTickSize(1).setLotSize(1).setMinPrice(1).setMaxPrice(1L << 42)
                        .setMaxQuantity(1L << 31).setState(TradingState.TRADING_STATE_CONTINUOUS)).build())
                .getInstrument().getInstrumentId();
    }

    /** Refuses a book that holds orders: their queue would come before the replay's. */
    void requireEmptyBook(final int instrumentId, final String symbol) {
        final BookSnapshot book = MarketDataGrpc.newBlockingStub(venue.marketData()).withCallCredentials(venue.trader(account))
                .withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .snapshot(SnapshotRequest.newBuilder().setInstrumentId(instrumentId).setDepth(Depth.DEPTH_LEVELS).setLevels(1).build())
                .getBook();
        if (book.getBidsCount() + book.getAsksCount() > 0) {
            throw notEmpty(symbol);
        }
    }

    static IllegalArgumentException notEmpty(final String symbol) {
        return new IllegalArgumentException("symbol: the book of " + symbol + " holds orders (expected: an empty book; replay into another"
                + " --symbol, or into a venue of its own with --embedded, or name the --state of the replay to resume)");
    }

    void setState(final int instrumentId, final TradingState state) {
        AdminGrpc.newBlockingStub(venue.admin()).withCallCredentials(venue.operator()).withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .setTradingState(SetTradingStateRequest.newBuilder().setInstrumentId(instrumentId).setState(state).build());
    }

    TradingState state(final int instrumentId) {
        for (final Instrument instrument : ReferenceGrpc.newBlockingStub(venue.orderEntry()).withCallCredentials(venue.trader(account))
                .withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS).listInstruments(ListInstrumentsRequest.getDefaultInstance())
                .getInstrumentsList()) {
            if (instrument.getInstrumentId() == instrumentId) {
                return instrument.getState();
            }
        }
        return TradingState.TRADING_STATE_UNSPECIFIED;
    }
}
