package bourse.engine.match;

/** Refuses definitions that could overflow or confuse. Cold. */
final class InstrumentSpecCheck {
    private InstrumentSpecCheck() {
    }

    static void check(final InstrumentSpec spec) {
        range("instrumentId", spec.instrumentId(), 1, MatcherLimits.MAX_INSTRUMENTS);
        range("symbol length", spec.symbol().length(), 1, bourse.sbe.WireLimits.MAX_SYMBOL_LENGTH);
        for (int i = 0; i < spec.symbol().length(); i++) {
            range("symbol character", spec.symbol().charAt(i), 33, 126);
        }
        range("tickSize", spec.tickSize(), 1, MatcherLimits.MAX_PRICE);
        range("lotSize", spec.lotSize(), 1, MatcherLimits.MAX_ORDER_QUANTITY);
        range("minPrice", spec.minPrice(), 1, MatcherLimits.MAX_PRICE);
        range("maxPrice", spec.maxPrice(), spec.minPrice(), MatcherLimits.MAX_PRICE);
        range("maxQuantity", spec.maxQuantity(), 1, MatcherLimits.MAX_ORDER_QUANTITY);
        range("maxNotional", spec.maxNotional(), 0, Long.MAX_VALUE);
        range("priceBand", spec.priceBand(), 0, MatcherLimits.MAX_PRICE);
        range("referencePrice", spec.referencePrice(), 0, MatcherLimits.MAX_PRICE);
        range("marketProtection", spec.marketProtection(), 0, MatcherLimits.MAX_PRICE);
        range("makerFeeRate", spec.makerFeeRate(), -1_000_000, 1_000_000);
        range("takerFeeRate", spec.takerFeeRate(), -1_000_000, 1_000_000);
        range("makerFeeRate + takerFeeRate", (long) spec.makerFeeRate() + spec.takerFeeRate(), 0, 2_000_000);
        range("state", spec.state(), Raw.PRE_OPEN, Raw.CLOSED);
        final long base = AccountPort.asset(spec.baseAsset());
        final long quote = AccountPort.asset(spec.quoteAsset());
        if (spec.riskChecked() && (base == 0 || quote == 0 || base == quote)) {
            throw new IllegalArgumentException("assets: '" + spec.baseAsset() + "' and '" + spec.quoteAsset()
                + "' (expected: two different ones where risk is checked)");
        }
    }

    private static void range(final String name, final long value, final long least, final long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + least + ".." + most + ")");
        }
    }
}
