package bourse.services.config;

import java.math.BigDecimal;
import java.util.List;

/**
 * An instrument that must exist: defined through the log at start where it is missing. Prices and quantities are integers here, as
 * on the wire: prices count 10^-priceDecimals, quantities 10^-quantityDecimals; the file has them as decimals.
 *
 * @param shard where it lives; {@link #FIRST_SHARD} = on the first that the gateway serves
 */
public record InstrumentConfig(int instrumentId, String symbol, String baseAsset, String quoteAsset, int priceDecimals,
                               int quantityDecimals, long tickSize, long lotSize, long minPrice, long maxPrice, long maxQuantity,
                               long maxNotional, long priceBand, long referencePrice, long marketProtection, int makerFeeRate,
                               int takerFeeRate, boolean riskChecked, int shard) {
    public static final int FIRST_SHARD = -1;

    private static final long MAX_PRICE = 1L << 42;
    private static final long MAX_QUANTITY = 1L << 38;

    static final List<InstrumentConfig> DEMO = List.of(
        demo(1, "DEMO", "DEMO", "USD", 2, 0, 1, 1, 100_000_00L, 1_000_000L),
        demo(2, "ACME", "ACME", "USD", 2, 0, 1, 1, 100_000_00L, 1_000_000L),
        demo(3, "BTC-EUR", "BTC", "EUR", 1, 4, 1, 1, 10_000_000_0L, 1_000_0000L));

    private static InstrumentConfig demo(
        final int id, final String symbol, final String base, final String quote, final int priceDecimals, final int quantityDecimals,
        final long tick, final long lot, final long maxPrice, final long maxQuantity) {
        return new InstrumentConfig(id, symbol, base, quote, priceDecimals, quantityDecimals, tick, lot, tick, maxPrice, maxQuantity,
            0, 0, 0, 0, 0, 0, false, FIRST_SHARD);
    }

    static InstrumentConfig read(final ConfigSection section) {
        final int priceDecimals = section.integer("priceDecimals", 2, 0, 9);
        final int quantityDecimals = section.integer("quantityDecimals", 0, 0, 9);
        final long tick = units(section, "tickSize", BigDecimal.ONE.movePointLeft(priceDecimals).toPlainString(), priceDecimals, MAX_PRICE);
        final long lot = units(section, "lotSize", BigDecimal.ONE.movePointLeft(quantityDecimals).toPlainString(), quantityDecimals, MAX_QUANTITY);
        if (tick < 1) {
            throw section.bad("tickSize", tick, "above 0");
        }
        if (lot < 1) {
            throw section.bad("lotSize", lot, "above 0");
        }
        final String symbol = section.text("symbol", "", 1, 16);
        if (symbol.isEmpty() || !symbol.matches("[\\x21-\\x7e]{1,16}")) {
            throw section.bad("symbol", symbol.isEmpty() ? "missing" : symbol, "1..16 ASCII characters without blanks");
        }
        return new InstrumentConfig(
            section.integer("id", 0, 0, Integer.MAX_VALUE),
            symbol,
            section.text("baseAsset", symbol.length() > 8 ? symbol.substring(0, 8) : symbol, 0, 8),
            section.text("quoteAsset", "USD", 0, 8),
            priceDecimals,
            quantityDecimals,
            tick,
            lot,
            units(section, "minPrice", BigDecimal.valueOf(tick, priceDecimals).toPlainString(), priceDecimals, MAX_PRICE),
            units(section, "maxPrice", BigDecimal.valueOf(100_000).toPlainString(), priceDecimals, MAX_PRICE),
            units(section, "maxQuantity", "1000000", quantityDecimals, MAX_QUANTITY),
            units(section, "maxNotional", "0", priceDecimals + quantityDecimals, Long.MAX_VALUE),
            units(section, "priceBand", "0", priceDecimals, MAX_PRICE),
            units(section, "referencePrice", "0", priceDecimals, MAX_PRICE),
            units(section, "marketProtection", "0", priceDecimals, MAX_PRICE),
            section.integer("makerFeeRate", 0, -1_000_000, 1_000_000),
            section.integer("takerFeeRate", 0, -1_000_000, 1_000_000),
            section.bool("riskChecked", false),
            section.integer("shard", FIRST_SHARD, FIRST_SHARD, 65_535));
    }

    private static long units(
        final ConfigSection section, final String key, final String defaultValue, final int decimals, final long most) {
        final String text = section.decimal(key, defaultValue);
        final String expected = "0.." + BigDecimal.valueOf(most, decimals).toPlainString() + " with at most " + decimals + " decimals";
        try {
            final long units = new BigDecimal(text).movePointRight(decimals).longValueExact();
            if (units < 0 || units > most) {
                throw section.bad(key, text, expected);
            }
            return units;
        } catch (final ArithmeticException e) {
            throw section.bad(key, text, expected);
        }
    }
}
