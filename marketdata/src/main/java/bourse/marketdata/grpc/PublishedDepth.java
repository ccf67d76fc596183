package bourse.marketdata.grpc;

import bourse.marketdata.v1.BookSnapshot;

/** Top and depth as the engine publishes them in mapped memory. Any thread. */
@FunctionalInterface
public interface PublishedDepth {
    /** Nothing is published here. */
    PublishedDepth NONE = (instrumentId, levels) -> null;

    /** The book with so many levels a side, or null where the region has not got it (not that deep, no such instrument). */
    BookSnapshot read(int instrumentId, int levels);
}
