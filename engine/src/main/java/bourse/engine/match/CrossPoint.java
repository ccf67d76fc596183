package bourse.engine.match;

/**
 * Where demand and supply of one instrument cross, as an auction call last left it, and the sums there. Hot path. Thread: engine.
 */
final class CrossPoint {
    /** The sums follow what comes and goes. */
    boolean follows;
    long price;
    /** Open quantity of buys at this price and above. */
    long demand;
    /** Open quantity of sells at this price and below. */
    long supply;

    /** @param limit 0 = at any price */
    void add(final int side, final long limit, final long quantity) {
        if (side == Raw.BUY) {
            demand += limit == 0 || limit >= price ? quantity : 0;
        } else {
            supply += limit <= price ? quantity : 0;
        }
    }
}
