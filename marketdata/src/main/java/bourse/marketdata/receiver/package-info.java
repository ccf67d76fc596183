/**
 * The reference client of the public feed, made to be copied: it depends on the feed's layouts alone. Packets enter
 * {@link bourse.marketdata.receiver.FeedReceiver}, which orders the two lines by sequence, finds gaps, asks for what is missing, takes
 * snapshots, and applies messages to {@link bourse.marketdata.receiver.MarketBooks}; the venue's own market-data process folds its
 * books with the same classes.
 *
 * <p>Hot path: no allocation per message; arrays grow with the books. Thread: one, the caller's.
 */
package bourse.marketdata.receiver;
