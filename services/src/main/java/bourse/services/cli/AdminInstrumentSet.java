package bourse.services.cli;

import bourse.admin.v1.ChangeInstrumentRequest;
import bourse.admin.v1.ChangeInstrumentResponse;
import bourse.reference.v1.Instrument;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.concurrent.Callable;
import java.util.function.LongConsumer;

/** {@code bourse admin instrument set}. */
@Command(name = "set", header = "Change what an instrument trades by, while it trades.",
    description = {"Only what is named changes, from the next order on. Fees, limits, band, reference price, protection: at any time. What open buys hold for fees",
        "follows; who cannot pay higher ones is cancelled (RISK). Tick, lot, lowest and highest price, and the beginning of balance checks: only while the",
        "instrument has no open orders (`bourse admin cancel -i SYMBOL`). Prices, quantities and notionals are decimals.", "",
        "  bourse admin instrument set DEMO --maker-fee=-50 --taker-fee 200",
        "  bourse admin instrument set DEMO --reference-price 100 --price-band 5",
        "  bourse admin instrument set DEMO --risk-checked=false", ""})
final class AdminInstrumentSet implements Callable<Integer> {
    @Mixin
    private final VenueOptions venue = new VenueOptions();
    @Mixin
    private JsonOutput json;
    @Parameters(paramLabel = "SYMBOL", description = "Symbol or number.")
    private String symbol;
    @Option(names = "--maker-fee", paramLabel = "N", description = "Millionths of the notional; negative = rebate.")
    private Integer makerFee;
    @Option(names = "--taker-fee", paramLabel = "N", description = "Millionths of the notional.")
    private Integer takerFee;
    @Option(names = "--max-quantity", paramLabel = "Q", description = "Of one order.")
    private String maxQuantity;
    @Option(names = "--max-notional", paramLabel = "V", description = "Of one order, 0 = no limit.")
    private String maxNotional;
    @Option(names = "--price-band", paramLabel = "P", description = "Either side of the reference price, 0 = none.")
    private String priceBand;
    @Option(names = "--reference-price", paramLabel = "P", description = "Until the next auction; 0 = none.")
    private String referencePrice;
    @Option(names = "--market-protection", paramLabel = "P", description = "How far a market order may go from the best opposite price, 0 = no limit.")
    private String marketProtection;
    @Option(names = "--tick", paramLabel = "P", description = "Prices are multiples of it.")
    private String tick;
    @Option(names = "--lot", paramLabel = "Q", description = "Quantities are multiples of it.")
    private String lot;
    @Option(names = "--min-price", paramLabel = "P", description = "Lowest price of an order.")
    private String minPrice;
    @Option(names = "--max-price", paramLabel = "P", description = "Highest price of an order.")
    private String maxPrice;
    @Option(names = "--risk-checked", paramLabel = "BOOLEAN", arity = "1", description = "true or false: balances are checked and settled.")
    private Boolean riskChecked;

    @Override
    public Integer call() {
        try (venue) {
            final Instrument instrument = Instruments.of(venue.reference()).find(symbol);
            final ChangeInstrumentRequest request = request(instrument);
            if (request.equals(ChangeInstrumentRequest.newBuilder().setInstrumentId(instrument.getInstrumentId()).build())) {
                throw new CommandFailure("nothing to change (expected: at least one of the options of `bourse admin instrument set --help`)");
            }
            final ChangeInstrumentResponse response = venue.admin().changeInstrument(request);
            json.human().println(instrument.getSymbol() + ": changed" + (response.getCancelledOrders() == 0 ? ""
                : ", " + response.getCancelledOrders() + " orders that cannot pay the new fees cancelled"));
            json.write(OrderSubmission.tree(response));
            return 0;
        }
    }

    private ChangeInstrumentRequest request(final Instrument instrument) {
        final int price = instrument.getPriceDecimals();
        final int quantity = instrument.getQuantityDecimals();
        final ChangeInstrumentRequest.Builder request = ChangeInstrumentRequest.newBuilder().setInstrumentId(instrument.getInstrumentId());
        set("--tick", tick, price, request::setTickSize);
        set("--lot", lot, quantity, request::setLotSize);
        set("--min-price", minPrice, price, request::setMinPrice);
        set("--max-price", maxPrice, price, request::setMaxPrice);
        set("--max-quantity", maxQuantity, quantity, request::setMaxQuantity);
        set("--max-notional", maxNotional, price + quantity, request::setMaxNotional);
        set("--price-band", priceBand, price, request::setPriceBand);
        set("--reference-price", referencePrice, price, request::setReferencePrice);
        set("--market-protection", marketProtection, price, request::setMarketProtection);
        if (makerFee != null) {
            request.setMakerFeeRate(makerFee);
        }
        if (takerFee != null) {
            request.setTakerFeeRate(takerFee);
        }
        if (riskChecked != null) {
            request.setRiskChecked(riskChecked);
        }
        return request.build();
    }

    private static void set(final String option, final String text, final int decimals, final LongConsumer setter) {
        if (text != null) {
            setter.accept(Decimals.units(option, text, decimals));
        }
    }
}
