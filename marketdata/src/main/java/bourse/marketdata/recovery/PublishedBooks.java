package bourse.marketdata.recovery;

import bourse.marketdata.receiver.MarketBooks;
import bourse.marketdata.receiver.MessageRing;

/** What recovery serves from: the folded books and the recent messages, all at the same feed sequence. Thread: the agent's. */
public interface PublishedBooks {
    /** Books as of {@link #lastFeedSeq}. */
    MarketBooks books();

    /** Recent messages up to {@link #lastFeedSeq}. */
    MessageRing ring();

    /** Last message; 0 before the first. */
    long lastFeedSeq();

    /** First message that this process has read; 0 before it. */
    long firstFeedSeq();

    /** Oldest message that the ring still has; 0 before the first. */
    long firstAvailableFeedSeq();

    /** The venue's epoch. */
    int epoch();
}
