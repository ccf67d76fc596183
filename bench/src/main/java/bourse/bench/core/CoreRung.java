package bourse.bench.core;

import bourse.bench.stream.StreamResult;

/** One way to run a stream in this process: a fresh book per pass. Thread: the bench's, all calls. */
interface CoreRung extends AutoCloseable {
    /** {@code book} or {@code engine}. */
    String mode();

    /** Applies records {@code from} (inclusive) to {@code to} (exclusive). Hot path. */
    void apply(int from, int to);

    /** What came of everything applied so far. */
    StreamResult result();

    /** Hash of the orders in queue order, last trade and trade count: equal on every rung. */
    long bookHash();

    @Override
    void close();
}
