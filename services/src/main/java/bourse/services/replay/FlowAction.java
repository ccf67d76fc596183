package bourse.services.replay;

/** What a line of a command file does. */
public enum FlowAction {
    /** A limit order that may rest. */
    NEW,
    /** Takes {@code qty} off an order; its place is kept. */
    REDUCE,
    /** Takes the order away. */
    CANCEL,
    /** An aggressor that trades at once and never rests; {@code order_id} names the maker that it is expected to hit. */
    IOC,
    /** Changes nothing; its row is compared all the same. */
    NOP,
    /** Uncrosses the auction and stays in it. */
    UNCROSS,
    /** Changes the trading state. */
    PHASE,
    /** Asserts the next trade of the command before: maker, taker, price, quantity. */
    EXPECT_TRADE;

    /** It travels to the engine as an order command of the session. */
    public boolean isOrderCommand() {
        return this == NEW || this == REDUCE || this == CANCEL || this == IOC;
    }

    /** It is an operator's act and waits for everything before it. */
    public boolean isAdminCommand() {
        return this == UNCROSS || this == PHASE;
    }
}
