package bourse.engine.match;

/**
 * The rare terms of an order, all 0 where absent. A reused carrier between the command adapter and the matcher: the matcher
 * reads it during the call and keeps no reference. Hot path. Thread: engine.
 */
public final class ExtendedTerms {
    /** Trigger of stops; ask price of quotes. */
    public long stopPrice;
    /** Iceberg peak in lots; ask quantity of quotes. */
    public long displayQuantity;
    /** Least quantity of the first execution, in lots. */
    public long minQuantity;
    /** GTD: nanoseconds since the epoch. */
    public long expireTimeNs;
    /** PEGGED: signed offset from the reference. TRAILING_STOP: distance. MARKET: protection; all in price units. */
    public long offset;
    /** PEGGED: never beyond. TRAILING_STOP: limit after the trigger, 0 = market. */
    public long limitPrice;
    /** One-cancels-other group of the account. */
    public long linkId;
    /** Raw {@code PegReference}. */
    public int pegReference;

    /** Every term absent. */
    public void clear() {
        stopPrice = 0;
        displayQuantity = 0;
        minQuantity = 0;
        expireTimeNs = 0;
        offset = 0;
        limitPrice = 0;
        linkId = 0;
        pegReference = 0;
    }
}
