package bourse.engine.match;

/**
 * 64-bit hash of a sequence of longs: h = (h xor v) * 1099511628211, h ^= h >>> 32, from 1469598103934665603 (FNV-1a's constants,
 * over whole longs). As a {@link StateVisitor} it hashes all state: each call mixes a mark of the call (1 = engine, 2 = instrument,
 * 3 = order, 4 = account, 5 = balance, 6 = position, 7 = finished id, 8 = fees), then its arguments in their order (booleans
 * as 0 or 1, strings by {@link #mix(String)}, carriers field by field as declared). Cold. Not thread-safe.
 */
public final class StateDigest implements StateVisitor {
    private static final long SEED = 1469598103934665603L;
    private static final long PRIME = 1099511628211L;

    private long hash = SEED;

    /** Starts again. */
    public void reset() {
        hash = SEED;
    }

    /** The hash of what was mixed since {@link #reset}. */
    public long value() {
        return hash;
    }

    /** Takes in one value. */
    public void mix(final long value) {
        final long h = (hash ^ value) * PRIME;
        hash = h ^ (h >>> 32);
    }

    /** Takes in the length, then each character. */
    public void mix(final String text) {
        mix(text.length());
        for (int i = 0; i < text.length(); i++) {
            mix(text.charAt(i));
        }
    }

    private void mix(final boolean value) {
        mix(value ? 1L : 0L);
    }

    @Override
    public void engine(final long timeNs, final long nextOrderId, final long nextTradeId, final long nextSequence) {
        mix(1);
        mix(timeNs);
        mix(nextOrderId);
        mix(nextTradeId);
        mix(nextSequence);
    }

    @Override
    public void instrument(final InstrumentSpec spec, final long lastPrice, final long lastQuantity, final long tradeCount,
                           final boolean hasLastPrice) {
        mix(2);
        mix(spec.instrumentId());
        mix(spec.symbol());
        mix(spec.baseAsset());
        mix(spec.quoteAsset());
        mix(spec.priceDecimals());
        mix(spec.quantityDecimals());
        mix(spec.tickSize());
        mix(spec.lotSize());
        mix(spec.minPrice());
        mix(spec.maxPrice());
        mix(spec.maxQuantity());
        mix(spec.maxNotional());
        mix(spec.priceBand());
        mix(spec.referencePrice());
        mix(spec.marketProtection());
        mix(spec.makerFeeRate());
        mix(spec.takerFeeRate());
        mix(spec.riskChecked());
        mix(spec.state());
        mix(lastPrice);
        mix(lastQuantity);
        mix(tradeCount);
        mix(hasLastPrice);
    }

    @Override
    public void order(final OrderState o) {
        mix(3);
        mix(o.orderId);
        mix(o.clientOrderId);
        mix(o.account);
        mix(o.sessionIndex);
        mix(o.instrumentId);
        mix(o.side);
        mix(o.orderType);
        mix(o.timeInForce);
        mix(o.flags);
        mix(o.selfTradePrevention);
        mix(o.price);
        mix(o.leaves);
        mix(o.slice);
        mix(o.sequence);
        mix(o.pending);
        mix(o.stopPrice);
        mix(o.displayQuantity);
        mix(o.minQuantity);
        mix(o.expireTimeNs);
        mix(o.offset);
        mix(o.limitPrice);
        mix(o.linkId);
        mix(o.pegReference);
        mix(o.quoteId);
    }

    @Override
    public void account(final AccountState a) {
        mix(4);
        mix(a.account);
        mix(a.firm);
        mix(a.killed);
        mix(a.maxOrderQuantity);
        mix(a.maxOrderNotional);
        mix(a.maxPosition);
        mix(a.maxOpenOrders);
        mix(a.maxOrdersPerSecond);
        mix(a.rateSecond);
        mix(a.rateCount);
    }

    @Override
    public void balance(final int account, final long asset, final long total, final long reserved) {
        mix(5);
        mix(account);
        mix(asset);
        mix(total);
        mix(reserved);
    }

    @Override
    public void position(final int account, final int instrumentId, final long position) {
        mix(6);
        mix(account);
        mix(instrumentId);
        mix(position);
    }

    @Override
    public void finishedId(final int account, final long clientOrderId) {
        mix(7);
        mix(account);
        mix(clientOrderId);
    }

    @Override
    public void fees(final long asset, final long collected) {
        mix(8);
        mix(asset);
        mix(collected);
    }
}
