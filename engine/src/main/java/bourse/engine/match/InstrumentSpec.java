package bourse.engine.match;

/**
 * What the matcher must know of an instrument. Prices in units of 10^-priceDecimals, quantities in lots.
 *
 * @param instrumentId     1 and up
 * @param symbol           at most 16 ASCII characters
 * @param tickSize         prices are multiples of it
 * @param lotSize          quantities are multiples of it
 * @param minPrice         inclusive
 * @param maxPrice         inclusive
 * @param maxQuantity      of one order
 * @param maxNotional      price x quantity of one order, 0 = no limit
 * @param priceBand        price units either side of the reference price, 0 = none
 * @param referencePrice   0 = none yet
 * @param marketProtection price units from the best opposite that a market order may reach, 0 = none
 * @param makerFeeRate     millionths of the notional, negative = rebate
 * @param takerFeeRate     millionths of the notional
 * @param riskChecked      balances and positions are checked and settled here
 * @param state            raw {@code TradingState}
 */
public record InstrumentSpec(int instrumentId, String symbol, String baseAsset, String quoteAsset, int priceDecimals,
                             int quantityDecimals, long tickSize, long lotSize, long minPrice, long maxPrice,
                             long maxQuantity, long maxNotional, long priceBand, long referencePrice,
                             long marketProtection, int makerFeeRate, int takerFeeRate, boolean riskChecked, int state) {

    /** The same instrument at another time. */
    public InstrumentSpec at(final long newReferencePrice, final int newState) {
        return new InstrumentSpec(instrumentId, symbol, baseAsset, quoteAsset, priceDecimals, quantityDecimals, tickSize, lotSize, minPrice, maxPrice,
            maxQuantity, maxNotional, priceBand, newReferencePrice, marketProtection, makerFeeRate, takerFeeRate, riskChecked, newState);
    }

    /** Whether the two differ in what orders in the book rely on: tick, lot, the range of prices, or risk checks that this one has and the other not. */
    public boolean needsEmptyBookAfter(final InstrumentSpec other) {
        return tickSize != other.tickSize || lotSize != other.lotSize || minPrice != other.minPrice || maxPrice != other.maxPrice
            || riskChecked && !other.riskChecked;
    }

    /** An instrument without risk checks or fees, tick and lot of 1, open for continuous trading: what benches and scenarios use. */
    public static InstrumentSpec plain(final int instrumentId, final String symbol) {
        return new InstrumentSpec(instrumentId, symbol, "", "", 0, 0, 1, 1, 1, 1L << 40, 1L << 31, 0, 0, 0, 0, 0, 0, false, 2);
    }
}
