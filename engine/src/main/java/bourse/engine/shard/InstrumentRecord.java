package bourse.engine.shard;

import java.nio.ByteOrder;

import bourse.engine.match.InstrumentSpec;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** One instrument definition as bytes: the numbers, little-endian, then three ASCII texts each behind its length. Cold. */
final class InstrumentRecord {
    private InstrumentRecord() {
    }

    /** Returns the end of what was written. */
    static int write(final MutableDirectBuffer buffer, final int offset, final InstrumentSpec spec) {
        int at = offset;
        for (final long value : new long[] {spec.instrumentId(), spec.priceDecimals(), spec.quantityDecimals(), spec.tickSize(),
                spec.lotSize(), spec.minPrice(), spec.maxPrice(), spec.maxQuantity(), spec.maxNotional(), spec.priceBand(),
                spec.referencePrice(), spec.marketProtection(), spec.makerFeeRate(), spec.takerFeeRate(),
                spec.riskChecked() ? 1 : 0, spec.state()}) {
            buffer.putLong(at, value, ByteOrder.LITTLE_ENDIAN);
            at += Long.BYTES;
        }
        at += buffer.putStringAscii(at, spec.symbol(), ByteOrder.LITTLE_ENDIAN);
        at += buffer.putStringAscii(at, spec.baseAsset(), ByteOrder.LITTLE_ENDIAN);
        at += buffer.putStringAscii(at, spec.quoteAsset(), ByteOrder.LITTLE_ENDIAN);
        return at;
    }

    static InstrumentSpec read(final DirectBuffer buffer, final int offset) {
        final long[] v = new long[16];
        for (int i = 0; i < v.length; i++) {
            v[i] = buffer.getLong(offset + i * Long.BYTES, ByteOrder.LITTLE_ENDIAN);
        }
        int at = offset + v.length * Long.BYTES;
        final String symbol = buffer.getStringAscii(at, ByteOrder.LITTLE_ENDIAN);
        at += Integer.BYTES + symbol.length();
        final String baseAsset = buffer.getStringAscii(at, ByteOrder.LITTLE_ENDIAN);
        at += Integer.BYTES + baseAsset.length();
        final String quoteAsset = buffer.getStringAscii(at, ByteOrder.LITTLE_ENDIAN);
        return new InstrumentSpec((int) v[0], symbol, baseAsset, quoteAsset, (int) v[1], (int) v[2], v[3], v[4], v[5], v[6], v[7],
                v[8], v[9], v[10], v[11], (int) v[12], (int) v[13], v[14] != 0, (int) v[15]);
    }
}
