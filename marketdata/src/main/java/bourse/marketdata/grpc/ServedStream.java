package bourse.marketdata.grpc;

/** One open call that the agent feeds. Thread: the market-data agent's. */
interface ServedStream {
    /** Sends what is due and what the reader has room for; returns work done. */
    int serve(long nowNs);

    /** Whether it can be forgotten. */
    boolean isDone();
}
