package bourse.services.replay;

/**
 * One line of order flow.
 *
 * @param line      1-based line of the file, 0 = not from a file
 * @param row       the book after the last command with this number is the reference file's line of this number; 0 = none
 * @param tsNs      when it happened, nanoseconds after midnight (or any other epoch); 0 = unknown
 * @param source    where the command comes from: msg, seed, win, fix; "" = unknown
 * @param orderId   the file's name of the order; IOC: of the expected maker
 * @param buy       NEW, REDUCE, CANCEL: side of the resting order; IOC: of the aggressor
 * @param price     in the instrument's price units
 * @param qty       in lots
 * @param lobType   LOBSTER event type of the row; 0 = none
 * @param fifo      IOC: 1 = must trade exactly (order_id, price, qty), 0 = need not, -1 = not stated
 * @param group     IOC: number of the aggressor, -1 = none
 * @param tif       time in force of NEW: GTC, DAY, FOK, IOC, AT_AUCTION; "" = GTC
 * @param account   0 = the replay's
 * @param symbol    "" = the replay's
 * @param taker     EXPECT_TRADE: the expected taker, {@link #NO_ID} = any
 * @param phase     PHASE: the trading state
 */
public record FlowCommand(int line, int row, long tsNs, String source, FlowAction action, long orderId, boolean buy, long price,
                          long qty, int lobType, int fifo, int group, String tif, int account, String symbol, long taker,
                          String phase) {
    /** An order that is not named. */
    public static final long NO_ID = Long.MIN_VALUE;

    /** Heading of the files that {@link #toCsv} writes. */
    public static final String CSV_HEADER = "row,ts_ns,src,action,order_id,side,price,qty,lob_type,fifo,grp";

    /** A command made from a message, without the optional columns. */
    public static FlowCommand of(final int row, final long tsNs, final String source, final FlowAction action, final long orderId,
                                 final boolean buy, final long price, final long qty, final int lobType) {
        return new FlowCommand(0, row, tsNs, source, action, orderId, buy, price, qty, lobType, -1, -1, "", 0, "", NO_ID, "");
    }

    /** The same with what is known only afterwards of an execution. */
    public FlowCommand withExecution(final int fifoFlag, final int groupNumber) {
        return new FlowCommand(line, row, tsNs, source, action, orderId, buy, price, qty, lobType, fifoFlag, groupNumber, tif,
                account, symbol, taker, phase);
    }

    /** One line in the columns of {@link #CSV_HEADER}, without line end. */
    public String toCsv() {
        return row + "," + tsNs + ',' + source + ',' + action + ',' + orderId + ',' + (buy ? "BUY" : "SELL") + ',' + price + ','
                + qty + ',' + lobType + ',' + (fifo < 0 ? "" : fifo) + ',' + (group < 0 ? "" : group);
    }
}
