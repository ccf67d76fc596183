package bourse.bench.stream;

/**
 * What every correct engine reaches after a whole stream, prefill included.
 *
 * @param notional  sum of price x quantity
 * @param tradeHash h = 1469598103934665603; for each trade, for v in (maker id, taker id, price, quantity): h = (h xor v) * 1099511628211
 * @param bestBid   0 = none, and below
 */
public record StreamResult(long trades, long tradedQuantity, long notional, long tradeHash, long liveBids, long liveAsks,
                           long bestBid, long bestAsk, long rejects) {
    /** The hash as it is published. */
    public String tradeHashText() {
        return String.format("%016x", tradeHash);
    }
}
