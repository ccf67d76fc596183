package bourse.marketdata.receiver;

import bourse.sbe.feed.AuctionIndicativeDecoder;
import bourse.sbe.feed.TradeReportDecoder;

/**
 * What a user of the receiver is told, on the receiver's thread, after the book has changed. Decoders are valid during the call only.
 * Every method has an empty default: implement what you need.
 */
public interface FeedListener {
    /** Nobody listens. */
    FeedListener NONE = new FeedListener() {
    };

    /** A message of a synced book was applied. Act on the book when {@code endOfEvent}. */
    default void onBook(final OrderBook book, final int templateId, final boolean endOfEvent) {
    }

    /** A trade; precedes {@link #onBook} for the same message. Also for books that are not synced: a trade is true by itself. */
    default void onTrade(final OrderBook book, final TradeReportDecoder trade) {
    }

    /** What an uncross would do now. */
    default void onAuction(final OrderBook book, final AuctionIndicativeDecoder indication) {
    }

    /** An instrument is new, or its definition or trading state changed. */
    default void onInstrument(final OrderBook book) {
    }

    /** The book is the venue's from now on. */
    default void onSynced(final OrderBook book) {
    }

    /** The book is not the venue's any more; a snapshot is awaited. */
    default void onDesynced(final OrderBook book, final String reason) {
    }

    /** Messages are missing and have been asked for. */
    default void onGap(final long fromFeedSeq, final long toFeedSeq) {
    }

    /** A hole that was asked for is closed, by the answer, the other line, or by giving it up. */
    default void onRecovered(final long durationNs) {
    }

    /** Messages are lost for good; books that they touched recover by snapshot. */
    default void onLost(final long fromFeedSeq, final long toFeedSeq) {
    }

    /** The venue has started anew: every book is empty and sequences begin again. */
    default void onEpoch(final int epoch) {
    }

    /** The venue closed cleanly. */
    default void onEndOfSession(final long nextFeedSeq) {
    }
}
