package bourse.services.cli;

import bourse.admin.v1.AddInstrumentRequest;
import bourse.reference.v1.Instrument;
import bourse.reference.v1.TradingState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/** {@code bourse admin instrument}. */
@Command(name = "instrument", header = "Add, change and list instruments.",
    description = {"What is added here lives in the log, for good; config/bourse.yaml may name instruments too.", ""},
    subcommands = {AdminInstrumentCommand.Add.class, AdminInstrumentSet.class, AdminInstrumentCommand.ListAll.class})
final class AdminInstrumentCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing sub-command: add, set or list?");
    }

    /** Adds. */
    @Command(name = "add", header = "Add an instrument.",
        description = {"Prices, quantities and notionals are decimals. The same definition again is answered with the existing one; another definition",
            "of the same symbol or number is refused, on whichever shard it is.", "",
            "  bourse admin instrument add --symbol NEW --price-decimals 2 --tick 0.01 --max-quantity 1000000", ""})
    static final class Add implements Callable<Integer> {
        @Mixin
        private final VenueOptions venue = new VenueOptions();
        @Mixin
        private final ShardOption shard = new ShardOption();
        @Mixin
        private JsonOutput json;
        @Option(names = "--symbol", required = true, paramLabel = "SYMBOL", description = "1..16 ASCII characters.")
        private String symbol;
        @Option(names = "--id", paramLabel = "N", description = "Number (default: the next that no shard has).")
        private int id;
        @Option(names = "--price-decimals", paramLabel = "N", defaultValue = "2", description = "0..9 (default: ${DEFAULT-VALUE}).")
        private int priceDecimals;
        @Option(names = "--quantity-decimals", paramLabel = "N", defaultValue = "0", description = "0..9 (default: ${DEFAULT-VALUE}).")
        private int quantityDecimals;
        @Option(names = "--tick", paramLabel = "P", description = "Prices are multiples of it (default: the smallest unit).")
        private String tick;
        @Option(names = "--lot", paramLabel = "Q", description = "Quantities are multiples of it (default: the smallest unit).")
        private String lot;
        @Option(names = "--min-price", paramLabel = "P", description = "Default: the tick.")
        private String minPrice;
        @Option(names = "--max-price", paramLabel = "P", defaultValue = "100000", description = "Default: ${DEFAULT-VALUE}.")
        private String maxPrice;
        @Option(names = "--max-quantity", paramLabel = "Q", defaultValue = "1000000", description = "Of one order (default: ${DEFAULT-VALUE}).")
        private String maxQuantity;
        @Option(names = "--max-notional", paramLabel = "V", defaultValue = "0", description = "Of one order, 0 = no limit (default: ${DEFAULT-VALUE}).")
        private String maxNotional;
        @Option(names = "--price-band", paramLabel = "P", defaultValue = "0", description = "Either side of the reference price, 0 = none (default: ${DEFAULT-VALUE}).")
        private String priceBand;
        @Option(names = "--reference-price", paramLabel = "P", defaultValue = "0", description = "0 = none yet (default: ${DEFAULT-VALUE}).")
        private String referencePrice;
        @Option(names = "--market-protection", paramLabel = "P", defaultValue = "0",
            description = "How far a market order may go from the best opposite price, 0 = no limit (default: ${DEFAULT-VALUE}).")
        private String marketProtection;
        @Option(names = "--base", paramLabel = "ASSET", description = "What is traded (default: the symbol's first 8 characters).")
        private String base;
        @Option(names = "--quote", paramLabel = "ASSET", defaultValue = "USD", description = "What it is paid with (default: ${DEFAULT-VALUE}).")
        private String quote;
        @Option(names = "--maker-fee", paramLabel = "N", description = "Millionths of the notional; negative = rebate.")
        private int makerFee;
        @Option(names = "--taker-fee", paramLabel = "N", description = "Millionths of the notional.")
        private int takerFee;
        @Option(names = "--risk-checked", description = "Balances are checked and settled.")
        private boolean riskChecked;
        @Option(names = "--state", paramLabel = "STATE", defaultValue = "continuous",
            description = "pre_open, auction_call, continuous, halted or closed (default: ${DEFAULT-VALUE}).")
        private AdminStateCommand.State state;

        @Override
        public Integer call() {
            checkDecimals("--price-decimals", priceDecimals);
            checkDecimals("--quantity-decimals", quantityDecimals);
            final String smallestPrice = BigDecimal.ONE.movePointLeft(priceDecimals).toPlainString();
            final String smallestQuantity = BigDecimal.ONE.movePointLeft(quantityDecimals).toPlainString();
            final String tickText = tick == null ? smallestPrice : tick;
            final Instrument instrument = Instrument.newBuilder()
                .setInstrumentId(id)
                .setShard(shard.number())
                .setSymbol(symbol)
                .setPriceDecimals(priceDecimals)
                .setQuantityDecimals(quantityDecimals)
                .setTickSize(price("--tick", tickText))
                .setLotSize(Decimals.units("--lot", lot == null ? smallestQuantity : lot, quantityDecimals))
                .setMinPrice(price("--min-price", minPrice == null ? tickText : minPrice))
                .setMaxPrice(price("--max-price", maxPrice))
                .setMaxQuantity(Decimals.units("--max-quantity", maxQuantity, quantityDecimals))
                .setMaxNotional(Decimals.units("--max-notional", maxNotional, priceDecimals + quantityDecimals))
                .setPriceBand(price("--price-band", priceBand))
                .setReferencePrice(price("--reference-price", referencePrice))
                .setMarketProtection(price("--market-protection", marketProtection))
                .setBaseAsset(base == null ? symbol.substring(0, Math.min(8, symbol.length())) : base)
                .setQuoteAsset(quote)
                .setMakerFeeRate(makerFee)
                .setTakerFeeRate(takerFee)
                .setRiskChecked(riskChecked)
                .setState(TradingState.valueOf("TRADING_STATE_" + state.name().toUpperCase(Locale.ROOT)))
                .build();
            try (venue) {
                final Instrument added = venue.admin().addInstrument(AddInstrumentRequest.newBuilder().setInstrument(instrument).build()).getInstrument();
                json.human().println(added.getSymbol() + " is instrument " + added.getInstrumentId() + (added.getShard() == 0 ? "" : " of shard " + added.getShard()));
                json.write(OrderSubmission.tree(added));
                return 0;
            }
        }

        private long price(final String name, final String text) {
            return Decimals.units(name, text, priceDecimals);
        }

        private static void checkDecimals(final String name, final int decimals) {
            if (decimals < 0 || decimals > 9) {
                throw new CommandFailure(name + ": " + decimals + " (expected: 0..9)");
            }
        }
    }

    /** Lists. */
    @Command(name = "list", header = "List the venue's instruments.",
        description = {"By number, with shard, tick and state; --json gives every field.", "", "  bourse admin instrument list", ""})
    static final class ListAll implements Callable<Integer> {
        @Mixin
        private final VenueOptions venue = new VenueOptions();
        @Mixin
        private JsonOutput json;

        @Override
        public Integer call() {
            try (venue) {
                final List<Object> trees = new ArrayList<>();
                json.human().printf(Locale.ROOT, "%-6s %-16s %5s %-10s %-10s %14s %14s  %s%n", "ID", "SYMBOL", "SHARD", "TICK", "LOT", "MIN PRICE", "MAX PRICE", "STATE");
                for (final Instrument instrument : Instruments.of(venue.reference()).all()) {
                    final int decimals = instrument.getPriceDecimals();
                    json.human().printf(Locale.ROOT, "%-6d %-16s %5d %-10s %-10s %14s %14s  %s%n", instrument.getInstrumentId(), instrument.getSymbol(), instrument.getShard(),
                        Decimals.text(instrument.getTickSize(), decimals), Decimals.text(instrument.getLotSize(), instrument.getQuantityDecimals()),
                        Decimals.text(instrument.getMinPrice(), decimals), Decimals.text(instrument.getMaxPrice(), decimals),
                        instrument.getState().name().substring("TRADING_STATE_".length()).toLowerCase(Locale.ROOT));
                    if (json.isOn()) {
                        trees.add(OrderSubmission.tree(instrument));
                    }
                }
                json.write(trees);
                return 0;
            }
        }
    }
}
