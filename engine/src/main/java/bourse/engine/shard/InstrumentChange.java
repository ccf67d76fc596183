package bourse.engine.shard;

import bourse.engine.match.InstrumentSpec;
import bourse.sbe.engine.ChangeInstrumentDecoder;

/** Which parameters a {@code ChangeInstrument} names, and the definition with them. The bits stand in the schema. Cold. */
final class InstrumentChange {
    private static final int ALL = (1 << 12) - 1;

    private InstrumentChange() {
    }

    /** Asks for something that this version does not know. */
    static boolean isUnknown(final ChangeInstrumentDecoder command) {
        return (command.changes() & ~(long) ALL) != 0;
    }

    static InstrumentSpec apply(final ChangeInstrumentDecoder c, final InstrumentSpec now) {
        return new InstrumentSpec(now.instrumentId(), now.symbol(), now.baseAsset(), now.quoteAsset(), now.priceDecimals(), now.quantityDecimals(),
            chosen(c, 0, c.tickSize(), now.tickSize()), chosen(c, 1, c.lotSize(), now.lotSize()), chosen(c, 2, c.minPrice(), now.minPrice()),
            chosen(c, 3, c.maxPrice(), now.maxPrice()), chosen(c, 4, c.maxQuantity(), now.maxQuantity()),
            chosen(c, 5, c.maxNotional(), now.maxNotional()), chosen(c, 6, c.priceBand(), now.priceBand()),
            chosen(c, 7, c.referencePrice(), now.referencePrice()), chosen(c, 8, c.marketProtection(), now.marketProtection()),
            (int) chosen(c, 9, c.makerFeeRate(), now.makerFeeRate()), (int) chosen(c, 10, c.takerFeeRate(), now.takerFeeRate()),
            chosen(c, 11, c.riskChecked(), now.riskChecked() ? 1 : 0) != 0, now.state());
    }

    private static long chosen(final ChangeInstrumentDecoder command, final int bit, final long wanted, final long now) {
        return (command.changes() >>> bit & 1) != 0 ? wanted : now;
    }
}
