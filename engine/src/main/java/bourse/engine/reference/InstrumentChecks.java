package bourse.engine.reference;

import bourse.engine.match.AccountPort;
import bourse.engine.match.InstrumentSpec;
import bourse.engine.match.MatcherLimits;
import bourse.sbe.WireLimits;

/** Ranges of a definition. */
final class InstrumentChecks {
    private InstrumentChecks() {
    }

    /** Throws {@link IllegalArgumentException} for the first value out of range. */
    static void check(final InstrumentSpec spec) {
        range("instrumentId", spec.instrumentId(), 1, Integer.MAX_VALUE);
        range("symbol length", spec.symbol().length(), 1, WireLimits.MAX_SYMBOL_LENGTH);
        range("maxPrice", spec.maxPrice(), 1, MatcherLimits.MAX_PRICE);
        range("minPrice", spec.minPrice(), 1, spec.maxPrice());
        range("tickSize", spec.tickSize(), 1, MatcherLimits.MAX_PRICE);
        range("maxQuantity", spec.maxQuantity(), 1, MatcherLimits.MAX_ORDER_QUANTITY);
        range("lotSize", spec.lotSize(), 1, MatcherLimits.MAX_ORDER_QUANTITY);
        range("maxNotional", spec.maxNotional(), 0, Long.MAX_VALUE);
        range("priceBand", spec.priceBand(), 0, MatcherLimits.MAX_PRICE);
        range("referencePrice", spec.referencePrice(), 0, MatcherLimits.MAX_PRICE);
        range("marketProtection", spec.marketProtection(), 0, MatcherLimits.MAX_PRICE);
        range("makerFeeRate", spec.makerFeeRate(), -Ledger.RATE_UNIT, Ledger.RATE_UNIT);
        range("takerFeeRate", spec.takerFeeRate(), -Ledger.RATE_UNIT, Ledger.RATE_UNIT);
        range("makerFeeRate + takerFeeRate", spec.makerFeeRate() + spec.takerFeeRate(), 0, 2 * Ledger.RATE_UNIT);
        range("state", spec.state(), 0, 4);
        final long base = AccountPort.asset(spec.baseAsset());
        final long quote = AccountPort.asset(spec.quoteAsset());
        if (spec.riskChecked() && (base == 0 || quote == 0 || base == quote)) {
            throw new IllegalArgumentException("assets: " + spec.baseAsset() + ", " + spec.quoteAsset() + " (expected: two where risk is checked)");
        }
    }

    private static void range(final String name, final long value, final long least, final long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + least + ".." + most + ")");
        }
    }
}
